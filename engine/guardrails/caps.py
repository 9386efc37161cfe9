"""Frequency caps: how many messages a profile may get within a window, in a journey, on a channel, over channels.

Windows roll: “3 a day” means that no 24 hours hold more than three. What counts is a message, not an address: one that
goes to three browsers counts once. A message that the provider refused does not count; one that is under way does, and
so does one of which nobody knows whether it arrived.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from engine.guardrails.reasons import SkipReason
from engine.model import Frozen

PERSONAL_CHANNELS = ("web_push", "email", "sms", "mobile_push")
"""Channels of ours that reach a person; webhooks reach the shop's own systems. A plugin's channel says what it does."""


class Cap(Frozen):
    """At most `limit` messages of this journey to one profile within any `window`."""

    limit: int = Field(ge=0, le=10_000)
    window: timedelta = Field(default=timedelta(days=1), gt=timedelta(0), le=timedelta(days=365))


class ChannelCap(Cap):
    """At most `limit` messages on these channels together (on all, when none is named), from whichever journey."""

    channels: tuple[str, ...] = Field(default=(), max_length=10)

    def covers(self, channel: str, personal: Collection[str] = PERSONAL_CHANNELS) -> bool:
        """Whether a message on this channel counts; `personal` are the channels that reach a person."""
        return channel in (self.channels or personal)


@dataclass(frozen=True, slots=True)
class Told:
    """One message that a profile got, or may have got. `step` names it: (enrollment, node, visit)."""

    step: tuple[str, str, int]
    journey: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one message must stay within. `over_channels` is empty where the journey bypasses them."""

    journey: str
    channel: str
    in_journey: tuple[Cap, ...] = ()
    over_channels: tuple[ChannelCap, ...] = ()
    personal: Collection[str] = PERSONAL_CHANNELS

    @property
    def window(self) -> timedelta:
        """How far back it has to be counted."""
        return max((cap.window for cap in (*self.in_journey, *self.over_channels)), default=timedelta())

    def __bool__(self) -> bool:
        """Whether anything limits the message."""
        return bool(self.in_journey or self.over_channels)


def first_reached(
    allowance: Allowance, step: tuple[str, str, int], told: Sequence[Told], now: datetime
) -> "Reached | None":
    """The first cap that the message at `step` would exceed after what the profile was told already."""
    for cap in allowance.in_journey:
        count = _count(step, told, now - cap.window, lambda one: one.journey == allowance.journey)
        if count >= cap.limit:
            return Reached(SkipReason.JOURNEY_CAP, count, cap)
    for cap in allowance.over_channels:
        count = _count(step, told, now - cap.window, lambda one, cap=cap: cap.covers(one.channel, allowance.personal))
        if count >= cap.limit:
            return Reached(SkipReason.CHANNEL_CAP, count, cap)
    return None


@dataclass(frozen=True, slots=True)
class Reached:
    """A cap that is used up: `count` messages within its window."""

    reason: SkipReason
    count: int
    cap: Cap

    def inputs(self) -> dict[str, object]:
        """The cap and the count as JSON, for the ledger."""
        return {"cap": self.cap.model_dump(mode="json"), "counted": self.count}


def _count(step: tuple[str, str, int], told: Sequence[Told], since: datetime, counts: Callable[[Told], bool]) -> int:
    return len({one.step for one in told if one.at > since and one.step != step and counts(one)})
