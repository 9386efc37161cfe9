"""Entries that a call asks for: written down as an event that only its own journey is told of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.journey.triggers import ENTRY_EVENTS
from engine.store import events
from engine.store.catalog import find_unique_variants
from engine.store.errors import JourneyNotEntered, UnknownJourney
from engine.store.events import NewEvent
from engine.store.ids import id_from, new_id
from engine.store.statements import Executor, core
from engine.store.tables import Journey, PublishedVersion

_journey, _version = core(Journey), core(PublishedVersion)


async def check_enterable(executor: Executor, journey_id: str) -> None:
    """Refuse an entry that nobody would let in.

    Raises:
        UnknownJourney: there is none with this id.
        JourneyNotEntered: it is not open, or something else lets profiles in.
    """
    row = (
        await executor.execute(
            select(_journey.c.status, _version.c.document)
            .outerjoin_from(
                _journey,
                _version,
                (_version.c.journey_id == _journey.c.id) & (_version.c.number == _journey.c.published_version),
            )
            .where(_journey.c.id == journey_id)
        )
    ).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    if row.document is None or row.status not in {"active", "test"}:
        raise JourneyNotEntered(f"The journey is not open (its status is {row.status}); launch it first.")
    if not any(node["type"] == "entry" and node["trigger"]["kind"] == "api" for node in row.document["graph"]["nodes"]):
        raise JourneyNotEntered("Calls do not let profiles into this journey; choose “API” at its entry, and publish.")


async def ask_entry(
    executor: Executor,
    journey_id: str,
    profile_id: str,
    *,
    properties: Mapping[str, Any],
    key: str | None,
    now: datetime,
) -> str:
    """Send the entry on its way; the id of its event. The same key again is the same entry."""
    sku = properties.get("sku")
    variants = await find_unique_variants(executor, [sku]) if isinstance(sku, str) else {}
    name = f"entry/{journey_id}/{new_id('key') if key is None else key}"
    asked = NewEvent(
        name=ENTRY_EVENTS["api"],
        profile_id=profile_id,
        at=now,
        message_id=name,
        variant_id=next((variant.id for variant in variants.values()), None),
        properties=properties,
    )
    await events.record(executor, [asked], now, told={"journey": journey_id})
    return id_from("evt", name)
