"""Who listens: enrollments that wait for events, by the person whose events they are.

Whoever listens has its event names on its enrollment row, committed before it looks for what it may have missed. An
event is committed before it is routed. So one of the two always finds the other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.prepared import Prepared
from engine.store.statements import among, core, in_chunks
from engine.store.tables import Enrollment, Event, Profile

_enrollment = core(Enrollment)
_event = core(Event)
_owner = core(Profile)
_PERSON = func.coalesce(_owner.c.merged_into, _owner.c.id)
"""The profile that an enrollment's profile is today."""
_TO_RESTOCK = Prepared(
    select(_enrollment.c.id, _enrollment.c.listens, _event.c.name, _event.c.id.label("event"))
    .join_from(_event, _owner, or_(_owner.c.id == _event.c.profile_id, _owner.c.merged_into == _event.c.profile_id))
    .join(_enrollment, _enrollment.c.profile_id == _owner.c.id)
    .where(_event.c.restock_id == bindparam("restock"), _enrollment.c.listens.is_not(None))
)
"""An event is moved when its profile is merged, so that its profile is the person."""
_SOMEBODY = select(_enrollment.c.id).where(_enrollment.c.listens.is_not(None)).limit(1)


@dataclass(frozen=True, slots=True)
class Listener:
    """An enrollment that waits, and the names of the events that it listens for."""

    enrollment: str
    events: frozenset[str]


async def listeners(connection: AsyncConnection, profiles: Collection[str]) -> Mapping[str, list[Listener]]:
    """Who listens for events of these profiles, under any id that the person has had."""
    found: dict[str, list[Listener]] = {}
    if await connection.scalar(_SOMEBODY) is None:
        return found
    for chunk in in_chunks(sorted(set(profiles))):
        rows = await connection.execute(
            select(_owner.c.id, _PERSON.label("person")).where(among(_owner.c.id, chunk, connection))
        )
        people = {row.id: row.person for row in rows}
        persons = sorted(set(people.values()))
        waiting = await connection.execute(
            select(_enrollment.c.id, _enrollment.c.listens, _PERSON.label("person"))
            .join_from(_enrollment, _owner, _owner.c.id == _enrollment.c.profile_id)
            .where(
                _enrollment.c.listens.is_not(None),
                or_(among(_owner.c.id, persons, connection), among(_owner.c.merged_into, persons, connection)),
            )
        )
        by_person: dict[str, list[Listener]] = defaultdict(list)
        for row in waiting:
            by_person[row.person].append(Listener(row.id, frozenset(row.listens)))
        found |= {profile: by_person[person] for profile, person in people.items() if person in by_person}
    return found


async def listeners_to_restock(connection: AsyncConnection, restock: str) -> list[tuple[Listener, str, str]]:
    """Who listens among the people whom this restock is told to, with the name and the id of the event that tells."""
    rows = await _TO_RESTOCK.ask(connection, {"restock": restock})
    return [(Listener(row["id"], frozenset(row["listens"])), row["name"], row["event"]) for row in rows]
