"""Leadership: at most one process at a time does a job, and another takes over when it dies.

SQLite serves one machine, so the lock is a file lock beside the database, which the operating system releases with the
process. On PostgreSQL it is an advisory lock on a kept connection, which the server releases with the connection.
"""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text

from engine.store.database import Database

TAKE_OVER_SECONDS = 0.5


@asynccontextmanager
async def lead(database: Database, job: str) -> AsyncGenerator[None]:
    """Wait until nobody else leads this job, then lead it inside the block."""
    if database.is_sqlite:
        async with _file_lock(Path(f"{database.url.database}.{job}.lock")):
            yield
        return
    number = int.from_bytes(hashlib.sha256(f"waitline/{job}".encode()).digest()[:8], signed=True)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):  # noqa: ASYNC110 - the lock is in another process
            await asyncio.sleep(TAKE_OVER_SECONDS)
        try:
            yield
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})


@asynccontextmanager
async def _file_lock(path: Path) -> AsyncGenerator[None]:
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(TAKE_OVER_SECONDS)
        yield
