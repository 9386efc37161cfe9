"""Test links: whoever opens one may make themselves a tester of a journey. Nobody can make one up.

/try/TOKEN      TOKEN = base64url( journey id · seal )
"""

import base64
import binascii
import hashlib
import hmac

from engine.links import ForgedLink

TEST_PATH = "/try/"
_SEAL_BYTES = 16
_PURPOSE = b"waitline/test/1"


def sign_test_link(secret: str, journey_id: str) -> str:
    """The token of a journey's test link; the same journey always gives the same."""
    payload = journey_id.encode()
    return base64.urlsafe_b64encode(payload + _seal(secret, payload)).rstrip(b"=").decode()


def read_test_link(secret: str, token: str) -> str:
    """The journey that the token lets in to.

    Raises:
        ForgedLink: it was not made with this secret, or it was cut on its way.
    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        payload, seal = sealed[:-_SEAL_BYTES], sealed[-_SEAL_BYTES:]
        if payload and hmac.compare_digest(seal, _seal(secret, payload)):
            return payload.decode()
    except (binascii.Error, ValueError):
        pass
    raise ForgedLink(token)


def _seal(secret: str, payload: bytes) -> bytes:
    key = hashlib.sha256(secret.encode()).digest()
    return hashlib.blake2b(payload, digest_size=_SEAL_BYTES, key=key, person=_PURPOSE).digest()
