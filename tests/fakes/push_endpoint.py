"""The receiving end of web push, as fast as a socket allows: it takes every message and counts them by subscription.

    async with PushEndpoint().running() as push:
        address = push.subscribe("ada")              # a PushAddress whose keys this double holds
        push.answer("ada", Answer(410))              # then normal again
        ...
        assert push.counts["ada"] == 1
        assert push.payloads("ada")[0]["title"] == "…"

As a program it serves another process, such as a benchmark, and prints its address:

    python -m tests.fakes.push_endpoint [--port N]
    GET /received   {"count", "distinct", "arrivals": [[token, seconds since the epoch], …]}
    POST /script    {"token": "ada" | "*", "answers": [{"status": 503, "headers": {"Retry-After": "1"}}, …]}
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.messages.addresses import PushAddress
from tests.fakes.scripted_http import Answer, Request, ScriptedHttp
from tests.fakes.user_agent import base64url

PREFIX = "/wpush/v2/"
_CREATED = Answer(201, {"Location": "/message/1"})


class PushEndpoint:
    """A push service that never connects to browsers; it holds their keys itself."""

    def __init__(self) -> None:
        self.http = ScriptedHttp(self._decide)
        self.counts: Counter[str] = Counter()
        # One key pair for all: making thousands would cost more than what is measured.
        self._private_key = ec.generate_private_key(ec.SECP256R1())
        self._auth = b"sixteen byte key"

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncGenerator["PushEndpoint"]:
        """Listen until the block ends."""
        async with self.http.running(port=port):
            yield self

    def endpoint(self, token: str) -> str:
        """The URL of a subscription."""
        return f"{self.http.url}{PREFIX}{token}"

    def subscribe(self, token: str) -> PushAddress:
        """The address of a subscription with this name."""
        point = self._private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return PushAddress(endpoint=self.endpoint(token), p256dh=base64url(point), auth=base64url(self._auth))

    def answer(self, token: str, *answers: Answer) -> None:
        """Give these answers to the next messages for the subscription (`*`: for any)."""
        self.http.script(*answers, path="*" if token == "*" else PREFIX + token)

    def messages(self, token: str | None = None) -> list[Request]:
        """The messages that arrived, for one subscription or all."""
        wanted = PREFIX + (token or "")
        return [
            request
            for request in self.http.requests
            if (request.path == wanted if token else request.path.startswith(wanted))
        ]

    def payloads(self, token: str) -> list[dict[str, Any]]:
        """What the browser of this subscription would read."""
        return [json.loads(self.decrypt(request.body)) for request in self.messages(token)]

    def decrypt(self, body: bytes) -> bytes:
        """The plain text of a message's body."""
        return http_ece.decrypt(body, private_key=self._private_key, auth_secret=self._auth)

    def _decide(self, request: Request) -> Answer:
        if request.path.startswith(PREFIX):
            self.counts[request.path.removeprefix(PREFIX)] += 1
            return _CREATED
        if request.path == "/received":
            arrivals = [[message.path.removeprefix(PREFIX), message.at] for message in self.messages()]
            report = {"count": len(arrivals), "distinct": len({token for token, _ in arrivals}), "arrivals": arrivals}
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(report).encode())
        if request.path == "/script":
            order = json.loads(request.body)
            self.answer(order["token"], *(Answer(**answer) for answer in order["answers"]))
            return Answer(204)
        return Answer(404)


async def main(port: int) -> None:
    """Serve until the process ends."""
    async with PushEndpoint().running(port) as push:
        print(push.http.url, flush=True)  # noqa: T201 - the caller reads the address from here
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A push service that counts.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(main(parser.parse_args().port))
