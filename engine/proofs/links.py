"""How a link of the send ledger's hash chains says what its row says, and its hash."""

import hashlib
import json
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

SEND_FIELDS = (
    "id",
    "enrollment_id",
    "journey_id",
    "version",
    "node",
    "visit",
    "channel",
    "address_hash",
    "profile_id",
    "variant_id",
    "kind",
    "rendering_hash",
    "verdict",
    "claimed_at",
)
OUTCOME_FIELDS = ("send_id", "state", "reason", "provider_id", "detail", "at")


def instant_as_told(instant: datetime) -> str:
    """How a link tells an instant: in UTC, to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _told(value: Any) -> str:
    if isinstance(value, datetime):
        return instant_as_told(value)
    raise TypeError(f"A ledger row holds no {type(value).__name__}.")


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_told).encode


def as_told(value: Any) -> str:
    """How a link tells the values of its row, or one of them: JSON without blanks, its keys in order."""
    return _encode(value)


def hash_of_link(before: str, chain: str, number: int, said: str) -> str:
    """The hash of a link: of the one before it, of its place, and of what its row says, `as_told`."""
    written = f"[{encode_basestring(before)},{encode_basestring(chain)},{number},{said}]"
    return hashlib.sha256(written.encode()).hexdigest()
