"""How fast the next batch is found in a long line: `python -m benchmarks.line [people]`.

Fills a PostgreSQL database of its own with a line of a million (or `people`, at least 40,000), then picks batches the
ways that releases do: straight from the waitlist's index, and from a line written down in an order of its own; before
PostgreSQL has looked at its tables, and after. Then a tenth as many begin to wait in a whole Waitline, by its API, and
the workflows at its Temporal server are counted. Prints each figure beside its bar: milliseconds a pick, bytes and
workflows an entry; and the CPU of a pick, ours and the database's, which a busy machine changes least.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Connection, text

from benchmarks.bars import Bars
from benchmarks.processes import family_cpu
from engine.stock.interest import InterestRule
from engine.stock.rules import ReleaseRule, Tier
from engine.store import keys, sources
from engine.store.catalog_updates import ProductEntry, VariantEntry, store_products
from engine.store.database import Database
from engine.store.lines import Line, Place, form_line, next_in_line, next_places
from engine.store.schema import upgrade
from tests.postgres import PostgresServer
from tests.stack import Stack, until

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
PICKS = 21
BATCH = 500
BAR_MS = 50
BAR_BYTES = 1_000
AT_ONCE = 10_000
"""Pairs of person and variant in one call."""
Pick = Callable[[Connection], tuple[list[Place], bool]]
LINE = Line("jny_1", "rst_1", NOW, ("var_1",), InterestRule(sources=frozenset({"explicit", "wishlist"})))
RULE = ReleaseRule(tiers=(Tier(segment="vip"),))

FILL = """
INSERT INTO profile (id, attributes, created_at, updated_at)
SELECT 'prf_' || n, jsonb_build_object('tier', CASE WHEN n % 50 = 0 THEN 'vip' ELSE 'none' END), :now, :now
FROM generate_series(1, :people) n;
INSERT INTO waitlist_entry (id, profile_id, variant_id, source, intent, state, created_at, expires_at)
SELECT 'wle_' || lpad(n::text, 26, '0'), 'prf_' || n, 'var_1',
       CASE WHEN n % 3 = 0 THEN 'wishlist' ELSE 'explicit' END, CASE WHEN n % 3 = 0 THEN 1 ELSE 0 END, 'pending',
       CAST(:now AS timestamptz) - random() * interval '80 days', CAST(:now AS timestamptz) + interval '10 days'
FROM generate_series(1, :people) n;
INSERT INTO segment (id, name, condition, created_at, updated_at)
VALUES ('vip', 'VIP', '{"kind": "attribute", "attribute": "tier", "op": "equals", "value": "vip"}', :now, :now);
INSERT INTO enrollment (id, journey_id, version, profile_id, key, variant_id, restock_id, status, is_test, entered_at)
SELECT 'enr_' || n, 'jny_1', 1, 'prf_' || n, 'k', 'var_1', 'rst_0', 'waiting', false, :now
FROM generate_series(1, :people, 100) n
"""


async def measure(bars: Bars, people: int) -> None:
    """Fill the line and time the picks."""
    with PostgresServer(synced=True) as server:
        database = Database(server.new_database())
        await upgrade(database)
        async with database.connection() as connection:
            await connection.execute(text("SET session_replication_role = replica"))  # rows without their parents
            for statement in FILL.split(";"):
                values = {"now": NOW, "people": people}
                named = {name: value for name, value in values.items() if f":{name}" in statement}
                await connection.execute(text(statement), named)
        late = NOW - timedelta(days=30)
        fresh = Line("jny_1", "rst_1", NOW, ("var_1",), LINE.interest.model_copy(update={"window": NOW - late}))
        two = Line("jny_1", "rst_1", NOW, ("var_1", "var_2"), LINE.interest)
        ways: dict[str, Pick] = {
            "the waitlist": lambda connection: next_in_line(connection, LINE, BATCH, NOW),
            "an interest window": lambda connection: next_in_line(connection, fresh, BATCH, NOW),
            "two variants": lambda connection: next_in_line(connection, two, BATCH, NOW),
            "tiers": lambda connection: next_places(connection, LINE, "rel_1", tier=1, limit=BATCH, now=NOW),
        }
        started = perf_counter()
        await database.run(lambda connection: form_line(connection, LINE, "rel_1", RULE, NOW), writes=True)
        bars.told("writing a line with tiers down, once a release", perf_counter() - started, "s")
        for known in ("no statistics", "statistics"):
            for name, pick in ways.items():
                before = process_time() + family_cpu(server.pid)
                spans = await picks(database, pick)
                cpu = (process_time() + family_cpu(server.pid) - before) / PICKS * 1_000
                bars.at_most(f"{name}, {known}: median", median(spans), BAR_MS, "ms")
                bars.told(f"{name}, {known}: worst", max(spans), "ms")
                bars.told(f"{name}, {known}: CPU", cpu, "ms")
            async with database.engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("VACUUM ANALYZE"))
                size = await connection.scalar(text("SELECT pg_total_relation_size('waitlist_entry')"))
        bars.at_most(f"an entry of {people:,}, with its indexes", int(size or 0) / people, BAR_BYTES, "bytes")
        await database.close()


async def picks(database: Database, pick: Pick) -> list[float]:
    """Milliseconds of picks, each in a transaction of its own."""
    spans: list[float] = []
    for _ in range(PICKS):
        started = perf_counter()
        places, _ = await database.run(pick, writes=True)
        spans.append((perf_counter() - started) * 1_000)
        assert len(places) == BATCH
    return spans


async def wait(bars: Bars, people: int) -> None:
    """Have so many wait by the API of a whole Waitline, and count its workflows."""
    with tempfile.TemporaryDirectory(prefix="waitline-line-") as folder:
        async with Stack(Path(folder) / "home", demo="false").running() as stack:
            database, now = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}"), datetime.now(UTC)
            async with database.transaction() as session:
                source = await sources.ensure_source(session, "Shop", now)
                product = ProductEntry("fjell", "Fjell", "https://shop.example/", variants=[VariantEntry("FJELL", "M")])
                await store_products(session, source.id, [product], now)
                _, key = await keys.create_key(session, "server", name="benchmark", now=now)
            await database.close()
            temporal = await stack.temporal()
            before = (await temporal.count_workflows()).count
            sender = stack.client(headers={"Authorization": f"Bearer {key}"})
            for first in range(0, people, AT_ONCE):
                names = range(first, min(first + AT_ONCE, people))
                wishes = [{"variant": "FJELL", "external_id": f"u{name}"} for name in names]
                answer = await sender.put("/v1/waitlist/wishes", json={"data_source": "Shop", "wishes": wishes})
                answer.raise_for_status()
            assert stack.query("SELECT count(*) FROM waitlist_entry WHERE state = 'pending'") == [(people,)]
            await until(
                lambda: stack.query("SELECT count(*) FROM outbox_row WHERE routed_at IS NULL") == [(0,)], "routing"
            )
            begun = (await temporal.count_workflows()).count - before
    bars.at_most(f"workflows begun for {people:,} who wait", begun, 0, "workflows")


async def main(people: int) -> int:
    """Measure and print; 1 when a bar is missed."""
    bars = Bars(f"{BATCH} of a line of {people:,}")
    await measure(bars, people)
    await wait(bars, people // 10)
    return bars.show()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
