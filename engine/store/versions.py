"""Published versions, read once and kept: what is immutable needs no second look."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
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


class VersionNotRead(RuntimeError):
    """The database did not say in time what a version holds.

    It is no `TimeoutError`: Temporal takes one for the workflow's own and fails the workflow, whereas for this one it
    tries the workflow task again.
    """


class VersionCatalogue:
    """Versions by (journey, number), for workflows and activities of one process.

    `get` answers at once for every version that was loaded before. After a restart a workflow may meet a version first:
    `get` then has it read over a connection of its own, because it may be called in the event loop's thread, and waits.
    Because a version never changes, a workflow that reads it is as deterministic as one that reads a constant.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = ThreadPoolExecutor(1, "versions")
        self._kept: dict[tuple[str, int], JourneyVersion] = {}

    def get(self, journey: str, number: int) -> JourneyVersion:
        """The version, from any thread.

        Raises:
            UnknownVersion: it was never published.
            VersionNotRead: the database did not answer in time.
        """
        kept = self._kept.get((journey, number))
        if kept is not None:
            return kept
        try:
            version = self._reader.submit(asyncio.run, self._read_apart(journey, number)).result(LOAD_SECONDS)
        except TimeoutError as error:
            raise VersionNotRead(f"Version {number} of journey {journey} was not read in time.") from error
        return self._kept.setdefault((journey, number), version)

    async def load(self, journey: str, number: int) -> JourneyVersion:
        """The version, on the event loop."""
        kept = self._kept.get((journey, number))
        if kept is not None:
            return kept
        return self._kept.setdefault((journey, number), await _read(self._database, journey, number))

    async def _read_apart(self, journey: str, number: int) -> JourneyVersion:
        database = Database(self._database.url.render_as_string(hide_password=False), pool_size=1)
        try:
            return await _read(database, journey, number)
        finally:
            await database.close()


async def _read(database: Database, journey: str, number: int) -> JourneyVersion:
    table = core(PublishedVersion)
    async with database.engine.connect() as connection:
        document = await connection.scalar(
            select(table.c.document).where(table.c.journey_id == journey, table.c.number == number)
        )
    if document is None:
        raise UnknownVersion(journey, number)
    return JourneyVersion(
        journey=journey, number=number, document=JourneyDocument.model_validate(cast("dict[str, Any]", document))
    )
