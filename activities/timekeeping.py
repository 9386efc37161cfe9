"""Timekeeping: journeys end when their end has come, looked after once a second by one process at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from engine.store.database import Database
from engine.store.leadership import lead
from engine.store.lifecycle import due_to_end, end_due

EVERY_SECONDS = 1.0
log = structlog.get_logger(__name__)


class Timekeeper:
    """Ends journeys on time."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Look once a second, for ever; a database that is away is tried again at the next round."""
        async with lead(self._database, "timekeeping"):
            while True:
                try:
                    await self.end_journeys()
                except DBAPIError as error:
                    log.error("timekeeping.failed", error=repr(error))
                await asyncio.sleep(EVERY_SECONDS)

    async def end_journeys(self) -> list[str]:
        """End every journey whose end has come; their ids."""
        now = self._clock()
        async with self._database.snapshot() as session:
            due = await due_to_end(session, now)
        if not due:
            return []
        async with self._database.transaction() as session:
            return await end_due(session, now)
