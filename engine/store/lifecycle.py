"""The life of a journey: launching a version, pausing, going on, ending. Every change leaves a row in the audit.

    draft ──► test ──► active ◄──► paused
      │        │         │           │
      └────────┴────────►└──► ended ◄┘

What a change means for those inside is a notice (`engine.store.notices`), given in the same unit of work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Row, select, update

from engine.journey.admission import JourneyStatus, may_change
from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.changes import changes
from engine.journey.migration import MigrationChoice
from engine.journey.nodes import Delay
from engine.journey.version import JourneyDocument
from engine.store import notices, second_approver
from engine.store.drafts import conflict
from engine.store.errors import ApprovalNeeded, JourneyNotReady, StatusRefused, UnknownJourney
from engine.store.impact import Impact, read_impact
from engine.store.publishing import publish, published, ready
from engine.store.release_controls import tell_releases
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core
from engine.store.tables import Journey

THE_CLOCK = "the journey's end"
MOST_CHANGES = 500
HELD = frozenset({"paused", "draft"})
"""While a journey has such a status, nobody in it is sent anything or goes on."""
_journey = core(Journey)


Dates = Mapping[Literal["starts_at", "ends_at"], datetime | None]
"""Between which instants a journey lets profiles in; a side that is not named stays as it is, None takes it away."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A version that was published, the journey's status now, and how many inside are told about it."""

    version: int
    status: str
    migrating: int


@dataclass(frozen=True, slots=True)
class Launchable:
    """A draft that may be launched: its journey's row, the status that it gets, the version before and the new one."""

    row: Row[Any]
    goal: JourneyStatus
    old: JourneyDocument | None
    document: JourneyDocument
    impact: Impact


async def check_launch(
    executor: Executor,
    journey_id: str,
    revision: int,
    *,
    choice: MigrationChoice,
    status: JourneyStatus | None = None,
    catalogue: Catalogue = UNCHECKED,
) -> Launchable:
    """What `launch` would launch.

    Raises:
        UnknownJourney, DraftConflict, JourneyNotReady, StatusRefused: as there.
    """
    row = await _read(executor, journey_id)
    if row.revision != revision:
        raise await conflict(executor, journey_id)
    goal = status or ("active" if row.status == "draft" else row.status)
    _check(row.status, goal)
    old = None if row.published_version is None else await published(executor, journey_id, row.published_version)
    document = ready(row.draft, old, catalogue)
    impact = await read_impact(executor, journey_id, document, choice)
    if impact.problems:
        raise JourneyNotReady(impact.problems)
    return Launchable(row, goal, old, document, impact)


async def launch(
    executor: Executor,
    journey_id: str,
    revision: int,
    *,
    choice: MigrationChoice,
    by: str,
    now: datetime,
    status: JourneyStatus | None = None,
    dates: Dates | None = None,
    catalogue: Catalogue = UNCHECKED,
    approved_by: str | None = None,
) -> Launched:
    """Publish the draft as it stands at `revision`, and let those inside keep, move or leave as chosen.

    `approved_by` is the second person, where the workspace asks for one (`engine.store.launch_requests`).

    Raises:
        UnknownJourney: there is none with this id.
        ApprovalNeeded: a second person must approve it.
        DraftConflict: somebody saved the draft meanwhile.
        JourneyNotReady: the draft has problems, or those on a deleted node have nowhere to go.
        StatusRefused: the journey does not go from its status to the one that is asked for.
    """
    if approved_by is None and await second_approver.is_needed(executor):
        raise ApprovalNeeded
    found = await check_launch(executor, journey_id, revision, choice=choice, status=status, catalogue=catalogue)
    row, goal, document, impact = found.row, found.goal, found.document, found.impact
    number = await publish(executor, journey_id, by=by, now=now, catalogue=catalogue)
    await _set(executor, journey_id, goal, dates, now)
    made = [one.model_dump(mode="json") for one in changes(found.old, document)] if found.old is not None else []
    change = Change(
        by=by,
        action="publish",
        subject_kind="journey",
        subject_id=journey_id,
        before={"version": row.published_version, "status": row.status},
        after={
            "version": number,
            "status": goal,
            "migration": choice.model_dump(mode="json"),
            "changes": made[:MOST_CHANGES],
            **({"approved_by": approved_by} if approved_by else {}),
        },
    )
    await remember(executor, change, now)
    if impact.total and (choice != MigrationChoice() or _has_buffer(document)):
        content = {"choice": choice.model_dump(mode="json")}
        await notices.give(executor, "migrate", journey_id, now, version=number, content=content)
    await _told_of_status(executor, journey_id, row.status, goal, now)
    return Launched(number, goal, impact.concerned)


async def change_status(
    executor: Executor,
    journey_id: str,
    status: JourneyStatus,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    dates: Dates | None = None,
) -> None:
    """Let the journey go on, pause, be tested or end; with `dates`, between other instants than before.

    Raises:
        UnknownJourney: there is none with this id.
        StatusRefused: it does not go from its status to this one.
    """
    row = await _read(executor, journey_id)
    if row.published_version is None and status != "draft":
        raise StatusRefused(row.status, status, "it has no version yet. Publish it first.")
    _check(row.status, status)
    await _set(executor, journey_id, status, dates, now)
    change = Change(
        by=by,
        action=f"status:{status}",
        subject_kind="journey",
        subject_id=journey_id,
        reason=reason,
        before={"status": row.status, **_dates(row.starts_at, row.ends_at)},
        after={"status": status, **{name: instant and instant.isoformat() for name, instant in (dates or {}).items()}},
    )
    await remember(executor, change, now)
    await _told_of_status(executor, journey_id, row.status, status, now)


async def due_to_end(executor: Executor, now: datetime) -> list[str]:
    """The journeys whose end has come and that have not ended."""
    due = select(_journey.c.id).where(_journey.c.ends_at <= now, _journey.c.status.in_(("active", "test", "paused")))
    return list((await executor.execute(due)).scalars())


async def end_due(executor: Executor, now: datetime) -> list[str]:
    """End every journey whose end has come; their ids."""
    due = await due_to_end(executor, now)
    for journey_id in due:
        await change_status(executor, journey_id, "ended", by=THE_CLOCK, now=now)
    return due


async def _told_of_status(executor: Executor, journey_id: str, before: str, after: str, now: datetime) -> None:
    if before != after:
        await tell_releases(executor, journey_id, now)
    if after == "ended" and before != "ended":
        number = await executor.scalar(select(_journey.c.published_version).where(_journey.c.id == journey_id))
        document = await published(executor, journey_id, cast("int", number))
        if document.settings.at_end == "exit":
            await notices.give(executor, "end", journey_id, now)
        elif before in HELD or before == "test":
            await notices.give(executor, "resume", journey_id, now)
    elif before != after and after not in HELD:
        await notices.give(executor, "resume", journey_id, now)


async def _read(executor: Executor, journey_id: str) -> Row[Any]:
    row = (await executor.execute(select(_journey).where(_journey.c.id == journey_id).with_for_update())).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    return row


async def _set(executor: Executor, journey_id: str, status: str, dates: Dates | None, now: datetime) -> None:
    values: dict[str, Any] = {"status": status, "updated_at": now}
    await executor.execute(update(_journey).where(_journey.c.id == journey_id).values(**values, **(dates or {})))


def _has_buffer(document: JourneyDocument) -> bool:
    """Whether somebody may stand in a buffer, and so adopt the new version although all keep theirs."""
    return any(isinstance(node, Delay) and node.buffer for node in document.graph.nodes)


def _check(status: str, to: JourneyStatus) -> None:
    if status != to and not may_change(cast("JourneyStatus", status), to):
        raise StatusRefused(status, to, "choose another status.")


def _dates(starts_at: datetime | None, ends_at: datetime | None) -> dict[str, Any]:
    return {"starts_at": starts_at and starts_at.isoformat(), "ends_at": ends_at and ends_at.isoformat()}
