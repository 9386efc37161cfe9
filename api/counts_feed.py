"""Live numbers for everyone who watches a journey: one look at the database a second, however many watch.

    watcher ──┐
    watcher ──┼──► feed of a journey's version ──► read_counts once a second, while anybody watches
    watcher ──┘

A watcher gets the newest numbers at once, and again when they change; what nobody watches is not read.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError

from engine.store.counts import Days

EVERY_SECONDS = 1.0
BEATS = 15
"""After so many looks without a change, a comment keeps the connection alive."""
Key = tuple[str, int | None, Days]
"""What is watched: a journey, its version, a stretch of days."""
Read = Callable[[Key], Awaitable[str]]
log = structlog.get_logger(__name__)


@dataclass
class _Feed:
    """What is read for one key, and who waits for it."""

    watchers: int = 0
    text: str | None = None
    seen: int = 0
    looked: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None


class CountsFeed:
    """Shares what `read` says about a journey among all who watch it. `read` gives the numbers as JSON."""

    def __init__(self, read: Read, *, every: float = EVERY_SECONDS) -> None:
        self._read = read
        self._every = every
        self._feeds: dict[Key, _Feed] = {}

    @property
    def watched(self) -> int:
        """How many journeys are being watched."""
        return len(self._feeds)

    async def watch(self, key: Key) -> AsyncGenerator[str]:
        """Server-sent events with the numbers, for as long as the watcher stays."""
        feed = self._feeds.setdefault(key, _Feed())
        feed.watchers += 1
        looking = feed.task = feed.task or asyncio.create_task(self._look(key, feed))
        try:
            shown: str | None = None
            beats = 0
            while True:
                if feed.text is not None and feed.text != shown:
                    shown, beats = feed.text, 0
                    yield f"data: {shown}\n\n"
                elif beats >= BEATS:
                    beats = 0
                    yield ": still here\n\n"
                looks = feed.seen
                async with feed.looked:
                    await feed.looked.wait_for(lambda before=looks: feed.seen > before)
                beats += 1
        finally:
            feed.watchers -= 1
            if feed.watchers == 0:
                self._feeds.pop(key, None)
                looking.cancel()

    async def _look(self, key: Key, feed: _Feed) -> None:
        while True:
            try:
                feed.text = await self._read(key)
            except DBAPIError as error:
                log.warning("counts.database_away", error=repr(error))
            async with feed.looked:
                feed.seen += 1
                feed.looked.notify_all()
            await asyncio.sleep(self._every)
