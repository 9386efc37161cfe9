"""What a release reads to find its next people does not grow with the line: counted in rows, which no busy machine
changes, and whatever PostgreSQL believes of its tables.

How long a pick takes in a line of a million, `python -m benchmarks.line` measures.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from benchmarks.line import FILL, LINE, NOW, RULE
from engine.store.database import Database
from engine.store.lines import Place, form_line, next_in_line, next_places

LIMIT = 50
Pick = Callable[[Connection], tuple[list[Place], bool]]
FRESH = replace(LINE, interest=LINE.interest.model_copy(update={"window": timedelta(days=30)}))
MANY = replace(LINE, variants=tuple(f"var_{number}" for number in range(120)))
REFUSING = replace(LINE, refusing="rel_1", again_within=timedelta(days=1))
REFUSED = 20
PICKS: dict[str, Pick] = {
    "one variant": lambda connection: next_in_line(connection, LINE, LIMIT, NOW),
    "two variants": lambda connection: next_in_line(connection, replace(LINE, variants=("var_1", "var_2")), LIMIT, NOW),
    "a hundred variants and more": lambda connection: next_in_line(connection, MANY, LIMIT, NOW),
    "a door": lambda connection: next_in_line(connection, REFUSING, LIMIT, NOW),
    "a window": lambda connection: next_in_line(connection, FRESH, LIMIT, NOW),
    "tiers": lambda connection: next_places(connection, LINE, "rel_1", tier=1, limit=LIMIT, now=NOW),
}
REFUSALS = """
INSERT INTO release_exclusion (release_id, entry_id, profile_id, reason, at)
SELECT 'rel_1', id, profile_id, 'not_in_audience', :now FROM waitlist_entry
WHERE profile_id NOT IN (SELECT profile_id FROM enrollment)
ORDER BY intent, created_at, id LIMIT :refused
"""


async def fill(database: Database, people: int) -> None:
    """So many wait whom the statistics do not know: of these tables they say that nobody does."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE waitlist_entry, enrollment, profile, release_place"))
    async with database.connection() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # rows without their parents
        for statement in FILL.split(";"):
            values = {"now": NOW, "people": people}
            await connection.execute(
                text(statement), {name: one for name, one in values.items() if f":{name}" in statement}
            )
        await connection.execute(text(REFUSALS), {"now": NOW, "refused": REFUSED})
    await database.run(lambda connection: form_line(connection, LINE, "rel_1", RULE, NOW), writes=True)


def leaves(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    below = plan.get("Plans", [])
    if not below:
        yield plan
    for one in below:
        yield from leaves(one)


async def rows_read(database: Database, pick: Pick) -> float:
    """Rows that the statements of a pick touch, those that they throw away among them."""
    told: list[tuple[str, Any]] = []

    def listen(*arguments: Any) -> None:
        told.append((arguments[2], arguments[3]))

    def picked(connection: Connection) -> None:
        event.listen(connection.engine, "before_cursor_execute", listen)
        try:
            with connection.begin_nested() as attempt:
                places, is_last = pick(connection)
                attempt.rollback()
        finally:
            event.remove(connection.engine, "before_cursor_execute", listen)
        assert (len(places), is_last) == (LIMIT, False)

    await database.run(picked, writes=True)
    read = 0.0
    async with database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        attempt = driver.transaction()
        await attempt.start()
        for statement, parameters in told:
            if "set_config" in statement:
                await driver.execute(statement, *parameters)
            elif not statement.startswith(("DELETE", "SAVEPOINT", "ROLLBACK")):
                plan = await driver.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *parameters)
                plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
                for leaf in leaves(plan):
                    thrown_away = leaf.get("Rows Removed by Filter", 0) + leaf.get("Rows Removed by Index Recheck", 0)
                    read += (leaf["Actual Rows"] + thrown_away) * leaf["Actual Loops"]
        await attempt.rollback()
    return read


@pytest.mark.postgres
async def test_a_pick_reads_as_many_rows_as_it_finds_and_no_more_of_a_longer_line(postgres_database: Database) -> None:
    await fill(postgres_database, 2_000)
    unknown = {name: await rows_read(postgres_database, pick) for name, pick in PICKS.items()}
    async with postgres_database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE waitlist_entry, enrollment, profile, release_place"))
    known = {name: await rows_read(postgres_database, pick) for name, pick in PICKS.items()}

    places = [
        await postgres_database.run(
            lambda connection, line=line: next_in_line(connection, line, LIMIT, NOW), writes=True
        )
        for line in (LINE, MANY)
    ]
    assert places[0] == places[1], "in the same order, in however many parts they are asked for"
    behind, _ = await postgres_database.run(
        lambda connection: next_in_line(connection, REFUSING, LIMIT, NOW), writes=True
    )
    assert behind[: LIMIT - REFUSED] == places[0][0][REFUSED:], "whom the release has refused it passes over"
    for name in PICKS:
        assert unknown[name] <= 6 * LIMIT, name
        assert known[name] <= 6 * LIMIT, name
