"""A source's feed, fetched on its schedule by a whole Waitline, and what its import reports."""

import gzip
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from temporalio.client import ScheduleBackfill, ScheduleOverlapPolicy

from activities.feed_tasks import FeedTask, feed_schedule_id
from activities.feeds import LARGEST_FEED, FeedImporter
from engine.store import feed_imports, sources
from engine.store.database import Database
from tests.engine.stock.test_merchant_feed import HEAD, TAIL, item
from tests.fakes.serving import serving
from tests.stack import Stack, until
from tests.store.shop import NOW


@dataclass
class FeedServer:
    """A shop's web server with one file on it."""

    content: bytes = (HEAD + item("FJELL-M", color="blue") + item("", title="Lost") + item("FJELL-L") + TAIL).encode()
    status: int = 200
    asked: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked += 1
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.content})


@pytest.fixture
async def server() -> FeedServer:
    return FeedServer()


@pytest.fixture
async def address(server: FeedServer) -> AsyncGenerator[str]:
    async with serving(server) as address:
        yield address


async def imported(database: Database, url: str, *, allow_private: bool = True, largest: int = LARGEST_FEED) -> Any:
    """The report of one import of the feed at this address."""
    async with database.transaction() as session:
        source = await sources.ensure_source(session, "Nordlys", NOW, "feed")
        settings = {"currency": "EUR", "feed": {"url": url}}
        await sources.change_source(session, source.id, settings=settings)
    importer = FeedImporter(database, lambda: NOW, retention=None, allow_private=allow_private, largest=largest)
    await importer.import_feed(FeedTask(source=source.id))
    async with database.snapshot() as session:
        return (await feed_imports.newest(session, source.id))[0]


async def test_a_bad_item_is_reported_by_its_line_and_the_rest_is_imported(
    sqlite_database: Database, server: FeedServer, address: str
) -> None:
    report = await imported(sqlite_database, address)
    assert (report.status, report.items, report.changed, report.problem_count) == ("completed", 2, 2, 1)
    assert [(one["line"], one["code"]) for one in report.problems] == [(4, "missing_field")]
    again = await imported(sqlite_database, address)
    assert (again.items, again.changed) == (2, 0)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((HEAD + item("A") + "<item><g:id>B", 200), ("partial", "not_xml")),
        (("", 200), ("partial", "not_xml")),
        (("<html><p>Maintenance</p></html>", 200), ("completed", None)),
        (("gone", 404), ("failed", "refused")),
        (("", 302), ("failed", "refused")),
    ],
)
async def test_a_file_that_is_broken_or_missing_is_reported(
    sqlite_database: Database, server: FeedServer, address: str, answer: tuple[str, int], expected: tuple[str, Any]
) -> None:
    outcome, code = expected
    server.content, server.status = answer[0].encode(), answer[1]
    report = await imported(sqlite_database, address)
    assert (report.status, [one["code"] for one in report.problems]) == (outcome, [code] if code else [])


async def test_a_file_without_end_is_cut_off_and_what_came_before_counts(
    sqlite_database: Database, server: FeedServer, address: str
) -> None:
    server.content = (HEAD + "".join(item(f"A{number}", description="x" * 300) for number in range(2_000))).encode()
    report = await imported(sqlite_database, address, largest=1 << 19)
    assert (report.status, [one["code"] for one in report.problems]) == ("failed", ["too_large"])
    assert 0 < report.items < 2_000
    assert LARGEST_FEED == 1 << 30, "a gigabyte is the most"


async def test_a_file_that_grows_a_thousandfold_when_it_is_unpacked_is_cut_off(
    sqlite_database: Database, server: FeedServer, address: str
) -> None:
    server.content = gzip.compress((HEAD + item("A")).encode() + b" " * (48 << 20))
    server.headers = [(b"content-encoding", b"gzip")]
    report = await imported(sqlite_database, address, largest=1 << 22)
    assert (report.status, len(report.problems)) == ("failed", 1)


@pytest.mark.spec("R-004")
async def test_fuzzed_feeds_are_imported_as_far_as_they_can_be_read_and_stop_nothing(
    database: Database, server: FeedServer, address: str
) -> None:
    chance = Random(4)
    odd = (
        "",
        "\x00",
        "&#0;",
        "&b;",
        "<",
        "-1",
        "9" * 40,
        "1e400",
        "NaN",
        "x" * 100_000,
        "٣",
        "in stock?",
        "\ud83d\ude00",
    )
    names = ("title", "link", "price", "sale_price", "availability", "quantity", "item_group_id", "size", "gtin")
    for _ in range(25):
        items = [item(f"S{number}", **{chance.choice(names): chance.choice(odd)}) for number in range(4)]
        text = HEAD + item("FIRST") + "".join(items) + TAIL
        raw = bytearray(text.encode(errors="replace"))
        if chance.random() < 0.5:
            start = chance.randrange(len(HEAD) + 200, len(raw))
            raw[start : start + chance.randrange(40)] = chance.randbytes(chance.randrange(40))
        server.content = bytes(raw)
        report = await imported(database, address)
        assert report.status in {"completed", "partial"}, report.problems
        assert report.items >= 1, "what stands before the fault is imported"
        assert report.status == "completed" or report.problems, "and the fault is reported"

    server.content = (HEAD + item("SOUND") + TAIL).encode()
    report = await imported(database, address)
    assert (report.status, report.items, report.changed) == ("completed", 1, 1)


async def test_an_address_on_a_private_network_is_not_fetched(
    sqlite_database: Database, server: FeedServer, address: str
) -> None:
    report = await imported(sqlite_database, address, allow_private=False)
    assert (report.status, report.problems[0]["code"], server.asked) == ("failed", "bad_address", 0)
    report = await imported(sqlite_database, "http://127.0.0.1:9", allow_private=True)
    assert (report.status, report.problems[0]["code"]) == ("failed", "unreachable")


@pytest.mark.spec("F-049")
async def test_a_source_with_a_feed_is_imported_on_its_schedule(
    tmp_path: Path, server: FeedServer, address: str
) -> None:
    async with Stack(tmp_path / "home", demo="false", allow_private_endpoints="true").running() as stack:
        staff = await stack.staff()
        feed = {"url": f"{address}/products.xml", "every_minutes": 15}
        made = await staff.post(
            "/v1/sources", json={"name": "Nordlys", "kind": "feed", "currency": "EUR", "feed": feed}
        )
        assert made.status_code == 201, made.text
        await until(lambda: stack.query("SELECT 1 FROM feed_import WHERE status = 'completed'"), "the first import")
        assert sorted(stack.query("SELECT sku FROM variant")) == [("FJELL-L",), ("FJELL-M",)]
        [(attributes,)] = stack.query("SELECT attributes FROM variant WHERE sku = 'FJELL-M'")
        assert json.loads(attributes)["color"] == "blue"
        [(problems,)] = stack.query("SELECT problems FROM feed_import")
        assert '"line": 4' in problems
        schedule = (await stack.temporal()).get_schedule_handle(feed_schedule_id(made.json()["id"]))
        described = await schedule.describe()
        assert described.schedule.spec.intervals[0].every == timedelta(minutes=15)
        assert described.schedule.policy.overlap is ScheduleOverlapPolicy.SKIP

        async def is_idle() -> bool:
            return not (await schedule.describe()).info.running_actions

        await until(is_idle, "the end of the workflow, beside which no other would begin")
        server.content = (HEAD + item("FJELL-M") + item("FJELL-S") + TAIL).encode()
        past = datetime.now(UTC)
        await schedule.backfill(
            ScheduleBackfill(past - timedelta(minutes=15), past)
        )  # what a quarter of an hour brings
        ended = "SELECT items, problem_count FROM feed_import WHERE status = 'completed' ORDER BY started_at"
        await until(lambda: len(stack.query(ended)) == 2, "the import that the schedule brings")
        assert stack.query(ended) == [(2, 1), (2, 0)]
        assert server.asked == 2
        assert len(stack.query("SELECT 1 FROM variant WHERE sku = 'FJELL-S'")) == 1
        assert (await schedule.describe()).info.num_actions == 2
