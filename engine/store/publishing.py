"""Publishing: the draft becomes a version, which is written once and never again.

A draft is published only without blocking problems, and with its splits carried over: profiles stay on the side on
which they are, as far as the new shares allow.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine.authoring.checking import document_problems
from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.migration import carried_over
from engine.journey.reading import read
from engine.journey.version import JourneyDocument
from engine.store.errors import JourneyNotReady, UnknownJourney
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import Journey, PublishedVersion

_journey = core(Journey)
_version = core(PublishedVersion)


async def create_journey(executor: Executor, journey_id: str, document: Mapping[str, Any], now: datetime) -> bool:
    """Write a new journey down as a draft; False when there is one with this id or name already."""
    row = {
        "id": journey_id,
        "name": document["name"],
        "status": "draft",
        "draft": dict(document),
        "created_at": now,
        "updated_at": now,
    }
    return bool(affected(await executor.execute(insert_into(Journey, executor).on_conflict_do_nothing(), row)))


async def publish(
    executor: Executor, journey_id: str, *, by: str, now: datetime, catalogue: Catalogue = UNCHECKED
) -> int:
    """Freeze the draft as the next version and let new enrollments walk it; its number.

    Raises:
        UnknownJourney: there is none with this id.
        JourneyNotReady: the draft has problems.
    """
    row = (
        await executor.execute(
            select(_journey.c.draft, _journey.c.published_version).where(_journey.c.id == journey_id).with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    before = None if row.published_version is None else await published(executor, journey_id, row.published_version)
    document = ready(row.draft, before, catalogue)
    newest = await executor.execute(
        select(func.coalesce(func.max(_version.c.number), 0)).where(_version.c.journey_id == journey_id)
    )
    number = int(newest.scalar_one()) + 1
    await executor.execute(
        insert_into(PublishedVersion, executor),
        {
            "journey_id": journey_id,
            "number": number,
            "document": document.model_dump(mode="json", by_alias=True),
            "published_at": now,
            "published_by": by,
        },
    )
    dates = {"starts_at": document.settings.starts_at, "ends_at": document.settings.ends_at}
    values = {name: instant for name, instant in dates.items() if instant is not None}
    await executor.execute(
        update(_journey).where(_journey.c.id == journey_id).values(published_version=number, updated_at=now, **values)
    )
    return number


def ready(draft: Any, published: JourneyDocument | None, catalogue: Catalogue = UNCHECKED) -> JourneyDocument:
    """The draft as it is to be published.

    Raises:
        JourneyNotReady: it has problems.
    """
    found = document_problems(draft, catalogue)
    document = read(draft)
    if any(problem.is_blocking for problem in found) or not isinstance(document, JourneyDocument):
        raise JourneyNotReady(found)
    return carried_over(published, document)


async def published(executor: Executor, journey_id: str, number: int) -> JourneyDocument:
    """The document of a version that exists."""
    document = await executor.scalar(
        select(_version.c.document).where(_version.c.journey_id == journey_id, _version.c.number == number)
    )
    return JourneyDocument.model_validate(document)


async def set_status(executor: Executor, journey_id: str, status: str, now: datetime) -> None:
    """Write the status down: draft, test, active, paused or ended. Who asks for a change goes by `lifecycle`.

    Raises:
        UnknownJourney: there is none with this id.
    """
    changed = await executor.execute(
        update(_journey).where(_journey.c.id == journey_id).values(status=status, updated_at=now)
    )
    if not affected(changed):
        raise UnknownJourney(journey_id)
