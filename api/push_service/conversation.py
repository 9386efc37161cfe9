"""The WebSocket half: what a browser and the push service say to each other.

::

    browser                                     service
    hello {uaid?}                         ─►
                                          ◄─    hello {uaid}, then every message that waited
    register {channelID, key?}            ─►
                                          ◄─    register {pushEndpoint}
                                          ◄─    notification {channelID, version, ttl, data, headers}
    ack {updates: [{channelID, version}]} ─►    (the message is dropped; without it, it comes again at the next hello)
    unregister {channelID}                ─►
                                          ◄─    unregister
    {}  (ping)                            ─►
                                          ◄─    {}

Other message types are passed over, because browsers also speak of things that this service does not offer.
"""

import secrets
from base64 import urlsafe_b64encode
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, Field, TypeAdapter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from api.push_service.mailbox import Mailbox, Message, Subscription
from api.push_service.vapid import public_key

SUBPROTOCOL = "push-notification"
PROTOCOL_ERROR = 1002
REPLACED = 4000
GONE = (WebSocketDisconnect, WebSocketDisconnected)  # found out by the other side's goodbye, or by our own attempt


class Hello(BaseModel):
    """The browser introduces itself, by the name it was given the last time if it has one."""

    message_type: Literal["hello"] = Field(alias="messageType")
    uaid: str | None = None


class Register(BaseModel):
    """A page asked for a subscription, usually bound to its application server key."""

    message_type: Literal["register"] = Field(alias="messageType")
    channel: UUID = Field(alias="channelID")
    key: str | None = None


class Unregister(BaseModel):
    """A page gave a subscription back."""

    message_type: Literal["unregister"] = Field(alias="messageType")
    channel: UUID = Field(alias="channelID")


class Update(BaseModel):
    """One message that the browser has taken over."""

    version: str


class Acknowledgement(BaseModel):
    """The browser has taken over these messages, whether or not it could decrypt them."""

    message_type: Literal["ack"] = Field(alias="messageType")
    updates: list[Update]


Word = Annotated[Hello | Register | Unregister | Acknowledgement, Field(discriminator="message_type")]
WORDS: TypeAdapter[Word] = TypeAdapter(Word)
SAID = TypeAdapter(dict[str, Any])
SPOKEN = {"hello", "register", "unregister", "ack"}


class Switchboard:
    """The browsers that are connected now, and the way to each of them."""

    def __init__(self) -> None:
        self._connected: dict[str, WebSocket] = {}

    def reaches(self, uaid: str) -> bool:
        """Whether this browser is connected now."""
        return uaid in self._connected

    async def connect(self, uaid: str, websocket: WebSocket) -> None:
        """Make this the browser's connection; an older one is told to go."""
        former = self._connected.get(uaid)
        self._connected[uaid] = websocket
        if former is not None and former is not websocket:
            await _close(former, REPLACED)

    def disconnect(self, uaid: str, websocket: WebSocket) -> None:
        """Forget this connection, unless a newer one took its place."""
        if self._connected.get(uaid) is websocket:
            del self._connected[uaid]

    async def deliver(self, uaid: str, message: Message) -> None:
        """Hand a message to its browser if that is connected; a connection that just broke counts as not."""
        websocket = self._connected.get(uaid)
        if websocket is None:
            return
        try:
            await websocket.send_json(_notification(message))
        except GONE:
            self.disconnect(uaid, websocket)


class Conversation:
    """One browser's connection, from its hello until it leaves."""

    def __init__(self, websocket: WebSocket, mailbox: Mailbox, switchboard: Switchboard, endpoints: str) -> None:
        self._websocket = websocket
        self._mailbox = mailbox
        self._switchboard = switchboard
        self._endpoints = endpoints
        self._uaid: str | None = None

    async def hold(self) -> None:
        """Listen and answer until the browser leaves or breaks the protocol."""
        offered = self._websocket.scope.get("subprotocols", [])
        await self._websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        try:
            while True:
                await self._answer(await self._hear())
        except GONE:
            pass
        except ValueError:  # no JSON, a word with parts missing (pydantic), or a word out of turn
            await _close(self._websocket, PROTOCOL_ERROR)
        finally:
            if self._uaid is not None:
                self._switchboard.disconnect(self._uaid, self._websocket)

    async def _hear(self) -> dict[str, Any]:
        heard = await self._websocket.receive()
        if heard["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        return SAID.validate_json(heard.get("text") or "")

    async def _answer(self, said: dict[str, Any]) -> None:
        if not said:
            await self._websocket.send_json({})
            return
        if said.get("messageType") not in SPOKEN:
            return
        match WORDS.validate_python(said):
            case Hello() as hello:
                await self._greet(hello)
            case Register() as register:
                await self._register(register, self._known())
            case Unregister(channel=channel):
                self._mailbox.unsubscribe(self._known(), str(channel))
                await self._websocket.send_json({"messageType": "unregister", "channelID": str(channel), "status": 200})
            case Acknowledgement(updates=updates):
                for update in updates:
                    self._mailbox.acknowledge(self._known(), update.version)

    def _known(self) -> str:
        if self._uaid is None:
            raise ValueError("A browser says hello before anything else.")
        return self._uaid

    async def _greet(self, hello: Hello) -> None:
        if self._uaid is not None:
            raise ValueError("A browser says hello once.")
        uaid = hello.uaid
        if uaid is None or not self._mailbox.knows(uaid):
            uaid = uuid4().hex
            self._mailbox.remember(uaid)
        await self._websocket.send_json(
            {"messageType": "hello", "status": 200, "uaid": uaid, "use_webpush": True, "broadcasts": {}}
        )
        self._uaid = uaid
        waiting = self._mailbox.waiting(uaid)  # read before connecting: what arrives from here on is sent directly
        await self._switchboard.connect(uaid, self._websocket)
        for message in waiting:
            await self._websocket.send_json(_notification(message))

    async def _register(self, register: Register, uaid: str) -> None:
        answer: dict[str, Any] = {"messageType": "register", "channelID": str(register.channel)}
        try:
            if register.key is not None:
                public_key(register.key)
        except ValueError:
            await self._websocket.send_json(answer | {"status": 400, "reason": "the key is no P-256 point"})
            return
        token = secrets.token_urlsafe(32)
        self._mailbox.subscribe(Subscription(token, uaid, str(register.channel), register.key))
        await self._websocket.send_json(answer | {"status": 200, "pushEndpoint": f"{self._endpoints}/{token}"})


def _notification(message: Message) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "messageType": "notification",
        "channelID": message.channel,
        "version": message.id,
        "ttl": message.ttl,
    }
    if message.body:
        notification["data"] = urlsafe_b64encode(message.body).rstrip(b"=").decode()
        notification["headers"] = {"encoding": message.encoding}
    return notification


async def _close(websocket: WebSocket, code: int) -> None:
    try:
        await websocket.close(code)
    except (*GONE, RuntimeError):  # the server raises its own RuntimeError when the connection is closed already
        return
