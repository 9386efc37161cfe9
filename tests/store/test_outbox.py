"""The outbox and its bell, on both databases."""

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from engine.store import outbox
from engine.store.bell import open_bell
from engine.store.database import Database

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


async def _put(database: Database, *kinds: str, now: datetime = NOW) -> None:
    async with database.connection() as connection:
        await outbox.put_all(connection, [outbox.Fact(kind, f"{kind}-1", {"n": 1}) for kind in kinds], now)


async def _open(database: Database, now: datetime = NOW) -> list[outbox.OpenRow]:
    async with database.snapshot() as session:
        return await outbox.open_rows(session, 10, now)


async def test_facts_come_out_in_the_order_in_which_they_were_put(database: Database) -> None:
    await _put(database, "stock_moved", "event")
    await _put(database, "stock_moved")

    rows = await _open(database)

    assert [row.kind for row in rows] == ["stock_moved", "event", "stock_moved"]
    assert rows[0].payload == {"n": 1}
    assert rows[0].created_at == NOW


async def test_a_routed_fact_is_gone_and_can_be_forgotten(database: Database) -> None:
    await _put(database, "event", "event")
    first, second = await _open(database)

    async with database.connection() as connection:
        await outbox.mark_routed(connection, [first.id], NOW)

    assert [row.id for row in await _open(database)] == [second.id]
    async with database.connection() as connection:
        assert await outbox.forget_routed(connection, NOW) == 0
        assert await outbox.forget_routed(connection, NOW + timedelta(seconds=1)) == 1


async def test_a_fact_that_fails_waits_longer_each_time_and_blocks_nobody(database: Database) -> None:
    await _put(database, "event", "event")
    first, second = await _open(database)
    now = NOW
    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        pause = timedelta(seconds=seconds)
        row = next(row for row in await _open(database, now) if row.id == first.id)
        async with database.connection() as connection:
            await outbox.mark_failed(connection, row, "Temporal is away", now)
        just_before = now + pause - timedelta(milliseconds=1)
        assert [row.id for row in await _open(database, just_before)] == [second.id]
        now += pause

    async with database.snapshot() as session:
        assert await outbox.backlog(session) == outbox.Backlog(open=2, oldest=NOW, failing=1)


async def test_nothing_is_put_when_the_transaction_fails(database: Database) -> None:
    async def fail_after_putting() -> None:
        async with database.connection() as connection:
            await outbox.put(connection, "event", "evt_1", {}, NOW)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await fail_after_putting()

    assert await _open(database) == []


async def test_the_bell_rings_on_commit_and_not_before(database: Database) -> None:
    async with open_bell(database) as bell:
        await bell.wait(0)
        assert not await bell.wait(0.05)

        async with database.connection() as connection:
            await outbox.put(connection, "event", "evt_1", {}, NOW)
            assert not await bell.wait(0.05)
        assert await bell.wait(5)
        assert not await bell.wait(0.05)


async def test_the_bell_rings_for_what_was_put_between_two_waits(database: Database) -> None:
    async with open_bell(database) as bell:
        await bell.wait(0)
        await _put(database, "event")
        await _put(database, "event")
        assert await bell.wait(5)


async def test_another_process_rings_the_bell_of_a_sqlite_file(sqlite_database: Database) -> None:
    path = sqlite_database.url.database
    async with open_bell(sqlite_database) as bell:
        waiting = asyncio.create_task(bell.wait(20))
        script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
        elsewhere = [sys.executable, "-c", script, path]
        await asyncio.to_thread(subprocess.run, [*elsewhere, "create table t (a)"], check=True)
        await asyncio.sleep(0.1)
        assert not waiting.done(), "only what is put into the outbox rings"
        put = (
            "insert into outbox_row (kind, subject_id, payload, created_at, due_at, attempts)"
            " values ('event', 'evt_1', '{}', '2027-01-01 00:00:00.000000', '2027-01-01 00:00:00.000000', 0)"
        )
        await asyncio.to_thread(subprocess.run, [*elsewhere, put], check=True)
        assert await waiting


async def test_looking_for_a_ring_costs_microseconds(sqlite_database: Database) -> None:
    connection = sqlite3.connect(sqlite_database.url.database or "")
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    connection.execute("PRAGMA data_version").fetchone()
    connection.close()
    assert steps < 10, "reading the commit counter is a handful of virtual machine steps, whatever the file's size"


@pytest.mark.postgres
async def test_the_bell_survives_a_lost_connection(postgres_database: Database) -> None:
    async with open_bell(postgres_database) as bell:
        await bell.wait(0)
        async with postgres_database.connection() as connection:
            listeners = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
            assert len((await connection.execute(listeners)).all()) == 1
        while not await bell.wait(0.05):
            pass
        await _put(postgres_database, "event")
        assert await bell.wait(5)
