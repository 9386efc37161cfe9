"""Published versions, read once and kept: what is immutable needs no second look."""

import asyncio
from typing import Any, cast

from sqlalchemy import select

from engine.journey.errors import JourneyError
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import PublishedVersion

LOAD_SECONDS = 1.5


class UnknownVersion(JourneyError):
    """There is no such published version; publish the journey, or enroll into a version that exists."""

    code = "unknown_version"

    def __init__(self, journey: str, number: int) -> None:
        super().__init__(f"Journey {journey} has no version {number}; publish it, or use a version that exists.")


class VersionCatalogue:
    """Versions by (journey, number), for workflows and activities of one process.

    `get` answers at once for every version that was loaded before. A workflow runs in a thread of its own and may meet
    a version first: `get` then loads it on the event loop and waits. Because a version never changes, a workflow that
    reads it is as deterministic as one that reads a constant.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop = asyncio.get_running_loop()
        self._kept: dict[tuple[str, int], JourneyVersion] = {}

    def get(self, journey: str, number: int) -> JourneyVersion:
        """The version, from any thread but the event loop's.

        Raises:
            UnknownVersion: it was never published.
            TimeoutError: the database did not answer in time; the workflow task is tried again.
        """
        kept = self._kept.get((journey, number))
        if kept is not None:
            return kept
        return asyncio.run_coroutine_threadsafe(self.load(journey, number), self._loop).result(LOAD_SECONDS)

    async def load(self, journey: str, number: int) -> JourneyVersion:
        """The version, on the event loop."""
        kept = self._kept.get((journey, number))
        if kept is not None:
            return kept
        async with self._database.engine.connect() as connection:
            table = core(PublishedVersion)
            document = await connection.scalar(
                select(table.c.document).where(table.c.journey_id == journey, table.c.number == number)
            )
        if document is None:
            raise UnknownVersion(journey, number)
        version = JourneyVersion(
            journey=journey, number=number, document=JourneyDocument.model_validate(cast("dict[str, Any]", document))
        )
        return self._kept.setdefault((journey, number), version)
