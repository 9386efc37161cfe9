"""Stock levels: units at a location, and what of them may be promised."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Level(NamedTuple):
    """Units at one location. `reserved` ones are there but promised; either may exceed the other (oversold)."""

    on_hand: int
    reserved: int = 0

    @property
    def available(self) -> int:
        """What may still be promised here; negative when more was promised than there is."""
        return self.on_hand - self.reserved


def available(levels: Iterable[Level]) -> int:
    """Units of a variant that may still be promised, over all its locations."""
    return sum(level.available for level in levels)


def is_news(observed_at: datetime, known_at: datetime | None) -> bool:
    """Whether an observation counts: deliveries come late and out of order, and an older one changes nothing.

    Of two observations of the same instant the one that came later counts.
    """
    return known_at is None or observed_at >= known_at
