"""The Twilio double, driven by the real sender and heard by the real callbacks."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from activities.channels.sms import SmsChannel, TwilioAccount
from activities.errors import PermanentDeliveryFailure
from api.doubles.twilio import TwilioDouble
from engine.messages.addresses import PhoneNumber
from engine.messages.rendered import RenderedSms
from engine.store.inbox import CaughtMessage
from tests.fakes.serving import serving

SHOP = "+15005550006"
ADA = PhoneNumber(number="+4722123456")
TEXT = RenderedSms(send_id="snd_01kbjv0m8e5w3tq9z7c2r4x6yd", text="🧥 is back", encoding="UCS-2", segments=1)


class Heard:
    """An ASGI application that remembers the forms that are posted to it."""

    def __init__(self) -> None:
        self.statuses: list[str] = []
        self.url = ""

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        if scope["type"] != "http":
            return
        event = await receive()
        form = dict(httpx.QueryParams(event["body"].decode()))
        self.statuses.append(form["MessageStatus"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Desk:
    """The double on a socket, a sender in front of it, and what both left behind."""

    def __init__(self, double: TwilioDouble, url: str, callback: str) -> None:
        self.double = double
        self.url = url
        self.channel = SmsChannel(TwilioAccount("ACtest", "token", url), SHOP, callback)
        self.caught: list[CaughtMessage] = []

    async def send(self) -> str:
        accepted = await self.channel.send(TEXT, ADA, key=TEXT.send_id, expires_at=None)
        assert accepted.provider_id
        return accepted.provider_id


@pytest.fixture
async def heard() -> AsyncGenerator[Heard]:
    heard = Heard()
    async with serving(heard) as url:
        heard.url = f"{url}/status"
        yield heard


@pytest.fixture
async def desk(heard: Heard) -> AsyncGenerator[Desk]:
    async def keep(message: CaughtMessage) -> None:
        desk.caught.append(message)

    double = TwilioDouble(
        "ACtest", "token", keep, pace=timedelta(milliseconds=1), clock=lambda: datetime(2027, 3, 1, tzinfo=UTC)
    )
    async with serving(double.app) as url:
        desk = Desk(double, url, heard.url)
        yield desk
        await desk.channel.close()
        await double.close()


@pytest.mark.spec("F-102")
async def test_a_text_is_caught_and_its_course_is_reported(desk: Desk, heard: Heard) -> None:
    sid = await desk.send()
    await desk.double.quiet()

    (text,) = desk.caught
    assert (text.channel, text.to, text.sender, text.text) == ("sms", ADA.number, SHOP, "🧥 is back")
    assert heard.statuses == ["sent", "delivered"]
    assert desk.double.messages[sid].status == "delivered"


async def test_a_message_can_be_looked_up(desk: Desk) -> None:
    sid = await desk.send()
    await desk.double.quiet()

    async with httpx.AsyncClient(base_url=desk.url, auth=("ACtest", "token")) as twilio:
        found = await twilio.get(f"/2010-04-01/Accounts/ACtest/Messages/{sid}.json")
        missing = await twilio.get("/2010-04-01/Accounts/ACtest/Messages/SMnone.json")

    assert (found.json()["status"], found.json()["to"], found.json()["num_segments"]) == ("delivered", ADA.number, "1")
    assert (missing.status_code, missing.json()["code"]) == (404, 20404)


async def test_who_answers_stop_is_not_texted_until_they_answer_start(desk: Desk) -> None:
    await desk.send()

    await desk.double.reply(ADA.number, SHOP, "Stop")
    with pytest.raises(PermanentDeliveryFailure) as failure:
        await desk.send()
    assert failure.value.reason == "suppressed"

    await desk.double.reply(ADA.number, SHOP, "START")
    await desk.send()
    assert len(desk.caught) == 2


@pytest.mark.parametrize("number", ["+15005550001", "+15005550009"])
async def test_numbers_that_cannot_be_texted_are_refused(desk: Desk, number: str) -> None:
    with pytest.raises(PermanentDeliveryFailure) as failure:
        await desk.channel.send(TEXT, PhoneNumber(number=number), key="k", expires_at=None)

    assert failure.value.address_gone


@pytest.mark.parametrize("credentials", [("ACtest", "wrong"), ("ACother", "token"), ("", "")])
async def test_strangers_are_refused(desk: Desk, credentials: tuple[str, str]) -> None:
    async with httpx.AsyncClient(base_url=desk.url, auth=credentials) as stranger:
        answer = await stranger.post("/2010-04-01/Accounts/ACtest/Messages.json", data={"To": "x"})

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(("missing", "code"), [("To", 21604), ("Body", 21602), ("From", 21603)])
async def test_incomplete_messages_are_refused(desk: Desk, missing: str, code: int) -> None:
    form = {"To": ADA.number, "From": SHOP, "Body": "x"}
    del form[missing]

    async with httpx.AsyncClient(base_url=desk.url, auth=("ACtest", "token")) as twilio:
        answer = await twilio.post("/2010-04-01/Accounts/ACtest/Messages.json", data=form)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
