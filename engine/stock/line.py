"""The line: in which order those who wait for a variant are let in, and how many at a time.

Order: tier (VIP before the rest), then intent (asked before inferred), then score (likelier first), then age (who
waits longest), and the entry's id so that no two ever tie.
"""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from operator import attrgetter
from typing import TypeAlias

from pydantic import Field

from engine.model import Frozen

OrderKey: TypeAlias = tuple[int, int, float, datetime, str]


class Place(Frozen):
    """One entry's place in the line. Lower `tier` and `intent` go first, higher `score` goes first."""

    entry_id: str
    since: datetime
    tier: int = 0
    intent: int = Field(default=0, ge=0)
    score: float = Field(default=0.0, allow_inf_nan=False)

    @property
    def order(self) -> OrderKey:
        """What the line is sorted by, smallest first."""
        return (self.tier, self.intent, -self.score, self.since, self.entry_id)


def in_order(places: Iterable[Place]) -> list[Place]:
    """The line, first in first."""
    return sorted(places, key=attrgetter("order"))


class Rationing(Frozen):
    """How a journey spends stock. `per_unit` is k in "at most k × available"; None tells everybody who waits.

    `threshold` units must be available for anyone to be let in; `batch` is the largest number at a time.
    """

    threshold: int = Field(default=1, ge=1)
    per_unit: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    batch: int | None = Field(default=None, ge=1)


def allowance(available: int, rationing: Rationing, outstanding: int = 0) -> int | None:
    """How many more may be told right now; None when there is no limit.

    `outstanding` counts those already let in by this release who neither bought nor gave up: their chance at a unit is
    still running, so it is not given away twice.
    """
    if available < rationing.threshold:
        return 0
    if rationing.per_unit is None:
        return None
    return max(0, int(Fraction(str(rationing.per_unit)) * available) - outstanding)


def batch_size(waiting: int, available: int, rationing: Rationing, outstanding: int = 0) -> int:
    """How many of the line the next batch lets in."""
    limits = [waiting]
    if (allowed := allowance(available, rationing, outstanding)) is not None:
        limits.append(allowed)
    if rationing.batch is not None:
        limits.append(rationing.batch)
    return min(limits)


def next_batch(
    places: Iterable[Place], available: int, rationing: Rationing, outstanding: int = 0
) -> tuple[Place, ...]:
    """The next to be let in, in order."""
    line = in_order(places)
    return tuple(line[: batch_size(len(line), available, rationing, outstanding)])
