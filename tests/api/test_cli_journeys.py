"""`waitline journeys`: a folder of code and a server over a socket, with nothing but a key between them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from api.cli import app as command
from api.client import AsyncWaitline, Refused, Unreachable, Waitline, list_journeys, read_draft
from tests.api.conftest import Doors
from tests.fakes.serving import serving

BEGIN = "from engine.authoring import Journey\n"


class Desk:
    """A developer's desk: a folder, the command, and a server somewhere."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.folder = folder
        self.url, self.key = url, key

    async def run(self, *arguments: str) -> Result:
        environment = {"WAITLINE_URL": self.url, "WAITLINE_KEY": self.key}
        folder = [str(self.folder)] if arguments[0] not in {"new", "simulate", "schema"} else []
        words = ["journeys", arguments[0], *folder, *arguments[1:]]
        return await asyncio.to_thread(CliRunner().invoke, command, words, env=environment)

    async def json(self, *arguments: str) -> Any:
        result = await self.run(*arguments, "--json")
        return json.loads(result.stdout)


@pytest.fixture
async def desk(app: FastAPI, doors: Doors, tmp_path: Path) -> Any:
    key = (await doors.key("server"))["Authorization"].removeprefix("Bearer ")
    async with serving(app) as url:
        yield Desk(tmp_path / "journeys", url, key)


@pytest.mark.spec("D-003")
async def test_plan_shows_what_would_change_and_who_apply_is_idempotent_and_ci_reads_the_exit_code(
    desk: Desk, doors: Doors
) -> None:
    assert (await desk.run("plan")).exit_code == 1  # no journey yet
    begun = await desk.run("new", "Back again", "--folder", str(desk.folder))
    path = desk.folder / "back_again.py"
    assert (begun.exit_code, begun.stdout.strip()) == (0, str(path))

    planned = await desk.run("plan")
    assert (planned.exit_code, planned.stdout.split()[:3]) == (2, ["create", "Back", "again"])
    assert (await desk.run("diff")).exit_code == 2
    applied = await desk.run("apply", "--publish")
    assert applied.exit_code == 0, applied.output
    assert (await desk.run("plan", "--publish")).exit_code == 0
    assert (await desk.run("diff")).exit_code == 0
    (again,) = (await desk.json("apply", "--publish"))["journeys"]
    assert (again["action"], again["version"]) == ("nothing", 1)

    path.write_text(path.read_text().replace("timeout=hours(2)", "timeout=hours(3)"))
    edited = await desk.run("plan", "--publish")
    assert edited.exit_code == 2
    assert "update   Back again" in edited.stdout
    assert "~ node click.timeout: PT2H → PT3H" in edited.stdout
    (row,) = (await desk.json("plan", "--publish"))["journeys"]
    assert (row["action"], row["enrollments"], row["changes"][0]["after"]) == ("update", 0, "PT3H")
    assert (await desk.json("apply", "--publish", "--migration", "move"))["journeys"][0]["version"] == 2


@pytest.mark.spec("D-003")
async def test_what_was_edited_on_the_canvas_is_found_kept_and_exported_as_a_small_diff(
    desk: Desk, doors: Doors
) -> None:
    await desk.run("new", "Back again", "--folder", str(desk.folder))
    path = desk.folder / "back_again.py"
    path.write_text("# Ours.\n" + path.read_text())
    await desk.run("apply")
    canvas = await doors.signed_in("marketer")
    (row,) = (await canvas.get("/v1/journeys")).json()["items"]
    draft = (await canvas.get(f"/v1/journeys/{row['id']}/draft")).json()
    click = next(node for node in draft["document"]["graph"]["nodes"] if node["id"] == "click")
    click["timeout"] = "PT5H"
    body = {"document": draft["document"], "revision": draft["revision"]}
    assert (await canvas.put(f"/v1/journeys/{row['id']}/draft", json=body)).status_code == 200

    drifted = await desk.run("plan")
    assert "! Marketer edited it on the canvas since" in drifted.stdout
    refused = await desk.run("apply")
    assert (refused.exit_code, "saved this draft meanwhile" in refused.output) == (1, True)

    before = path.read_text().splitlines()
    assert (await desk.run("export")).exit_code == 0
    after = path.read_text().splitlines()
    changed = [(old.strip(), new.strip()) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("timeout=hours(2),", "timeout=hours(5),")]
    assert (await desk.run("plan")).exit_code == 0
    assert "as it is" in (await desk.run("export")).stdout


@pytest.mark.spec("D-003")
async def test_ci_is_told_of_mistakes_and_never_that_they_are_changes(desk: Desk) -> None:
    await desk.run("new", "Back again", "--folder", str(desk.folder))
    unknown = await desk.run("plan", "--publsh")
    assert (unknown.exit_code, "No such option: --publsh" in unknown.stderr) == (1, True)
    desk.key = ""
    keyless = await desk.run("plan")
    assert (keyless.exit_code, "set WAITLINE_KEY to a server key" in keyless.stderr) == (1, True)
    desk.key = "sk_wrong"
    refused = await desk.run("plan")
    assert (refused.exit_code, "This key is unknown" in refused.stderr) == (1, True)
    odd = await desk.run("simulate", str(desk.folder / "back_again.py"), "--stock", "M=x")
    assert (odd.exit_code, "“M=x” is no stock" in odd.stderr) == (1, True)
    away = await desk.run("simulate", str(desk.folder / "away.py"))
    assert (away.exit_code, "away.py does not exist" in away.stderr) == (1, True)


async def test_every_command_says_what_is_left_to_do(desk: Desk) -> None:
    await desk.run("new", "Back again", "--folder", str(desk.folder))
    path = desk.folder / "back_again.py"
    said = {
        ("validate",): "1 journey, none with a blocking problem.",
        ("plan",): "1 journey to apply.",
        ("apply",): "1 draft saved. Nobody enters by a draft: apply it with --publish, or launch it on the canvas.",
        ("plan", "--publish"): "1 journey to apply --publish.",
        ("apply", "--publish"): "1 journey published.",
        ("apply", "--publish", "--migration", "exit"): "Nothing to do.",
    }
    for words, last in said.items():
        assert (await desk.run(*words)).stdout.splitlines()[-1] == last

    mine = path.read_text().replace("timeout=hours(2)", "timeout=hours(3)")
    path.write_text(mine)
    kept = await desk.run("export")
    assert (kept.stdout.strip(), path.read_text()) == (f"kept, apply it  {path}", mine)
    assert (await desk.run("export", "--overwrite")).exit_code == 0
    assert path.read_text() == mine.replace("timeout=hours(3)", "timeout=hours(2)")


async def test_new_journeys_in_yaml_name_their_schema(desk: Desk) -> None:
    await desk.run("new", "Price drop", "--template", "price_drop", "--yaml", "--folder", str(desk.folder))
    first, *_ = (desk.folder / "price_drop.yaml").read_text().splitlines()
    assert first == "# yaml-language-server: $schema=journey.schema.json"
    schema = json.loads((desk.folder / "journey.schema.json").read_text())
    assert "to" in schema["$defs"]["Delay"]["properties"]
    assert (await desk.run("validate")).exit_code == 0


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("1 / 0\n", "bad.py:1: [python_raised]"),
        ("x = (\n", "[python_raised]"),
        ("x = 1\n", "[journey_none]"),
        ("import sys\nsys.exit(0)\n", "bad.py:2: [python_raised] The file raised SystemExit: 0"),
        (f"from datetime import date\n{BEGIN}j = Journey(date.today().isoformat())\n", "[journey_unsteady]"),
        (
            f"import datetime\n{BEGIN}j = Journey(str(datetime.datetime.now(datetime.UTC).month))\n",
            "[journey_unsteady]",
        ),
        (f"import time\n{BEGIN}j = Journey(time.strftime('%Y', time.gmtime()))\n", "[journey_unsteady]"),
        (f"import uuid\n{BEGIN}j = Journey(str(uuid.uuid4()))\n", "[journey_unsteady]"),
        ("from engine.authoring import Journey\na = Journey('A')\nb = Journey('A')\n", "[journey_twice]"),
        ("from engine.authoring import Journey\na = Journey('A').delay('PT0S')\n", "bad.py:2: [delay_too_short]"),
    ],
)
async def test_a_file_that_is_wrong_is_named_with_its_line(tmp_path: Path, source: str, says: str) -> None:
    (tmp_path / "bad.py").write_text(source)
    result = await Desk(tmp_path, "http://127.0.0.1:9", "key").run("validate")
    assert result.exit_code == 1
    assert says in result.stdout


async def test_a_made_up_person_walks_a_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "", "")
    await desk.run("new", "Back again", "--folder", str(tmp_path))
    words = ["--property", "sku=M", "--stock", "M=3", "--days", "1"]
    told = await desk.json("simulate", str(tmp_path / "back_again.py"), *words)
    assert (told["sent"], told["ended"]) == (["push", "mail"], "completed")


async def test_both_clients_ask_the_same_and_tell_refusals_apart(desk: Desk, app: FastAPI) -> None:
    async with AsyncWaitline(desk.url, desk.key) as waitline:
        assert await waitline.send(list_journeys()) == []
        with pytest.raises(Refused) as refused:
            await waitline.send(read_draft("jny_none"))
        assert (refused.value.status, refused.value.code) == (404, "unknown_journey")
    async with AsyncWaitline(desk.url, "wrong", transport=httpx.ASGITransport(app)) as stranger:
        with pytest.raises(Refused):
            await stranger.send(list_journeys())
    with Waitline("http://127.0.0.1:9", "key") as nobody, pytest.raises(Unreachable, match="Nobody answers"):
        await asyncio.to_thread(nobody.send, list_journeys())


async def test_plan_tells_what_keeps_a_journey_from_being_published(desk: Desk) -> None:
    desk.folder.mkdir(parents=True)
    (desk.folder / "texting.py").write_text(
        "from engine.authoring import Journey, on, sms\n"
        'journey = Journey("Texting")\n'
        'journey.enter(on("Back in Stock"))\n'
        'journey.message("text", "sms", id="text", sent="done", not_sent="done")\n'
        'journey.exit(id="done")\n'
        'journey.write("text", sms(text="It is back."))\n'
    )
    planned = await desk.run("plan", "--publish")
    assert planned.exit_code == 1, planned.output
    assert "[channel_not_ready] Nothing can be sent on sms yet" in planned.output


async def test_what_a_file_prints_leaves_the_json_for_programs_alone(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(f"print('hello')\n{BEGIN}j = Journey('Loud')\n")
    found = await Desk(tmp_path, "", "").json("validate")
    assert {row["code"] for row in found["problems"]} == {"entry_missing"}


async def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_bytes("name: Größe\n".encode("latin-1"))
    result = await Desk(tmp_path, "", "").run("validate")
    assert (result.exit_code, "[file_not_utf8] The file is not UTF-8; save it as UTF-8." in result.stdout) == (1, True)


async def test_an_apply_that_was_cut_off_before_its_answer_is_made_again_and_a_torn_memory_is_named(
    desk: Desk,
) -> None:
    await desk.run("new", "Back again", "--folder", str(desk.folder))
    assert (await desk.run("apply")).exit_code == 0
    seen = desk.folder / ".waitline.json"
    whole = seen.read_text()
    assert json.loads(whole) == {"Back again": 1}

    seen.unlink()  # the answer never came
    assert (await desk.run("plan")).exit_code == 0
    assert (await desk.run("apply")).exit_code == 0
    assert seen.read_text() == whole

    seen.write_text(f"<<<<<<< ours\n{whole}=======\n{{}}\n>>>>>>> theirs\n")
    for word in ("plan", "apply", "export"):
        torn = await desk.run(word)
        assert (torn.exit_code, "perhaps after a merge" in torn.stderr) == (1, True), torn.output
