"""Rigs: each channel in front of a double of its provider that misbehaves on request.

A rig knows how its provider says each thing; the conformance suite asks for them by name.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from activities.channels.channel import CONNECT_SECONDS
from activities.channels.email import EmailChannel
from activities.channels.sms import SmsChannel, TwilioAccount
from activities.channels.smtp_pool import SmtpServer
from activities.channels.vapid import VapidKey
from activities.channels.web_push import WebPushChannel
from activities.channels.webhook import WebhookChannel
from engine.messages.addresses import EmailAddress, PhoneNumber, WebhookAddress
from engine.messages.rendered import RenderedEmail, RenderedSms, RenderedWebhook, RenderedWebPush
from tests.activities.channels.mobile_push_rig import mobile_push_rig
from tests.activities.channels.rig import BRISK, NOW, PATIENT, SEND_ID, SLOW, Rig, scheme
from tests.fakes.push_endpoint import PushEndpoint
from tests.fakes.scripted_http import Answer, Request, ScriptedHttp
from tests.fakes.scripted_smtp import DROP, HANG, ScriptedSmtp

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUSH = RenderedWebPush(send_id=SEND_ID, payload='{"v":1,"title":"🧥"}', ttl=timedelta(hours=4), title="🧥", body="")
EMAIL = RenderedEmail(send_id=SEND_ID, subject="🧥 is back", html="<p>Back</p>", text="Back\n")
SMS = RenderedSms(send_id=SEND_ID, text="🧥 is back", encoding="UCS-2", segments=1)


class WebPushRig(Rig):
    """Web push in front of the push endpoint."""

    message = PUSH

    def __init__(self, push: PushEndpoint) -> None:
        super().__init__(lambda seconds, connect: web_push_channel(timeout_seconds=seconds, connect_seconds=connect))
        self.push = push
        self.address = push.subscribe("ada")
        self._refused = 0

    @property
    def accepted(self) -> int:
        return len(self.push.messages("ada")) - self._refused

    def _script(self, answer: Answer) -> None:
        self.push.answer("ada", answer)
        self._refused += answer.status != 201

    def refuse(self) -> None:
        self._script(Answer(400, body=b"bad request"))

    def be_gone(self) -> None:
        self._script(Answer(410))

    def be_busy(self) -> None:
        self._script(Answer(429, {"Retry-After": "7"}, b"slow down"))

    def break_down(self) -> None:
        self._script(Answer(503))

    def be_silent(self) -> None:
        self._script(Answer(manner="hang"))

    def drop(self) -> None:
        self._script(Answer(manner="drop"))

    def babble(self) -> None:
        self._script(Answer(manner="garbage"))

    def be_slow(self) -> None:
        self._script(Answer(201, {"Location": "/message/1"}, delay=SLOW))

    def lead_to(self, host: str, port: int, *, connect: float = CONNECT_SECONDS, tls: bool = False) -> None:
        self.use(web_push_channel(connect_seconds=connect))
        self.address = self.address.model_copy(update={"endpoint": f"{scheme(tls)}://{host}:{port}/gone"})


class EmailRig(Rig):
    """E-mail in front of a scripted SMTP server."""

    retry_after = None
    message = EMAIL
    address = EmailAddress(address="ada@example.org")

    def __init__(self, smtp: ScriptedSmtp) -> None:
        super().__init__(
            lambda seconds, connect: email_channel(smtp.port, timeout_seconds=seconds, connect_seconds=connect)
        )
        self.smtp = smtp

    @property
    def accepted(self) -> int:
        return len(self.smtp.mails)

    def refuse(self) -> None:
        self.smtp.script("TEXT", "554 5.7.1 this looks like spam")

    def be_gone(self) -> None:
        self.smtp.script("RCPT", "550 5.1.1 no such user")

    def be_busy(self) -> None:
        self.smtp.script("RCPT", "451 4.7.1 greylisted")

    def break_down(self) -> None:
        self.smtp.script("MAIL", "421 4.3.2 shutting down")

    def be_silent(self) -> None:
        self.smtp.script("TEXT", HANG)

    def drop(self) -> None:
        self.smtp.script("TEXT", DROP)

    def babble(self) -> None:
        self.smtp.script("TEXT", "%PDF-1.4")

    def be_slow(self) -> None:
        self.smtp.script("TEXT", "250 taken", delay=SLOW)

    def lead_to(self, host: str, port: int, *, connect: float = CONNECT_SECONDS, tls: bool = False) -> None:
        self.use(email_channel(port, host=host, security="tls" if tls else "none", connect_seconds=connect))

    def say_nothing_at(self, step: str) -> None:
        """Fall silent at this step of a conversation, before any text was written."""
        self.use(email_channel(self.smtp.port, connect_seconds=BRISK))
        self.smtp.script(step, HANG)

    def babble_at(self, step: str) -> None:
        """Answer this step of a conversation with something outside of the protocol."""
        self.smtp.script(step, "%PDF-1.4")


class SmsRig(Rig):
    """SMS in front of something that speaks Twilio's API."""

    message = SMS
    address = PhoneNumber(number="+4722123456")

    def __init__(self, twilio: ScriptedHttp) -> None:
        super().__init__(
            lambda seconds, connect: sms_channel(twilio.url, timeout_seconds=seconds, connect_seconds=connect)
        )
        self.twilio = twilio
        self._refused = 0

    @property
    def accepted(self) -> int:
        return len(self.twilio.requests) - self._refused

    def _script(self, answer: Answer) -> None:
        self.twilio.script(answer)
        self._refused += answer.status != 201

    def refuse(self) -> None:
        self._script(twilio_problem(400, 21612))

    def be_gone(self) -> None:
        self._script(twilio_problem(400, 21211))

    def be_busy(self) -> None:
        self._script(Answer(429, {"Retry-After": "7"}, b'{"code": 20429}'))

    def break_down(self) -> None:
        self._script(Answer(500, body=b"oops"))

    def be_silent(self) -> None:
        self._script(Answer(manner="hang"))

    def drop(self) -> None:
        self._script(Answer(manner="drop"))

    def babble(self) -> None:
        self._script(Answer(200, body=b"<html>welcome to the hotel's wireless network</html>"))

    def be_slow(self) -> None:
        self._script(replace(taken_by_twilio(), delay=SLOW))

    def lead_to(self, host: str, port: int, *, connect: float = CONNECT_SECONDS, tls: bool = False) -> None:
        self.use(sms_channel(f"{scheme(tls)}://{host}:{port}", connect_seconds=connect))


class WebhookRig(Rig):
    """A webhook in front of a system of the shop."""

    address = WebhookAddress(url="")

    def __init__(self, system: ScriptedHttp) -> None:
        super().__init__(lambda seconds, connect: webhook_channel(timeout_seconds=seconds, connect_seconds=connect))
        self.system = system
        self.message = RenderedWebhook(send_id=SEND_ID, url=f"{system.url}/hook", body='{"back": "🧥"}')
        self._refused = 0

    @property
    def accepted(self) -> int:
        return len(self.system.requests) - self._refused

    def _script(self, answer: Answer) -> None:
        self.system.script(answer)
        self._refused += answer.status != 202

    def refuse(self) -> None:
        self._script(Answer(400, body=b"no such field"))

    def be_gone(self) -> None:
        self._script(Answer(410))

    def be_busy(self) -> None:
        self._script(Answer(429, {"Retry-After": "7"}))

    def break_down(self) -> None:
        self._script(Answer(500, body=b"oops"))

    def be_silent(self) -> None:
        self._script(Answer(manner="hang"))

    def drop(self) -> None:
        self._script(Answer(manner="drop"))

    def babble(self) -> None:
        self._script(Answer(manner="garbage"))

    def be_slow(self) -> None:
        self._script(Answer(202, delay=SLOW))

    def lead_to(self, host: str, port: int, *, connect: float = CONNECT_SECONDS, tls: bool = False) -> None:
        self.use(webhook_channel(connect_seconds=connect))
        self.message = self.message.model_copy(update={"url": f"{scheme(tls)}://{host}:{port}/hook"})


def webhook_channel(
    *,
    allow_private_endpoints: bool = True,
    timeout_seconds: float = PATIENT,
    connect_seconds: float = CONNECT_SECONDS,
) -> WebhookChannel:
    """A webhook channel with a secret that tests know."""
    return WebhookChannel(
        WEBHOOK_SECRET,
        allow_private_endpoints=allow_private_endpoints,
        timeout_seconds=timeout_seconds,
        connect_seconds=connect_seconds,
        clock=lambda: NOW,
    )


def web_push_channel(
    *,
    allow_private_endpoints: bool = True,
    timeout_seconds: float = PATIENT,
    connect_seconds: float = CONNECT_SECONDS,
) -> WebPushChannel:
    """A web push channel with a key of its own."""
    return WebPushChannel(
        VapidKey.generate(),
        "mailto:push@shop.example",
        allow_private_endpoints=allow_private_endpoints,
        timeout_seconds=timeout_seconds,
        connect_seconds=connect_seconds,
        clock=lambda: NOW,
    )


def email_channel(
    port: int, *, host: str = "127.0.0.1", security: Literal["none", "tls"] = "none", **options: Any
) -> EmailChannel:
    """An e-mail channel."""
    server = SmtpServer(host, port, security=security)
    return EmailChannel(server, "Shop <shop@shop.example>", clock=lambda: NOW, **options)


def sms_channel(
    base_url: str, *, timeout_seconds: float = PATIENT, connect_seconds: float = CONNECT_SECONDS
) -> SmsChannel:
    """An SMS channel."""
    return SmsChannel(
        TwilioAccount("ACtest", "token", base_url),
        "+15005550006",
        "https://waitline.example/v1/providers/twilio/status",
        timeout_seconds=timeout_seconds,
        connect_seconds=connect_seconds,
        clock=lambda: NOW,
    )


def taken_by_twilio(_request: Request | None = None) -> Answer:
    """Twilio's answer to a message that it took."""
    return Answer(201, {"Content-Type": "application/json"}, json.dumps({"sid": "SM1", "status": "queued"}).encode())


def twilio_problem(status: int, code: int) -> Answer:
    """Twilio's refusal with one of its error codes."""
    return Answer(status, body=json.dumps({"code": code, "message": "no", "status": status}).encode())


@asynccontextmanager
async def web_push_rig() -> AsyncGenerator[Rig]:
    """Web push with its double running."""
    async with PushEndpoint().running() as push:
        rig = WebPushRig(push)
        yield rig
        await rig.close()


@asynccontextmanager
async def email_rig() -> AsyncGenerator[Rig]:
    """E-mail with its double running."""
    async with ScriptedSmtp().running() as smtp:
        rig = EmailRig(smtp)
        yield rig
        await rig.close()


@asynccontextmanager
async def sms_rig() -> AsyncGenerator[Rig]:
    """SMS with its double running."""
    async with ScriptedHttp(taken_by_twilio).running() as twilio:
        rig = SmsRig(twilio)
        yield rig
        await rig.close()


@asynccontextmanager
async def webhook_rig() -> AsyncGenerator[Rig]:
    """A webhook with its receiver running."""
    async with ScriptedHttp(lambda _request: Answer(202)).running() as system:
        rig = WebhookRig(system)
        yield rig
        await rig.close()


RIGS = {
    "web_push": web_push_rig,
    "mobile_push": mobile_push_rig,
    "email": email_rig,
    "sms": sms_rig,
    "webhook": webhook_rig,
}
