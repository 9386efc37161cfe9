"""Access tokens for Google's APIs, in the name of a service account (RFC 7523: a signed assertion for a token).

A token is asked for once and kept until shortly before it runs out; whoever needs one meanwhile waits for the same
request. Nothing of a message has been written then, so whatever goes wrong means that it can be tried again later.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from activities.channels.clock import Clock
from activities.channels.http_answers import MAX_DETAIL, later_reason, retry_after
from activities.channels.http_calls import HttpCalls
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LIFE = timedelta(hours=1)
TOKEN_SECONDS = 10.0
"""How long a token is waited for."""
RENEWED_BEFORE = timedelta(minutes=5)
MAX_ANSWER = 16_384
_NO_ACCOUNT = (
    "A Firebase service account is the JSON key that Google's console makes, or the path of its file: it names "
    "project_id, client_email, private_key and token_uri."
)
_FIELDS = ("project_id", "client_email", "private_key", "token_uri")


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Who we are at Google, and where its tokens come from."""

    project_id: str
    client_email: str
    private_key: rsa.RSAPrivateKey = field(repr=False)
    token_url: str
    key_id: str | None = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The account of this JSON key, or of the file at this path; `ValueError` when it is neither."""
        try:
            written = text if text.lstrip().startswith("{") else Path(text.strip()).read_text()
            known: dict[str, Any] = json.loads(written)
            project, email, key, url = (str(known[name]) for name in _FIELDS)
            private_key = load_pem_private_key(key.encode(), password=None)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ValueError(_NO_ACCOUNT) from error
        if not isinstance(private_key, rsa.RSAPrivateKey) or not url.startswith(("https://", "http://")):
            raise ValueError(_NO_ACCOUNT)
        return cls(project, email, private_key, url, known.get("private_key_id"))


class GoogleTokens:
    """The tokens of one account for one scope."""

    def __init__(self, account: ServiceAccount, scope: str, clock: Clock) -> None:
        self._account = account
        self._scope = scope
        self._calls = HttpCalls(connections=1, timeout_seconds=TOKEN_SECONDS, allow_private=True)
        self._clock = clock
        self._kept: tuple[str, datetime] | None = None
        self._asking = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for some minutes more.

        Raises:
            TemporaryDeliveryFailure: there is none now.
        """
        if (kept := self._fresh()) is not None:
            return kept
        async with self._asking:
            return self._fresh() or await self._ask()

    def forget(self, token: str) -> None:
        """This token was refused; the next message asks for another."""
        if self._kept is not None and self._kept[0] == token:
            self._kept = None

    async def close(self) -> None:
        """Give up the kept connection."""
        await self._calls.close()

    def _fresh(self) -> str | None:
        return self._kept[0] if self._kept is not None and self._clock() < self._kept[1] else None

    async def _ask(self) -> str:
        now, account = self._clock(), self._account
        claims = {
            "iss": account.client_email,
            "scope": self._scope,
            "aud": account.token_url,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
        }
        headers = {"kid": account.key_id} if account.key_id else None
        assertion = jwt.encode(claims, account.private_key, algorithm="RS256", headers=headers)
        form = urlencode({"grant_type": GRANT, "assertion": assertion}).encode()
        try:
            reply = await self._calls.post(
                account.token_url,
                body=form,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                answer_bytes=MAX_ANSWER,
            )
        except (AmbiguousDelivery, PermanentDeliveryFailure) as failure:
            raise TemporaryDeliveryFailure("login_unreachable", str(failure)) from failure
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = retry_after(reply.retry_after, now)
            raise TemporaryDeliveryFailure(later_reason(reply.status), reply.detail[:MAX_DETAIL], retry_after=wait)
        token, seconds = _granted(reply.detail)
        if reply.status != HTTPStatus.OK or token is None:
            raise TemporaryDeliveryFailure("login_refused", reply.detail[:MAX_DETAIL])
        self._kept = (token, now + max(timedelta(seconds=seconds) - RENEWED_BEFORE, timedelta()))
        return token


def _granted(text: str) -> tuple[str | None, int]:
    """The token in an answer and the seconds that it is good for."""
    try:
        answer: Any = json.loads(text)
    except ValueError:
        return None, 0
    granted: Mapping[str, Any] = cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
    token, seconds = granted.get("access_token"), granted.get("expires_in")
    return (token if isinstance(token, str) and token else None), seconds if isinstance(seconds, int) else 0
