"""A journey written wholly as a Temporal workflow, as the developers' guide writes one, beside one that was drawn."""

import re
import sys
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.journey_files import read_file
from engine.settings import Settings
from engine.stock.waiting import WaitSource
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.tables import Journey, Send
from tests.architecture.sources import ROOT
from tests.builders import journey, node
from tests.workflows.stage import Stage, staged
from workflows.plugins import load_plugins

OWN, DRAWN = "jny_own", "jny_drawn"
PEOPLE: tuple[tuple[str, WaitSource, bool], ...] = (
    ("ada", "explicit", True),
    ("bo", "explicit", False),
    ("cleo", "wishlist", True),
    ("dan", "wishlist", False),
)
"""Who, how they came to wait, and whether they consented: two for each of the journeys."""
GUIDE = (ROOT / "docs" / "developers.md").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a developer has written down after reading the guide."""
    folder = tmp_path_factory.mktemp("own")
    for name, text in re.findall(r"^```python file=(\S*win_back\.py)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
async def stage(sqlite_database: Database, folder: Path) -> AsyncGenerator[Stage]:
    async with staged(sqlite_database, plugins=folder / "plugins") as stage:
        (written,) = read_file(folder / "journeys" / "win_back.py")
        assert written.problems == ()
        assert written.document is not None
        messages = written.document["messages"]
        await stage.publish({**written.document, "name": "Win back"}, OWN, messages)
        drawn = journey(
            node("push", "message", channel="web_push", message="hello"),
            node("click", "wait_until", events=[{"event": "Link Clicked", "message": "push"}], timeout="PT12H"),
            node("won", "exit", reason="won_back"),
            node("lost", "exit", reason="gave_up"),
            paths=[
                "entry > push",
                "push.sent > click",
                "push.not_sent > lost",
                "click.happened > won",
                "click.timed_out > lost",
            ],
            settings={"interest": {"sources": ["wishlist"]}},  # nobody is told of one restock by both
            name="Win back, drawn",
        )
        await stage.publish(drawn, DRAWN, messages)
        yield stage


@pytest.fixture
async def api(stage: Stage, folder: Path) -> AsyncGenerator[httpx.AsyncClient]:
    settings = Settings.model_validate({"home": folder, "secret_key": "a secret for tests"})
    app = create_app(settings, stage.database, now=stage.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as api:
        async with stage.database.transaction() as session:
            person = await staff_store.add_staff(session, name="Kim", role="marketer", now=stage.clock())
            token = await staff_store.create_link(session, person.id, now=stage.clock())
        session_answer = await api.post("/v1/session", json={"token": token})
        api.headers["X-Waitline-CSRF"] = session_answer.json()["csrf"]
        yield api


async def told(api: httpx.AsyncClient, name: str, journey_id: str) -> list[tuple[Any, ...]]:
    """What the person's timeline tells of this journey; at one instant, in no order."""
    items = (await api.get(f"/v1/profiles/prf_{name}/timeline", params={"limit": "200"})).json()["items"]
    ours = [item for item in items if journey_id in str(item)]
    return sorted((item["kind"], item["title"].replace("Win back, drawn", "Win back"), item["tone"]) for item in ours)


@pytest.mark.spec("D-007")
async def test_a_workflow_of_ones_own_is_in_timelines_counts_and_the_ledger_like_a_drawn_journey(
    stage: Stage, api: httpx.AsyncClient
) -> None:
    (document,) = [row["draft"] for row in await stage.rows(Journey, id=OWN)]
    for workflow, codes in (("WinBack", set[str]()), ("NobodyWroteIt", {"workflow_unknown"})):
        asked = {**document, "settings": {"workflow": workflow}}
        problems = (await api.post("/v1/journeys/validate", json={"document": asked})).json()["problems"]
        assert {problem["code"] for problem in problems if problem["severity"] == "blocking"} == codes

    for name, source, consent in PEOPLE:
        await stage.person(name, consent=consent)
        await stage.waits(name, "M", source)
    await stage.shop.stock("M", 9, now=stage.clock())
    await stage.route()
    own = {row["profile_id"]: row["id"] for row in await enrolled(stage, OWN, 2)}
    drawn = {row["profile_id"]: row["id"] for row in await enrolled(stage, DRAWN, 2)}
    described = await stage.client.get_workflow_handle(own["prf_ada"]).describe()
    assert described.workflow_type == "WinBack"

    async def standing() -> set[tuple[str, str]]:
        rows = await stage.enrollments()
        return {(row["node"], row["status"]) for row in rows if row["profile_id"] in {"prf_ada", "prf_cleo"}}

    await stage.until(standing, {("click", "waiting")})
    rows = [*await stage.rows(Send, profile_id="prf_ada"), *await stage.rows(Send, profile_id="prf_cleo")]
    sends = {row["journey_id"]: row for row in rows}
    for name, journey_id in (("ada", OWN), ("cleo", DRAWN)):  # claimed in the ledger before it went out, by both alike
        assert (sends[journey_id]["node"], sends[journey_id]["channel"]) == ("push", "web_push")
        await stage.happens(name, "Link Clicked", send_id=sends[journey_id]["id"])
    for enrollment in (own["prf_ada"], drawn["prf_cleo"]):
        assert await result(stage, enrollment) == "won_back"

    # The timelines of the two differ in nothing but the journey, and so do the numbers of their nodes.
    story = await told(api, "ada", OWN)
    assert story == await told(api, "cleo", DRAWN)
    assert {kind for kind, _, _ in story} == {"enrollment", "send"}
    counts = [(await api.get(f"/v1/journeys/{one}/counts", params={"version": "1"})).json() for one in (OWN, DRAWN)]
    for name in ("entry", "click"):
        assert counts[0]["nodes"][name] == counts[1]["nodes"][name]
    assert counts[0]["nodes"]["click"]["entered"] == 1

    # Whom the guard refuses gets nothing, however often the workflow tries: it sleeps in between, and gives up.
    assert await result(stage, drawn["prf_dan"]) == "gave_up"
    await stage.pass_time(timedelta(days=8))
    assert await result(stage, own["prf_bo"]) == "gave_up"
    assert {key for key, _ in stage.push.sent} == {sends[OWN]["id"], sends[DRAWN]["id"]}
    trail = await stage.trail("bo", OWN)
    refused = [row for row in trail if row["act"] == "took" and row["node"] == "push"]
    assert [(row["outlet"], row["reason"]) for row in refused] == [("not_sent", "no_consent")] * 3
    assert trail[-1]["at"] - refused[0]["at"] >= timedelta(days=7)
    (last,) = [row for row in await stage.enrollments("bo") if row["journey_id"] == OWN]
    assert (last["status"], last["exit_reason"]) == ("ended", "gave_up")


async def enrolled(stage: Stage, journey_id: str, many: int) -> list[Any]:
    """The enrollments of the journey, once there are so many."""

    async def count() -> int:
        return len([row for row in await stage.enrollments() if row["journey_id"] == journey_id])

    await stage.until(count, many)
    return [row for row in await stage.enrollments() if row["journey_id"] == journey_id]


async def result(stage: Stage, enrollment: str) -> str:
    return str(await stage.client.get_workflow_handle(enrollment, result_type=str).result())


def test_a_plugin_that_breaks_is_named_and_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "raising_plugin.py").write_text("raise RuntimeError('the disk is on fire')")
    (tmp_path / "unmarked_plugin.py").write_text(
        "from workflows.own import JourneyWorkflow\nclass Unmarked(JourneyWorkflow):\n    pass\n"
    )
    found = load_plugins(Settings(plugins=tmp_path))
    assert dict(found.workflows) == {}
    problems = {Path(place).name: problem for place, problem in found.set_aside.items()}
    assert "the disk is on fire" in problems["raising_plugin.py"]
    assert "write @workflow.defn above it" in problems["unmarked_plugin.py"]
