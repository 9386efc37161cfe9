"""Voluntary application server identification (RFC 8292), as the receiving push service checks it.

The sender's header is ``Authorization: vapid t=JWT, k=KEY``. The key must be the one that the subscription was made
for; the token must be signed with it by ES256, name this service's origin as its audience, and expire within a day.
"""

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from api.push_service.errors import Unauthorized, WrongKey

LONGEST_LIFE = timedelta(hours=24)
CLOCK_SKEW = timedelta(minutes=5)
HEADER = re.compile(r"vapid\s+(?P<parameters>.+)", re.IGNORECASE)


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    """Read an application server key (an uncompressed P-256 point in base64url); ValueError when it is none."""
    try:
        point = urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (NotBase64, ValueError) as error:
        raise ValueError("the key is not base64url") from error
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def check_vapid(authorization: str | None, registered_key: str, audience: str, now: datetime) -> None:
    """Pass if the sender proved that it holds ``registered_key``; otherwise say what is wrong.

    Raises WrongKey when the token is of another key, Unauthorized for everything else.
    """
    token, key = _credentials(authorization)
    if key.rstrip("=") != registered_key.rstrip("="):
        raise WrongKey("The key in k= is not the one that this subscription was made for.")
    try:
        claims = jwt.decode(
            token,
            public_key(key),
            algorithms=["ES256"],
            audience=audience,
            options={"require": ["aud", "exp"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.InvalidAudienceError as error:
        raise Unauthorized(f"The token's audience (aud) must be {audience}.") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthorized(f"The VAPID token does not hold: {error}.") from error
    _check_expiry(claims["exp"], now)


def _credentials(authorization: str | None) -> tuple[str, str]:
    match = HEADER.fullmatch((authorization or "").strip())
    if match is None:
        raise Unauthorized("This subscription needs the header Authorization: vapid t=JWT, k=KEY.")
    parameters: dict[str, str] = {}
    for part in match["parameters"].split(","):
        name, _, value = part.strip().partition("=")
        parameters[name] = value
    if not parameters.get("t") or not parameters.get("k"):
        raise Unauthorized("The vapid header needs both t= (the token) and k= (the public key).")
    return parameters["t"], parameters["k"]


def _check_expiry(claim: object, now: datetime) -> None:
    if not isinstance(claim, int | float):
        raise Unauthorized("The token's expiry (exp) must be a number of seconds.")
    try:
        expires_at = datetime.fromtimestamp(claim, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Unauthorized("The token's expiry (exp) lies outside of time.") from error
    if expires_at <= now - CLOCK_SKEW:
        raise Unauthorized("The VAPID token has expired.")
    if expires_at > now + LONGEST_LIFE + CLOCK_SKEW:
        raise Unauthorized("A VAPID token may live 24 hours at most.")
