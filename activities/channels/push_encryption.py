"""Encryption of a web push for one browser (RFC 8291), as one `aes128gcm` record (RFC 8188), by pywebpush."""

from base64 import b64decode
from typing import cast

from http_ece import ECEException
from pywebpush import WebPusher, WebPushException

AUTH_BYTES = 16


def encrypt_push(payload: bytes, p256dh: str, auth: str) -> bytes:
    """The body of the request that carries `payload` to the browser with these keys (base64url).

    Key and salt are fresh for every message. Raises `ValueError` when the browser's keys are not a point of the curve
    and sixteen bytes.
    """
    if len(decode_base64url(auth)) != AUTH_BYTES:
        raise ValueError("The auth secret of a push subscription has sixteen bytes.")
    try:
        pusher = WebPusher({"endpoint": "", "keys": {"p256dh": p256dh, "auth": auth}})
        return cast(bytes, pusher.encode(payload, content_encoding="aes128gcm")["body"])
    except (WebPushException, ECEException) as error:
        raise ValueError(f"These are not the keys of a push subscription: {error}") from error


def decode_base64url(text: str) -> bytes:
    """The bytes behind base64url, with or without padding; `ValueError` when it is something else."""
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
