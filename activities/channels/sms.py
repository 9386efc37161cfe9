"""SMS through Twilio's Messages resource.

    201              accepted; Twilio then reports what became of it to our status callback
    400 with a code  refused: 21610 the person has opted out, 21211 and its like are no numbers at all
    401, 403         our account is refused: nobody's fault but ours, so later
    429, 500, 503    later
    502, 504         a gateway gave up waiting: ambiguous

Twilio takes no idempotency key for messages, so an ambiguous send is recorded as `unknown`, never repeated. The status
callback carries our send id: if Twilio did take the message, its first report settles what is unknown. Twilio's
own client composes the requests; it is imported when the first message is sent, because it is large and few
installations need it. Its HTTP layer is replaced, so that the requests can go to a local double.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy, longest_try
from activities.channels.clock import Clock, utc_now
from activities.channels.http_answers import http_failures
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.addresses import PhoneNumber
from engine.messages.rendered import RenderedSms

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client

OPTED_OUT = 21610
_NO_SUCH_NUMBER = frozenset({21211, 21214, 21217, 21614})
_ACCOUNT_REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """The account that sends. `base_url` replaces Twilio's own address, for a local double."""

    account_sid: str
    auth_token: str = field(repr=False)
    base_url: str | None = None


class SmsChannel:
    """Sends text messages; `sender` is the workspace's number, `status_callback` where Twilio reports to."""

    name = "sms"
    ambiguity = AmbiguityPolicy.RECORD_UNKNOWN

    def __init__(
        self,
        account: TwilioAccount,
        sender: str,
        status_callback: str,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        timeout_seconds: float = 15.0,
        clock: Clock = utc_now,
    ) -> None:
        self._account = account
        self._sender = sender
        self._status_callback = status_callback
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=connect_seconds)
        self._clock = clock
        self.patience = longest_try(timeout_seconds)
        self._client: Client | None = None
        self._opening = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        message: RenderedSms,
        address: PhoneNumber,
        *,
        key: str,  # noqa: ARG002 - Twilio takes none
        expires_at: datetime | None,
    ) -> Accepted:
        """Hand the text to Twilio."""
        if expires_at is not None and expires_at <= self._clock():
            raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        client = self._client or await self._open_client()
        from twilio.base.exceptions import TwilioRestException  # noqa: PLC0415 - see the module's essay

        try:
            with http_failures():
                created = await client.messages.create_async(
                    to=address.number,
                    from_=message.sender or self._sender,
                    body=message.text,
                    status_callback=f"{self._status_callback}?{urlencode({'send_id': message.send_id})}",
                )
        except TwilioRestException as error:
            raise refusal(error) from error
        if not created.sid:
            raise AmbiguousDelivery("malformed_answer", "Twilio's answer names no message.")
        return Accepted(provider_id=created.sid, status="queued", detail=str(created.status or ""))

    async def close(self) -> None:
        """Give up the kept connections."""
        if self._session is not None:
            await self._session.close()

    async def _open_client(self) -> "Client":
        async with self._opening:
            if self._client is None:
                self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
                self._client = await asyncio.to_thread(self._load_client, self._session)
        return self._client

    def _load_client(self, session: aiohttp.ClientSession) -> "Client":
        from twilio.rest import Client  # noqa: PLC0415 - see the module's essay

        from activities.channels.twilio_http import TwilioHttp  # noqa: PLC0415 - it imports Twilio's client

        account = self._account
        transport = TwilioHttp(session, account.base_url, self._clock)
        client = Client(account.account_sid, account.auth_token, http_client=transport)
        _ = client.messages  # loads a hundred modules; better here, in a thread, than in the event loop
        return client


def refusal(error: "TwilioRestException") -> PermanentDeliveryFailure | TemporaryDeliveryFailure:
    """What Twilio's refusal means."""
    detail = f"{error.code}: {error.msg}"
    if error.code == OPTED_OUT:
        return PermanentDeliveryFailure("suppressed", detail, address_gone=True)
    if error.code in _NO_SUCH_NUMBER:
        return PermanentDeliveryFailure("invalid_address", detail, address_gone=True)
    if error.status in _ACCOUNT_REFUSED:
        return TemporaryDeliveryFailure("login_refused", detail)
    return PermanentDeliveryFailure(f"refused_{error.code or error.status}", detail)
