"""An HTTP server on a socket that answers as it is told: well, slowly, with nonsense, or not at all.

It is one asyncio protocol that reads just enough HTTP/1.1 to find a request's end, so that it costs next to nothing
beside what it measures, and can misbehave in ways that no framework would allow.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, cast

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived: header names in lower case, `at` in seconds since the epoch."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do with a request: answer after `delay` seconds, never, with something that is not HTTP, or hang up."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    delay: float = 0.0
    manner: Literal["answer", "hang", "garbage", "drop"] = "answer"

    def encoded(self) -> bytes:
        """The bytes on the wire."""
        if self.manner == "garbage":
            return b"%PDF-1.4 this is not the answer you are looking for\r\n\r\n"
        lines = [f"HTTP/1.1 {self.status} Scripted", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


Decide = Callable[[Request], Answer]


class ScriptedHttp:
    """The server: remembers every request and answers by its script, or as `decide` says when the script is empty.

    Scripts are kept by path; `*` is for every path without one of its own.
    """

    def __init__(self, decide: Decide) -> None:
        self.requests: list[Request] = []
        self.url = ""
        self._decide = decide
        self._scripts: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._arrived = asyncio.Event()
        self._connections: set[asyncio.Transport] = set()

    def script(self, *answers: Answer, path: str = "*") -> None:
        """Give these answers, in order, to the next requests for the path; then return to normal."""
        self._scripts[path].extend(answers)

    async def wait_for(self, count: int) -> list[Request]:
        """The requests, once there are at least `count`."""
        async with asyncio.timeout(PATIENCE):
            while len(self.requests) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.requests

    @asynccontextmanager
    async def running(self, host: str = "127.0.0.1", port: int = 0) -> AsyncGenerator["ScriptedHttp"]:
        """Listen until the block ends; `url` then says where."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Conversation(self), host, port)
        self.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for connection in self._connections.copy():
                connection.abort()
            await server.wait_closed()

    def take(self, request: Request) -> Answer:
        """Remember the request and choose its answer."""
        self.requests.append(request)
        self._arrived.set()
        for path in (request.path, "*"):
            if self._scripts and self._scripts[path]:
                return self._scripts[path].popleft()
        return self._decide(request)

    def connected(self, transport: asyncio.Transport) -> None:
        """Remember a connection, to close it at the end."""
        self._connections.add(transport)

    def disconnected(self, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        self._connections.discard(transport)


class _Conversation(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, server: ScriptedHttp) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's transports only act like asyncio's
        self._server.connected(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._server.disconnected(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (request := self._next_request()) is not None:
            answer = self._server.take(request)
            if answer.delay:
                asyncio.get_running_loop().call_later(answer.delay, self._give, answer)
            else:
                self._give(answer)

    def _give(self, answer: Answer) -> None:
        if self._transport is None or answer.manner == "hang":
            return
        if answer.manner == "drop":
            self._transport.abort()
            return
        self._transport.write(answer.encoded())
        if answer.manner == "garbage":
            self._transport.close()

    def _next_request(self) -> Request | None:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        method, path, _ = first.split(" ", 2)
        return Request(method, path, headers, rest[:length], time.time())
