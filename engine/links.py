"""Click links: which send and which of its links a click belongs to, in 34 characters that nobody can make up.

    /c/TOKEN      TOKEN = base64url( target · send id · seal )
                                     1 byte   16 bytes  8 bytes     + the target's name, when it is not a common one

The token names a link and does not carry its URL: where it leads stands in the stored rendering of the send, so that
even a text message has room for it, and so that no token can lead anywhere but to a link that was really sent.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

CLICK_PATH = "/c/"
OPEN_PATH = "/o/"
OPEN_TARGET = "open"
UNSUBSCRIBE_PATH = "/u/"
UNSUBSCRIBE_TARGET = "unsubscribe"
"""The target that every message has, beside its links: the way to the preferences of whoever got it."""
_SEND_PREFIX = "snd_"
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 26
_SEAL_BYTES = 8
_PURPOSE = b"waitline/click/1"
_COMMON_TARGETS = ("body", "link", "action_0", "action_1", "action_2", "link_1", "link_2", "link_3", "link_4", "link_5")
_NAMED = 0xFF
_LONGEST_TARGET = 60
_HEAD_BYTES = 17


@dataclass(frozen=True, slots=True)
class Click:
    """What a click link stands for: one target (`body`, `action_1`, `link_3`) of one send."""

    send_id: str
    target: str


class ForgedLink(ValueError):
    """This is not a click link that we made; nothing about it can be trusted."""

    code = "forged_link"


def click_path(token: str) -> str:
    """The path at which the token is redeemed."""
    return CLICK_PATH + token


def open_path(secret: str, send_id: str) -> str:
    """The path of the invisible picture that tells when this send is opened."""
    return f"{OPEN_PATH}{sign_click(secret, send_id, OPEN_TARGET)}.gif"


def unsubscribe_path(secret: str, send_id: str) -> str:
    """The path at which whoever got this send says no."""
    return UNSUBSCRIBE_PATH + sign_click(secret, send_id, UNSUBSCRIBE_TARGET)


def sign_click(secret: str, send_id: str, target: str) -> str:
    """The token of one link of one send.

    Raises:
        ValueError: the id is not a send's, or the target's name is longer than 60 ASCII characters.
    """
    code, name = _encode_target(target)
    payload = bytes([code]) + _encode_id(send_id) + name
    return base64.urlsafe_b64encode(payload + _seal(secret, payload)).rstrip(b"=").decode()


def read_click(secret: str, token: str) -> Click:
    """What the token stands for.

    Raises:
        ForgedLink: it was not made with this secret, or it was cut on its way.
    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ForgedLink(token) from None
    payload, seal = sealed[:-_SEAL_BYTES], sealed[-_SEAL_BYTES:]
    if len(payload) < _HEAD_BYTES or not hmac.compare_digest(seal, _seal(secret, payload)):
        raise ForgedLink(token)
    code, number, name = payload[0], int.from_bytes(payload[1:_HEAD_BYTES]), payload[_HEAD_BYTES:]
    target = name.decode() if code == _NAMED else _COMMON_TARGETS[code]
    return Click(_SEND_PREFIX + _to_digits(number), target)


def _seal(secret: str, payload: bytes) -> bytes:
    key = hashlib.sha256(secret.encode()).digest()
    return hashlib.blake2b(payload, digest_size=_SEAL_BYTES, key=key, person=_PURPOSE).digest()


def _encode_target(target: str) -> tuple[int, bytes]:
    if target in _COMMON_TARGETS:
        return _COMMON_TARGETS.index(target), b""
    if not target.isascii() or not 0 < len(target) <= _LONGEST_TARGET:
        raise ValueError(f"A link's target is named by 1 to {_LONGEST_TARGET} ASCII characters, not {target!r}.")
    return _NAMED, target.encode()


def _encode_id(send_id: str) -> bytes:
    digits = send_id.removeprefix(_SEND_PREFIX)
    if digits == send_id or len(digits) != _ID_LENGTH:
        raise ValueError(f"Only sends have click links; {send_id!r} is not a send's id.")
    number = 0
    for digit in digits:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number.to_bytes(16)


def _to_digits(number: int) -> str:
    digits: list[str] = []
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
