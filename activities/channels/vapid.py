"""VAPID (RFC 8292): how push services know who sends.

One key pair belongs to the installation; browsers subscribe with its public half. Each push service wants a token that
names it as the audience. Signing one costs as much as encrypting a message, and it stays good for hours: tokens are
kept by audience and renewed half-way through their life.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from activities.channels.clock import Clock
from activities.channels.push_encryption import decode_base64url

TOKEN_LIFE = timedelta(hours=12)
MAX_AUDIENCES = 1_000
_NO_KEY = "A VAPID key is a private key of the curve P-256, as PEM or as base64url of its number."
_SCHEME_LENGTH = len("https://")


class VapidKey:
    """The installation's key pair for web push."""

    def __init__(self, private_key: ec.EllipticCurvePrivateKey) -> None:
        self._private_key = private_key

    @classmethod
    def generate(cls) -> Self:
        """A new key pair."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The key pair written as PEM, or as base64url of the raw private number; `ValueError` when it is neither."""
        try:
            if "-----BEGIN" in text:
                private_key = load_pem_private_key(text.encode(), password=None)
            else:
                number = int.from_bytes(decode_base64url(text.strip()))
                private_key = ec.derive_private_key(number, ec.SECP256R1())
        except (ValueError, TypeError) as error:
            raise ValueError(_NO_KEY) from error
        if not isinstance(private_key, ec.EllipticCurvePrivateKey) or private_key.curve.name != "secp256r1":
            raise ValueError(_NO_KEY)
        return cls(private_key)

    @property
    def private_text(self) -> str:
        """The private key as base64url, to be kept secret; `from_text` reads it."""
        number = self._private_key.private_numbers().private_value.to_bytes(32, "big")
        return urlsafe_b64encode(number).rstrip(b"=").decode()

    @property
    def public_text(self) -> str:
        """The public key as browsers want it for `applicationServerKey`: an uncompressed point in base64url."""
        point = self._private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, claims: Mapping[str, str | int]) -> str:
        """The `Authorization` header for these claims."""
        token = jwt.encode(dict(claims), self._private_key, algorithm="ES256")
        return f"vapid t={token}, k={self.public_text}"


class VapidTokens:
    """Authorization headers by push service, signed when first needed and again at half of their life."""

    def __init__(self, key: VapidKey, subject: str, clock: Clock) -> None:
        self._key = key
        self._subject = subject
        self._clock = clock
        self._headers: dict[str, tuple[str, datetime]] = {}

    def header_for(self, endpoint: str) -> str:
        """The header for the service that this endpoint belongs to."""
        origin = endpoint[: endpoint.find("/", _SCHEME_LENGTH)]
        now = self._clock()
        kept = self._headers.get(origin)
        if kept is not None and now < kept[1]:
            return kept[0]
        if len(self._headers) >= MAX_AUDIENCES:
            self._headers.clear()
        expires_at = now + TOKEN_LIFE
        claims = {"sub": self._subject, "aud": audience(endpoint), "exp": int(expires_at.timestamp())}
        header = self._key.authorization(claims)
        self._headers[origin] = (header, now + TOKEN_LIFE / 2)
        return header


def audience(endpoint: str) -> str:
    """The origin of a push endpoint: scheme, host, and the port when it is not the scheme's own (RFC 6454)."""
    parts = urlsplit(endpoint)
    default = {"https": 443, "http": 80}[parts.scheme]
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != default else "")
