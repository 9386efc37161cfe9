"""Kept connections to one SMTP server.

Greeting, TLS and login take longer than a message does, so a few connections stay open between messages. One that has
been idle is tried with NOOP before it is trusted, because servers hang up on the idle without a word.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

MAX_IDLE_SECONDS = 30.0
TRUSTED_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where e-mail leaves by, and how the connection is secured."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    command_timeout_seconds: float = 30.0


@dataclass(slots=True)
class _Idle:
    connection: aiosmtplib.SMTP
    since: float


class SmtpPool:
    """At most `size` connections, each used by one message at a time."""

    def __init__(self, server: SmtpServer, *, size: int = 4) -> None:
        self._server = server
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Idle] = []

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[aiosmtplib.SMTP]:
        """A connection that answers. It is kept afterwards unless the block raised."""
        async with self._free:
            connection = await self._reuse() or await self._connect()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._idle.append(_Idle(connection, _now()))

    async def close(self) -> None:
        """Say goodbye on every kept connection."""
        while self._idle:
            connection = self._idle.pop().connection
            with suppress(aiosmtplib.SMTPException, OSError):
                await connection.quit()
            connection.close()

    async def _reuse(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            idle = self._idle.pop()
            age = _now() - idle.since
            if age < MAX_IDLE_SECONDS and idle.connection.is_connected:
                if age < TRUSTED_SECONDS:
                    return idle.connection
                with suppress(aiosmtplib.SMTPException, OSError):
                    await idle.connection.noop()
                    return idle.connection
            idle.connection.close()
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        server = self._server
        connection = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            timeout=server.command_timeout_seconds,
        )
        await connection.connect()
        return connection


def _now() -> float:
    return asyncio.get_running_loop().time()
