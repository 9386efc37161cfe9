"""Calls to addresses that strangers name: one pool of kept connections, and what an answer's status means.

410 (and what else the channel says)   the address is gone
413, 3xx, other 4xx                    refused for good
429, 5xx                               later, after `Retry-After` when it is given
1xx                                    no answer at all: ambiguous
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import aiohttp

from activities.channels.channel import CONNECT_SECONDS
from activities.channels.http_answers import http_failures, later_reason, read_detail, retry_after
from activities.channels.network import guarded_socket
from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure, TemporaryDeliveryFailure

DNS_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, two headers that mean something to a channel, and the start of its body."""

    status: int
    detail: str
    location: str | None = None
    retry_after: str | None = None


class HttpCalls:
    """Posts over one pool of at most `connections`; none goes to a private address unless that is allowed."""

    def __init__(
        self,
        *,
        connections: int,
        timeout_seconds: float,
        connect_seconds: float = CONNECT_SECONDS,
        allow_private: bool,
    ) -> None:
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=connect_seconds)
        self._allow_private = allow_private
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], answer_bytes: int | None = None
    ) -> Reply:
        """Post once and read the answer, or so much of it; redirects are answers like any other.

        Raises:
            DeliveryFailure: there was no answer.
        """
        with http_failures():
            async with self._open_session().post(url, data=body, headers=headers, allow_redirects=False) as response:
                detail = await read_detail(response, answer_bytes)
                named = response.headers
                return Reply(response.status, detail, named.get("Location"), named.get("Retry-After"))

    async def close(self) -> None:
        """Give up the kept connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections,
                    ttl_dns_cache=DNS_SECONDS,
                    socket_factory=None if self._allow_private else guarded_socket,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=False,
            )
        return self._session


def refusal(reply: Reply, now: datetime, *, gone: frozenset[HTTPStatus]) -> DeliveryFailure:
    """What an answer means that is no acceptance; `gone` are the statuses that say so of the address."""
    status = reply.status
    if status in gone:
        return PermanentDeliveryFailure("gone", reply.detail, address_gone=True)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = retry_after(reply.retry_after, now)
        return TemporaryDeliveryFailure(later_reason(status), reply.detail, retry_after=wait)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return PermanentDeliveryFailure("payload_too_large", reply.detail)
    if status < HTTPStatus.OK:
        return AmbiguousDelivery("malformed_answer", reply.detail)
    return PermanentDeliveryFailure(f"refused_{status}", reply.detail)
