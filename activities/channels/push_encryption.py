"""Encryption of a web push for one browser (RFC 8291), as one `aes128gcm` record (RFC 8188).

    our key of the moment · the browser's p256dh ──ECDH──► with its auth secret: input keying material
                                                             └─ with the salt ──HKDF──► key and nonce ──► one record

    salt, 16 bytes │ record size, 4 │ length of our public key, 1 │ our public key, 65 │ the record with its tag

It costs twice as many pushes a second to have this done by a library, most of it in building objects for two hashes.
"""

import hmac
import os
from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH_BYTES = 16
SALT_BYTES = 16
KEY_BYTES = 16
NONCE_BYTES = 12
RECORD_BYTES = 4096
"""What every browser must be able to take in one record (RFC 8291, section 4)."""
_CURVE = ec.SECP256R1()
_LAST_RECORD = b"\x02"


def encrypt_push(payload: bytes, p256dh: str, auth: str) -> bytes:
    """The body of the request that carries `payload` to the browser with these keys (base64url).

    Key and salt are fresh for every message. Raises `ValueError` when the browser's keys are not a point of the curve
    and sixteen bytes.
    """
    secret, point = decode_base64url(auth), decode_base64url(p256dh)
    if len(secret) != AUTH_BYTES:
        raise ValueError("The auth secret of a push subscription has sixteen bytes.")
    return sealed(payload, point, secret, sender=ec.generate_private_key(_CURVE), salt=os.urandom(SALT_BYTES))


def sealed(payload: bytes, point: bytes, secret: bytes, *, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The same with this sender's key and this salt, of which no two messages may have the same.

    `point` is the browser's public key, uncompressed or not; `ValueError` when it is none.
    """
    try:
        browser = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError as error:
        raise ValueError(f"These are not the keys of a push subscription: {error}") from error
    theirs, ours = _uncompressed(browser), _uncompressed(sender.public_key())
    shared = _hmac(secret, sender.exchange(ec.ECDH(), browser))
    keying = _hmac(shared, b"WebPush: info\0" + theirs + ours + b"\1")
    both = _hmac(salt, keying)
    key = _hmac(both, b"Content-Encoding: aes128gcm\0\1")[:KEY_BYTES]
    nonce = _hmac(both, b"Content-Encoding: nonce\0\1")[:NONCE_BYTES]
    record = AESGCM(key).encrypt(nonce, payload + _LAST_RECORD, None)
    size = max(RECORD_BYTES, len(record))
    return b"".join((salt, size.to_bytes(4, "big"), len(ours).to_bytes(1, "big"), ours, record))


def _uncompressed(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hmac(key: bytes, message: bytes) -> bytes:
    """One step of HKDF (RFC 5869): to extract, and, with a counter behind the message, to expand to 32 bytes."""
    return hmac.digest(key, message, "sha256")


def decode_base64url(text: str) -> bytes:
    """The bytes behind base64url, with or without padding; `ValueError` when it is something else."""
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
