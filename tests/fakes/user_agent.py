"""A browser, as a push service and a sender see one: it subscribes, receives, decrypts and remembers.

It speaks the browser's side of the WebSocket protocol for real and decrypts payloads with its own keys (RFC 8291), so
that a test can follow a message to its end without starting Firefox::

    async with UserAgent(push_service_url) as browser:
        subscription = await browser.subscribe(vapid_public_key)
        ...  # hand subscription.as_json() to the storefront API, raise the stock
        arrival = await browser.next_arrival()
        assert arrival.json()["title"] == "Fjell jacket is back"

``close()`` and ``open()`` take it offline and online again with the same name and keys, as a closed browser would.
"""

import asyncio
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 60.0


def base64url(raw: bytes) -> str:
    """Unpadded base64url, as every part of web push writes its bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes behind unpadded base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class PushSubscription:
    """What a page gets from ``pushManager.subscribe()``, with the secret half that a browser keeps to itself."""

    channel: str
    endpoint: str
    private_key: ec.EllipticCurvePrivateKey
    auth: bytes

    def as_json(self) -> dict[str, Any]:
        """The subscription as a page sends it to an application server."""
        point = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": base64url(point), "auth": base64url(self.auth)}}

    def decrypt(self, body: bytes) -> bytes:
        """Open an aes128gcm payload (RFC 8291)."""
        return http_ece.decrypt(body, private_key=self.private_key, auth_secret=self.auth)  # pyright: ignore[reportUnknownMemberType]  # it has no types


@dataclass(frozen=True)
class Arrival:
    """One message that reached the browser, decrypted."""

    subscription: PushSubscription
    payload: bytes
    version: str
    ttl: int
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def json(self) -> Any:
        """The payload, which Waitline writes as JSON."""
        return json.loads(self.payload)


class UserAgent:
    """One browser profile at the push service whose HTTP address is ``push_service`` (the WebSocket's is derived)."""

    def __init__(self, push_service: str, *, acknowledges: bool = True) -> None:
        self._address = "ws" + push_service.removeprefix("http").rstrip("/") + "/"
        self._acknowledges = acknowledges
        self._subscriptions: dict[str, PushSubscription] = {}
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._changed = asyncio.Condition()
        self._read = 0
        self._websocket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None
        self.uaid: str | None = None
        self.arrivals: list[Arrival] = []

    async def __aenter__(self) -> Self:
        """Go online."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Go offline."""
        await self.close()

    async def open(self) -> None:
        """Connect and say hello, by the name from the last time if there was one."""
        self._websocket = await connect(self._address, subprotocols=["push-notification"])  # pyright: ignore[reportArgumentType]  # a NewType of str
        self._listening = asyncio.create_task(self._listen(self._websocket))
        hello: dict[str, Any] = {"messageType": "hello", "use_webpush": True, "broadcasts": {}}
        greeted = await self._ask("hello", hello | ({"uaid": self.uaid} if self.uaid else {}))
        if greeted["uaid"] != self.uaid:
            self._subscriptions.clear()  # the service does not know us (any more): what we had is void
        self.uaid = greeted["uaid"]

    async def close(self) -> None:
        """Disconnect, as a browser that is quit."""
        if self._websocket is not None:
            await self._websocket.close()
        if self._listening is not None:
            await self._listening
        self._websocket = self._listening = None

    def same_profile_at(self, push_service: str) -> "UserAgent":
        """The same browser profile, to be opened at another (or the same) address of the service."""
        twin = UserAgent(push_service, acknowledges=self._acknowledges)
        twin.uaid, twin._subscriptions = self.uaid, self._subscriptions
        return twin

    async def subscribe(self, vapid_public_key: str | None = None) -> PushSubscription:
        """Make a push subscription, bound to an application server key unless that is None."""
        channel = str(uuid4())
        register = {"messageType": "register", "channelID": channel}
        answer = await self._ask(channel, register | ({"key": vapid_public_key} if vapid_public_key else {}))
        if answer["status"] != 200:
            raise ConnectionError(f"The push service refused to register: {answer}")
        private_key = ec.generate_private_key(ec.SECP256R1())
        made = PushSubscription(channel, answer["pushEndpoint"], private_key, secrets.token_bytes(16))
        self._subscriptions[channel] = made
        return made

    async def unsubscribe(self, subscription: PushSubscription) -> None:
        """Give a subscription back."""
        await self._ask(subscription.channel, {"messageType": "unregister", "channelID": subscription.channel})
        del self._subscriptions[subscription.channel]

    async def ping(self) -> None:
        """Ask whether the service is still there; returns when it is."""
        await self._ask("", {})

    async def next_arrival(self, within: float = PATIENCE) -> Arrival:
        """The oldest message that no call returned yet; waits for one, TimeoutError when none comes."""
        await self.wait_until(lambda arrivals: len(arrivals) > self._read, within)
        self._read += 1
        return self.arrivals[self._read - 1]

    async def wait_until(self, holds: Callable[[list[Arrival]], bool], within: float = PATIENCE) -> None:
        """Wait until the arrivals so far satisfy ``holds``; TimeoutError when they do not in time."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: holds(self.arrivals))

    async def _ask(self, key: str, question: dict[str, Any]) -> dict[str, Any]:
        assert self._websocket is not None, "The browser is offline: call open() first."
        answer = self._answers[key] = asyncio.get_running_loop().create_future()
        await self._websocket.send(json.dumps(question))
        return await asyncio.wait_for(answer, PATIENCE)

    async def _listen(self, websocket: ClientConnection) -> None:
        try:
            async for text in websocket:
                await self._hear(websocket, json.loads(text))
        except ConnectionClosed:
            return

    async def _hear(self, websocket: ClientConnection, said: dict[str, Any]) -> None:
        match said.get("messageType"):
            case "notification":
                await self._receive(websocket, said)
            case "hello":
                self._answers.pop("hello").set_result(said)
            case "register" | "unregister":
                self._answers.pop(said["channelID"]).set_result(said)
            case _:
                self._answers.pop("").set_result(said)

    async def _receive(self, websocket: ClientConnection, said: dict[str, Any]) -> None:
        subscription = self._subscriptions.get(said["channelID"])
        if subscription is not None:
            data = said.get("data")
            payload = subscription.decrypt(from_base64url(data)) if data else b""
            async with self._changed:
                self.arrivals.append(Arrival(subscription, payload, said["version"], said["ttl"]))
                self._changed.notify_all()
        if self._acknowledges:
            update = {"channelID": said["channelID"], "version": said["version"], "code": 100}
            await websocket.send(json.dumps({"messageType": "ack", "updates": [update]}))
