"""How fast a segment is counted in a large shop: `python -m benchmarks.segments`.

A PostgreSQL server of its own gets a million profiles and ten million events of the last year, and the indexes that
are shipped. Printed is the time of each count as a page asks for it, the best of three, beside its goal. Making the
shop takes some minutes and six gigabytes of disk; `--profiles 100000` makes a smaller one.
"""

import argparse
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import text

from engine.journey.conditions import Condition, Criteria
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.segments import count_profiles
from tests.postgres import PostgresServer

GOAL_SECONDS = 1.0
EVENTS_A_PROFILE = 10
ROUNDS = 3
CONDITIONS: Mapping[str, Any] = {
    "bought in the last week": {"kind": "has_occurred", "event": "Order Completed", "within": "P7D"},
    "restock in the last week, lives in Germany": {
        "kind": "all",
        "of": [
            {"kind": "has_occurred", "event": "Back in Stock", "within": "P7D"},
            {"kind": "attribute", "attribute": "country", "op": "equals", "value": "DE"},
        ],
    },
    "gold, looked three times in 30 days, did not buy": {
        "kind": "all",
        "of": [
            {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"},
            {"kind": "has_occurred", "event": "Product Viewed", "within": "P30D", "at_least": 3},
            {"kind": "not", "of": {"kind": "has_occurred", "event": "Order Completed", "within": "P90D"}},
        ],
    },
}
_PROFILES = """
INSERT INTO profile (id, country, attributes, created_at, updated_at)
SELECT 'prf_' || n, (ARRAY['DE', 'AT', 'FR', 'US'])[1 + n % 4],
       jsonb_build_object('tier', (ARRAY['gold', 'silver', 'tin', 'tin'])[1 + n / 7 % 4]), now(), now()
FROM generate_series(1, :profiles) n
"""
_EVENTS = """
INSERT INTO event (id, name, profile_id, properties, at, received_at)
SELECT 'evt_' || n, (ARRAY['Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed',
       'Product Added', 'Cart Viewed', 'Order Completed', 'Back in Stock', 'Waiting on Stock'])[1 + n % 10],
       'prf_' || (1 + floor(random() * :profiles)::int), '{"sku": "FJELL-M", "price": 249}',
       now() - interval '365 days' * random(), now()
FROM generate_series(1, :events) n
"""


async def fill(url: str, profiles: int) -> None:
    """Make the shop, with its indexes laid aside and made anew as they were: that takes a third of the time."""
    database = Database(url)
    await upgrade(database)
    async with database.connection() as connection:
        laid_aside = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'event' AND indexname LIKE 'ix_%'"
        indexes = (await connection.execute(text(laid_aside))).all()
        for name, _ in indexes:
            await connection.execute(text(f"DROP INDEX {name}"))
        await connection.execute(text(_PROFILES), {"profiles": profiles})
        await connection.execute(text(_EVENTS), {"profiles": profiles, "events": profiles * EVENTS_A_PROFILE})
        for _, definition in indexes:
            await connection.execute(text(definition))
    await database.close()


async def measure(url: str, profiles: int) -> None:
    """Make the shop and count."""
    started = perf_counter()
    await fill(url, profiles)
    database = Database(url)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("profile", "event"):
            await connection.execute(text(f"VACUUM ANALYZE {table}"))
    made = perf_counter() - started
    print(f"{profiles:,} profiles and {profiles * EVENTS_A_PROFILE:,} events, made in {made:.0f} s")
    for name, raw in CONDITIONS.items():
        condition: Condition = TypeAdapter[Condition](Criteria).validate_python(raw)
        took: list[float] = []
        found = 0
        for _ in range(ROUNDS):
            async with database.snapshot() as session:
                began = perf_counter()
                found = (await count_profiles(session, condition, datetime.now(UTC))).count
                took.append(perf_counter() - began)
        verdict = "met" if min(took) < GOAL_SECONDS else "MISSED"
        print(f"{name:<50} {found:>9,} {min(took):7.3f} s   goal {GOAL_SECONDS:g} s   {verdict}")
    await database.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    options = parser.parse_args()
    with PostgresServer() as server:
        asyncio.run(measure(server.new_database(), options.profiles))


if __name__ == "__main__":
    main()
