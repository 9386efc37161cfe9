"""Web push: encryption, identification, headers, and which addresses are never called."""

import asyncio
import ipaddress
import socket
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from py_vapid import Vapid02

from activities.channels.network import endpoint_problem, is_public
from activities.channels.push_encryption import decode_base64url, encrypt_push
from activities.channels.vapid import TOKEN_LIFE, VapidKey, VapidTokens, audience
from activities.channels.web_push import TOPIC_LENGTH, WebPushChannel
from activities.errors import PermanentDeliveryFailure, TemporaryDeliveryFailure
from tests.activities.channels.rigs import NOW, PUSH, web_push_channel
from tests.fakes.push_endpoint import PushEndpoint
from tests.fakes.scripted_http import Answer
from tests.fakes.user_agent import base64url

# RFC 8291, section 5 and appendix A
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode_base64url(text)), ec.SECP256R1())


def decrypt(body: bytes) -> bytes:
    return http_ece.decrypt(body, private_key=private_key(RECEIVER_PRIVATE), auth_secret=decode_base64url(AUTH))


def test_the_encryption_that_we_ship_gives_the_bytes_of_the_rfc() -> None:
    body = http_ece.encrypt(
        PLAINTEXT,
        private_key=private_key(SENDER_PRIVATE),
        dh=decode_base64url(RECEIVER_PUBLIC),
        auth_secret=decode_base64url(AUTH),
        salt=decode_base64url(SALT),
        version="aes128gcm",
    )

    assert base64url(body) == BODY
    assert decrypt(decode_base64url(BODY)) == PLAINTEXT


@given(st.binary(min_size=1, max_size=3_993))
def test_what_is_encrypted_can_be_decrypted_and_fits_into_one_record(payload: bytes) -> None:
    body = encrypt_push(payload, RECEIVER_PUBLIC, AUTH)

    assert decrypt(body) == payload
    assert len(body) == len(payload) + 103 <= 4_096


def test_every_message_has_a_key_and_a_salt_of_its_own() -> None:
    bodies = [encrypt_push(b"same", RECEIVER_PUBLIC, AUTH) for _ in range(20)]

    assert len({body[:16] for body in bodies}) == 20
    assert len({body[21:86] for body in bodies}) == 20


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("B" + "A" * 86, AUTH), (RECEIVER_PUBLIC, "AAAA"), ("AAAA", AUTH), ("", "")]
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r"key|secret|base64|point"):
        encrypt_push(b"x", p256dh, auth)


@pytest.fixture
async def channel() -> Any:
    channel = web_push_channel()
    yield channel
    await channel.close()


@pytest.fixture
async def push() -> Any:
    async with PushEndpoint().running() as push:
        yield push


@pytest.mark.spec("F-099", "F-106")
async def test_the_browser_can_decrypt_what_arrives_byte_for_byte(channel: WebPushChannel, push: PushEndpoint) -> None:
    accepted = await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)

    (message,) = push.messages("ada")
    assert push.decrypt(message.body) == PUSH.payload.encode()
    assert accepted.provider_id == "/message/1"


@pytest.mark.spec("F-099")
async def test_the_request_says_all_that_a_push_service_wants_to_know(
    channel: WebPushChannel, push: PushEndpoint
) -> None:
    message = PUSH.model_copy(update={"urgency": "high"})

    await channel.send(message, push.subscribe("ada"), key="snd_1", expires_at=None)

    headers = push.messages("ada")[0].headers
    assert (headers["ttl"], headers["urgency"], headers["content-encoding"]) == ("14400", "high", "aes128gcm")
    assert len(headers["topic"]) == TOPIC_LENGTH
    token, key = headers["authorization"].removeprefix("vapid t=").split(", k=")
    claims = jwt.decode(
        token,
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode_base64url(key)),
        algorithms=["ES256"],
        audience=push.http.url,
        options={"verify_exp": False},
    )
    assert claims["sub"] == "mailto:push@shop.example"
    assert claims["exp"] == int((NOW + TOKEN_LIFE).timestamp())
    assert Vapid02.verify(headers["authorization"].replace(", ", ","))


async def test_a_repeat_under_the_same_key_replaces_the_first_and_another_key_does_not(
    channel: WebPushChannel, push: PushEndpoint
) -> None:
    for key in ("snd_1", "snd_1", "snd_2"):
        await channel.send(PUSH, push.subscribe("ada"), key=key, expires_at=None)

    first, repeat, other = (message.headers["topic"] for message in push.messages("ada"))
    assert first == repeat != other


async def test_the_journeys_own_topic_wins(channel: WebPushChannel, push: PushEndpoint) -> None:
    await channel.send(PUSH.model_copy(update={"topic": "restock"}), push.subscribe("ada"), key="k", expires_at=None)

    assert push.messages("ada")[0].headers["topic"] == "restock"


@pytest.mark.parametrize(("left", "ttl"), [(timedelta(hours=9), 14400), (timedelta(minutes=10), 600), (None, 14400)])
async def test_no_message_outlives_its_worth(
    channel: WebPushChannel, push: PushEndpoint, left: timedelta | None, ttl: int
) -> None:
    await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None if left is None else NOW + left)

    assert push.messages("ada")[0].headers["ttl"] == str(ttl)


@pytest.mark.spec("F-099")
@pytest.mark.parametrize("status", [200, 201, 202])
async def test_answers_that_mean_accepted(channel: WebPushChannel, push: PushEndpoint, status: int) -> None:
    push.answer("ada", Answer(status))

    await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)


@pytest.mark.spec("F-099")
@pytest.mark.parametrize("status", [404, 410])
async def test_a_dead_subscription_is_gone_with_its_reason(
    channel: WebPushChannel, push: PushEndpoint, status: int
) -> None:
    push.answer("ada", Answer(status, body=b"subscription expired"))

    with pytest.raises(PermanentDeliveryFailure) as failure:
        await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)

    assert (failure.value.reason, failure.value.address_gone) == ("gone", True)
    assert failure.value.detail == "subscription expired"


@pytest.mark.parametrize(
    ("status", "reason"), [(413, "payload_too_large"), (400, "refused_400"), (403, "refused_403"), (301, "refused_301")]
)
async def test_other_refusals_are_permanent_but_keep_the_address(
    channel: WebPushChannel, push: PushEndpoint, status: int, reason: str
) -> None:
    push.answer("ada", Answer(status, {"Location": push.endpoint("elsewhere")}))

    with pytest.raises(PermanentDeliveryFailure) as failure:
        await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)

    assert (failure.value.reason, failure.value.address_gone) == (reason, False)
    assert push.counts["elsewhere"] == 0


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 01 Mar 2027 12:01:30 GMT", timedelta(seconds=90)),
        ("Mon, 01 Mar 2027 11:00:00 GMT", timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("99999999999999999999", None),
        ("soon", None),
        ("-5", None),
    ],
)
async def test_retry_after_is_read_in_both_its_forms_and_never_believed_beyond_a_day(
    channel: WebPushChannel, push: PushEndpoint, header: str, wait: timedelta | None
) -> None:
    push.answer("ada", Answer(503, {"Retry-After": header}))

    with pytest.raises(TemporaryDeliveryFailure) as failure:
        await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)

    assert failure.value.retry_after == wait


async def test_an_endless_answer_is_cut_off(channel: WebPushChannel, push: PushEndpoint) -> None:
    push.answer("ada", Answer(400, body=b"x" * 5_000_000))

    with pytest.raises(PermanentDeliveryFailure) as failure:
        await channel.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)

    assert len(failure.value.detail) <= 300


async def test_keys_that_no_browser_has_take_the_subscription_with_them(
    channel: WebPushChannel, push: PushEndpoint
) -> None:
    address = push.subscribe("ada").model_copy(update={"p256dh": "B" + "A" * 86})

    with pytest.raises(PermanentDeliveryFailure) as failure:
        await channel.send(PUSH, address, key="k", expires_at=None)

    assert (failure.value.reason, failure.value.address_gone) == ("invalid_keys", True)
    assert push.counts["ada"] == 0


def test_tokens_are_signed_once_for_each_service_and_renewed_at_half_their_life() -> None:
    now = NOW

    def clock() -> datetime:
        return now

    tokens = VapidTokens(VapidKey.generate(), "mailto:a@b.example", clock)
    first = tokens.header_for("https://push.example/1")

    assert tokens.header_for("https://push.example/2") == first
    assert tokens.header_for("https://other.example/1") != first
    now = NOW + TOKEN_LIFE / 2 - timedelta(seconds=1)
    assert tokens.header_for("https://push.example/1") == first
    now = NOW + TOKEN_LIFE / 2
    assert tokens.header_for("https://push.example/1") != first


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://push.example/a/b?c", "https://push.example"),
        ("https://push.example:443/a", "https://push.example"),
        ("https://push.example:8443/a", "https://push.example:8443"),
        ("http://127.0.0.1:9000/a", "http://127.0.0.1:9000"),
        ("https://[::1]:9000/a", "https://[::1]:9000"),
    ],
)
def test_the_audience_is_the_origin_of_the_endpoint(endpoint: str, origin: str) -> None:
    assert audience(endpoint) == origin


def test_a_key_reads_back_from_its_text_and_from_pem() -> None:
    key = VapidKey.generate()
    pem = Vapid02.from_raw(key.private_text.encode()).private_key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )

    for text in (key.private_text, f" {key.private_text}\n", pem.decode()):
        assert VapidKey.from_text(text).public_text == key.public_text
    assert urlsafe_b64decode(key.public_text + "=")[0] == 4


@pytest.mark.parametrize("text", ["", "AAAA", "not a key at all!", "A" * 43])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="curve P-256"):
        VapidKey.from_text(text)


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_special_addresses_are_not_public_however_they_are_wrapped(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_no_connection_is_made_to_a_private_address(push: PushEndpoint, host: str) -> None:
    guarded = web_push_channel(allow_private_endpoints=False)
    port = push.http.url.rpartition(":")[2]
    address = push.subscribe("ada").model_copy(update={"endpoint": f"https://{host}:{port}/wpush/v2/ada"})

    with pytest.raises(PermanentDeliveryFailure) as failure:
        await guarded.send(PUSH, address, key="k", expires_at=None)

    assert (failure.value.reason, failure.value.address_gone) == ("forbidden_address", False)
    assert push.http.requests == []
    await guarded.close()


async def test_a_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, push: PushEndpoint) -> None:
    """A public name whose address is private: what matters is where the connection would go."""
    guarded = web_push_channel(allow_private_endpoints=False)
    loop = asyncio.get_running_loop()
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 443))]

    async def lookup(*_: Any, **__: Any) -> Any:
        return answer

    monkeypatch.setattr(loop, "getaddrinfo", lookup)
    address = push.subscribe("ada").model_copy(update={"endpoint": "https://push.rebound.example/ada"})

    with pytest.raises(PermanentDeliveryFailure, match="forbidden_address"):
        await guarded.send(PUSH, address, key="k", expires_at=None)
    await guarded.close()


async def test_plain_http_is_refused_outside_of_local_development(push: PushEndpoint) -> None:
    guarded = web_push_channel(allow_private_endpoints=False)

    with pytest.raises(PermanentDeliveryFailure, match="https"):
        await guarded.send(PUSH, push.subscribe("ada"), key="k", expires_at=None)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "localhost", "a.local", "10.0.0.1"]
)
def test_an_endpoint_that_spells_a_private_address_is_named_when_it_is_handed_in(host: str) -> None:
    assert endpoint_problem(f"https://{host}/x", allow_private=False)
    assert endpoint_problem(f"https://{host}/x", allow_private=True) is None


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://push.example/", "https://", "https://a:b@push.example/", "https://[::1", "https://x:port/"]
)
def test_an_endpoint_that_is_no_url_is_named(url: str) -> None:
    assert endpoint_problem(url, allow_private=True)


def test_an_endpoint_of_a_push_service_is_fine() -> None:
    assert endpoint_problem("https://updates.push.services.mozilla.com/wpush/v2/x", allow_private=False) is None
    assert endpoint_problem("http://push.example/x", allow_private=False)
