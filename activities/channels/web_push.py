"""Web push: an encrypted message to one browser, by way of its vendor's push service (RFC 8030).

    201, 200, 202   accepted
    404, 410        the subscription is gone: permanent, and the address with it
    413, other 4xx  refused for good
    429, 5xx        later, after `Retry-After` when it is given

The protocol has no idempotency key, but two of its parts do that work: `Topic` makes the service replace a message
that it still holds, and the notification's tag makes the browser replace one that it already shows. Both are derived
from the send, so a repeat under the same key is one message to the person, and the policy for ambiguity is to repeat.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime
from http import HTTPStatus

import aiohttp

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy
from activities.channels.clock import Clock, utc_now
from activities.channels.http_answers import http_failures, later_reason, read_detail, retry_after
from activities.channels.network import guarded_socket
from activities.channels.push_encryption import encrypt_push
from activities.channels.vapid import VapidKey, VapidTokens
from activities.errors import PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.addresses import PushAddress
from engine.messages.rendered import RenderedWebPush

TOPIC_LENGTH = 32
MAX_CONNECTIONS = 256
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_ACCEPTED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})


class WebPushChannel:
    """Sends web pushes over one pool of connections."""

    name = "web_push"
    ambiguity = AmbiguityPolicy.REPEAT

    def __init__(
        self,
        key: VapidKey,
        subject: str,
        *,
        allow_private_endpoints: bool = False,
        timeout_seconds: float = 10.0,
        clock: Clock = utc_now,
    ) -> None:
        self._tokens = VapidTokens(key, subject, clock)
        self._allow_private = allow_private_endpoints
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds / 2))
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, message: RenderedWebPush, address: PushAddress, *, key: str, expires_at: datetime | None
    ) -> Accepted:
        """Encrypt the payload for this browser and hand it to its push service."""
        if not self._allow_private and not address.endpoint.startswith("https://"):
            raise PermanentDeliveryFailure("forbidden_address", "A push endpoint is an https URL.")
        headers = {
            "Authorization": self._tokens.header_for(address.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._seconds_left(message, expires_at)),
            "Urgency": message.urgency,
            "Topic": message.topic or topic_for(key),
        }
        try:
            body = encrypt_push(message.payload.encode(), address.p256dh, address.auth)
        except ValueError as error:
            raise PermanentDeliveryFailure("invalid_keys", str(error), address_gone=True) from error
        with http_failures():
            async with self._open_session().post(
                address.endpoint, data=body, headers=headers, allow_redirects=False
            ) as response:
                return await self._outcome(response)

    async def close(self) -> None:
        """Give up the kept connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            factory = None if self._allow_private else guarded_socket
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=MAX_CONNECTIONS, ttl_dns_cache=300, socket_factory=factory),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=False,
            )
        return self._session

    def _seconds_left(self, message: RenderedWebPush, expires_at: datetime | None) -> int:
        seconds = int(message.ttl.total_seconds())
        if expires_at is None:
            return seconds
        left = int((expires_at - self._clock()).total_seconds())
        if left <= 0:
            raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        return min(seconds, left)

    async def _outcome(self, response: aiohttp.ClientResponse) -> Accepted:
        status = response.status
        detail = await read_detail(response)
        if status in _ACCEPTED:
            return Accepted(provider_id=response.headers.get("Location"))
        if status in _GONE:
            raise PermanentDeliveryFailure("gone", detail, address_gone=True)
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait = retry_after(response.headers.get("Retry-After"), self._clock())
            raise TemporaryDeliveryFailure(later_reason(status), detail, retry_after=wait)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise PermanentDeliveryFailure("payload_too_large", detail)
        raise PermanentDeliveryFailure(f"refused_{status}", detail)


def topic_for(key: str) -> str:
    """A topic of this send's own: 32 base64url characters of its key's hash."""
    return urlsafe_b64encode(hashlib.sha256(key.encode()).digest())[:TOPIC_LENGTH].decode()
