"""The brakes: whether a journey is paused or everything is stopped, known in a process without asking each time.

What is known is at most half a second old. Every look at the facts of a delivery reads status and kill switch anyway,
and what it found is remembered here; so the question that is asked right before a provider is called costs nothing,
and the switch stops every send within a second.
"""

import asyncio
import time
from collections.abc import Callable

from engine.store.database import Database
from engine.store.holds import Hold, Holds, hold_on, read_holds

FRESH_SECONDS = 0.5


class Brakes:
    """What is held now, to the half second. `elapsed` is a clock that only goes forward."""

    def __init__(self, database: Database, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._elapsed = elapsed
        self._holds = Holds()
        self._read_at = float("-inf")
        self._seen: dict[str, tuple[float, str, bool]] = {}
        self._reading = asyncio.Lock()

    def now(self) -> float:
        """The moment before a look, to be given to `saw` after it."""
        return self._elapsed()

    def saw(self, journey: str, status: str, *, kill_switch: bool, at: float) -> None:
        """A look that began at this moment found the journey so."""
        known = self._seen.get(journey)
        if known is None or known[0] < at:
            self._seen[journey] = (at, status, kill_switch)

    async def hold(self, journey: str, *, is_test: bool = False) -> Hold | None:
        """Why an enrollment of this journey does not go on; None when it does."""
        oldest = self._elapsed() - FRESH_SECONDS
        seen = self._seen.get(journey)
        if seen is not None and seen[0] >= max(oldest, self._read_at):
            return hold_on(seen[1], kill_switch=seen[2], is_test=is_test)
        if self._read_at < oldest:
            async with self._reading:
                if self._read_at < oldest:
                    await self.look()
        return self._holds.on(journey, is_test=is_test)

    async def look(self) -> Holds:
        """Read how things stand now, whatever is known."""
        at = self._elapsed()
        self._holds = await self._database.run(read_holds, writes=False)
        self._read_at = at
        return self._holds
