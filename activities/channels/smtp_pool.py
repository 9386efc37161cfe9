"""Kept connections to one SMTP server.

Greeting, TLS and login take longer than a message does, so a few connections stay open between messages. One that has
been idle is tried with NOOP before it is trusted, because servers hang up on the idle without a word.

Time limits are deadlines handed to every command. A cancellation from outside would not do: before Python 3.12
`asyncio.wait_for`, which aiosmtplib waits with, can lose one that comes together with an answer.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

MAX_IDLE_SECONDS = 30.0
TRUSTED_SECONDS = 2.0
GOODBYE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where e-mail leaves by, and how the connection is secured."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Literal["none", "starttls", "tls"] = "none"


class Deadline:
    """The moment by which one message must be handed over."""

    def __init__(self, seconds: float) -> None:
        self._at = _now() + seconds

    @property
    def left(self) -> float:
        """Seconds until then; never zero, which aiosmtplib would read as no limit."""
        return max(self._at - _now(), 0.001)


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
    async def connection(self, deadline: Deadline) -> AsyncGenerator[aiosmtplib.SMTP]:
        """A connection that answers. It is kept afterwards unless the block raised.

        Raises:
            TimeoutError: the deadline passed before there was one.
        """
        async with asyncio.timeout(deadline.left):
            await self._free.acquire()
        try:
            connection = await self._reuse(deadline) or await self._connect(deadline)
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._idle.append(_Idle(connection, _now()))
        finally:
            self._free.release()

    async def close(self) -> None:
        """Say goodbye on every kept connection."""
        while self._idle:
            connection = self._idle.pop().connection
            with suppress(aiosmtplib.SMTPException, OSError):
                await connection.quit(timeout=GOODBYE_SECONDS)
            connection.close()

    async def _reuse(self, deadline: Deadline) -> aiosmtplib.SMTP | None:
        while self._idle:
            idle = self._idle.pop()
            age = _now() - idle.since
            if age < MAX_IDLE_SECONDS and idle.connection.is_connected:
                if age < TRUSTED_SECONDS:
                    return idle.connection
                with suppress(aiosmtplib.SMTPException, OSError):
                    await idle.connection.noop(timeout=deadline.left)
                    return idle.connection
            idle.connection.close()
        return None

    async def _connect(self, deadline: Deadline) -> aiosmtplib.SMTP:
        server = self._server
        connection = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            timeout=deadline.left,
        )
        await connection.connect()
        await connection.ehlo(timeout=deadline.left)
        return connection


def _now() -> float:
    return asyncio.get_running_loop().time()
