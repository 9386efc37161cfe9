"""What the push service does not take, and how it says so."""

import json
from datetime import timedelta

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from tests.api.push_service.conftest import HandClock, Sender
from tests.fakes.user_agent import UserAgent

LIMIT = 4096
OVERHEAD = 103  # header 86 + tag 16 + delimiter 1


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"TTL": ""},
        {"TTL": "-1"},
        {"TTL": "soon"},
        {"TTL": "1.5"},
        {"Topic": "x" * 33},
        {"Topic": "a b"},
        {"Urgency": "!"},
    ],
)
async def test_a_header_that_is_missing_or_makes_no_sense_is_400(
    service: str, sender: Sender, spoilt: dict[str, str]
) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        assert problem(await sender.send(subscription, b"x", **spoilt)) == (400, "malformed_push")


async def test_no_ttl_header_at_all_is_400(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        answer = await sender.post(subscription.endpoint, b"", {"Authorization": sender.vapid(service)})
        assert problem(answer) == (400, "malformed_push")
        assert "TTL" in answer.json()["detail"]


async def test_an_unencrypted_payload_is_400(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        headers = {"TTL": "1", "Authorization": sender.vapid(service), "Content-Encoding": "identity"}
        assert problem(await sender.post(subscription.endpoint, b"plain", headers)) == (400, "malformed_push")


async def test_without_a_vapid_token_it_is_401(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        answer = await sender.post(subscription.endpoint, b"", {"TTL": "1"})
        assert problem(answer) == (401, "unauthorized")


async def test_a_token_that_does_not_hold_is_401(service: str, sender: Sender, clock: HandClock) -> None:
    other = Sender(clock)
    stolen = other.vapid(service).replace(other.public_key, sender.public_key)
    tokens = {
        "signed by another key": stolen,
        "for another service": sender.vapid("https://updates.push.services.example"),
        "expired": sender.vapid(service, lasting=timedelta(minutes=-6)),
        "living too long": sender.vapid(service, lasting=timedelta(hours=25)),
        "without expiry": sender.vapid(service, exp=None),
        "no numbers": sender.vapid(service, exp="tomorrow"),
        "no token": f"vapid k={sender.public_key}",
        "no vapid": "Bearer abc",
        "garbage": f"vapid t=abc, k={sender.public_key}",
    }
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        for name, authorization in tokens.items():
            answer = await sender.post(subscription.endpoint, b"", {"TTL": "1", "Authorization": authorization})
            assert problem(answer) == (401, "unauthorized"), name
        await browser.ping()
        assert browser.arrivals == []


async def test_a_valid_token_of_another_key_is_403(service: str, sender: Sender, clock: HandClock) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        assert problem(await Sender(clock).send(subscription)) == (403, "wrong_key")


async def test_a_subscription_without_a_key_takes_messages_from_anybody(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe()
        body = sender.encrypt(subscription, b"anonymous")
        assert (await sender.post(subscription.endpoint, body, {"TTL": "1"})).status_code == 201
        assert (await browser.next_arrival()).payload == b"anonymous"


async def test_a_subscription_that_is_unknown_or_was_given_back_is_410(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        await browser.unsubscribe(subscription)
        assert problem(await sender.send(subscription)) == (410, "unknown_subscription")
    answer = await sender.post(f"{service}/wpush/v2/nobody", b"", {"TTL": "1"})
    assert problem(answer) == (410, "unknown_subscription")


async def test_a_payload_over_4096_bytes_is_413_and_one_of_4096_arrives(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        largest = b"x" * (LIMIT - OVERHEAD)
        assert len(sender.encrypt(subscription, largest)) == LIMIT
        assert problem(await sender.send(subscription, largest + b"x")) == (413, "payload_too_large")
        assert (await sender.send(subscription, largest)).status_code == 201
        assert (await browser.next_arrival()).payload == largest


async def test_a_very_long_time_to_live_is_cut_to_a_month_and_said_so(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        answer = await sender.send(subscription, ttl=10**12)
        assert (answer.status_code, answer.headers["ttl"]) == (201, str(30 * 24 * 3600))


async def test_a_key_that_is_no_point_on_the_curve_cannot_register(service: str) -> None:
    async with UserAgent(service) as browser:
        for key in ("AAAA", "not base64!", "B" * 87):
            with pytest.raises(ConnectionError, match="400"):
                await browser.subscribe(key)


@pytest.mark.parametrize(
    "said",
    [
        "no json",
        "[]",
        '{"messageType": "register", "channelID": "8d2d2f0c-6f0d-4b9d-9a5e-2b1c7d2a9f10"}',
        '{"messageType": "hello", "uaid": 7}',
        b"bytes",
    ],
)
async def test_a_browser_that_breaks_the_protocol_is_hung_up_on(service: str, said: str | bytes) -> None:
    async with connect("ws" + service.removeprefix("http") + "/") as websocket:
        await websocket.send(said)
        with pytest.raises(ConnectionClosedError) as closed:
            await websocket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1002


async def test_words_that_the_service_does_not_know_are_passed_over(service: str) -> None:
    async with connect("ws" + service.removeprefix("http") + "/") as websocket:
        await websocket.send('{"messageType": "broadcast_subscribe", "broadcasts": {}}')
        await websocket.send("{}")
        assert json.loads(await websocket.recv()) == {}
