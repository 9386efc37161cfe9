"""What the relay needs to know: which journeys are live and what enters them, and the facts that outbox rows name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.ids import id_from
from engine.store.statements import core, insert_into
from engine.store.tables import Enrollment, Event, Journey, PublishedVersion, Restock, StockMovement, Variant


@dataclass(frozen=True, slots=True)
class Live:
    """An active journey, its published version, and the event that enters it (None for other kinds of trigger)."""

    journey: str
    version: int
    entry_event: str | None


@dataclass(frozen=True, slots=True)
class RoutedEvent:
    """An event as the relay sees it."""

    id: str
    name: str
    profile_id: str | None
    variant_id: str | None
    waitlist_entry_id: str | None
    properties: Mapping[str, Any]
    at: datetime


_journey = core(Journey)
_version = core(PublishedVersion)
_LIVE = (
    select(_journey.c.id, _version.c.number, _version.c.document)
    .join_from(
        _journey,
        _version,
        and_(_version.c.journey_id == _journey.c.id, _version.c.number == _journey.c.published_version),
    )
    .where(_journey.c.status == "active")
)


async def live_journeys(connection: AsyncConnection) -> list[Live]:
    """Every journey that lets profiles in now."""
    return [Live(row.id, row.number, _entry_event(row.document)) for row in await connection.execute(_LIVE)]


async def live_journey(connection: AsyncConnection, journey: str) -> Live | None:
    """This journey, if it lets profiles in now."""
    row = (await connection.execute(_LIVE.where(_journey.c.id == journey))).one_or_none()
    return None if row is None else Live(row.id, row.number, _entry_event(row.document))


def _entry_event(document: Mapping[str, Any]) -> str | None:
    for node in document["graph"]["nodes"]:
        if node["type"] == "entry":
            event: str | None = node["trigger"].get("event")
            return event
    return None


async def event(connection: AsyncConnection, event_id: str) -> RoutedEvent | None:
    """The event with this id."""
    table = core(Event)
    row = (
        await connection.execute(
            select(
                table.c.id,
                table.c.name,
                table.c.profile_id,
                table.c.variant_id,
                table.c.waitlist_entry_id,
                table.c.properties,
                table.c.at,
            ).where(table.c.id == event_id)
        )
    ).one_or_none()
    return None if row is None else RoutedEvent(*row)


async def restock_of(connection: AsyncConnection, movement: str) -> str:
    """The restock that this movement is for a journey with a threshold above one; written down when it is new."""
    movements, restocks = core(StockMovement), core(Restock)
    found = await connection.scalar(select(restocks.c.id).where(restocks.c.movement_id == movement))
    if found is not None:
        return str(found)
    row = (await connection.execute(select(movements).where(movements.c.id == movement))).one()
    restock = id_from("rst", movement)
    await connection.execute(
        insert_into(Restock, connection).on_conflict_do_nothing(),
        {
            "id": restock,
            "variant_id": row.variant_id,
            "movement_id": movement,
            "available_before": row.available_before,
            "available_after": row.available_after,
            "at": row.at,
        },
    )
    return restock


async def stayed(connection: AsyncConnection, movement: str, threshold: int) -> bool:
    """Whether the stock has been at this threshold or above ever since it moved."""
    movements = core(StockMovement)
    row = (
        await connection.execute(select(movements.c.variant_id, movements.c.at).where(movements.c.id == movement))
    ).one()
    fell = select(movements.c.id).where(
        movements.c.variant_id == row.variant_id, movements.c.at >= row.at, movements.c.available_after < threshold
    )
    return await connection.scalar(fell.limit(1)) is None


async def product_of(connection: AsyncConnection, variant: str) -> str:
    """The product of a variant."""
    variants = core(Variant)
    return str(await connection.scalar(select(variants.c.product_id).where(variants.c.id == variant)))


async def add_enrollment(connection: AsyncConnection, live: Live, cause: RoutedEvent, now: datetime) -> str:
    """Write the enrollment down that this event begins in the journey; its id."""
    enrollment_id = id_from("enr", live.journey, cause.profile_id or "", cause.id)
    await connection.execute(
        insert_into(Enrollment, connection).on_conflict_do_nothing(),
        {
            "id": enrollment_id,
            "journey_id": live.journey,
            "version": live.version,
            "profile_id": cause.profile_id,
            "key": cause.id,
            "variant_id": cause.variant_id,
            "waitlist_entry_id": cause.waitlist_entry_id,
            "event_id": cause.id,
            "status": "starting",
            "entered_at": now,
        },
    )
    return enrollment_id
