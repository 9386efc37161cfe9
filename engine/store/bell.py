"""The outbox bell: wakes whoever routes the outbox when another connection, of any process, has committed.

SQLite has no notifications, but it counts commits: `PRAGMA data_version` on a kept connection changes when any other
connection commits, and reading it takes a few microseconds. PostgreSQL tells its listeners.

    async with open_bell(database) as bell:
        while True:
            route everything that is open
            await bell.wait(timeout=1.0)

A bell rings for what happened since the wait before, so nothing is missed between routing and waiting. It may ring
without cause; the timeout bounds what a lost connection can delay.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.store.database import BUSY_TIMEOUT_MS, Database
from engine.store.outbox import CHANNEL

POLL_SECONDS = 0.01


class OutboxBell(Protocol):
    """Something that tells when it is worth looking into the outbox."""

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - a wait that ends quietly is the point here
        """Wait until something was committed, at most `timeout` seconds; whether it was."""
        ...


class SqliteBell:
    """Rings when another connection to the file has put something into the outbox and committed."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
        self._version: int = self._read_version()
        self._newest: int = self._read_newest()

    def _read_version(self) -> int:
        return self._connection.execute("PRAGMA data_version").fetchone()[0]

    def _read_newest(self) -> int:
        return self._connection.execute("SELECT coalesce(max(id), 0) FROM outbox_row").fetchone()[0]

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - as in the protocol
        """Look at the commit counter every ten milliseconds, and at the outbox when it moved."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not self._was_put():
            left = deadline - loop.time()
            if left <= 0:
                return False
            await asyncio.sleep(min(POLL_SECONDS, left))
        return True

    def _was_put(self) -> bool:
        version, before = self._read_version(), self._newest
        if version != self._version:
            self._version = version
            self._newest = self._read_newest()
        return self._newest > before

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class PostgresBell:
    """Rings when a transaction that put something into the outbox has committed. Connects again by itself."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._rung = asyncio.Event()
        self._connection: AsyncConnection | None = None
        self._driver: Any = None

    async def connect(self) -> None:
        """Listen on a connection of its own; what was put before is not announced, so this counts as a ring."""
        self._connection = await self._engine.connect()
        await self._connection.execution_options(isolation_level="AUTOCOMMIT")
        self._driver = (await self._connection.get_raw_connection()).driver_connection
        await self._driver.add_listener(CHANNEL, self._ring)
        self._rung.set()

    def _ring(self, *_: object) -> None:
        self._rung.set()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - as in the protocol
        """Wait for a notification."""
        if self._driver is None or self._driver.is_closed():
            await self._reconnect()
        if not self._rung.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), timeout)
        if not self._rung.is_set():
            return False
        self._rung.clear()
        return True

    async def _reconnect(self) -> None:
        await self.close()
        with suppress(DBAPIError, OSError):  # the server is away: the timeout stands in for the bell until it is back
            await self.connect()

    async def close(self) -> None:
        """Stop listening."""
        connection, driver = self._connection, self._driver
        self._connection = self._driver = None
        if connection is None:
            return
        if driver is not None and not driver.is_closed():
            await driver.remove_listener(CHANNEL, self._ring)
        else:
            await connection.invalidate()
        await connection.close()


@asynccontextmanager
async def open_bell(database: Database) -> AsyncGenerator[OutboxBell]:
    """The bell of this database, for as long as the block lasts."""
    if database.is_sqlite:
        sqlite_bell = SqliteBell(database.url.database or "")
        try:
            yield sqlite_bell
        finally:
            sqlite_bell.close()
    else:
        postgres_bell = PostgresBell(database.engine)
        await postgres_bell.connect()
        try:
            yield postgres_bell
        finally:
            await postgres_bell.close()
