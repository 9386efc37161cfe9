"""The HTTP half: where senders deliver (RFC 8030), and the application that joins both halves."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from api.push_service.conversation import Conversation, Switchboard
from api.push_service.errors import MalformedPush, PayloadTooLarge, PushRefused, UnknownSubscription
from api.push_service.mailbox import Mailbox, Message
from api.push_service.vapid import check_vapid

LONGEST_TTL = timedelta(days=30)
LARGEST_BODY = 4096
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}


def create_push_service(database: Path | str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    """Build the push service over the SQLite file at ``database``; run it by itself or mount it under a path.

    Browsers connect to its root by WebSocket; the endpoints it hands out carry the host name that they used.
    """
    service = PushService(Mailbox(database, clock), clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        yield
        service.close()

    return Starlette(
        routes=[
            WebSocketRoute("/", service.converse),
            Route("/wpush/v2/{token}", service.accept, methods=["POST"]),
            Route("/m/{message}", service.cancel, methods=["DELETE"]),
            Route("/healthz", service.report_health),
        ],
        exception_handlers={PushRefused: _refuse},
        lifespan=lifespan,
    )


class PushService:
    """Takes messages from senders, keeps them, and hands them to browsers."""

    def __init__(self, mailbox: Mailbox, clock: Callable[[], datetime]) -> None:
        self._mailbox = mailbox
        self._clock = clock
        self._switchboard = Switchboard()

    def close(self) -> None:
        """Close the mailbox; what waits in it is delivered after the next start."""
        self._mailbox.close()

    async def converse(self, websocket: WebSocket) -> None:
        """Serve one browser's WebSocket."""
        endpoints = f"{_address(websocket)}/wpush/v2"
        await Conversation(websocket, self._mailbox, self._switchboard, endpoints).hold()

    async def accept(self, request: Request) -> Response:
        """Take one push message: 201 with its Location and the time to live that it was granted."""
        subscription = self._mailbox.find(request.path_params["token"])
        if subscription is None:
            raise UnknownSubscription("There is no such subscription (any more).")
        if subscription.vapid_key is not None:
            authorization = request.headers.get("authorization")
            check_vapid(authorization, subscription.vapid_key, _origin(request), self._clock())
        ttl = _ttl(request)
        topic = _topic(request)
        _check_urgency(request)
        body = await _body(request)
        message = Message(uuid4().hex, subscription.channel, body, _encoding(request, body), ttl)
        if ttl > 0:
            self._mailbox.keep(subscription.token, message, topic)
        await self._switchboard.deliver(subscription.uaid, message)
        return Response(
            status_code=201,
            headers={"Location": f"{_address(request)}/m/{message.id}", "TTL": str(ttl)},
        )

    async def cancel(self, request: Request) -> Response:
        """Drop a message that still waits, at its sender's wish."""
        return Response(status_code=204 if self._mailbox.cancel(request.path_params["message"]) else 404)

    async def report_health(self, _: Request) -> Response:
        """Say that the service is up."""
        return JSONResponse({"status": "ok"})


def _origin(connection: HTTPConnection) -> str:
    secure = connection.url.scheme in {"https", "wss"}
    return f"{'https' if secure else 'http'}://{connection.url.netloc}"


def _address(connection: HTTPConnection) -> str:
    return _origin(connection) + connection.scope.get("root_path", "").rstrip("/")


def _ttl(request: Request) -> int:
    value = request.headers.get("ttl", "")
    if re.fullmatch(r"\d{1,19}", value, re.ASCII) is None:
        raise MalformedPush("The header TTL is required: for how many seconds the message may wait, 0 or more.")
    return min(int(value), int(LONGEST_TTL.total_seconds()))


def _topic(request: Request) -> str | None:
    topic = request.headers.get("topic")
    if topic is not None and TOPIC.fullmatch(topic) is None:
        raise MalformedPush("The header Topic takes at most 32 characters of the base64url alphabet.")
    return topic


def _check_urgency(request: Request) -> None:
    if request.headers.get("urgency", "normal") not in URGENCIES:
        raise MalformedPush("The header Urgency is one of very-low, low, normal, high.")


def _encoding(request: Request, body: bytes) -> str | None:
    encoding = request.headers.get("content-encoding")
    if body and encoding != "aes128gcm":
        raise MalformedPush("A payload must be encrypted: Content-Encoding: aes128gcm (RFC 8291).")
    return encoding


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise PayloadTooLarge("A push message is at most 4096 bytes, encryption included.")
    return bytes(body)


async def _refuse(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, PushRefused)
    problem = {"type": "about:blank", "status": refusal.status, "code": refusal.code, "detail": str(refusal)}
    return JSONResponse(problem, refusal.status, media_type="application/problem+json")
