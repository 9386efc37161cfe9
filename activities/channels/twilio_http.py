"""The HTTP layer under Twilio's client: our pooled session, and an address that may be a local double's.

Twilio's client knows no base URL. It is given one here: scheme and host of each request are replaced. Answers that
mean *later* or *nobody knows* are told apart here too, because its exceptions do not carry headers.
"""

import json
import logging
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from typing_extensions import override

from activities.channels.clock import Clock
from activities.channels.http_answers import MAX_DETAIL, later_reason, retry_after
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure

_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE})


class TwilioHttp(AsyncHttpClient):
    """Carries the requests of Twilio's client."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str | None, clock: Clock) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._session = session
        self._base_url = None if base_url is None else base_url.rstrip("/")
        self._clock = clock

    @override
    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Carry one request; raises a delivery failure for every answer that Twilio's client could not read."""
        credentials = {} if auth is None else {"Authorization": aiohttp.encode_basic_auth(*auth)}
        form = None if data is None else {name: str(value) for name, value in data.items()}
        async with self._session.request(
            method,
            self._located(uri),
            params=None if params is None else {name: str(value) for name, value in params.items()},
            data=form,
            headers={**(headers or {}), **credentials},
            allow_redirects=False,
        ) as answer:
            text = (await answer.read()).decode(errors="replace")
        self._refuse_unusable(answer, text)
        return Response(answer.status, text, answer.headers)

    def _refuse_unusable(self, answer: aiohttp.ClientResponse, text: str) -> None:
        status, detail = answer.status, text[:MAX_DETAIL]
        if status in _LATER:
            wait = retry_after(answer.headers.get("Retry-After"), self._clock())
            raise TemporaryDeliveryFailure(later_reason(status), detail, retry_after=wait)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise AmbiguousDelivery(f"provider_error_{status}", detail)
        if not _is_resource(text):
            if status < HTTPStatus.BAD_REQUEST:
                raise AmbiguousDelivery("malformed_answer", detail)
            raise PermanentDeliveryFailure(f"refused_{status}", detail)

    def _located(self, uri: str) -> str:
        if self._base_url is None:
            return uri
        parts = urlsplit(uri)
        return self._base_url + parts.path + (f"?{parts.query}" if parts.query else "")


def _is_resource(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
