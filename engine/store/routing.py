"""What the relay needs to know: which journeys are live and what enters them, and the facts that outbox rows name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.journey.admission import JourneyStatus
from engine.journey.settings import JourneySettings
from engine.store.ids import id_from
from engine.store.statements import among, core, insert_into
from engine.store.tables import Event, Journey, PublishedVersion, Restock, StockMovement, Variant


@dataclass(frozen=True, slots=True)
class Live:
    """An open journey, its published version, and the event that enters it (None for other kinds of trigger)."""

    journey: str
    version: int
    entry_event: str | None
    status: JourneyStatus = "active"
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def dated(self, settings: JourneySettings) -> JourneySettings:
        """The settings of its version with the dates that the journey has now; they may have been moved since."""
        if (self.starts_at, self.ends_at) == (settings.starts_at, settings.ends_at):
            return settings
        return settings.model_copy(update={"starts_at": self.starts_at, "ends_at": self.ends_at})


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
    select(_journey.c.id, _journey.c.status, _journey.c.starts_at, _journey.c.ends_at, _version.c.number)
    .join_from(
        _journey,
        _version,
        and_(_version.c.journey_id == _journey.c.id, _version.c.number == _journey.c.published_version),
    )
    .where(_journey.c.status.in_(("active", "test")))
)
EntryEvents = dict[tuple[str, int], str | None]
"""The events that enter versions of journeys. A version never changes, so it is read once."""


async def open_journeys(connection: AsyncConnection, kept: EntryEvents | None = None) -> list[Live]:
    """Every journey that lets profiles in now: all who fit, or under test those who test it.

    `kept` holds what was read before, and what is read now is added there.
    """
    kept = {} if kept is None else kept
    return [await _live(connection, row, kept) for row in (await connection.execute(_LIVE)).all()]


async def live_journey(connection: AsyncConnection, journey: str) -> Live | None:
    """This journey, if it lets profiles in now."""
    row = (await connection.execute(_LIVE.where(_journey.c.id == journey))).one_or_none()
    return None if row is None else await _live(connection, row, {})


async def _live(connection: AsyncConnection, row: Any, kept: EntryEvents) -> Live:
    version = (row.id, row.number)
    if version not in kept:
        mine = (_version.c.journey_id == row.id) & (_version.c.number == row.number)
        kept[version] = _entry_event((await connection.execute(select(_version.c.document).where(mine))).scalar_one())
    return Live(row.id, row.number, kept[version], row.status, row.starts_at, row.ends_at)


def _entry_event(document: Mapping[str, Any]) -> str | None:
    for node in document["graph"]["nodes"]:
        if node["type"] == "entry":
            event: str | None = node["trigger"].get("event")
            return event
    return None


async def events(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, RoutedEvent]:
    """The events with these ids."""
    table = core(Event)
    columns = (
        table.c.id,
        table.c.name,
        table.c.profile_id,
        table.c.variant_id,
        table.c.waitlist_entry_id,
        table.c.properties,
        table.c.at,
    )
    if not ids:
        return {}
    rows = await connection.execute(select(*columns).where(among(table.c.id, ids, connection)))
    return {row.id: RoutedEvent(*row) for row in rows}


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
