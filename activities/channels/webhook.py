"""Webhooks: calls to the shop's own systems, signed as Standard Webhooks says (standardwebhooks.com).

    2xx         accepted
    410         the endpoint is gone
    other 4xx   refused for good
    429, 5xx    later, after `Retry-After` when it is given

`webhook-id` is made from the send's key and stays the same however often the call is repeated, so a receiver that keeps
the ids it has seen takes each once: the policy for ambiguity is to repeat.
"""

from datetime import datetime
from http import HTTPStatus

import aiohttp
from standardwebhooks import Webhook

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy
from activities.channels.clock import Clock, utc_now
from activities.channels.http_answers import http_failures, later_reason, read_detail, retry_after
from activities.channels.network import endpoint_problem, guarded_socket
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.addresses import WebhookAddress
from engine.messages.rendered import RenderedWebhook

MAX_CONNECTIONS = 64


class WebhookChannel:
    """Calls webhooks over one pool of connections. `secret` is `whsec_` and base64, as receivers are given it."""

    name = "webhook"
    ambiguity = AmbiguityPolicy.REPEAT

    def __init__(
        self,
        secret: str,
        *,
        allow_private_endpoints: bool = False,
        timeout_seconds: float = 15.0,
        clock: Clock = utc_now,
    ) -> None:
        self._signer = Webhook(secret)
        self._allow_private = allow_private_endpoints
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds / 2))
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

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
        with http_failures():
            async with self._open_session().post(
                message.url, data=message.body.encode(), headers=headers, allow_redirects=False
            ) as response:
                return await self._outcome(response, key)

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
            )
        return self._session

    async def _outcome(self, response: aiohttp.ClientResponse, key: str) -> Accepted:
        status = response.status
        detail = await read_detail(response)
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return Accepted(provider_id=key, detail=detail)
        if status == HTTPStatus.GONE:
            raise PermanentDeliveryFailure("gone", detail, address_gone=True)
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait = retry_after(response.headers.get("Retry-After"), self._clock())
            raise TemporaryDeliveryFailure(later_reason(status), detail, retry_after=wait)
        if status < HTTPStatus.OK:
            raise AmbiguousDelivery("malformed_answer", detail)
        raise PermanentDeliveryFailure(f"refused_{status}", detail)
