"""Notes about a journey, or about one of its nodes, with author and time. Newest first; a note is never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.store.errors import UnknownJourney
from engine.store.ids import new_id
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Journey, JourneyNote, Staff

MOST_NOTES = 500
_note, _staff, _journey = core(JourneyNote), core(Staff), core(Journey)


@dataclass(frozen=True, slots=True)
class Note:
    """A note. `node` is what it is about, unless it is about the whole journey; `author` is a name."""

    id: str
    node: str | None
    text: str
    author: str
    at: datetime


async def add_note(executor: Executor, journey_id: str, text: str, *, node: str | None, by: str, now: datetime) -> None:
    """Write a note down.

    Raises:
        UnknownJourney: there is none with this id.
    """
    await _check(executor, journey_id)
    row = {"id": new_id("nte"), "journey_id": journey_id, "node": node, "text": text, "author": by, "at": now}
    await executor.execute(insert_into(JourneyNote, executor), row)


async def read_notes(executor: Executor, journey_id: str) -> list[Note]:
    """The notes of a journey, newest first, at most 500.

    Raises:
        UnknownJourney: there is none with this id.
    """
    await _check(executor, journey_id)
    statement = (
        select(_note.c.id, _note.c.node, _note.c.text, func.coalesce(_staff.c.name, _note.c.author), _note.c.at)
        .select_from(_note.outerjoin(_staff, _staff.c.id == _note.c.author))
        .where(_note.c.journey_id == journey_id)
        .order_by(_note.c.at.desc(), _note.c.id.desc())
        .limit(MOST_NOTES)
    )
    return [Note(*row) for row in await executor.execute(statement)]


async def _check(executor: Executor, journey_id: str) -> None:
    if await executor.scalar(select(_journey.c.id).where(_journey.c.id == journey_id)) is None:
        raise UnknownJourney(journey_id)
