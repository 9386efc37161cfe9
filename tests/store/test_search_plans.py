"""What a search reads does not grow with the shop: counted in pages of PostgreSQL, which no busy machine changes.

How long it takes at a million people, `python -m benchmarks.support` measures; docs/support.md tells what it found.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.store.database import Database
from engine.store.search import MOST, find_profiles

SMALL, LARGE = 2_000, 8_000
SEARCHES = (
    *("a", "an", "anna", "anna lind", "lindberg anna", "nd", "qv", "dber", "zzz nobody"),
    *("user777@mail.example", "user777", "@mail.example", "+43660 0000777", "0660/00007", "+4366"),
    *("shop-777", "anon-777", "NW-777", "#NW-777", "https://push.example/777", "psh_777", "prf_777"),
)
"""Everything that names a person, whole and in parts; prf_777 is found by each whole one."""
BEGINNINGS = {"ix_identity_search", "ix_profile_first_name_search", "ix_profile_last_name_search"}
PEOPLE = (
    """
    INSERT INTO profile (id, first_name, last_name, email, phone, external_id, attributes, created_at, updated_at)
    SELECT 'prf_' || n, (string_to_array('Anna Ben Clara Hannah Joanna Emma Andrea Sven Mia', ' '))[1 + n % 9],
           (string_to_array('Lind Berg Holm Lindberg Rosen Almqvist Wald', ' '))[1 + n / 9 % 7],
           'user' || n || '@mail.example', '+43660' || lpad(n::text, 7, '0'), 'shop-' || n, '{}', now(), now()
    FROM generate_series(CAST(:begin AS int), :end) n
    """,
    """
    INSERT INTO identity (kind, value, profile_id, created_at)
    SELECT kind, CASE kind WHEN 'email' THEN email WHEN 'phone' THEN phone WHEN 'external_id' THEN external_id
                           ELSE 'anon-' || substr(id, 5) END, id, created_at
    FROM profile, unnest(ARRAY['email', 'phone', 'external_id', 'anonymous_id']) kind
    WHERE substr(id, 5)::int BETWEEN :begin AND :end
    """,
    """
    INSERT INTO push_subscription (id, profile_id, endpoint, p256dh, auth, created_at)
    SELECT 'psh_' || n, 'prf_' || n, 'https://push.example/' || n, 'p', 'a', now()
    FROM generate_series(CAST(:begin AS int), :end) n
    """,
    """
    INSERT INTO event (id, name, profile_id, properties, at, received_at)
    SELECT 'evt_' || n, 'Order Completed', 'prf_' || n, jsonb_build_object('order_id', 'NW-' || n), now(), now()
    FROM generate_series(CAST(:begin AS int), :end) n
    """,
)


async def grow(database: Database, begin: int, end: int) -> None:
    async with database.connection() as connection:
        for statement in PEOPLE:
            await connection.execute(text(statement), {"begin": begin, "end": end})
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE profile, identity, push_subscription, event"))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


async def searched(database: Database, query: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Who is found, and the plans of the statements as they were carried out."""
    told: list[tuple[str, Any]] = []

    def listen(*arguments: Any) -> None:
        told.append((arguments[2], arguments[3]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
    async with database.snapshot() as session:
        found = (await find_profiles(session, query, after=None, limit=50)).items
    event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
    plans: list[dict[str, Any]] = []
    async with database.engine.connect() as connection:
        asked = (await connection.get_raw_connection()).driver_connection
        assert asked is not None
        await asked.execute("SET enable_sort = off")  # as at a million people: of a few it would sort all that begin so
        for statement, parameters in told:
            if statement.startswith("SET LOCAL"):
                await asked.execute(statement.replace("LOCAL ", ""))
                continue
            plan = await asked.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *parameters)
            plans.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
        await asked.execute("RESET ALL")
    return [one.profile.id for one in found], plans


def pages(plans: list[dict[str, Any]]) -> int:
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans)


@pytest.mark.postgres
async def test_in_four_times_as_many_people_a_search_reads_no_more(postgres_database: Database) -> None:
    await grow(postgres_database, 1, SMALL)
    before = {query: pages((await searched(postgres_database, query))[1]) for query in SEARCHES}
    await grow(postgres_database, SMALL + 1, LARGE)

    for query in SEARCHES:
        found, plans = await searched(postgres_database, query)

        assert len(plans) <= 6, "statements do not follow the number of people"
        assert pages(plans) <= before[query] * 1.5 + 300, query
        for node in (node for plan in plans for node in nodes(plan)):
            if node.get("Index Name") in BEGINNINGS:
                assert node["Actual Rows"] <= MOST, "no more entries of an index than people are shown"
        assert bool(found) == (query not in {"zzz nobody"}), query
        if "777" in query and query != "user777":
            assert found[0] == "prf_777", query
