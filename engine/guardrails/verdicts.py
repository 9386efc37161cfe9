"""The guard's answer about one message: allow it, or skip it for one typed reason.

The guard is asked at the moment of each send and nowhere else. It reads `DeliveryFacts`, which were true at
`facts.now`, and its verdict stores what it read, so that support can show the answer long after the facts changed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class SkipReason(StrEnum):
    """Why a message was deliberately not sent."""

    KILL_SWITCH = "kill_switch"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    PURCHASED = "purchased"
    INTEREST_EXPIRED = "interest_expired"
    HELD_OUT = "held_out"
    ALREADY_NOTIFIED = "already_notified"
    OUT_OF_STOCK_AT_SEND = "out_of_stock_at_send"
    NO_CONSENT = "no_consent"
    NO_SUBSCRIPTION = "no_subscription"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    TTL = "ttl"
    NO_LINK = "no_link"
    PRODUCT_FILTER = "product_filter"
    RECENT_PURCHASE = "recent_purchase"
    RECENT_RETURN = "recent_return"
    RECENTLY_NOTIFIED = "recently_notified"
    JOURNEY_CAP = "journey_cap"
    CHANNEL_CAP = "channel_cap"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What the guard may read about one message to one profile.

    `available` is None when the message is about no variant. `consent` is None when the profile never answered.
    `entry_*` describe the waitlist entry behind the enrollment, if there is one. `notified_elsewhere_at` is the newest
    accepted (or possibly accepted) message about the same variant from another enrollment.
    """

    now: datetime
    channel: str
    kill_switch: bool
    journey_status: str
    threshold: int
    available: int | None
    consent: bool | None
    addresses: int
    suppressed: int
    entry_state: str | None = None
    entry_created_at: datetime | None = None
    entry_expires_at: datetime | None = None
    notified_elsewhere_at: datetime | None = None

    def inputs(self) -> dict[str, Any]:
        """The facts as JSON, for the ledger."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed when `skip` is None; otherwise the reason. `inputs` are the facts that were read."""

    skip: SkipReason | None
    inputs: dict[str, Any]


_CLOSED_ENTRY = {
    "unsubscribed": SkipReason.UNSUBSCRIBED,
    "purchased": SkipReason.PURCHASED,
    "held_out": SkipReason.HELD_OUT,
}
_STOPPED_JOURNEY = frozenset({"paused", "ended", "draft"})


def judge(facts: DeliveryFacts) -> Verdict:
    """Whether the message may go now. The first rule that refuses gives the reason; their order is documented."""
    return Verdict(_first_refusal(facts), facts.inputs())


def _first_refusal(facts: DeliveryFacts) -> SkipReason | None:  # noqa: PLR0911 - one line a rule, in order
    if facts.kill_switch:
        return SkipReason.KILL_SWITCH
    if facts.journey_status in _STOPPED_JOURNEY:
        return SkipReason.PAUSED
    if facts.entry_state in _CLOSED_ENTRY:
        return _CLOSED_ENTRY[facts.entry_state]
    if facts.entry_state == "expired" or _is_past(facts.entry_expires_at, facts):
        return SkipReason.INTEREST_EXPIRED
    if _was_notified_since_entry(facts):
        return SkipReason.ALREADY_NOTIFIED
    if facts.available is not None and facts.available < facts.threshold:
        return SkipReason.OUT_OF_STOCK_AT_SEND
    if facts.addresses == 0:
        return SkipReason.NO_SUBSCRIPTION if facts.channel == "web_push" else SkipReason.NO_ADDRESS
    if not facts.consent:
        return SkipReason.NO_CONSENT
    if facts.suppressed >= facts.addresses:
        return SkipReason.SUPPRESSED
    return None


def _is_past(instant: datetime | None, facts: DeliveryFacts) -> bool:
    return instant is not None and instant <= facts.now and facts.entry_state == "pending"


def _was_notified_since_entry(facts: DeliveryFacts) -> bool:
    notified, asked = facts.notified_elsewhere_at, facts.entry_created_at
    return notified is not None and asked is not None and notified >= asked
