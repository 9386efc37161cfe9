"""The door of a release: whom of those next in line the audience and the rule for entering again let in.

    next in line ──► in the audience? ──► may she enter (again)? ──► let in
                           │ no                  │ no
                           └─────────────────────┴──► noted with the reason; she waits on, this release passes her by

It asks what `engine.store.admitting` asks of everyone who comes by an event. The key under which somebody entered is
the variant's restock. A journey for everyone that may be entered every time has no such door and asks nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.journey.admission import PastEntries, refused_again
from engine.journey.conditions import Condition
from engine.journey.facts import EventFact
from engine.journey.settings import AgainAfter, JourneySettings, OnceEver
from engine.store.admitting import members, past_entries
from engine.store.direct import carried_out
from engine.store.lines import Place
from engine.store.releases import Opening, open_release
from engine.store.statements import Executor, core, in_chunks, insert_into
from engine.store.tables import Journey, ReleaseExclusion

_journey = core(Journey)
NOT_IN_AUDIENCE = "not_in_audience"


@dataclass(frozen=True, slots=True)
class Door:
    """What a release asks of who is next in line; `audience` knows the restock's event already."""

    settings: JourneySettings
    audience: Condition | None

    @classmethod
    def of(cls, settings: JourneySettings, entry: EventFact) -> "Door | None":
        """The door of a journey with these settings, for who enters by this event; None where everybody may enter."""
        if not has_door(settings):
            return None
        audience = settings.audience.as_condition
        return cls(settings, None if audience is None else audience.bound(entry))


def has_door(settings: JourneySettings) -> bool:
    """Whether somebody who waits may be refused."""
    return settings.audience.as_condition is not None or isinstance(settings.reentry, OnceEver | AgainAfter)


def let_through(
    connection: Connection, door: Door, opening: Opening, places: Sequence[Place], now: datetime
) -> list[Place]:
    """Those of the next in line who may enter. The release notes who may not, and why."""
    if not places:
        return []
    refused = carried_out(lambda executor: _refused(executor, door, opening, places, now), connection)
    if refused:
        release = open_release(connection, opening, now)
        insert = insert_into(ReleaseExclusion, connection).on_conflict_do_nothing()
        rows: list[dict[str, Any]] = [
            {
                "release_id": release,
                "entry_id": place.entry_id,
                "profile_id": place.profile_id,
                "reason": refused[place.profile_id],
                "at": now,
            }
            for place in places
            if place.profile_id in refused
        ]
        for chunk in in_chunks(rows):
            connection.execute(insert, list(chunk))
    return [place for place in places if place.profile_id not in refused]


async def _one_release_at_a_time(executor: Executor, journey: str) -> None:
    """Until the commit nobody else of this journey looks who has entered: two restocks may let in the same person."""
    alone = select(_journey.c.id).where(_journey.c.id == journey).with_for_update(key_share=True)
    await executor.execute(alone)


async def _refused(
    executor: Executor, door: Door, opening: Opening, places: Sequence[Place], now: datetime
) -> dict[str, str]:
    """Who may not enter, each with the reason."""
    people = {place.profile_id for place in places}
    refused: dict[str, str] = {}
    if door.audience is not None:
        inside = await members(executor, door.audience, people, now, zone=door.settings.zone)
        refused = dict.fromkeys(people - inside, NOT_IN_AUDIENCE)
    rule = door.settings.reentry
    if isinstance(rule, OnceEver | AgainAfter) and (asked := people - refused.keys()):
        await _one_release_at_a_time(executor, opening.journey)
        past = await past_entries(executor, opening.journey, {person: {opening.restock} for person in asked})
        for person in asked:
            entries = past.get((person, opening.restock), past.get((person, ""), PastEntries()))
            if (refusal := refused_again(rule, entries, now)) is not None:
                refused[person] = refusal
    return refused
