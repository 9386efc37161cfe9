"""An SMTP server on a socket that answers each step as it is told: well, late, with nonsense, or not at all.

Steps are named by their command: GREETING, EHLO, MAIL, RCPT, DATA, and TEXT for the end of the mail's text. Where it is
given, `decide` replies to each text; what it replies is not believed to say whether the mail was taken.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

HANG = "(hang)"
DROP = "(drop)"
_USUAL = {
    "GREETING": "220 scripted",
    "EHLO": "250-scripted\r\n250-SMTPUTF8\r\n250 8BITMIME",
    "DATA": "354 go on",
    "TEXT": "250 2.0.0 taken as 42",
    "QUIT": "221 bye",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that was taken."""

    sender: str
    recipients: tuple[str, ...]
    text: bytes


class ScriptedSmtp:
    """The server: remembers mails and connections, and answers by its script, or well when the script is empty."""

    def __init__(self, decide: Callable[[Mail], str] | None = None) -> None:
        self._decide = decide
        self.mails: list[Mail] = []
        self.connections = 0
        self.port = 0
        self._script: defaultdict[str, deque[tuple[str, float]]] = defaultdict(deque)
        self._writers: set[asyncio.StreamWriter] = set()

    def script(self, step: str, answer: str, delay: float = 0.0) -> None:
        """Give this answer (or HANG, or DROP) to the next occurrence of the step."""
        self._script[step].append((answer, delay))

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncGenerator["ScriptedSmtp"]:
        """Listen until the block ends; `port` then says where."""
        server = await asyncio.start_server(self._converse, "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.hang_up()
            await server.wait_closed()

    def hang_up(self) -> None:
        """End every connection without a word."""
        for writer in self._writers:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            await self._serve(reader, writer)
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, recipients = "", list[str]()
        await self._answer("GREETING", writer)
        while line := await reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            step = verb.upper()
            if step == "MAIL":
                sender, recipients = _path(rest), []
            elif step == "RCPT":
                recipients.append(_path(rest))
            reply = await self._answer(step, writer)
            if step == "DATA" and reply.startswith("354"):
                text = await _read_text(reader)
                mail = Mail(sender, tuple(recipients), text)
                taken = await self._answer("TEXT", writer, self._decide and self._decide(mail))
                if taken.startswith("250"):
                    self.mails.append(mail)
            if step == "QUIT":
                return

    async def _answer(self, step: str, writer: asyncio.StreamWriter, decided: str | None = None) -> str:
        script = self._script[step]
        reply, delay = script.popleft() if script else (_USUAL.get(step, "250 OK"), 0.0)
        reply = decided or reply
        await asyncio.sleep(delay)
        if reply == DROP:
            writer.transport.abort()
            raise ConnectionResetError
        if reply != HANG:
            writer.write(reply.encode() + b"\r\n")
            await writer.drain()
        return reply


async def _read_text(reader: asyncio.StreamReader) -> bytes:
    lines: list[bytes] = []
    while (line := await reader.readline()) != b".\r\n":
        if not line:
            raise ConnectionResetError
        lines.append(line.removeprefix(b"."))
    return b"".join(lines)


def _path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
