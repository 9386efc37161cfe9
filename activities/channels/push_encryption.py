"""Encryption of a web push for one browser (RFC 8291), as one `aes128gcm` record (RFC 8188).

    shared secret = ECDH(our ephemeral key, the browser's p256dh)
    input key     = HKDF(auth, shared secret, "WebPush: info" 0 p256dh our-public-key)
    key, nonce    = HKDF(salt, input key, "Content-Encoding: aes128gcm" 0 / "…: nonce" 0)
    record        = salt ‖ record size ‖ key length ‖ our public key ‖ AES-128-GCM(payload ‖ 2)

HKDF with an output of at most one block is two HMACs, spelled out here: through the generic classes a record costs
twice the time (pywebpush 0.30 ms, this 0.15 ms), and half of what is left is ECDH itself. The tests hold it against
RFC 8291's own example and against pywebpush's decryption.
"""

import hmac
import os
from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_SIZE = 4_096
_CURVE = ec.SECP256R1()
_ECDH = ec.ECDH()
_LAST_RECORD = b"\x02"


def encrypt_push(
    payload: bytes,
    p256dh: str,
    auth: str,
    *,
    private_key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of the request that carries `payload` to the browser with these keys (base64url).

    Key and salt are fresh for every message; only tests give them. Raises `ValueError` when the browser's keys are
    not a point of the curve and sixteen bytes.
    """
    receiver_point = decode_base64url(p256dh)
    auth_secret = decode_base64url(auth)
    if len(auth_secret) != 16:
        raise ValueError("The auth secret of a push subscription has sixteen bytes.")
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, receiver_point)
    private_key = private_key or ec.generate_private_key(_CURVE)
    salt = salt or os.urandom(16)
    sender_point = private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared_secret = private_key.exchange(_ECDH, receiver)
    input_key = _hkdf(auth_secret, shared_secret, b"WebPush: info\0" + receiver_point + sender_point)
    pseudorandom_key = hmac.digest(salt, input_key, "sha256")
    key = _expand(pseudorandom_key, b"Content-Encoding: aes128gcm\0")[:16]
    nonce = _expand(pseudorandom_key, b"Content-Encoding: nonce\0")[:12]
    header = salt + RECORD_SIZE.to_bytes(4, "big") + len(sender_point).to_bytes(1, "big") + sender_point
    return header + AESGCM(key).encrypt(nonce, payload + _LAST_RECORD, None)


def decode_base64url(text: str) -> bytes:
    """The bytes behind base64url, with or without padding; `ValueError` when it is something else."""
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _hkdf(salt: bytes, secret: bytes, info: bytes) -> bytes:
    return _expand(hmac.digest(salt, secret, "sha256"), info)


def _expand(pseudorandom_key: bytes, info: bytes) -> bytes:
    return hmac.digest(pseudorandom_key, info + b"\x01", "sha256")
