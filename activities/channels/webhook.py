"""Webhooks: calls to the shop's own systems, signed as Standard Webhooks says (standardwebhooks.com).

    2xx        accepted
    410        the endpoint is gone
    all else   as for every call (`http_calls`)

`webhook-id` is made from the send's key and stays the same however often the call is repeated, so a receiver that keeps
the ids it has seen takes each once: the policy for ambiguity is to repeat.
"""

from datetime import datetime
from http import HTTPStatus

from standardwebhooks import Webhook

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy, longest_try
from activities.channels.clock import Clock, utc_now
from activities.channels.http_calls import HttpCalls, refusal
from activities.channels.network import endpoint_problem
from activities.errors import PermanentDeliveryFailure
from engine.messages.addresses import WebhookAddress
from engine.messages.rendered import RenderedWebhook

MAX_CONNECTIONS = 64
_GONE = frozenset({HTTPStatus.GONE})


class WebhookChannel:
    """Calls webhooks over one pool of connections. `secret` is `whsec_` and base64, as receivers are given it."""

    name = "webhook"
    ambiguity = AmbiguityPolicy.REPEAT

    def __init__(
        self,
        secret: str,
        *,
        allow_private_endpoints: bool = False,
        connect_seconds: float = CONNECT_SECONDS,
        timeout_seconds: float = 15.0,
        clock: Clock = utc_now,
    ) -> None:
        self._signer = Webhook(secret)
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
        self,
        message: RenderedWebhook,
        address: WebhookAddress,  # noqa: ARG002 - the message names the address, which its templates made
        *,
        key: str,
        expires_at: datetime | None,
    ) -> Accepted:
        """Sign the body and call the address."""
        now = self._clock()
        if expires_at is not None and expires_at <= now:
            raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        problem = endpoint_problem(message.url, allow_private=self._allow_private)
        if problem is not None:
            raise PermanentDeliveryFailure("forbidden_address", problem)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(key, now, message.body),
        }
        reply = await self._calls.post(message.url, body=message.body.encode(), headers=headers)
        if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            raise refusal(reply, self._clock(), gone=_GONE)
        return Accepted(provider_id=key, detail=reply.detail)

    async def close(self) -> None:
        """Give up the kept connections."""
        await self._calls.close()
