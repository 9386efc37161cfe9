"""Bulkheads: a provider that hangs fills its own compartment and no other.

A send waits for its provider while it holds one of the worker's places. Without a limit for each channel, a hundred
sends to one silent provider would take all of them, and every other channel would stand still with it. Whoever finds a
compartment full is told at once to come back later, which costs nobody a place.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from activities.errors import TemporaryDeliveryFailure

PLACES = 64
"""Sends of one channel under way at the same time in one worker: far more than a healthy provider ever needs."""
COME_BACK = timedelta(seconds=5)


class Bulkheads:
    """Counts the sends that are under way, by channel."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def entered(self, channel: str) -> Generator[None]:
        """Take a place for as long as the block runs.

        Raises:
            TemporaryDeliveryFailure: none is free.
        """
        if self._under_way[channel] >= self._places:
            raise TemporaryDeliveryFailure(
                "channel_busy", "Too many sends wait for this provider.", retry_after=COME_BACK
            )
        self._under_way[channel] += 1
        try:
            yield
        finally:
            self._under_way[channel] -= 1
