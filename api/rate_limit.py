"""How often one caller may try something: at most so many attempts in a window that slides along."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from api.errors import TooManyRequests

_MOST_CALLERS = 10_000


class RateLimit:
    """Counts attempts by caller, in memory of this process."""

    def __init__(self, attempts: int, window: timedelta, now: Callable[[], datetime]) -> None:
        self._attempts = attempts
        self._window = window
        self._now = now
        self._seen: dict[str, deque[datetime]] = {}

    def count(self, caller: str) -> None:
        """Count one attempt of this caller.

        Raises:
            TooManyRequests: they had their share; Retry-After says when the next attempt is free.
        """
        now = self._now()
        seen = self._seen.pop(caller, deque())
        while seen and now - seen[0] >= self._window:
            seen.popleft()
        self._seen[caller] = seen
        if len(self._seen) > _MOST_CALLERS:
            del self._seen[next(iter(self._seen))]
        if len(seen) >= self._attempts:
            wait = self._window - (now - seen[0])
            raise TooManyRequests(headers={"Retry-After": str(max(1, int(wait.total_seconds())))})
        seen.append(now)
