"""The intake of events: requests that come at the same time share one transaction.

    request ──► parse ──► gather ──► one unit of work for all that gathered ──► committed ──► each gets its answer

What is answered is on disk. A request that fails takes no other with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.ingest.tracking import Calls
from engine.store import deadletters, sources
from engine.store.batching import Batcher
from engine.store.database import Database
from engine.store.intake import take_in
from engine.store.statements import Executor

EVENTS_SOURCE = "Events"
"""The source that tracked events belong to."""
AT_ONCE = 16
"""Requests in one transaction."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request: calls that could be used, those of them that were new, and those put aside."""

    accepted: int
    new: int
    dead_lettered: int


class EventIntake:
    """Takes tracking calls in."""

    def __init__(self, database: Database, retention: timedelta | None, now: Callable[[], datetime]) -> None:
        self._database = database
        self._retention = retention
        self._now = now
        self._gathering = Batcher(self._store, limit=AT_ONCE)

    async def take(self, calls: Calls) -> Taken:
        """Store these calls; when this returns they are on disk."""
        return await self._gathering.submit(calls)

    async def _store(self, requests: Sequence[Calls]) -> Sequence[Taken]:
        return await self._database.carry_out(lambda executor: self._write(executor, requests))

    async def _write(self, executor: Executor, requests: Sequence[Calls]) -> list[Taken]:
        now = self._now()
        source = await sources.ensure_source(executor, EVENTS_SOURCE, now, "clickstream")
        deeds = [deed for calls in requests for deed in calls.usable]
        told = iter(await take_in(executor, deeds, source_id=source.id, retention=self._retention, now=now))
        taken = [
            Taken(len(calls.usable), sum(next(told) for _ in calls.usable), len(calls.unusable)) for calls in requests
        ]
        unusable = [one for calls in requests for one in calls.unusable]
        await deadletters.put_aside(executor, source.id, None, unusable, now)
        await sources.note_seen(executor, source, now)
        return taken
