"""Plans: what it would mean to make the journeys here be as the code says, and making them so.

A journey is found by its name. Nothing is to be done where the draft means the same already; what the code leaves to
the canvas (layout, notes) stays as it is there. A draft that a person saved since the code last saw it has drifted:
applying would undo what she did, so it is refused unless that is what is wanted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from engine.authoring.checking import document_problems
from engine.authoring.code import keeping
from engine.journey.catalogue import Catalogue
from engine.journey.changes import Change, changes
from engine.journey.migration import MigrationChoice
from engine.journey.problems import Problem
from engine.journey.reading import read
from engine.journey.version import JourneyDocument
from engine.store.drafts import conflict, create_draft, save_draft
from engine.store.impact import read_impact
from engine.store.lifecycle import launch
from engine.store.publishing import published
from engine.store.statements import Executor, core
from engine.store.tables import Journey, Staff
from engine.store.vocabulary import Abilities, read_catalogue

Action = Literal["create", "update", "publish", "nothing"]
_journey, _staff = core(Journey), core(Staff)


@dataclass(frozen=True, slots=True)
class Wish:
    """A journey as the code has it; `seen` is the revision of the draft that the code last saw."""

    document: Mapping[str, Any]
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one journey. `drifted_by` names who edited it on the canvas since the code last saw it."""

    name: str
    action: Action
    document: Mapping[str, Any]
    journey: str | None = None
    revision: int | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    enrollments: int = 0
    drifted_by: str | None = None
    version: int | None = None


async def plan(
    executor: Executor,
    wishes: Sequence[Wish],
    choice: MigrationChoice,
    *,
    publish: bool,
    abilities: Abilities | None = None,
) -> tuple[Planned, ...]:
    """What applying would do, journey by journey; with `publish` also to those who are inside.

    With `abilities`, what this deployment cannot carry out is a problem, as it is on the canvas.
    """
    rows = await executor.execute(
        select(_journey, _staff.c.name.label("person"))
        .select_from(_journey.outerjoin(_staff, _staff.c.id == _journey.c.saved_by))
        .where(_journey.c.archived_at.is_(None), _journey.c.name.in_([str(one.document.get("name")) for one in wishes]))
    )
    held = {row.name: row for row in rows}
    catalogue = await read_catalogue(executor, abilities=abilities)
    return tuple([await _planned(executor, one, held, choice, catalogue, publish=publish) for one in wishes])


async def apply(
    executor: Executor,
    wishes: Sequence[Wish],
    choice: MigrationChoice,
    *,
    publish: bool,
    overwrite: bool,
    by: str,
    now: datetime,
    abilities: Abilities | None = None,
) -> tuple[Planned, ...]:
    """Make the journeys be as the code says; all of them, or none. Applying the same again does nothing.

    Raises:
        DraftConflict: a person edited one on the canvas since the code last saw it, and `overwrite` is not set.
        JourneyNotReady: one is to be published and has problems.
    """
    done: list[Planned] = []
    for one in await plan(executor, wishes, choice, publish=publish, abilities=abilities):
        if one.drifted_by is not None and one.journey is not None and not overwrite:
            raise await conflict(executor, one.journey)
        done.append(await _applied(executor, one, choice, publish=publish, by=by, now=now, abilities=abilities))
    return tuple(done)


async def _planned(
    executor: Executor,
    wish: Wish,
    held: Mapping[str, Any],
    choice: MigrationChoice,
    catalogue: Catalogue,
    *,
    publish: bool,
) -> Planned:
    name = str(wish.document.get("name"))
    row = held.get(name)
    known_here = catalogue.model_copy(update={"journey": None if row is None else row.id})
    found = document_problems(wish.document, known_here)
    if row is None:
        return Planned(name, "create", wish.document, problems=found)
    document = keeping(wish.document, row.draft)
    differences = _changes(row.draft, document)
    live = None if row.published_version is None else await published(executor, row.id, row.published_version)
    is_new = publish and (live is None or _changes(live, document) != ())
    known = Planned(name, "nothing", document, row.id, row.revision, problems=found, version=row.published_version)
    if differences != ():
        drifted_by = row.person if row.revision != wish.seen else None
        known = replace(known, action="update", changes=differences or (), drifted_by=drifted_by)
    elif is_new:
        known = replace(known, action="publish", changes=(_changes(live, document) or ()) if live else ())
    typed = read(document)
    if known.action != "nothing" and live is not None and isinstance(typed, JourneyDocument):
        known = replace(known, enrollments=(await read_impact(executor, row.id, typed, choice)).total)
    return known


async def _applied(
    executor: Executor,
    one: Planned,
    choice: MigrationChoice,
    *,
    publish: bool,
    by: str,
    now: datetime,
    abilities: Abilities | None,
) -> Planned:
    journey, revision = one.journey, one.revision or 1
    if journey is None:
        journey = await create_draft(executor, one.name, one.document, by=by, now=now)
    elif one.action == "update":
        revision = (await save_draft(executor, journey, one.document, revision, by=by, now=now)).revision
    version = one.version
    if publish and one.action != "nothing":
        catalogue = await read_catalogue(executor, journey=journey, abilities=abilities)
        launched = await launch(executor, journey, revision, choice=choice, by=by, now=now, catalogue=catalogue)
        version = launched.version
    return replace(one, journey=journey, revision=revision, version=version)


def _changes(before: Any, after: Any) -> tuple[Change, ...] | None:
    """Every difference; None where one of them is too unfinished to be compared, and they are not the same JSON."""
    old, new = read(before), read(after)
    if isinstance(old, JourneyDocument) and isinstance(new, JourneyDocument):
        return changes(old, new)
    return () if before == after else None
