"""The second half of an erasure: her enrollments end at Temporal, their keys go, and no free page keeps what was there.

The first half was done at once, in the request (`engine.store.erasure`). Repeating this one changes nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from activities.starting import Starter
from engine.store.database import Database
from engine.store.erasure import destroy_keys, open_enrollments


class Eraser:
    """Finishes erasures."""

    def __init__(self, database: Database, starter: Starter, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._starter = starter
        self._clock = clock

    async def finish(self, profiles: Sequence[str]) -> None:
        """End what runs for these profiles and destroy its keys, then let the database forget the old pages, too."""
        async with self._database.engine.connect() as connection:
            inside = await open_enrollments(connection, profiles)
        for enrollment in inside:
            await self._starter.terminate(enrollment)
        async with self._database.connection() as connection:
            await destroy_keys(connection, profiles, self._clock())
        await self._database.scrub()
