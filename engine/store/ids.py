"""Identifiers: `prf_01jd…`, a prefix that says what it is and 26 characters that sort by time."""

import hashlib
import secrets
import time

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _CROCKFORD for second in _CROCKFORD]
_40_BITS = (1 << 40) - 1


def _encode(number: int) -> str:
    """128 bits as 26 characters of 5 bits (Crockford's base 32); what sorts before as a number does so as text.

    Written out, for every row of every table passes here.
    """
    a, b, c, pairs = number >> 80, number >> 40 & _40_BITS, number & _40_BITS, _PAIRS
    return (
        f"{pairs[a >> 40]}{pairs[a >> 30 & 1023]}{pairs[a >> 20 & 1023]}{pairs[a >> 10 & 1023]}{pairs[a & 1023]}"
        f"{pairs[b >> 30]}{pairs[b >> 20 & 1023]}{pairs[b >> 10 & 1023]}{pairs[b & 1023]}"
        f"{pairs[c >> 30]}{pairs[c >> 20 & 1023]}{pairs[c >> 10 & 1023]}{pairs[c & 1023]}"
    )


def new_id(prefix: str) -> str:
    """A fresh identifier: 48 bits of milliseconds, 80 bits of chance, in Crockford's base 32 (as a ULID)."""
    return f"{prefix}_{_encode((time.time_ns() // 1_000_000) << 80 | secrets.randbits(80))}"


def id_from(prefix: str, *parts: str) -> str:
    """The identifier that follows from these parts: same parts, same id, so that repeats find each other."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
    return f"{prefix}_{_encode(int.from_bytes(digest))}"


def address_hash(address: str) -> str:
    """What the ledger and the suppression list keep of an address: 32 hex digits of its sha256, never the address."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]
