"""The occasions that a person may ask about: restocks of what she waited for, and events that start journeys."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from engine.journey.version import JourneyDocument
from engine.store.errors import UnknownRecord
from engine.store.holdings import JourneyName
from engine.store.merging import all_ids
from engine.store.restocks import BACK_IN_STOCK
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, Event, Journey, PublishedVersion, Restock, Variant, WaitlistEntry
from engine.store.variant_names import name_variants
from engine.store.why.entering import entry_event
from engine.store.why.findings import Occasion

_restock, _event, _journey, _version = core(Restock), core(Event), core(Journey), core(PublishedVersion)
_entry, _enrollment, _variant = core(WaitlistEntry), core(Enrollment), core(Variant)


async def list_occasions(
    executor: Executor,
    person: str,
    *,
    journey: str | None = None,
    between: tuple[datetime, datetime] | None = None,
    limit: int = 50,
) -> list[Occasion]:
    """The newest occasions that this person may ask about, each with its journey.

    They are what lets people in today, and what began an enrollment of hers, in whichever version that was.
    """
    journeys = await _journeys(executor, journey)
    people = await all_ids(executor, person)
    begins = {event for _, event in journeys if event is not None}
    hers = _enrollment.c.profile_id.in_(people)
    if journey is not None:
        hers = and_(hers, _enrollment.c.journey_id == journey)
    entries = None if BACK_IN_STOCK in begins else hers
    restocks = await _restocks(executor, people, entries, between=between, limit=limit)
    events = await _events(executor, person, begins - {BACK_IN_STOCK}, hers, between=between, limit=limit)
    entered = await _entered(executor, people)
    names = await name_variants(executor, [row.variant_id for row in (*restocks, *events) if row.variant_id])

    def asked_about(occasion_id: str, event: str) -> list[JourneyName]:
        return [name for name, begun_by in journeys if begun_by == event or (name.id, occasion_id) in entered]

    found = [
        Occasion(
            "restock",
            row.id,
            row.at,
            f"{names[row.variant_id].title}: {row.available_before} → {row.available_after}",
            name,
            names[row.variant_id],
            entered.get((name.id, row.id)),
        )
        for row in restocks
        for name in asked_about(row.id, BACK_IN_STOCK)
    ]
    found += [
        Occasion("event", row.id, row.at, row.name, name, names.get(row.variant_id), entered.get((name.id, row.id)))
        for row in events
        for name in asked_about(row.id, row.name)
    ]
    return sorted(found, key=lambda one: (one.at, one.id, one.journey.id), reverse=True)[:limit]


async def read_occasion(executor: Executor, person: str, journey: JourneyName, occasion_id: str) -> Occasion:
    """A restock or an event of this person, by its id.

    Raises:
        UnknownRecord: it is neither.
    """
    entered = await _entered(executor, await all_ids(executor, person))
    row = (await executor.execute(select(_restock).where(_restock.c.id == occasion_id))).one_or_none()
    if row is not None:
        names = await name_variants(executor, [row.variant_id])
        title = f"{names[row.variant_id].title}: {row.available_before} → {row.available_after}"
        begun = entered.get((journey.id, row.id))
        return Occasion("restock", row.id, row.at, title, journey, names[row.variant_id], begun)
    hers = and_(_event.c.id == occasion_id, _event.c.profile_id == person)
    row = (await executor.execute(select(_event).where(hers))).one_or_none()
    if row is None:
        raise UnknownRecord("occasion", occasion_id)
    if row.restock_id is not None:
        return await read_occasion(executor, person, journey, row.restock_id)
    names = await name_variants(executor, [row.variant_id] if row.variant_id else [])
    return Occasion(
        "event", row.id, row.at, row.name, journey, names.get(row.variant_id), entered.get((journey.id, row.id))
    )


async def _journeys(executor: Executor, journey: str | None) -> list[tuple[JourneyName, str | None]]:
    """Published journeys with the name of the event that lets people in."""
    statement = select(_journey.c.id, _journey.c.name, _version.c.document).join_from(
        _journey,
        _version,
        and_(_version.c.journey_id == _journey.c.id, _version.c.number == _journey.c.published_version),
    )
    if journey is not None:
        statement = statement.where(_journey.c.id == journey)
    found: list[tuple[JourneyName, str | None]] = []
    for row in await executor.execute(statement):
        trigger = JourneyDocument.model_validate(row.document).graph.entry.trigger
        found.append((JourneyName(row.id, row.name), entry_event(trigger)))
    return found


async def _restocks(
    executor: Executor,
    people: Sequence[str],
    entries: ColumnElement[bool] | None,
    *,
    between: tuple[datetime, datetime] | None,
    limit: int,
) -> list[Any]:
    """Restocks of any variant of a product that the person waited for or was told about; with `entries`, only those
    that began such an enrollment.
    """
    waited = select(_entry.c.variant_id).where(_entry.c.profile_id.in_(people))
    entered = select(_enrollment.c.variant_id).where(_enrollment.c.profile_id.in_(people))
    products = select(_variant.c.product_id).where(or_(_variant.c.id.in_(waited), _variant.c.id.in_(entered)))
    variants = select(_variant.c.id).where(_variant.c.product_id.in_(products))
    asked = _restock.c.variant_id.in_(variants)
    if entries is not None:
        asked = _restock.c.id.in_(select(_enrollment.c.restock_id).where(entries))
    statement = select(_restock).where(asked)
    if between is not None:
        statement = statement.where(_restock.c.at >= between[0], _restock.c.at < between[1])
    newest = statement.order_by(_restock.c.at.desc(), _restock.c.id.desc()).limit(limit)
    return list(await executor.execute(newest))


async def _events(
    executor: Executor,
    person: str,
    names: Collection[str],
    entries: ColumnElement[bool],
    *,
    between: tuple[datetime, datetime] | None,
    limit: int,
) -> list[Any]:
    """Events of these names, and those that began such an enrollment; what told of a restock is asked about by that."""
    began = select(_enrollment.c.event_id).where(entries)
    lets_in = or_(_event.c.name.in_(sorted(names)), and_(_event.c.id.in_(began), _event.c.restock_id.is_(None)))
    statement = select(_event).where(_event.c.profile_id == person, lets_in)
    if between is not None:
        statement = statement.where(_event.c.at >= between[0], _event.c.at < between[1])
    return list(await executor.execute(statement.order_by(_event.c.at.desc(), _event.c.id.desc()).limit(limit)))


async def _entered(executor: Executor, people: Sequence[str]) -> dict[tuple[str, str], str]:
    """Enrollments by journey and by what began them."""
    rows = await executor.execute(
        select(_enrollment.c.id, _enrollment.c.journey_id, _enrollment.c.restock_id, _enrollment.c.event_id)
        .where(_enrollment.c.profile_id.in_(people))
        .order_by(_enrollment.c.entered_at)
    )
    begun: dict[tuple[str, str], str] = {}
    for row in rows:
        for cause in (row.restock_id, row.event_id):
            if cause is not None:
                begun.setdefault((row.journey_id, cause), row.id)
    return begun
