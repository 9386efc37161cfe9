"""Journeys being made: drafts, publishing, status. A published version is written once and never again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine.store.errors import UnknownJourney
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


async def publish(executor: Executor, journey_id: str, *, by: str, now: datetime) -> int:
    """Freeze the draft as the next version and let new enrollments walk it; its number.

    Raises:
        UnknownJourney: there is none with this id.
    """
    draft = (await executor.execute(select(_journey.c.draft).where(_journey.c.id == journey_id))).scalar_one_or_none()
    if draft is None:
        raise UnknownJourney(journey_id)
    newest = await executor.execute(
        select(func.coalesce(func.max(_version.c.number), 0)).where(_version.c.journey_id == journey_id)
    )
    number = int(newest.scalar_one()) + 1
    await executor.execute(
        insert_into(PublishedVersion, executor),
        {"journey_id": journey_id, "number": number, "document": draft, "published_at": now, "published_by": by},
    )
    await executor.execute(
        update(_journey).where(_journey.c.id == journey_id).values(published_version=number, updated_at=now)
    )
    return number


async def set_status(executor: Executor, journey_id: str, status: str, now: datetime) -> None:
    """Change the status: draft, test, active, paused or ended.

    Raises:
        UnknownJourney: there is none with this id.
    """
    changed = await executor.execute(
        update(_journey).where(_journey.c.id == journey_id).values(status=status, updated_at=now)
    )
    if not affected(changed):
        raise UnknownJourney(journey_id)
