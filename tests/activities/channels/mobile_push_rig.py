"""Mobile push in front of a double of Firebase that misbehaves on request."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from activities.channels.channel import CONNECT_SECONDS
from activities.channels.google_tokens import ServiceAccount
from activities.channels.mobile_push import MobilePushChannel
from engine.messages.addresses import DeviceToken
from engine.messages.rendered import RenderedMobilePush
from tests.activities.channels.rig import NOW, PATIENT, SEND_ID, SLOW, Rig, scheme
from tests.fakes.scripted_http import Answer, Request, ScriptedHttp

SEND_PATH, TOKEN_PATH = "/v1/projects/shop/messages:send", "/token"
MOBILE_PUSH = RenderedMobilePush(
    send_id=SEND_ID,
    payload='{"notification":{"title":"🧥"},"data":{"link":"https://shop.example"}}',
    ttl=timedelta(hours=4),
    title="🧥",
    body="",
)


class MobilePushRig(Rig):
    """Mobile push in front of something that speaks Firebase's API, and gives tokens for it."""

    message = MOBILE_PUSH
    address = DeviceToken(token="device-of-ada")

    def __init__(self, firebase: ScriptedHttp) -> None:
        super().__init__(
            lambda seconds, connect: mobile_push_channel(firebase.url, timeout_seconds=seconds, connect_seconds=connect)
        )
        self.firebase = firebase
        self._refused = 0

    @property
    def accepted(self) -> int:
        return sum(request.path == SEND_PATH for request in self.firebase.requests) - self._refused

    def _script(self, answer: Answer) -> None:
        self.firebase.script(answer, path=SEND_PATH)
        self._refused += answer.status != 200 or answer.manner != "answer" or b"name" not in answer.body

    def refuse(self) -> None:
        self._script(firebase_problem(400, "INVALID_ARGUMENT"))

    def be_gone(self) -> None:
        self._script(firebase_problem(404, "UNREGISTERED"))

    def be_busy(self) -> None:
        self._script(firebase_problem(429, "QUOTA_EXCEEDED", {"Retry-After": "7"}))

    def break_down(self) -> None:
        self._script(firebase_problem(503, "UNAVAILABLE"))

    def be_silent(self) -> None:
        self._script(Answer(manner="hang"))

    def drop(self) -> None:
        self._script(Answer(manner="drop"))

    def babble(self) -> None:
        self._script(Answer(200, body=b"<html>welcome to the hotel's wireless network</html>"))

    def be_slow(self) -> None:
        self._script(replace(taken_by_firebase(), delay=SLOW))

    def lead_to(self, host: str, port: int, *, connect: float = CONNECT_SECONDS, tls: bool = False) -> None:
        self.use(
            mobile_push_channel(
                f"{scheme(tls)}://{host}:{port}", connect_seconds=connect, token_url=self.firebase.url + TOKEN_PATH
            )
        )


def mobile_push_channel(
    base_url: str,
    *,
    timeout_seconds: float = PATIENT,
    connect_seconds: float = CONNECT_SECONDS,
    token_url: str | None = None,
) -> MobilePushChannel:
    """A mobile push channel in the name of an account that tests know."""
    account = replace(firebase_account(), token_url=token_url or f"{base_url}{TOKEN_PATH}")
    return MobilePushChannel(
        account,
        base_url=base_url,
        timeout_seconds=timeout_seconds,
        connect_seconds=connect_seconds,
        clock=lambda: NOW,
    )


@lru_cache
def firebase_account() -> ServiceAccount:
    """A service account of a project called `shop`; making its key takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ServiceAccount("shop", "waitline@shop.example", key, "https://oauth2.example/token", "key-1")


def firebase_answers(request: Request) -> Answer:
    """A token to whoever asks for one, and yes to every message."""
    if request.path == TOKEN_PATH:
        return Answer(200, body=json.dumps({"access_token": "ya29.a", "expires_in": 3600}).encode())
    return taken_by_firebase()


def taken_by_firebase() -> Answer:
    """Firebase's answer to a message that it took."""
    return Answer(200, body=b'{"name": "projects/shop/messages/1"}')


def firebase_problem(status: int, code: str, headers: dict[str, str] | None = None, *, field: str = "") -> Answer:
    """Firebase's refusal with one of its error codes."""
    details: list[dict[str, Any]] = [
        {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
    ]
    if field:
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": field}]})
    error = {"code": status, "message": "no", "status": "NOT_FOUND", "details": details}
    return Answer(status, headers or {}, json.dumps({"error": error}).encode())


@asynccontextmanager
async def mobile_push_rig() -> AsyncGenerator[Rig]:
    """Mobile push with its double running."""
    async with ScriptedHttp(firebase_answers).running() as firebase:
        rig = MobilePushRig(firebase)
        yield rig
        await rig.close()
