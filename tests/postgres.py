"""A real PostgreSQL server of the tests' own, in a temporary folder, on a free port.

The server refuses to run as root, so root starts it as the user `postgres` that comes with Debian's package. Nothing is
synced to disk, as the server lives as long as the test run; `synced` has it work as it does in earnest.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import text

from engine.store.database import Database
from tests.programs import require_program

_USER = "waitline"
_START_LIMIT = 30.0
_ALWAYS = ("unix_socket_directories=", "max_connections=300")
_UNSYNCED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


_EMPTY = """DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
END $$"""


async def emptied(database: Database) -> Database:
    """The same database without a row, its counters at the beginning: a hundred times as quick as making another."""
    async with database.connection() as connection:
        await connection.execute(text("SET LOCAL lock_timeout = '20s'"))
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # in any order
        await connection.execute(text(_EMPTY))
        await connection.execute(text("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"))
    return database


class PostgresServer:
    """Started on entering the context, gone with its data on leaving it."""

    def __init__(self, *, synced: bool = False) -> None:
        self._settings = _ALWAYS if synced else (*_ALWAYS, *_UNSYNCED)
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        self._programs = require_program("initdb", package="postgresql", folders=folders).resolve().parent
        self._folder = Path(tempfile.mkdtemp(prefix="waitline-postgres-"))
        self._names = count(1)
        self._as_owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            self._as_owner = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def __enter__(self) -> Self:
        self._run("initdb", "-D", "cluster", "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        options = [part for setting in (*self._settings, f"port={self.port}") for part in ("-c", setting)]
        self._log = (self._folder / "log").open("wb")
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", "cluster", "-h", "127.0.0.1", *options],
            cwd=self._folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            **self._as_owner,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    @property
    def pid(self) -> int:
        """The process whose children serve the connections."""
        return self._server.pid

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.send_signal(signal.SIGINT)  # "fast": ends open sessions
        self._server.wait(30)
        self._log.close()
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """Make an empty database; its SQLAlchemy URL."""
        name = f"test_{next(self._names)}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER, name)
        return f"postgresql+asyncpg://{_USER}@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            **self._as_owner,
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stderr}"

    def _wait_until_ready(self) -> None:
        ready = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        give_up = time.monotonic() + _START_LIMIT
        while subprocess.run(ready, check=False).returncode:
            if self._server.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()}")
            time.sleep(0.05)
