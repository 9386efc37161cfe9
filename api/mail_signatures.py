"""Who called: the signatures of mail services over their webhooks. What nobody signed is not read."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509 import load_pem_x509_certificate

TOLERANCE = timedelta(minutes=10)
"""How old a call may be whose time is signed anew at every try."""
RETRIED_FOR = timedelta(days=1)
"""How old a report may be whose time stays the same however often its service tries: longer than any of them does."""
AMAZON = re.compile(r"https://sns\.[a-z0-9-]{5,30}\.amazonaws\.com(\.cn)?/[^\s#]*")
Fetch = Callable[[str], Awaitable[bytes]]
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


def is_from_sendgrid(public_key: str, signature: str, timestamp: str, body: bytes, now: datetime) -> bool:
    """Whether the key's owner signed time and body (ECDSA, P-256), and lately."""
    if not _is_recent(timestamp, now):
        return False
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def is_from_mailgun(key: str, signature: Mapping[str, Any], now: datetime) -> bool:
    """Whether the key's owner signed time and token (HMAC-SHA256), and lately."""
    timestamp, token, given = (str(signature.get(name, "")) for name in ("timestamp", "token", "signature"))
    expected = hmac.new(key.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), given.encode()) and _is_recent(timestamp, now)


def is_from_postmark(secret: str, authorization: str) -> bool:
    """Whether the call carries the password that was put into the webhook's address; Postmark signs nothing."""
    scheme, _, value = authorization.partition(" ")
    try:
        given = base64.b64decode(value, validate=True).partition(b":")[2] if scheme.lower() == "basic" else b""
    except binascii.Error:
        return False
    return hmac.compare_digest(given, secret.encode())


async def is_from_sns(message: Mapping[str, Any], topic: str, fetch: Fetch, now: datetime) -> bool:
    """Whether Amazon SNS signed the message for this topic, with a certificate of its own, and within a day."""
    signed = _SIGNED.get(str(message.get("Type")))
    address = str(message.get("SigningCertURL", ""))
    if signed is None or message.get("TopicArn") != topic or not AMAZON.fullmatch(address):
        return False
    if not is_timely(_moment(message.get("Timestamp")), now):
        return False
    text = "".join(f"{name}\n{message[name]}\n" for name in signed if name in message)
    algorithm = SHA256() if message.get("SignatureVersion") == "2" else SHA1()  # noqa: S303 - Amazon's version 1
    try:
        key = load_pem_x509_certificate(await fetch(address)).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        given = base64.b64decode(str(message.get("Signature", "")), validate=True)
        key.verify(given, text.encode(), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError, binascii.Error, OSError):
        return False
    return True


def is_timely(told_at: datetime | None, now: datetime) -> bool:
    """Whether a report of this time may come only now; an older one was kept by somebody and is played again."""
    return told_at is not None and now - RETRIED_FOR <= told_at <= now + TOLERANCE


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _is_recent(timestamp: str, now: datetime) -> bool:
    try:
        return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= TOLERANCE
    except (ValueError, OverflowError, OSError):
        return False
