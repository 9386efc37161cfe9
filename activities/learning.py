"""Learning the vocabulary: every few seconds, from the events that were routed meanwhile."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from engine.store import vocabulary
from engine.store.database import Database
from engine.store.leadership import lead

EVERY_SECONDS = 2.0
log = structlog.get_logger(__name__)


class Learner:
    """Keeps the names of events, properties and attributes that the data is seen to have."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Learn what is new, for ever. What came while nobody learned is learned as far as the outbox still has it."""
        async with lead(self._database, "vocabulary"):
            reached = 0
            while True:
                try:
                    reached = await self._learn(reached)
                except DBAPIError as error:
                    log.error("vocabulary.failed", error=repr(error))
                await asyncio.sleep(EVERY_SECONDS)

    async def _learn(self, reached: int) -> int:
        async with self._database.engine.connect() as connection:
            newest = await vocabulary.newest_outbox_row(connection)
            start = await vocabulary.learned_up_to(connection) if reached == 0 else reached
        if newest <= start:
            return start
        async with self._database.connection() as connection:
            return await vocabulary.learn(connection, start)
