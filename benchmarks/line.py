"""How fast the next batch is found in a long line: `python -m benchmarks.line [people]`.

Fills a PostgreSQL database of its own with a line of a million (or `people`), then picks batches the ways that releases
do: straight from the waitlist's index, and from a line written down in an order of its own. Prints the median and the
worst of many picks in milliseconds beside the goal of 50, and the size of an entry.
"""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, text

from engine.stock.interest import InterestRule
from engine.stock.rules import ReleaseRule, Tier
from engine.store.database import Database
from engine.store.lines import Line, Place, form_line, next_in_line, next_places
from engine.store.schema import upgrade
from tests.postgres import PostgresServer

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
PICKS = 21
BATCH = 500
GOAL_MS = 50
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


async def measure(people: int) -> None:
    """Fill the line and time the picks."""
    with PostgresServer() as server:
        database = Database(server.new_database())
        await upgrade(database)
        async with database.connection() as connection:
            await connection.execute(text("SET session_replication_role = replica"))  # rows without their parents
            for statement in FILL.split(";"):
                values = {"now": NOW, "people": people}
                named = {name: value for name, value in values.items() if f":{name}" in statement}
                await connection.execute(text(statement), named)
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
            size = await connection.scalar(text("SELECT pg_total_relation_size('waitlist_entry')"))
        print(f"{people:,} people wait; {int(size or 0) / people:,.0f} bytes an entry with its indexes")
        await picks(database, "straight from the waitlist", lambda c: next_in_line(c, LINE, BATCH, NOW))
        late = NOW - timedelta(days=30)
        fresh = Line("jny_1", "rst_1", NOW, ("var_1",), LINE.interest.model_copy(update={"window": NOW - late}))
        await picks(database, "with an interest window", lambda c: next_in_line(c, fresh, BATCH, NOW))
        started = perf_counter()
        await database.run(lambda connection: form_line(connection, LINE, "rel_1", RULE, NOW), writes=True)
        print(f"a line with tiers is written down in {perf_counter() - started:.1f} s, once a release")
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE release_place"))
        await picks(
            database, "from a line with tiers", lambda c: next_places(c, LINE, "rel_1", tier=1, limit=BATCH, now=NOW)
        )
        await database.close()


async def picks(database: Database, name: str, pick: Callable[[Connection], tuple[list[Place], bool]]) -> None:
    """Time picks, each in a transaction of its own."""
    spans: list[float] = []
    for _ in range(PICKS):
        started = perf_counter()
        places, _ = await database.run(pick, writes=True)
        spans.append((perf_counter() - started) * 1_000)
        assert len(places) == BATCH
    print(f"{name}: {median(spans):.0f} ms, at worst {max(spans):.0f} (goal {GOAL_MS})")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
