"""A message's way from sender to browser: at once, after a pause, once, or not at all."""

from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.routing import Mount
from websockets.asyncio.client import connect

from api.push_service import create_push_service
from tests.api.push_service.conftest import HandClock, Installation, Sender
from tests.fakes.serving import serving
from tests.fakes.user_agent import PushSubscription, UserAgent, from_base64url


async def test_a_message_reaches_a_connected_browser_which_alone_can_read_it(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)

        answer = await sender.send(subscription, "Wollmütze ist zurück 🧶".encode())

        arrival = await browser.next_arrival()
        assert arrival.payload.decode() == "Wollmütze ist zurück 🧶"
        assert (answer.status_code, answer.headers["ttl"]) == (201, "60")
        assert answer.headers["location"] == f"{service}/m/{arrival.version}"


async def test_each_subscription_of_a_browser_has_its_own_line(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        coats, boots = await browser.subscribe(sender.public_key), await browser.subscribe(sender.public_key)
        await sender.send(boots, b"boots")
        await sender.send(coats, b"coats")
        await browser.wait_until(lambda arrivals: len(arrivals) == 2)
        assert [(arrival.subscription, arrival.payload) for arrival in browser.arrivals] == [
            (boots, b"boots"),
            (coats, b"coats"),
        ]


async def test_a_message_without_payload_arrives_empty(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        answer = await sender.post(subscription.endpoint, b"", {"TTL": "5", "Authorization": sender.vapid(service)})
        assert answer.status_code == 201
        assert (await browser.next_arrival()).payload == b""


async def test_messages_wait_in_order_for_a_closed_browser(service: str, sender: Sender) -> None:
    browser = UserAgent(service)
    await browser.open()
    subscription = await browser.subscribe(sender.public_key)
    await browser.close()

    for text in (b"first", b"second", b"third"):
        await sender.send(subscription, text)
    await browser.open()

    await browser.wait_until(lambda arrivals: len(arrivals) == 3)
    assert [arrival.payload for arrival in browser.arrivals] == [b"first", b"second", b"third"]
    await browser.close()


async def test_a_waiting_message_expires_after_its_time_to_live_and_not_before(
    service: str, sender: Sender, clock: HandClock
) -> None:
    browser = UserAgent(service)
    await browser.open()
    subscription = await browser.subscribe(sender.public_key)
    await browser.close()
    await sender.send(subscription, b"an hour", ttl=3600)
    await sender.send(subscription, b"two hours", ttl=7200)

    clock.pass_by(timedelta(seconds=3600))
    await browser.open()

    assert (await browser.next_arrival()).payload == b"two hours"
    await browser.ping()
    assert [arrival.payload for arrival in browser.arrivals] == [b"two hours"]
    await browser.close()


async def test_just_before_its_time_is_up_a_message_still_arrives(
    service: str, sender: Sender, clock: HandClock
) -> None:
    browser = UserAgent(service)
    await browser.open()
    subscription = await browser.subscribe(sender.public_key)
    await browser.close()
    await sender.send(subscription, b"an hour", ttl=3600)

    clock.pass_by(timedelta(seconds=3599))
    await browser.open()

    assert (await browser.next_arrival()).payload == b"an hour"
    await browser.close()


async def test_time_to_live_zero_means_now_or_never(service: str, sender: Sender) -> None:
    browser = UserAgent(service)
    await browser.open()
    subscription = await browser.subscribe(sender.public_key)
    await sender.send(subscription, b"now", ttl=0)
    assert (await browser.next_arrival()).payload == b"now"
    await browser.close()

    assert (await sender.send(subscription, b"never", ttl=0)).status_code == 201
    await browser.open()
    await browser.ping()

    assert [arrival.payload for arrival in browser.arrivals] == [b"now"]
    await browser.close()


async def test_a_newer_message_on_a_topic_replaces_the_one_that_waits(service: str, sender: Sender) -> None:
    browser = UserAgent(service)
    await browser.open()
    subscription = await browser.subscribe(sender.public_key)
    await browser.close()

    await sender.send(subscription, b"one left", Topic="jacket-M")
    await sender.send(subscription, b"boots", Topic="boots-42")
    await sender.send(subscription, b"sold out again", Topic="jacket-M")
    await browser.open()

    await browser.wait_until(lambda arrivals: len(arrivals) == 2)
    assert [arrival.payload for arrival in browser.arrivals] == [b"boots", b"sold out again"]
    await browser.close()


async def test_an_acknowledged_message_comes_once_and_an_unacknowledged_one_again(service: str, sender: Sender) -> None:
    forgetful = UserAgent(service, acknowledges=False)
    await forgetful.open()
    subscription = await forgetful.subscribe(sender.public_key)
    await sender.send(subscription, b"news")
    first = await forgetful.next_arrival()
    await forgetful.close()
    await forgetful.open()
    again = await forgetful.next_arrival()
    assert again.version == first.version
    await forgetful.close()

    async with UserAgent(service) as browser:
        subscription = await browser.subscribe(sender.public_key)
        await sender.send(subscription, b"news")
        await browser.next_arrival()
        await browser.ping()  # answered after the acknowledgement was heard
        await browser.close()
        await browser.open()
        await browser.ping()
        assert len(browser.arrivals) == 1


async def test_a_restart_of_the_service_loses_neither_subscriptions_nor_messages(
    installation: Installation, sender: Sender
) -> None:
    async with installation.running() as address, UserAgent(address) as browser:
        subscription = await browser.subscribe(sender.public_key)
        await browser.close()
        await sender.send(subscription, b"kept")

    async with installation.running() as address, browser.same_profile_at(address) as returning:
        assert returning.uaid == browser.uaid
        assert (await returning.next_arrival()).payload == b"kept"


async def test_a_browser_that_the_service_does_not_know_gets_a_new_name(service: str, sender: Sender) -> None:
    async with UserAgent(service) as browser:
        browser.uaid = "0" * 32
        await browser.close()
        await browser.open()
        assert browser.uaid != "0" * 32


async def test_a_second_connection_of_the_same_browser_takes_over(service: str, sender: Sender) -> None:
    async with UserAgent(service) as first:
        subscription = await first.subscribe(sender.public_key)
        async with first.same_profile_at(service) as second:
            await sender.send(subscription, b"to the newer one")
            assert (await second.next_arrival()).payload == b"to the newer one"
            assert first.arrivals == []


async def test_a_sender_may_take_a_waiting_message_back(service: str, sender: Sender) -> None:
    browser = UserAgent(service)
    await browser.open()
    subscription = await browser.subscribe(sender.public_key)
    await browser.close()
    location = (await sender.send(subscription, b"a mistake")).headers["location"]
    async with httpx.AsyncClient() as client:
        assert (await client.delete(location)).status_code == 204
        assert (await client.delete(location)).status_code == 404
    await browser.open()
    await browser.ping()
    assert browser.arrivals == []
    await browser.close()


async def test_it_can_be_mounted_under_a_path(installation: Installation, sender: Sender) -> None:
    outer = Starlette(routes=[Mount("/push", create_push_service(installation.database, installation.clock))])
    async with serving(outer) as address, UserAgent(f"{address}/push") as browser:
        subscription = await browser.subscribe(sender.public_key)
        assert subscription.endpoint.startswith(f"{address}/push/wpush/v2/")
        assert (await sender.send(subscription, b"mounted")).headers["location"].startswith(f"{address}/push/m/")
        assert (await browser.next_arrival()).payload == b"mounted"


def test_the_user_agent_decrypts_the_example_of_rfc_8291() -> None:
    secret = int.from_bytes(from_base64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    subscription = PushSubscription(
        channel="",
        endpoint="https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        private_key=ec.derive_private_key(secret, ec.SECP256R1()),
        auth=from_base64url("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    assert subscription.as_json()["keys"]["p256dh"] == (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    body = from_base64url(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert subscription.decrypt(body) == b"When I grow up, I want to be a watermelon"


@pytest.mark.parametrize("offered", [["push-notification"], None])
async def test_the_subprotocol_is_agreed_when_it_is_offered(service: str, offered: list[str] | None) -> None:
    async with connect("ws" + service.removeprefix("http") + "/", subprotocols=offered) as websocket:
        assert websocket.subprotocol == (offered[0] if offered else None)
