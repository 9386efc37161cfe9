"""Gathering: journeys that begin for many at once, by their schedule or at their launch."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from activities.entering import Door
from engine.journey.admission import closed
from engine.journey.settings import JourneySettings
from engine.journey.triggers import AudienceTrigger, ScheduleTrigger
from engine.store import audiences, routing
from engine.store.audiences import Gathering
from engine.store.database import Database
from engine.store.leadership import lead
from engine.store.routing import Live
from engine.store.versions import VersionCatalogue

LOOK_SECONDS = 1.0
PORTION = 500
log = structlog.get_logger(__name__)


class Gatherer:
    """Lets the audiences of journeys in, when they are due, a portion at a time."""

    def __init__(
        self, database: Database, versions: VersionCatalogue, door: Door, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._versions = versions
        self._door = door
        self._clock = clock

    async def run(self) -> None:
        """Look once a second, for ever."""
        async with lead(self._database, "audiences"):
            while True:
                try:
                    await self.gather_due()
                except DBAPIError as error:
                    log.error("audiences.failed", error=repr(error))
                await asyncio.sleep(LOOK_SECONDS)

    async def gather_due(self) -> int:
        """Let everyone in whose time has come; how many entered."""
        entered = 0
        async with self._database.engine.connect() as connection:
            live = [one for one in await routing.open_journeys(connection) if one.status == "active"]
        for one in live:
            version = await self._versions.load(one.journey, one.version)
            trigger = version.graph.entry.trigger
            if isinstance(trigger, AudienceTrigger | ScheduleTrigger):
                entered += await self._gather(one, trigger, version.document.settings)
        return entered

    async def _gather(self, live: Live, trigger: Gathering, settings: JourneySettings) -> int:
        """The journey's run, portion by portion, for as long as the journey is open."""
        entered = 0
        while True:
            now = self._clock()
            async with self._database.connection() as connection:
                is_open = await routing.live_journey(connection, live.journey) == live
                if not is_open or closed(live.status, live.dated(settings), now) is not None:
                    return entered
                run = await audiences.open_run(connection, live, trigger, now)
                if run is None:
                    return entered
                causes = await audiences.next_portion(connection, run, trigger, now, zone=settings.zone, size=PORTION)
                if not causes:
                    await audiences.finish(connection, run, now)
                    return entered
            let_in = await self._door.let_in(live, causes)
            entered += let_in
            async with self._database.connection() as connection:
                await audiences.reach(connection, run, causes[-1].profile_id or "", let_in)
