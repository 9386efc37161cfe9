"""Mobile push to the shop's own app, by Firebase Cloud Messaging's HTTP v1 API.

    200 with a name                    accepted
    404 UNREGISTERED                   the app is gone from the device: permanent, and its token with it
    400 INVALID_ARGUMENT               refused for good; when it is about the token, the token goes
    403 SENDER_ID_MISMATCH             the token is of another project: refused for good
    401, other 403                     our account is refused: nobody's fault but ours, so later
    429 QUOTA_EXCEEDED, 500, 503       later, after `Retry-After` when it is given
    502, 504, an answer without name   a gateway gave up waiting, or who knows: ambiguous

The API has no idempotency key, so an ambiguous push is recorded as `unknown`, never repeated. A token for the API is
asked for before a message is written (`google_tokens`): trouble with that is always *later*.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy, longest_try
from activities.channels.clock import Clock, utc_now
from activities.channels.google_tokens import TOKEN_SECONDS, GoogleTokens, ServiceAccount
from activities.channels.http_answers import MAX_DETAIL, later_reason, retry_after
from activities.channels.http_calls import HttpCalls, Reply
from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.addresses import DeviceToken
from engine.messages.rendered import RenderedMobilePush

FCM_URL = "https://fcm.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
MAX_CONNECTIONS = 64
MAX_ANSWER = 16_384
APNS_COLLAPSE_ID_LENGTH = 64
_BROKEN = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE})
_ACCOUNT_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class MobilePushChannel:
    """Sends to apps over one pool of connections. `base_url` replaces Firebase's own address, for a local double."""

    name = "mobile_push"
    ambiguity = AmbiguityPolicy.RECORD_UNKNOWN

    def __init__(
        self,
        account: ServiceAccount,
        *,
        base_url: str = FCM_URL,
        connect_seconds: float = CONNECT_SECONDS,
        timeout_seconds: float = 10.0,
        clock: Clock = utc_now,
    ) -> None:
        self._calls = HttpCalls(
            connections=MAX_CONNECTIONS,
            timeout_seconds=timeout_seconds,
            connect_seconds=connect_seconds,
            allow_private=True,
        )
        self._tokens = GoogleTokens(account, SCOPE, clock)
        self._url = f"{base_url.rstrip('/')}/v1/projects/{account.project_id}/messages:send"
        self._clock = clock
        self.patience = longest_try(timeout_seconds + TOKEN_SECONDS)

    async def send(
        self,
        message: RenderedMobilePush,
        address: DeviceToken,
        *,
        key: str,
        expires_at: datetime | None,
    ) -> Accepted:
        """Hand the push to Firebase."""
        now = self._clock()
        left = int(message.ttl.total_seconds())
        if expires_at is not None:
            left = min(left, int((expires_at - now).total_seconds()))
            if expires_at <= now:
                raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        body = json.dumps({"message": _addressed(message, address, key, left, now)}, ensure_ascii=False).encode()
        token = await self._tokens.token()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=UTF-8"}
        reply = await self._calls.post(self._url, body=body, headers=headers, answer_bytes=MAX_ANSWER)
        answer = _parsed(reply.detail)
        if reply.status == HTTPStatus.OK:
            if not isinstance(name := answer.get("name"), str) or not name:
                raise AmbiguousDelivery("malformed_answer", reply.detail[:MAX_DETAIL])
            return Accepted(provider_id=name)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            self._tokens.forget(token)
        raise refusal(reply, answer, self._clock())

    async def close(self) -> None:
        """Give up the kept connections."""
        await self._calls.close()
        await self._tokens.close()


def _addressed(message: RenderedMobilePush, address: DeviceToken, key: str, left: int, now: datetime) -> dict[str, Any]:
    """The message as Firebase takes it: for this device, worth `left` seconds, in the words of both platforms."""
    content: dict[str, Any] = json.loads(message.payload)
    collapse = message.collapse_key or key[:APNS_COLLAPSE_ID_LENGTH]
    is_urgent = message.priority == "high"
    apns_headers = {
        "apns-priority": "10" if is_urgent else "5",
        "apns-expiration": str(int(now.timestamp()) + left if left else 0),
        "apns-collapse-id": collapse,
    }
    return {
        **content,
        "token": address.token,
        "android": {
            **content.get("android", {}),
            "ttl": f"{left}s",
            "priority": message.priority.upper(),
            "collapse_key": collapse,
        },
        "apns": {**content.get("apns", {}), "headers": apns_headers},
    }


def refusal(reply: Reply, answer: Mapping[str, Any], now: datetime) -> DeliveryFailure:
    """What an answer means that is no acceptance."""
    status, error = reply.status, _mapping(answer.get("error"))
    code = _error_code(error)
    detail = f"{code}: {error.get('message', '')}" if code else reply.detail[:MAX_DETAIL]
    if status == HTTPStatus.TOO_MANY_REQUESTS or status in _BROKEN:
        return TemporaryDeliveryFailure(later_reason(status), detail, retry_after=retry_after(reply.retry_after, now))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AmbiguousDelivery(f"provider_error_{status}", detail)
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return AmbiguousDelivery("malformed_answer", detail)
    if status in _ACCOUNT_REFUSED and code != "SENDER_ID_MISMATCH":
        return TemporaryDeliveryFailure("login_refused", detail)
    return _refused_for_good(code, status, detail, names_token=_names_token(error))


def _refused_for_good(code: str, status: int, detail: str, *, names_token: bool) -> PermanentDeliveryFailure:
    """A 404 without Firebase's word for it may mean the project: no device is given up for that."""
    if code == "UNREGISTERED":
        return PermanentDeliveryFailure("gone", detail, address_gone=True)
    if code == "INVALID_ARGUMENT" and names_token:
        return PermanentDeliveryFailure("invalid_address", detail, address_gone=True)
    return PermanentDeliveryFailure(f"refused_{code or status}".lower(), detail)


def _error_code(error: Mapping[str, Any]) -> str:
    """Firebase's own word for what is wrong, which stands among the details; Google's general one where it has none."""
    codes = (detail.get("errorCode") for detail in _details(error))
    return next((code for code in codes if isinstance(code, str)), str(error.get("status") or ""))


def _names_token(error: Mapping[str, Any]) -> bool:
    """Whether the field that is wrong is the device's token."""
    violations = [one for detail in _details(error) for one in _mappings(detail.get("fieldViolations"))]
    return any(one.get("field") == "message.token" for one in violations)


def _details(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _mappings(error.get("details"))


def _mappings(found: Any) -> list[Mapping[str, Any]]:
    return [_mapping(one) for one in cast("list[Any]", found)] if isinstance(found, list) else []


def _mapping(found: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(text))
    except ValueError:
        return {}
