"""Events: what happened to profiles, written once per message id, and sent on to the journeys that wait for them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from engine.journey.facts import EventFact
from engine.store import outbox
from engine.store.bulk import Bulk, written
from engine.store.ids import id_from, new_id
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import Executor, core, is_sqlite
from engine.store.tables import Event

EVENT = "event"
"""The outbox kind of an event that journeys may enter or wake by."""
_event = core(Event)
_KNOWN = Prepared(select(_event.c.id).where(is_among(_event.c.id, IDS)))
_ROWS = Bulk(
    Event,
    "id",
    "name",
    "profile_id",
    "message_id",
    "variant_id",
    "source_id",
    "delivery_id",
    "properties",
    "at",
    "received_at",
)
NOTHING: Mapping[str, Any] = {}


class NewEvent(NamedTuple):
    """Something that happened. The same `message_id` again is the same event, and is not written twice."""

    name: str
    profile_id: str
    at: datetime
    message_id: str | None = None
    variant_id: str | None = None
    source_id: str | None = None
    delivery_id: str | None = None
    properties: Mapping[str, Any] = NOTHING


async def record(
    executor: Executor, events: Sequence[NewEvent], now: datetime, *, told: Mapping[str, Any] = NOTHING
) -> list[str]:
    """Write these events and send them on their way; the ids of those that were new, in order.

    `told` goes to the relay beside each event: what Waitline itself knows of it, and nobody else could have said.
    """
    ids = [_id(event) for event in events]
    new = await _write(executor, ids, events, now, told)
    return [one for one, is_new in zip(ids, new, strict=True) if is_new]


async def record_each(executor: Executor, events: Sequence[NewEvent], now: datetime) -> list[bool]:
    """The same; whether each of them was new. Of several with one message id the first is."""
    return await _write(executor, [_id(event) for event in events], events, now, NOTHING)


def event_id(message_id: str) -> str:
    """The id of the event that was told under this message id."""
    return id_from("evt", message_id)


def _id(event: NewEvent) -> str:
    return new_id("evt") if event.message_id is None else event_id(event.message_id)


async def _write(
    executor: Executor, ids: Sequence[str], events: Sequence[NewEvent], now: datetime, told: Mapping[str, Any]
) -> list[bool]:
    first: dict[str, int] = {}
    for index, one in enumerate(ids):
        first.setdefault(one, index)
    named = [one for one, index in first.items() if events[index].message_id is not None]
    if named and is_sqlite(executor):
        for known in await _KNOWN.ask(executor, {"ids": named}):
            del first[known["id"]]
    received = written(now)
    rows = [_row(one, events[index], received) for one, index in first.items()]
    new = await _ROWS.insert_absent(executor, rows)
    facts = [
        outbox.Fact(EVENT, row[0], {"name": row[1], "profile_id": row[2], **told}) for row in rows if row[0] in new
    ]
    await outbox.put_all(executor, facts, now)
    return [one in new and first.get(one) == index for index, one in enumerate(ids)]


def _row(event_id: str, event: NewEvent, received: str) -> tuple[Any, ...]:
    return (
        event_id,
        event.name,
        event.profile_id,
        event.message_id,
        event.variant_id,
        event.source_id,
        event.delivery_id,
        event.properties,
        written(event.at),
        received,
    )


async def happened(
    executor: Executor,
    profile_id: str,
    names: Collection[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    besides: Collection[str] = (),
    limit: int | None = None,
) -> list[EventFact]:
    """Events of a profile with these names, from `since` to `until`, without those ids; oldest first."""
    wanted = [_event.c.profile_id == profile_id, _event.c.name.in_(names)]
    if since is not None:
        wanted.append(_event.c.at >= since)
    if until is not None:
        wanted.append(_event.c.at <= until)
    if besides:
        wanted.append(_event.c.id.not_in(besides))
    return await _facts(executor, wanted, limit)


async def by_ids(executor: Executor, ids: Sequence[str]) -> list[EventFact]:
    """The events with these ids, oldest first."""
    return await _facts(executor, [_event.c.id.in_(ids)], None)


async def _facts(executor: Executor, wanted: Sequence[ColumnElement[bool]], limit: int | None) -> list[EventFact]:
    columns = (_event.c.id, _event.c.name, _event.c.at, _event.c.properties)
    rows = await executor.execute(select(*columns).where(*wanted).order_by(_event.c.at, _event.c.id).limit(limit))
    return [EventFact(id=row.id, name=row.name, at=row.at, properties=row.properties) for row in rows]
