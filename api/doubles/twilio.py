"""Twilio, as a sender of text messages sees it: its Messages resource, its signed callbacks, and phones that answer.

    POST /2010-04-01/Accounts/{sid}/Messages.json          queued ──► sent ──► delivered
    GET  /2010-04-01/Accounts/{sid}/Messages/{sid}.json       each reported to the message's StatusCallback
    POST /replies   (From, To, Body)                       a phone answers; reported to the inbound callback

It remembers who opted out by answering STOP and refuses to send to them (error 21610) until they answer START. Two of
Twilio's magic numbers work: +15005550001 is no number (21211), +15005550009 cannot receive texts (21614).
"""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.doubles import OnCaught
from api.twilio_signature import HEADER, TwilioSignature
from engine.messages.replies import ReplyMeaning, read_reply
from engine.messages.sms import measure_sms
from engine.store.inbox import CaughtMessage

API = "/2010-04-01/Accounts/{account}/Messages"
USUAL_COURSE = ("sent", "delivered")
_REFUSED_NUMBERS = {
    "+15005550001": (21211, "The 'To' number is not a valid phone number."),
    "+15005550009": (21614, "'To' number is not a valid mobile number."),
}
_OPTED_OUT = (21610, "Attempt to send to unsubscribed recipient.")
_REQUIRED = {"To": (21604, "A 'To' phone number is required."), "Body": (21602, "Message body is required.")}


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class SentText:
    """A message that the double took."""

    sid: str
    to: str
    sender: str
    body: str
    created_at: datetime
    callback: str | None
    status: str = "queued"
    reported: list[str] = field(default_factory=list[str])


class TwilioDouble:
    """One Twilio account. `pace` passes between two statuses; `inbound_url` hears what phones answer.

    Callbacks are made over `transport`, which is the network unless a test gives another.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        on_sms: OnCaught,
        *,
        inbound_url: str | None = None,
        pace: timedelta = timedelta(milliseconds=300),
        clock: Callable[[], datetime] = utc_now,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.messages: dict[str, SentText] = {}
        self.opted_out: set[tuple[str, str]] = set()
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._signer = TwilioSignature(auth_token)
        self._on_sms = on_sms
        self._inbound_url = inbound_url
        self._pace = pace
        self._clock = clock
        self._courses: dict[str, tuple[str, ...]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._http = httpx.AsyncClient(timeout=10.0, transport=transport)
        self.app = Starlette(
            routes=[
                Route(API + ".json", self._create, methods=["POST"]),
                Route(API + "/{sid}.json", self._fetch, methods=["GET"]),
                Route("/replies", self._take_reply, methods=["POST"]),
            ]
        )

    def plan(self, to: str, *statuses: str) -> None:
        """From now on, report these statuses for messages to this number: in this order, however odd."""
        self._courses[to] = statuses

    async def reply(self, sender: str, to: str, body: str) -> int:
        """A phone answers; returns the HTTP status of the callback, or 0 when there was none."""
        meaning = read_reply(body)
        if meaning is ReplyMeaning.STOP:
            self.opted_out.add((sender, to))
        elif meaning is ReplyMeaning.START:
            self.opted_out.discard((sender, to))
        if self._inbound_url is None:
            return 0
        sid = _new_sid()
        fields = {"MessageSid": sid, "SmsSid": sid, "From": sender, "To": to, "Body": body, "NumMedia": "0"}
        if meaning in {ReplyMeaning.STOP, ReplyMeaning.START, ReplyMeaning.HELP}:
            fields["OptOutType"] = meaning.upper()
        return await self._call_back(self._inbound_url, fields)

    async def quiet(self) -> None:
        """Return when no message is on its way any more."""
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        """Stop reporting."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._http.aclose()

    async def _create(self, request: Request) -> Response:
        if not self._is_ours(request):
            return _problem(401, 20003, "Authenticate")
        form = await _form(request)
        refusal = self._refusal(form)
        if refusal is not None:
            return _problem(400, *refusal)
        message = SentText(
            sid=_new_sid(),
            to=form["To"],
            sender=form.get("From") or form["MessagingServiceSid"],
            body=form["Body"],
            created_at=self._clock(),
            callback=form.get("StatusCallback"),
        )
        self.messages[message.sid] = message
        await self._on_sms(
            CaughtMessage("sms", message.to, message.sender, None, message.body, None, {}, message.created_at)
        )
        task = asyncio.create_task(self._deliver(message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return JSONResponse(self._resource(message), status_code=201)

    async def _fetch(self, request: Request) -> Response:
        if not self._is_ours(request):
            return _problem(401, 20003, "Authenticate")
        message = self.messages.get(request.path_params["sid"])
        if message is None:
            return _problem(404, 20404, "The requested resource was not found")
        return JSONResponse(self._resource(message))

    async def _take_reply(self, request: Request) -> Response:
        form = await _form(request)
        return JSONResponse({"callback_status": await self.reply(form["From"], form["To"], form["Body"])})

    def _is_ours(self, request: Request) -> bool:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            credentials = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        expected = f"{self._account_sid}:{self._auth_token}"
        is_account = request.path_params["account"] == self._account_sid
        return is_account and scheme.lower() == "basic" and secrets.compare_digest(credentials, expected)

    def _refusal(self, form: Mapping[str, str]) -> tuple[int, str] | None:
        for name, refusal in _REQUIRED.items():
            if not form.get(name):
                return refusal
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return 21603, "A 'From' phone number is required."
        if (form["To"], form.get("From", "")) in self.opted_out:
            return _OPTED_OUT
        return _REFUSED_NUMBERS.get(form["To"])

    async def _deliver(self, message: SentText) -> None:
        for status in self._courses.get(message.to, USUAL_COURSE):
            await asyncio.sleep(self._pace.total_seconds())
            message.status = status
            message.reported.append(status)
            if message.callback is not None:
                await self._call_back(message.callback, _report(message, self._account_sid))

    async def _call_back(self, url: str, fields: Mapping[str, str]) -> int:
        fields = {"AccountSid": self._account_sid, "ApiVersion": "2010-04-01", **fields}
        signature = self._signer.of(url, fields)
        with suppress(httpx.HTTPError):
            answer = await self._http.post(url, data=fields, headers={HEADER: signature})
            return answer.status_code
        return 0

    def _resource(self, message: SentText) -> dict[str, Any]:
        created = format_datetime(message.created_at)
        uri = f"/2010-04-01/Accounts/{self._account_sid}/Messages/{message.sid}.json"
        return {
            "sid": message.sid,
            "account_sid": self._account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": created,
            "date_updated": created,
            "date_sent": None if message.status == "queued" else created,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": message.sender,
            "to": message.to,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(measure_sms(message.body).segments),
            "price": None,
            "price_unit": "USD",
            "status": message.status,
            "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
            "uri": uri,
        }


def _report(message: SentText, account_sid: str) -> dict[str, str]:
    return {
        "AccountSid": account_sid,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": message.status,
        "SmsStatus": message.status,
        "From": message.sender,
        "To": message.to,
    }


def _problem(status: int, code: int, message: str) -> JSONResponse:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": message, "more_info": more, "status": status}, status_code=status)


def _new_sid() -> str:
    return f"SM{secrets.token_hex(16)}"


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
