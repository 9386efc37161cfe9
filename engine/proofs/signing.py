"""The signature of a proof: Ed25519 (RFC 8037) as a JWS with detached, unencoded payload (RFC 7515, RFC 7797).

What is signed are the bytes of `canonical`: JSON whose keys are in the order of their code points, without blanks, in
UTF-8, with nothing escaped that need not be.
"""

import hashlib
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt import PyJWTError
from jwt.api_jws import PyJWS
from jwt.utils import base64url_decode, base64url_encode

from engine.proofs.links import as_told

ALGORITHM = "EdDSA"
_JWS = PyJWS(algorithms=[ALGORITHM])


def canonical(value: Any) -> bytes:
    """The bytes that stand for a JSON value, however it was laid out."""
    return as_told(value).encode()


def digest(value: Any) -> str:
    """The sha256 of a JSON value, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half of a key, as people compare it: 43 letters of base64url, the member `x` of its JWK."""
    return base64url_encode(key.public_key().public_bytes_raw()).decode()


def sign(value: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """The signature of a JSON object: header..signature."""
    return _JWS.encode(canonical(value), key, ALGORITHM, headers={"typ": ""}, is_payload_detached=True)


def is_signed(value: Mapping[str, Any], signature: str, public: str) -> bool:
    """Whether this signature was made of this object with the key that has this public half."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64url_decode(public))
        _JWS.decode_complete(signature, key, [ALGORITHM], detached_payload=canonical(value))
    except (PyJWTError, NotBase64, ValueError):
        return False
    last = signature.rpartition(".")[2]
    return base64url_encode(base64url_decode(last)).decode() == last  # each signature is written in one way only
