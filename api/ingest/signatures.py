"""Signatures of webhooks: Standard Webhooks (standardwebhooks.com), which signs id, time and body; and the older way of
shop systems, which sign the body alone.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from api.errors import WrongSignature

TOLERANCE = timedelta(minutes=5)
LONGEST_ID = 255


def check_signature(secret: str | None, headers: Mapping[str, str], body: str, now: datetime) -> str:
    """The delivery's id, when the headers hold a signature of it, of a recent time and of these very bytes.

    Raises:
        WrongSignature: anything is missing, too old, from the future, or does not fit.
    """
    delivery_id = headers.get("webhook-id", "")
    if not secret or not 0 < len(delivery_id) <= LONGEST_ID or not delivery_id.isprintable():
        raise WrongSignature
    signed_at = _signed_at(headers.get("webhook-timestamp", ""))
    if signed_at is None or abs(now - signed_at) > TOLERANCE:
        raise WrongSignature("The webhook-timestamp is missing or more than five minutes away; sign at sending time.")
    try:
        expected = Webhook(secret).sign(delivery_id, signed_at, body)
    except (binascii.Error, UnicodeEncodeError):
        raise WrongSignature from None
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise WrongSignature
    return delivery_id


def check_raw_signature(secret: str | None, given: str, body: bytes) -> None:
    """Hold a body against its signature as Shopify and WooCommerce make it: base64 of the HMAC-SHA256 of the bytes.

    Raises:
        WrongSignature: it does not fit.
    """
    expected = base64.b64encode(hmac.digest((secret or "").encode(), body, "sha256"))
    if not secret or not hmac.compare_digest(expected, given.encode()):
        raise WrongSignature


def _signed_at(text: str) -> datetime | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (OverflowError, ValueError):
        return None
