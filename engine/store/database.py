"""The database: one engine, units of work, and nothing else.

SQLite runs in WAL mode with one writer at a time: `transaction` takes the process's write lock and begins IMMEDIATE, so
that two processes queue for the file instead of failing half way; `snapshot` only reads and never waits for a writer.
PostgreSQL needs neither. Repositories get a session and never commit; the edge that opened the unit of work does.

The hot path uses `run`: a plain function over a Core connection. On SQLite it runs in one thread with the standard
library's driver, so that ten statements cost one change of thread, not thirty; on PostgreSQL it runs over asyncpg.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from engine.segments.dialects import SQLITE_FUNCTION, sqlite_instant
from engine.store.direct import carried_out
from engine.store.vault import Vault

Durability = Literal["power_loss", "process_kill"]
_SYNCHRONOUS = {"power_loss": "FULL", "process_kill": "NORMAL"}
BUSY_TIMEOUT_MS = 15_000
LOWERED = "waitline_lowered"
"""The function by which SQLite puts any letter into lower case; its own knows only those of English."""
VAULT = "waitline_vault"
"""The execution option by which repositories find the vault."""
Result = TypeVar("Result")


class Database:
    """Units of work on SQLite (`sqlite+aiosqlite://`) or PostgreSQL (`postgresql+asyncpg://`).

    `durability` says what a commit survives on SQLite: `power_loss` syncs the file at each commit, `process_kill` lets
    the operating system do so (kill -9 of anything is survived either way). `vault` seals the secrets that are kept.
    """

    def __init__(
        self, url: str, *, durability: Durability = "power_loss", pool_size: int = 5, vault: Vault | None = None
    ) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._write_lock = asyncio.Lock() if self.is_sqlite else None
        told: dict[str, Any] = {"execution_options": {VAULT: vault}, "hide_parameters": True}
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 10, **told}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None}
        self.engine: AsyncEngine = create_async_engine(self.url, **options)
        self._direct: Engine | None = None
        self._kept: dict[bool, Connection] = {}
        if self.is_sqlite:
            self._prepare_sqlite(self.engine.sync_engine, durability)
            self._direct = create_engine(
                self.url.set(drivername="sqlite"),
                pool_size=2,
                connect_args=options["connect_args"],
                **told,
            )
            self._prepare_sqlite(self._direct, durability)
            self._threads = {writes: ThreadPoolExecutor(1, "database") for writes in (False, True)}

    async def run(self, work: Callable[[Connection], Result], *, writes: bool) -> Result:
        """Run a function of Core statements as one unit of work, off the event loop."""
        if self._direct is None:
            async with self.engine.begin() as connection:
                return await connection.run_sync(work)
        loop = asyncio.get_running_loop()
        async with self._write_lock if writes and self._write_lock else nullcontext():
            return await loop.run_in_executor(self._threads[writes], self._in_thread, work, writes)

    async def carry_out(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, Result]]) -> Result:
        """Run repository functions as one unit of work that writes: in the writer's thread, or over asyncpg."""
        if self._direct is None:
            async with self.connection() as connection:
                return await work(connection)
        return await self.run(lambda connection: carried_out(work, connection), writes=True)

    async def look_up(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, Result]]) -> Result:
        """The same for repository functions that only read: they see one state, and wait for no writer."""
        if self._direct is None:
            async with self.engine.connect() as connection:
                return await work(connection)
        return await self.run(lambda connection: carried_out(work, connection), writes=False)

    def _in_thread(self, work: Callable[[Connection], Result], writes: bool) -> Result:
        """In the thread that keeps this connection; after an error it takes a new one."""
        connection = self._kept.pop(writes, None)
        if connection is None:
            assert self._direct is not None
            connection = self._direct.connect().execution_options(waitline_writes=writes)
        try:
            with connection.begin():
                answer = work(connection)
        except BaseException:
            connection.close()
            raise
        self._kept[writes] = connection
        return answer

    @staticmethod
    def _prepare_sqlite(engine: Engine, durability: Durability) -> None:
        @event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            connection.create_function(SQLITE_FUNCTION, 1, sqlite_instant)
            connection.create_function(LOWERED, 1, _lowered)
            cursor = connection.cursor()
            for pragma in (
                f"busy_timeout={BUSY_TIMEOUT_MS}",
                "journal_mode=WAL",
                f"synchronous={_SYNCHRONOUS[durability]}",
                "foreign_keys=OFF",
                "cache_size=-16000",
                "temp_store=MEMORY",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            writes = connection.get_execution_options().get("waitline_writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[AsyncConnection]:
        """A unit of work for Core statements: commits at the end, rolls back on any error."""
        async with self._write_lock or nullcontext(), self.engine.connect() as connection:
            await connection.execution_options(waitline_writes=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A unit of work: commits at the end, rolls back on any error."""
        async with self.connection() as connection, AsyncSession(connection, expire_on_commit=False) as session:
            yield session
            await session.flush()

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncSession]:
        """A consistent view for reading; nothing written in it is kept."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    async def scrub(self) -> None:
        """Leave nothing of deleted rows in the file: free pages and the write-ahead log are rewritten on SQLite.

        PostgreSQL forgets them when it next vacuums, which it does by itself.
        """
        if not self.is_sqlite:
            return
        async with self._write_lock or nullcontext():
            await asyncio.get_running_loop().run_in_executor(self._threads[True], self._rewrite)

    def _rewrite(self) -> None:
        assert self._direct is not None
        with self._direct.connect() as connection:
            bare = connection.connection.cursor()  # the driver's own: neither statement runs within a transaction
            bare.execute("VACUUM")
            is_busy, _, _ = bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            bare.close()
        if is_busy:
            raise OSError("Somebody reads the database; the write-ahead log is emptied on the next try.")

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()
        if self._direct is not None:
            for thread in self._threads.values():
                thread.shutdown()
            for connection in self._kept.values():
                connection.close()
            self._direct.dispose()


def _lowered(text: str | None) -> str | None:
    return None if text is None else text.lower()
