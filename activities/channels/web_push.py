"""Web push: an encrypted message to one browser, by way of its vendor's push service (RFC 8030).

    201, 200, 202   accepted
    404, 410        the subscription is gone: permanent, and the address with it
    all else        as for every call (`http_calls`)

The protocol has no idempotency key, and no push service can be asked what it took: an ambiguous push is recorded as
`unknown` and never repeated (docs/decisions/0015). `Topic` and the notification's tag are derived from the send all
the same, so that whoever repeats one by hand replaces what is still waiting or still shown.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime
from http import HTTPStatus

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy, longest_try
from activities.channels.clock import Clock, utc_now
from activities.channels.http_calls import HttpCalls, refusal
from activities.channels.push_encryption import encrypt_push
from activities.channels.vapid import VapidKey, VapidTokens
from activities.errors import PermanentDeliveryFailure
from engine.messages.addresses import PushAddress
from engine.messages.rendered import RenderedWebPush

TOPIC_LENGTH = 32
MAX_CONNECTIONS = 256
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_ACCEPTED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})


class WebPushChannel:
    """Sends web pushes over one pool of connections."""

    name = "web_push"
    ambiguity = AmbiguityPolicy.RECORD_UNKNOWN

    def __init__(
        self,
        key: VapidKey,
        subject: str,
        *,
        allow_private_endpoints: bool = False,
        connect_seconds: float = CONNECT_SECONDS,
        timeout_seconds: float = 10.0,
        clock: Clock = utc_now,
    ) -> None:
        self._tokens = VapidTokens(key, subject, clock)
        self._allow_private = allow_private_endpoints
        self._calls = HttpCalls(
            connections=MAX_CONNECTIONS,
            timeout_seconds=timeout_seconds,
            connect_seconds=connect_seconds,
            allow_private=allow_private_endpoints,
        )
        self._clock = clock
        self.patience = longest_try(timeout_seconds)

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
        reply = await self._calls.post(address.endpoint, body=body, headers=headers)
        if reply.status not in _ACCEPTED:
            raise refusal(reply, self._clock(), gone=_GONE)
        return Accepted(provider_id=reply.location)

    async def close(self) -> None:
        """Give up the kept connections."""
        await self._calls.close()

    def _seconds_left(self, message: RenderedWebPush, expires_at: datetime | None) -> int:
        seconds = int(message.ttl.total_seconds())
        if expires_at is None:
            return seconds
        left = int((expires_at - self._clock()).total_seconds())
        if left <= 0:
            raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        return min(seconds, left)


def topic_for(key: str) -> str:
    """A topic of this send's own: 32 base64url characters of its key's hash."""
    return urlsafe_b64encode(hashlib.sha256(key.encode()).digest())[:TOPIC_LENGTH].decode()
