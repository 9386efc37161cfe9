"""One person as a trial of a journey knows her: what she has and did, up to now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.journey.facts import EventFact
from engine.store.answers import attributes_of
from engine.store.errors import UnknownProfile, UnknownRecord
from engine.store.merging import current_id
from engine.store.statements import Executor, core
from engine.store.tables import Event

MOST_EVENTS = 1_000
_event = core(Event)


@dataclass(frozen=True, slots=True)
class Person:
    """A profile with its attributes and its newest thousand events, oldest first."""

    id: str
    attributes: Mapping[str, Any]
    events: tuple[EventFact, ...]


async def read_person(executor: Executor, profile_id: str, now: datetime) -> Person:
    """What is known of this profile.

    Raises:
        UnknownProfile: there is none with this id.
    """
    person = await current_id(executor, profile_id)
    if person is None:
        raise UnknownProfile(profile_id)
    wanted = (
        select(_event.c.id, _event.c.name, _event.c.at, _event.c.properties)
        .where(_event.c.profile_id == person, _event.c.at <= now)
        .order_by(_event.c.at.desc())
        .limit(MOST_EVENTS)
    )
    rows = (await executor.execute(wanted)).all()
    events = tuple(EventFact(id=row.id, name=row.name, at=row.at, properties=row.properties) for row in rows[::-1])
    return Person(person, await attributes_of(executor, person), events)


async def read_event(executor: Executor, event_id: str) -> EventFact:
    """The event with this id.

    Raises:
        UnknownRecord: there is none.
    """
    row = (
        await executor.execute(
            select(_event.c.id, _event.c.name, _event.c.at, _event.c.properties).where(_event.c.id == event_id)
        )
    ).one_or_none()
    if row is None:
        raise UnknownRecord("event", event_id)
    return EventFact(id=row.id, name=row.name, at=row.at, properties=row.properties)
