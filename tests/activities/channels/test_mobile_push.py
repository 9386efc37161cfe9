"""Mobile push through Firebase: what it is told, and what its answers mean for a message and for a device."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from activities.channels.google_tokens import GRANT, ServiceAccount
from activities.channels.mobile_push import SCOPE, MobilePushChannel
from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure, TemporaryDeliveryFailure
from api.doubles.fcm import FcmDouble
from engine.messages.addresses import DeviceToken
from engine.store.inbox import CaughtMessage
from tests.activities.channels.mobile_push_rig import (
    MOBILE_PUSH,
    SEND_PATH,
    TOKEN_PATH,
    firebase_account,
    firebase_answers,
    firebase_problem,
)
from tests.activities.channels.rig import NOW, SEND_ID
from tests.fakes.scripted_http import Answer, ScriptedHttp
from tests.fakes.serving import serving

ADA = DeviceToken(token="device-of-ada")


@dataclass
class Desk:
    """A sender, Firebase in front of it, and the time."""

    firebase: ScriptedHttp
    channel: MobilePushChannel
    now: datetime = NOW

    async def send(self, **changes: Any) -> str | None:
        message = MOBILE_PUSH.model_copy(update=changes)
        return (await self.channel.send(message, ADA, key=SEND_ID, expires_at=None)).provider_id

    async def failure(self) -> DeliveryFailure:
        with pytest.raises(DeliveryFailure) as failure:
            await self.send()
        return failure.value

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.firebase.requests]

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(next(one.body for one in self.firebase.requests[::-1] if one.path == SEND_PATH))["message"]


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    async with ScriptedHttp(firebase_answers).running() as firebase:
        account = replace(firebase_account(), token_url=firebase.url + TOKEN_PATH)
        desk = Desk(firebase, MobilePushChannel(account, base_url=firebase.url, clock=lambda: desk.now))
        yield desk
        await desk.channel.close()


async def test_firebase_is_told_the_device_the_words_and_how_both_platforms_treat_them(desk: Desk) -> None:
    assert await desk.send(priority="normal", collapse_key="restock") == "projects/shop/messages/1"

    assert desk.told == {
        "token": "device-of-ada",
        "notification": {"title": "🧥"},
        "data": {"link": "https://shop.example"},
        "android": {"ttl": "14400s", "priority": "NORMAL", "collapse_key": "restock"},
        "apns": {
            "headers": {
                "apns-priority": "5",
                "apns-expiration": str(int(NOW.timestamp()) + 14_400),
                "apns-collapse-id": "restock",
            }
        },
    }
    assert "🧥".encode() in desk.firebase.requests[-1].body, "byte for byte, as it was written"
    assert desk.firebase.requests[-1].headers["authorization"] == "Bearer ya29.a"


async def test_a_message_is_worth_no_more_than_until_it_expires(desk: Desk) -> None:
    until = NOW + timedelta(minutes=5)
    await desk.channel.send(MOBILE_PUSH, ADA, key=SEND_ID, expires_at=until)

    assert desk.told["android"]["ttl"] == "300s"
    assert desk.told["android"]["collapse_key"] == SEND_ID, "and replaces nothing but itself"


async def test_one_signed_token_serves_until_shortly_before_it_runs_out(desk: Desk) -> None:
    await desk.send()
    desk.now += timedelta(minutes=54)
    await desk.send()
    assert desk.paths == [TOKEN_PATH, SEND_PATH, SEND_PATH]
    desk.now += timedelta(minutes=2)
    await desk.send()

    assert desk.paths[3:] == [TOKEN_PATH, SEND_PATH]
    form = parse_qs(desk.firebase.requests[0].body.decode())
    assert form["grant_type"] == [GRANT]
    (assertion,) = form["assertion"]
    url = desk.firebase.url + TOKEN_PATH
    public = firebase_account().private_key.public_key()
    claims = jwt.decode(
        assertion, public, algorithms=["RS256"], audience=url, options={"verify_exp": False, "verify_iat": False}
    )
    assert (claims["iss"], claims["scope"]) == ("waitline@shop.example", SCOPE)
    assert claims["exp"] - claims["iat"] == 3_600
    assert jwt.get_unverified_header(assertion)["kid"] == "key-1"


async def test_a_token_that_is_refused_is_not_used_again(desk: Desk) -> None:
    desk.firebase.script(firebase_problem(401, "UNAUTHENTICATED"), path=SEND_PATH)

    failure = await desk.failure()

    assert (type(failure), failure.reason) == (TemporaryDeliveryFailure, "login_refused")
    assert await desk.send()
    assert desk.paths == [TOKEN_PATH, SEND_PATH, TOKEN_PATH, SEND_PATH]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(400, body=b'{"error": "invalid_grant"}'), "login_refused"),
        (Answer(200, body=b"<html>"), "login_refused"),
        (Answer(200, body=b"[]"), "login_refused"),
        (Answer(503), "provider_error_503"),
        (Answer(429, {"Retry-After": "30"}), "rate_limited"),
        (Answer(manner="drop"), "login_unreachable"),
        (Answer(manner="garbage"), "login_unreachable"),
    ],
)
async def test_without_a_token_nothing_was_written_so_it_is_tried_again(
    desk: Desk, answer: Answer, reason: str
) -> None:
    desk.firebase.script(answer, path=TOKEN_PATH)

    failure = await desk.failure()

    assert isinstance(failure, TemporaryDeliveryFailure)
    assert failure.reason == reason
    assert failure.retry_after == (timedelta(seconds=30) if reason == "rate_limited" else None)
    assert desk.paths == [TOKEN_PATH]
    assert await desk.send()


@pytest.mark.parametrize(
    ("answer", "kind", "reason", "is_gone"),
    [
        (firebase_problem(404, "UNREGISTERED"), PermanentDeliveryFailure, "gone", True),
        (firebase_problem(400, "INVALID_ARGUMENT"), PermanentDeliveryFailure, "refused_invalid_argument", False),
        (
            firebase_problem(400, "INVALID_ARGUMENT", field="message.token"),
            PermanentDeliveryFailure,
            "invalid_address",
            True,
        ),
        (firebase_problem(403, "SENDER_ID_MISMATCH"), PermanentDeliveryFailure, "refused_sender_id_mismatch", False),
        (Answer(404, body=b"no such project"), PermanentDeliveryFailure, "refused_404", False),
        (firebase_problem(403, "PERMISSION_DENIED"), TemporaryDeliveryFailure, "login_refused", None),
        (firebase_problem(401, "THIRD_PARTY_AUTH_ERROR"), TemporaryDeliveryFailure, "login_refused", None),
        (firebase_problem(429, "QUOTA_EXCEEDED"), TemporaryDeliveryFailure, "rate_limited", None),
        (firebase_problem(500, "INTERNAL"), TemporaryDeliveryFailure, "provider_error_500", None),
        (Answer(502, body=b"bad gateway"), AmbiguousDelivery, "provider_error_502", None),
        (Answer(200, body=b"{}"), AmbiguousDelivery, "malformed_answer", None),
        (Answer(204), AmbiguousDelivery, "malformed_answer", None),
    ],
)
async def test_each_answer_has_its_meaning(
    desk: Desk, answer: Answer, kind: type[DeliveryFailure], reason: str, is_gone: bool | None
) -> None:
    """A device is given up only for an answer that is about the device."""
    desk.firebase.script(answer, path=SEND_PATH)

    failure = await desk.failure()

    assert (type(failure), failure.reason) == (kind, reason)
    if isinstance(failure, PermanentDeliveryFailure):
        assert failure.address_gone is is_gone


async def test_a_wish_to_wait_is_kept(desk: Desk) -> None:
    desk.firebase.script(firebase_problem(503, "UNAVAILABLE", {"Retry-After": "90"}), path=SEND_PATH)

    failure = await desk.failure()

    assert isinstance(failure, TemporaryDeliveryFailure)
    assert failure.retry_after == timedelta(seconds=90)


def test_an_account_is_read_from_its_json_or_its_file(tmp_path: Path) -> None:
    key = firebase_account().private_key
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    known = {"project_id": "shop", "client_email": "w@shop.example", "token_uri": "https://oauth2.example/token"}
    text = json.dumps({**known, "private_key": pem})
    (tmp_path / "key.json").write_text(text)

    assert ServiceAccount.from_text(text).project_id == "shop"
    assert ServiceAccount.from_text(str(tmp_path / "key.json")).client_email == "w@shop.example"
    for wrong in ("", "{}", str(tmp_path / "nothing.json"), json.dumps({**known, "private_key": "x"})):
        with pytest.raises(ValueError, match="Firebase service account"):
            ServiceAccount.from_text(wrong)


async def test_the_built_in_double_takes_what_the_sender_says_and_knows_who_left(desk: Desk) -> None:
    caught: list[CaughtMessage] = []

    async def keep(one: CaughtMessage) -> None:
        caught.append(one)

    double = FcmDouble("shop", firebase_account().private_key.public_key(), keep, clock=lambda: NOW)
    async with serving(double.app) as url:
        desk.now = datetime.now(NOW.tzinfo)  # the double checks how old an assertion is
        account = replace(firebase_account(), token_url=url + TOKEN_PATH)
        channel = MobilePushChannel(account, base_url=url, clock=lambda: desk.now)
        accepted = await channel.send(MOBILE_PUSH, ADA, key=SEND_ID, expires_at=None)
        with pytest.raises(PermanentDeliveryFailure) as gone:
            await channel.send(MOBILE_PUSH, DeviceToken(token="gone-1"), key="k", expires_at=None)
        await channel.close()

    assert (accepted.provider_id or "").startswith("projects/shop/messages/")
    assert [(one.channel, one.to, one.subject, one.text) for one in caught] == [
        ("mobile_push", "device-of-ada", "🧥", "https://shop.example")
    ]
    assert gone.value.address_gone
