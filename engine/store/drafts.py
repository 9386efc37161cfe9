"""Drafts: journeys as people write them. Editing is free; nobody overwrites what they have not seen.

    read_draft ──► revision n ──► save_draft(n) ──► revision n + 1
                                      │
                                      └─ the draft is at another revision by now: DraftConflict, with what it holds

A draft may be half written. Whether it can be published is asked at another place (`engine.store.publishing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select, update

from engine.guardrails.settings import with_decider
from engine.store.errors import DraftConflict, JourneyNameTaken, JourneyRunning, UnknownJourney, UnknownRecord
from engine.store.ids import new_id
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import Journey, JourneyTag, PublishedVersion, Staff
from engine.store.versions import UnknownVersion

_journey, _staff, _version, _tag = core(Journey), core(Staff), core(PublishedVersion), core(JourneyTag)
RUNNING = frozenset({"active", "paused", "test"})


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a journey at one revision. `saved_by` is a name; `live_version` is what new enrollments walk."""

    document: Mapping[str, Any]
    revision: int
    saved_at: datetime
    saved_by: str | None
    live_version: int | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a draft that was saved."""

    revision: int
    saved_at: datetime
    saved_by: str | None


def blank(name: str) -> dict[str, Any]:
    """The document of a journey that nobody has drawn yet."""
    return {
        "schema": 1,
        "name": name,
        "graph": {"nodes": [], "edges": []},
        "messages": {},
        "settings": {},
        "layout": {},
        "notes": [],
    }


async def create_draft(
    executor: Executor, name: str, document: Mapping[str, Any] | None, *, by: str, now: datetime
) -> str:
    """A new journey with this draft (an empty one, when None); its id.

    Raises:
        JourneyNameTaken: another journey has this name.
    """
    journey_id = new_id("jny")
    await _check_name(executor, name, journey_id)
    begun = with_decider(document or blank(name), {}, await _names(executor, by))
    row = {
        "id": journey_id,
        "name": name,
        "status": "draft",
        "draft": {**begun, "name": name},
        "saved_at": now,
        "saved_by": by,
        "owner": by,
        "created_at": now,
        "updated_at": now,
    }
    await executor.execute(insert_into(Journey, executor), row)
    change = Change(by=by, action="create", subject_kind="journey", subject_id=journey_id, after={"name": name})
    await remember(executor, change, now)
    return journey_id


async def read_draft(executor: Executor, journey_id: str) -> Draft:
    """The draft as it was saved last.

    Raises:
        UnknownJourney: there is none with this id.
    """
    row = (
        await executor.execute(
            select(_journey, func.coalesce(_staff.c.name, _journey.c.saved_by).label("by"))
            .select_from(_journey.outerjoin(_staff, _staff.c.id == _journey.c.saved_by))
            .where(_journey.c.id == journey_id)
        )
    ).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    return Draft(row.draft, row.revision, row.saved_at or row.updated_at, row.by, row.published_version)


async def save_draft(
    executor: Executor, journey_id: str, document: Mapping[str, Any], revision: int, *, by: str, now: datetime
) -> Saved:
    """Save the draft that was read at `revision`. A new name in it renames the journey.

    Raises:
        UnknownJourney: there is none with this id.
        DraftConflict: somebody else saved it meanwhile; it carries what they saved.
        JourneyNameTaken: another journey has the name that the document has now.
    """
    held = await read_draft(executor, journey_id)
    name = document.get("name")
    named = name if isinstance(name, str) and name.strip() else held.document.get("name")
    if named != held.document.get("name"):
        await _check_name(executor, cast("str", named), journey_id)
    known = await _names(executor, by)
    content = {
        **with_decider(document, held.document, known),
        "name": named,
        "notes": signed(document.get("notes"), held.document.get("notes"), known, now),
    }
    changed = await executor.execute(
        update(_journey)
        .where(_journey.c.id == journey_id, _journey.c.revision == revision)
        .values(draft=content, name=named, revision=revision + 1, saved_at=now, saved_by=by, updated_at=now)
    )
    if not affected(changed):
        raise await conflict(executor, journey_id)
    return Saved(revision + 1, now, known)


async def rename(executor: Executor, journey_id: str, name: str, *, by: str, now: datetime) -> None:
    """Give the journey another name; its draft gets it too, as a new revision.

    Raises:
        UnknownJourney: there is none with this id.
        JourneyNameTaken: another journey has this name.
    """
    held = await read_draft(executor, journey_id)
    before = held.document.get("name")
    if name == before:
        return
    await _check_name(executor, name, journey_id)
    await executor.execute(
        update(_journey)
        .where(_journey.c.id == journey_id)
        .values(
            name=name,
            draft={**held.document, "name": name},
            revision=_journey.c.revision + 1,
            saved_at=now,
            saved_by=by,
            updated_at=now,
        )
    )
    change = Change(
        by=by,
        action="rename",
        subject_kind="journey",
        subject_id=journey_id,
        before={"name": before},
        after={"name": name},
    )
    await remember(executor, change, now)


async def give_to(executor: Executor, journey_id: str, owner: str | None, *, by: str, now: datetime) -> None:
    """Say whose journey this is.

    Raises:
        UnknownJourney: there is none with this id.
        UnknownRecord: nobody who works here has the owner's id.
    """
    row = (await executor.execute(select(_journey.c.owner).where(_journey.c.id == journey_id))).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    if owner is not None:
        at_work = select(_staff.c.id).where(_staff.c.id == owner, _staff.c.closed_at.is_(None))
        if await executor.scalar(at_work) is None:
            raise UnknownRecord("open account", owner)
    await executor.execute(update(_journey).where(_journey.c.id == journey_id).values(owner=owner, updated_at=now))
    change = Change(
        by=by,
        action="give_to",
        subject_kind="journey",
        subject_id=journey_id,
        before={"owner": row.owner},
        after={"owner": owner},
    )
    await remember(executor, change, now)


async def duplicate(executor: Executor, journey_id: str, name: str, *, by: str, now: datetime) -> str:
    """A new journey with the same draft and tags; its id.

    Raises:
        UnknownJourney: there is none with this id.
        JourneyNameTaken: another journey has this name.
    """
    held = await read_draft(executor, journey_id)
    copied = await create_draft(executor, name, held.document, by=by, now=now)
    tags = (await executor.execute(select(_tag.c.tag).where(_tag.c.journey_id == journey_id))).scalars()
    for tag in list(tags):
        await executor.execute(insert_into(JourneyTag, executor), {"journey_id": copied, "tag": tag})
    return copied


async def restore(executor: Executor, journey_id: str, number: int, *, by: str, now: datetime) -> Draft:
    """Make an old version the draft again; the version itself stays as it is.

    Raises:
        UnknownVersion: the journey has no version of this number, or there is no such journey.
    """
    document = await executor.scalar(
        select(_version.c.document).where(_version.c.journey_id == journey_id, _version.c.number == number)
    )
    if document is None:
        raise UnknownVersion(journey_id, number)
    held = await read_draft(executor, journey_id)
    content = {**cast("Mapping[str, Any]", document), "name": held.document.get("name")}
    await executor.execute(
        update(_journey)
        .where(_journey.c.id == journey_id)
        .values(draft=content, revision=_journey.c.revision + 1, saved_at=now, saved_by=by, updated_at=now)
    )
    change = Change(
        by=by,
        action="restore",
        subject_kind="journey",
        subject_id=journey_id,
        before={"revision": held.revision},
        after={"version": number, "revision": held.revision + 1},
    )
    await remember(executor, change, now)
    return await read_draft(executor, journey_id)


async def archive(executor: Executor, journey_id: str, *, by: str, now: datetime) -> None:
    """Put a journey away: it is no longer listed. What it did stays.

    Raises:
        UnknownJourney: there is none with this id.
        JourneyRunning: it lets profiles in, or could again; it must be ended before.
    """
    row = (await executor.execute(select(_journey.c.status).where(_journey.c.id == journey_id))).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    if row.status in RUNNING:
        raise JourneyRunning(row.status)
    await executor.execute(update(_journey).where(_journey.c.id == journey_id).values(archived_at=now, updated_at=now))
    await remember(executor, Change(by=by, action="archive", subject_kind="journey", subject_id=journey_id), now)


async def conflict(executor: Executor, journey_id: str) -> DraftConflict:
    """What to tell someone who holds another revision than the draft has."""
    held = await read_draft(executor, journey_id)
    return DraftConflict(
        {
            "revision": held.revision,
            "saved_at": held.saved_at.isoformat(),
            "saved_by": held.saved_by,
            "document": held.document,
        }
    )


def signed(given: Any, before: Any, author: str, now: datetime) -> list[dict[str, Any]]:
    """Canvas notes with who wrote each and when. A note whose text is as it was keeps its author."""
    known = {note["id"]: note for note in _notes(before)}
    found: list[dict[str, Any]] = []
    for note in _notes(given):
        earlier = known.get(note["id"])
        if earlier is not None and earlier.get("text") == note.get("text"):
            found.append({**note, "author": earlier.get("author"), "at": earlier.get("at")})
        else:
            found.append({**note, "author": author, "at": now.isoformat()})
    return found


def _notes(given: Any) -> list[dict[str, Any]]:
    """The notes in a document; a draft may be half written, so nothing is taken for granted."""
    notes = cast("list[Any]", given) if isinstance(given, list) else []
    mappings = [cast("dict[str, Any]", note) for note in notes if isinstance(note, dict)]
    return [note for note in mappings if isinstance(note.get("id"), str)]


async def _names(executor: Executor, by: str) -> str:
    """The name of a staff member, or what else stands for who does this."""
    return cast("str | None", await executor.scalar(select(_staff.c.name).where(_staff.c.id == by))) or by


async def _check_name(executor: Executor, name: str, journey_id: str) -> None:
    other = await executor.scalar(select(_journey.c.id).where(_journey.c.name == name, _journey.c.id != journey_id))
    if other is not None:
        raise JourneyNameTaken(name)
