"""Events: what happened to profiles, written once per message id, and sent on to the journeys that wait for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from engine.journey.facts import EventFact
from engine.store import outbox
from engine.store.ids import id_from, new_id
from engine.store.statements import Executor, among, core, in_chunks, insert_into, is_sqlite
from engine.store.tables import Event

EVENT = "event"
"""The outbox kind of an event that journeys may enter or wake by."""
_event = core(Event)
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened. The same `message_id` again is the same event, and is not written twice."""

    name: str
    profile_id: str
    at: datetime
    message_id: str | None = None
    variant_id: str | None = None
    source_id: str | None = None
    delivery_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def record(
    executor: Executor, events: Sequence[NewEvent], now: datetime, *, told: Mapping[str, Any] = NOTHING
) -> list[str]:
    """Write these events and send them on their way; the ids of those that were new, in order.

    `told` goes to the relay beside each event: what Waitline itself knows of it, and nobody else could have said.
    """
    rows = [_row(event, now) for event in events]
    new = await _write(executor, rows, now, told)
    return [row["id"] for row, is_new in zip(rows, new, strict=True) if is_new]


async def record_each(executor: Executor, events: Sequence[NewEvent], now: datetime) -> list[bool]:
    """The same; whether each of them was new. Of several with one message id the first is."""
    return await _write(executor, [_row(event, now) for event in events], now, NOTHING)


async def _write(
    executor: Executor, rows: Sequence[dict[str, Any]], now: datetime, told: Mapping[str, Any]
) -> list[bool]:
    missing = {row["id"]: row for row in reversed(rows)}
    named = [row["id"] for row in rows if row["message_id"] is not None]
    if named:
        for known in await executor.scalars(select(_event.c.id).where(among(_event.c.id, named, executor))):
            missing.pop(known, None)
    fresh = [row for row in rows if missing.get(row["id"]) is row]
    written = await _insert(executor, fresh)
    new = [row for row in fresh if row["id"] in written]
    facts = [
        outbox.Fact(EVENT, row["id"], {"name": row["name"], "profile_id": row["profile_id"], **told}) for row in new
    ]
    await outbox.put_all(executor, facts, now)
    return [missing.get(row["id"]) is row and row["id"] in written for row in rows]


async def _insert(executor: Executor, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Write rows that were not there a moment ago; the ids of those that this transaction wrote.

    SQLite has one writer, who has just looked. On PostgreSQL a rival may have been faster.
    """
    if not rows:
        return set()
    insert = insert_into(Event, executor).on_conflict_do_nothing()
    if is_sqlite(executor):
        await executor.execute(insert, rows)
        return {row["id"] for row in rows}
    written: set[str] = set()
    for chunk in in_chunks(rows):
        written.update((await executor.execute(insert.returning(_event.c.id), chunk)).scalars())
    return written


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


def _row(event: NewEvent, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id("evt") if event.message_id is None else id_from("evt", event.message_id),
        "message_id": event.message_id,
        "name": event.name,
        "profile_id": event.profile_id,
        "variant_id": event.variant_id,
        "source_id": event.source_id,
        "delivery_id": event.delivery_id,
        "properties": dict(event.properties),
        "at": event.at,
        "received_at": now,
    }
