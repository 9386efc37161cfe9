"""Prepared statements mean on SQLite's own driver what they mean through SQLAlchemy, and on both databases the same."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, select

from engine.store.database import Database
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import core
from engine.store.tables import Event, Suppression, WorkspaceSetting

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
_listed, _setting = core(Suppression), core(WorkspaceSetting)
FOUND = Prepared(
    select(_listed.c.address_hash, _listed.c.at.label("since"))
    .where(is_among(_listed.c.address_hash, IDS), _listed.c.channel == "email")
    .order_by(_listed.c.address_hash)
)
LISTED = Prepared(
    lambda insert: insert(Suppression).on_conflict_do_nothing().returning(_listed.c.address_hash, _listed.c.at)
)
SET = Prepared(lambda insert: insert(WorkspaceSetting))


def listed(address: str, at: datetime = NOON) -> dict[str, object]:
    return {"channel": "email", "address_hash": address, "reason": "complaint", "at": at}


async def test_rows_go_in_once_and_come_back_as_the_values_that_they_were(database: Database) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))

    def work(connection: Connection) -> None:
        first = LISTED.returning(connection, [listed("a"), listed("b' OR 1=1 --", elsewhere)])
        again = LISTED.returning(connection, [listed("a"), listed("c")])
        found = FOUND.rows(connection, {"ids": {"a", "c", "b' OR 1=1 --", "nobody"}})
        through_sqlalchemy = connection.execute(select(_listed).order_by(_listed.c.address_hash)).mappings().all()

        assert [row["address_hash"] for row in first] == ["a", "b' OR 1=1 --"]
        assert [row["address_hash"] for row in again] == ["c"]
        assert [(row["address_hash"], row["since"]) for row in found] == [
            ("a", NOON),
            ("b' OR 1=1 --", NOON),
            ("c", NOON),
        ]
        assert [row["at"] for row in through_sqlalchemy] == [NOON] * 3
        assert FOUND.rows(connection, {"ids": []}) == []

    await database.run(work, writes=True)


async def test_documents_are_written_and_read_as_documents(database: Database) -> None:
    value = {"caps": [1, 2], "zone": "Europe/Vienna", "note": "“ü”"}
    read = Prepared(select(_setting.c.value).where(is_among(_setting.c.name, IDS)))

    def work(connection: Connection) -> list[object]:
        SET.many(connection, [{"name": "guardrails", "value": value, "updated_at": NOON}])
        return [row["value"] for row in read.rows(connection, {"ids": ["guardrails"]})]

    assert await database.run(work, writes=True) == [value]


async def test_a_unit_of_work_that_fails_keeps_nothing_of_what_was_prepared(database: Database) -> None:
    def work(connection: Connection) -> None:
        LISTED.returning(connection, [listed("a")])
        raise ValueError("something else went wrong")

    with pytest.raises(ValueError, match="something else"):
        await database.run(work, writes=True)
    assert await database.run(lambda one: FOUND.rows(one, {"ids": ["a"]}), writes=True) == []
    await database.run(lambda one: LISTED.returning(one, [listed("a")]), writes=True)
    assert len(await database.run(lambda one: FOUND.rows(one, {"ids": ["a"]}), writes=False)) == 1


async def test_many_ids_are_looked_up_by_the_index(sqlite_database: Database) -> None:
    def plan(connection: Connection) -> str:
        driver: Any = connection.connection.driver_connection
        said: list[str] = []
        driver.set_trace_callback(said.append)
        FOUND.rows(connection, {"ids": ["a"]})
        driver.set_trace_callback(None)
        return " ".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {said[-1]}"))

    assert "SEARCH suppression" in await sqlite_database.run(plan, writes=False)


async def test_a_column_with_a_default_in_python_is_not_left_out(sqlite_database: Database) -> None:
    forgetful = Prepared(lambda insert: insert(Event))
    with pytest.raises(TypeError, match="properties"):
        await sqlite_database.run(lambda one: forgetful.many(one, [{"id": "evt_1", "name": "X"}]), writes=True)


async def test_a_plan_made_for_an_empty_table_does_not_compare_each_row_with_each_text(
    postgres_database: Database,
) -> None:
    where = is_among(_listed.c.address_hash, IDS)
    asked = select(_listed.c.reason).where(where).compile(dialect=postgres_database.engine.sync_engine.dialect)
    text = str(asked).replace("%(ids)s", "$1").replace("$1::VARCHAR[]", "$1")
    async with postgres_database.engine.connect() as connection:
        await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.exec_driver_sql("SET LOCAL enable_indexscan = off")
        await connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        await connection.exec_driver_sql(f"PREPARE asked (varchar[]) AS {text}")
        plan = await connection.exec_driver_sql("EXPLAIN EXECUTE asked (ARRAY['a', 'b'])")
        steps = "\n".join(row[0] for row in plan)
    assert "Seq Scan on suppression" in steps
    assert "Hash" in steps
    assert "ANY" not in steps
