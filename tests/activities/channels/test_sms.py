"""SMS: what Twilio is asked to send, and what its error codes mean."""

import base64
from collections.abc import AsyncGenerator
from urllib.parse import parse_qs

import pytest

from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.addresses import PhoneNumber
from tests.activities.channels.rigs import SEND_ID, SMS, sms_channel, taken_by_twilio, twilio_problem
from tests.fakes.scripted_http import Answer, ScriptedHttp

ADA = PhoneNumber(number="+4722123456")


@pytest.fixture
async def twilio() -> AsyncGenerator[ScriptedHttp]:
    async with ScriptedHttp(taken_by_twilio).running() as twilio:
        yield twilio


@pytest.mark.spec("F-102", "F-106")
async def test_twilio_is_asked_to_send_the_text_and_to_report_on_it(twilio: ScriptedHttp) -> None:
    channel = sms_channel(twilio.url)

    accepted = await channel.send(SMS, ADA, key=SEND_ID, expires_at=None)
    await channel.close()

    (request,) = twilio.requests
    assert (request.method, request.path) == ("POST", "/2010-04-01/Accounts/ACtest/Messages.json")
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"ACtest:token").decode()
    assert parse_qs(request.body.decode()) == {
        "To": ["+4722123456"],
        "From": ["+15005550006"],
        "Body": ["🧥 is back"],
        "StatusCallback": [f"https://waitline.example/v1/providers/twilio/status?send_id={SEND_ID}"],
    }
    assert (accepted.provider_id, accepted.status) == ("SM1", "queued")


async def test_the_messages_own_sender_wins(twilio: ScriptedHttp) -> None:
    channel = sms_channel(f"{twilio.url}/")

    await channel.send(SMS.model_copy(update={"sender": "MyShop"}), ADA, key="k", expires_at=None)
    await channel.close()

    assert b"From=MyShop" in twilio.requests[0].body


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (twilio_problem(400, 21610), PermanentDeliveryFailure, "suppressed"),
        (twilio_problem(400, 21211), PermanentDeliveryFailure, "invalid_address"),
        (twilio_problem(400, 21614), PermanentDeliveryFailure, "invalid_address"),
        (twilio_problem(400, 21606), PermanentDeliveryFailure, "refused_21606"),
        (twilio_problem(401, 20003), TemporaryDeliveryFailure, "login_refused"),
        (twilio_problem(429, 20429), TemporaryDeliveryFailure, "rate_limited"),
        (Answer(503), TemporaryDeliveryFailure, "provider_error_503"),
        (Answer(502), AmbiguousDelivery, "provider_error_502"),
        (Answer(504), AmbiguousDelivery, "provider_error_504"),
        (Answer(400, body=b"<html>"), PermanentDeliveryFailure, "refused_400"),
        (Answer(201, body=b"<html>"), AmbiguousDelivery, "malformed_answer"),
        (Answer(201, body=b"[]"), AmbiguousDelivery, "malformed_answer"),
        (Answer(201, body=b"{}"), AmbiguousDelivery, "malformed_answer"),
        (Answer(201, body=b""), AmbiguousDelivery, "malformed_answer"),
        (Answer(302, {"Location": "/elsewhere"}), AmbiguousDelivery, "malformed_answer"),
    ],
)
async def test_what_each_answer_means(
    twilio: ScriptedHttp, answer: Answer, failure: type[DeliveryFailure], reason: str
) -> None:
    channel = sms_channel(twilio.url)
    twilio.script(answer)

    with pytest.raises(failure) as raised:
        await channel.send(SMS, ADA, key="k", expires_at=None)
    await channel.close()

    assert raised.value.reason == reason
    assert len(twilio.requests) == 1
