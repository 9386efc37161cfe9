"""Plugins at work: a node type and a channel of somebody's own, on the real worker, and what becomes of broken ones."""

import shutil
from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from api.app import create_app, utc_now
from engine.journey.catalogue import Catalogue
from engine.settings import Settings
from engine.simulation.kit import catalogue_of
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.profile_changes import change_profile
from engine.store.tables import Send
from tests.architecture.sources import ROOT
from tests.builders import journey, node
from tests.forgetting import forgotten
from tests.workflows.stage import PUSH_MESSAGE, Stage, staged
from workflows.plugins import load_plugins

EXAMPLES = ROOT / "examples" / "plugins"
SLACK = {"channel": "slack", "text": '{{ profile.first_name | default("Somebody") }} was told of {{ product.name }}.'}
POINTS = journey(
    node("points", "loyalty_points", points=20),
    node("team", "message", channel="slack", message="team"),
    node("push", "message", channel="web_push", message="push"),
    node("done", "exit"),
    node("lost", "exit", reason="not_booked"),
    paths=[
        "entry > points",
        "points.booked > team",
        "points.no_account > push",
        "points.failed > lost",
        "team.sent > push",
        "team.not_sent > push",
        "push.sent > done",
        "push.not_sent > done",
    ],
)
MESSAGES: Mapping[str, Any] = {"team": SLACK, "push": PUSH_MESSAGE}


class World(ThreadingHTTPServer):
    """The loyalty programme and Slack: they write down what they are told, and answer as a test scripts them."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), _Taker)

    def heard(self, path: str) -> list[bytes]:
        return [body for at, _, body in self.told if at == path]


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, World)
        server.told.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(server.answers.pop(0) if server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Any:
    with World() as world:
        address = f"http://127.0.0.1:{world.server_address[1]}"
        monkeypatch.setenv("LOYALTY_URL", address)
        monkeypatch.setenv("SLACK_WEBHOOK_URL", f"{address}/slack")
        thread = Thread(target=world.serve_forever, daemon=True)
        thread.start()
        yield world
        world.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    """A folder of plugins with the two examples, that nothing remembers afterwards."""
    with forgotten(tmp_path, "loyalty_points", "slack"):
        shutil.copytree(EXAMPLES, tmp_path / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
        yield tmp_path / "plugins"


@pytest.fixture
async def stage(sqlite_database: Database, folder: Path) -> AsyncGenerator[Stage]:
    async with staged(sqlite_database, plugins=folder, cached_workflows=0) as stage:
        yield stage


def known(folder: Path) -> Catalogue:
    own = load_plugins(Settings(plugins=folder))
    return catalogue_of((*own.nodes.values(), *own.channels.values()))


def moved(folder: Path, before: str, after: str) -> None:
    """Take every plugin away, or put it back."""
    for one in folder.glob(f"*{before}"):
        one.rename(one.with_suffix(after))


async def member(stage: Stage, name: str) -> None:
    """A person with an account of the loyalty programme, who waits for size M."""
    await stage.person(name)
    held, now = {"loyalty_id": f"L-{name}"}, stage.clock()
    async with stage.database.connection() as connection:
        await change_profile(connection, f"prf_{name}", held, act=f"test-{name}", now=now)
    await stage.waits(name, "M")


async def test_a_plugins_node_and_channel_do_their_work_once_and_everything_is_recorded(
    stage: Stage, outside: World, folder: Path
) -> None:
    await stage.publish(POINTS, messages=MESSAGES, catalogue=known(folder))
    await member(stage, "ada")
    await stage.person("bo")
    await stage.waits("bo", "M")
    outside.answers = [500, 429, 200]  # the first try fails, the second is put off, the third one counts
    await stage.restock("M", 9)

    async def ended() -> set[tuple[str, str]]:
        await stage.pass_time(timedelta(minutes=1))
        return {(row["profile_id"], row["exit_reason"]) for row in await stage.enrollments() if row["ended_at"]}

    await stage.until(ended, {("prf_ada", "completed"), ("prf_bo", "completed")})
    assert await stage.path("ada") == ["entry", "points.booked", "team.sent", "push.sent", "done"]
    assert await stage.path("bo") == ["entry", "points.no_account", "push.sent", "done"]

    keys = {headers["Idempotency-Key"] for path, headers, _ in outside.told if path == "/bookings"}
    assert len(outside.heard("/bookings")) == 3
    assert len(keys) == 1  # however often it was tried
    (posted,) = outside.heard("/slack")
    assert b"was told of Linen shirt" in posted
    (sent,) = await stage.rows(Send, channel="slack")
    assert (sent["profile_id"], sent["node"]) == ("prf_ada", "team")
    told = [(row["act"], row["reason"]) for row in await stage.trail("ada") if row["node"] == "points"]
    assert ("waiting", "programme_busy") in told


async def test_who_stands_at_a_node_whose_plugin_is_gone_waits_and_goes_on_when_it_is_back(
    stage: Stage, outside: World, folder: Path
) -> None:
    await stage.publish(POINTS, messages=MESSAGES, catalogue=known(folder))
    async with stage.worker_restarted():
        moved(folder, ".py", ".away")
    await member(stage, "ada")
    await stage.restock("M", 9)
    await stage.stands("ada", "points")
    assert (await stage.trail("ada"))[-1]["reason"] == "plugin_missing"
    assert outside.told == []

    async with stage.worker_restarted():
        moved(folder, ".away", ".py")

    async def path() -> list[str]:
        await stage.pass_time(timedelta(minutes=5))
        return await stage.path("ada")

    await stage.until(path, ["entry", "points.booked", "team.sent", "push.sent", "done"])
    waits = [row for row in await stage.trail("ada") if row["reason"] == "plugin_missing"]
    assert len(waits) == 1  # told once, however often it was looked


RUN = "    async def run(self, situation):\n        return 'next'\n"


def node_type(body: str, does: str = RUN) -> str:
    head = "from collections.abc import Callable\nfrom engine.journey.custom import CustomNode\n"
    return f"{head}class Own(CustomNode):\n    '''Own.'''\n    label = 'Own'; {body}\n{does}"


BROKEN = {
    "raises": ("raise RuntimeError('the disk is on fire')", "the disk is on fire"),
    "leaves": ("import sys\nsys.exit(3)", "SystemExit"),
    "bad_model": (node_type("type = 'own'; size: unheard_of"), "unheard_of"),
    "no_schema": (node_type("type = 'own'; size: Callable[[], int]"), "JsonSchema"),
    "no_run": (node_type("type = 'own'", ""), "async def run"),
    "taken": (node_type("type = 'delay'"), "node type “delay” already"),
    "twice": (node_type("type = 'loyalty_points'"), "node “loyalty_points” already"),
    "way_out": (node_type("type = 'own'; outlets = ('failed',)"), "“failed” cannot be"),
}


async def test_a_plugin_that_breaks_is_named_and_set_aside_and_staff_see_it(
    sqlite_database: Database, folder: Path
) -> None:
    for name, (text, _) in BROKEN.items():
        (folder / f"z_{name}.py").write_text(text)
    settings = Settings.model_validate({"home": folder.parent, "plugins": folder, "secret_key": "a secret for tests"})
    app = create_app(settings, sqlite_database)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as api:
        async with sqlite_database.transaction() as session:
            person = await staff_store.add_staff(session, name="Kim", role="marketer", now=utc_now())
            token = await staff_store.create_link(session, person.id, now=utc_now())
        await api.post("/v1/session", json={"token": token})
        listed = (await api.get("/v1/plugins")).json()["items"]
        types = (await api.get("/v1/node-types")).json()
    problems = {Path(row["place"]).stem.removeprefix("z_"): row["problem"] for row in listed if row["problem"]}
    assert problems.keys() == BROKEN.keys()
    for name, (_, expected) in BROKEN.items():
        assert expected in problems[name], (name, problems[name])
    assert [row["brings"] for row in listed if row["problem"] is None] == [
        [{"kind": "node", "name": "loyalty_points", "label": "Loyalty points"}],
        [{"kind": "channel", "name": "slack", "label": "Slack"}],
    ]
    told = types["items"][-1]
    assert (told["label"], told["outlets"]) == ("Loyalty points", ["booked", "no_account", "failed"])
    assert told["docs"].startswith("Book loyalty points")
    assert types["channels"][0]["schema"]["properties"]["text"]["maxLength"] == 4000
