"""The watch over segments: who entered and who left, told by events that journeys start, wait and end by.

relay     after it has routed events: asks again for the profiles whose facts changed
sweeper   once a second looks whether a journey watches a new segment, or a condition changed; once a minute asks
all profiles about the segments that time alone changes, once an hour about all
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from engine.store import membership
from engine.store.database import Database
from engine.store.leadership import lead
from engine.store.membership import Watched
from engine.store.outbox import OpenRow

LOOK_SECONDS = 1.0
BY_TIME = timedelta(minutes=1)
SAFETY_NET = timedelta(hours=1)
log = structlog.get_logger(__name__)


class SegmentWatch:
    """Knows which segments are watched, and keeps who is in them."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[tuple[str, int], frozenset[str]] = {}

    async def notice(self, rows: Iterable[OpenRow]) -> int:
        """Facts of these profiles changed: ask again about the segments that it may move; how many moved."""
        changed: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.kind == "event" and row.payload.get("profile_id"):
                changed[str(row.payload.get("name"))].add(row.payload["profile_id"])
        if not changed:
            return 0
        every = await self._database.look_up(lambda executor: membership.watched_segments(executor, self._kept))
        watched = [one for one in every if one.events & changed.keys()]
        if not watched:
            return 0
        begun = await self._database.look_up(membership.last_sweeps)
        moved = 0
        for segment in watched:
            profiles = set[str]().union(*(changed[name] for name in segment.events & changed.keys()))
            async with self._database.connection() as connection:
                if segment.id in begun:
                    moved += await membership.settle(connection, segment, profiles, self._clock())
                else:
                    await membership.sweep(connection, segment, self._clock())
        return moved

    async def run(self) -> None:
        """Sweep what is due, for ever."""
        async with lead(self._database, "segments"):
            while True:
                try:
                    await self.sweep_due()
                except DBAPIError as error:
                    log.error("segments.failed", error=repr(error))
                await asyncio.sleep(LOOK_SECONDS)

    async def sweep_due(self) -> int:
        """Ask all profiles about each segment for which it is time; how many entered or left."""
        now = self._clock()
        async with self._database.engine.connect() as connection:
            watched = await membership.watched_segments(connection, self._kept)
            swept = await membership.last_sweeps(connection)
        gone = swept.keys() - {one.id for one in watched}
        if gone:
            async with self._database.connection() as connection:
                await membership.forget(connection, sorted(gone))
        moved = 0
        for segment in watched:
            if _is_due(segment, swept.get(segment.id), now):
                async with self._database.connection() as connection:
                    moved += await membership.sweep(connection, segment, now)
        return moved


def _is_due(segment: Watched, last: tuple[str, datetime] | None, now: datetime) -> bool:
    if last is None or last[0] != segment.hash:
        return True
    return now - last[1] >= (BY_TIME if segment.by_time else SAFETY_NET)
