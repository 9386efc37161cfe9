"""Housekeeping: what time alone changes, looked after once a minute by one process at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from engine.store.database import Database
from engine.store.housekeeping import tidy
from engine.store.leadership import lead

EVERY_SECONDS = 60.0
log = structlog.get_logger(__name__)


class Housekeeper:
    """Closes waits whose time ran out, and forgets what was kept only for a while."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Tidy once a minute, for ever; a database that is away is tried again at the next round."""
        async with lead(self._database, "housekeeping"):
            while True:
                try:
                    tidied = await tidy(self._database, self._clock())
                    log.debug("housekeeping.tidied", expired=tidied.expired, forgotten=tidied.forgotten)
                except DBAPIError as error:
                    log.error("housekeeping.failed", error=repr(error))
                await asyncio.sleep(EVERY_SECONDS)
