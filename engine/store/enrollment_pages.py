"""The enrollments of a journey, a page at a time: who is where, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select

from engine.store.crossings import Crossing
from engine.store.errors import UnknownJourney
from engine.store.paging import Cursor, before, instant_of
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, Journey, Profile, TrailRow

EnrollmentState = Literal["inside", "waiting", "parked", "ended"]
_enrollment, _profile, _trail, _journey = core(Enrollment), core(Profile), core(TrailRow), core(Journey)
_IN_STATE: Mapping[EnrollmentState, ColumnElement[bool]] = {
    "inside": _enrollment.c.ended_at.is_(None),
    "waiting": _enrollment.c.status == "waiting",
    "parked": _enrollment.c.status == "parked",
    "ended": _enrollment.c.ended_at.is_not(None),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Whose enrollment it is; `name` is what they are called, or how they are reached."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class EnrollmentPlace:
    """One enrollment: where it stands or ended, and since when, or when it did what was asked for."""

    id: str
    profile: Person
    version: int
    node: str | None
    since: datetime
    until: datetime | None
    status: str
    exit_reason: str | None
    is_test: bool


@dataclass(frozen=True, slots=True)
class EnrollmentPage:
    """Enrollments, the newest first, and where the next page begins."""

    items: tuple[EnrollmentPlace, ...]
    next: Cursor | None


async def read_enrollments(
    executor: Executor,
    journey_id: str,
    *,
    version: int | None = None,
    node: str | None = None,
    state: EnrollmentState | None = None,
    crossing: Crossing | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> EnrollmentPage:
    """A page of a journey's enrollments, narrowed down to a version, a node, a state, or to what they once did.

    Raises:
        UnknownJourney: there is none with this id.
        StaleCursor: the cursor is not from this list.
    """
    if await executor.scalar(select(_journey.c.id).where(_journey.c.id == journey_id)) is None:
        raise UnknownJourney(journey_id)
    arrived = (
        select(func.max(_trail.c.at))
        .where(_trail.c.enrollment_id == _enrollment.c.id, _trail.c.act.in_(("entered", "ended")))
        .correlate(_enrollment)
        .scalar_subquery()
    )
    statement = (
        select(
            _enrollment.c.id,
            _enrollment.c.profile_id,
            _enrollment.c.version,
            _enrollment.c.node,
            _enrollment.c.entered_at,
            (arrived if crossing is None else crossing.last_at).label("since"),
            _enrollment.c.until,
            _enrollment.c.status,
            _enrollment.c.exit_reason,
            _enrollment.c.is_test,
            _profile.c.first_name,
            _profile.c.last_name,
            _profile.c.email,
        )
        .select_from(_enrollment.outerjoin(_profile, _profile.c.id == _enrollment.c.profile_id))
        .where(_enrollment.c.journey_id == journey_id)
        .order_by(_enrollment.c.entered_at.desc(), _enrollment.c.id.desc())
        .limit(limit + 1)
    )
    if version is not None:
        statement = statement.where(_enrollment.c.version == version)
    if node is not None:
        statement = statement.where(_enrollment.c.node == node)
    if state is not None:
        statement = statement.where(_IN_STATE[state])
    if crossing is not None:
        statement = statement.where(crossing.did)
    if after is not None:
        place = (instant_of(after, 0), str(after[-1]))
        statement = statement.where(before((_enrollment.c.entered_at, _enrollment.c.id), place))
    rows = (await executor.execute(statement)).all()
    shown = rows[:limit]
    items = tuple(
        EnrollmentPlace(
            id=row.id,
            profile=Person(row.profile_id, " ".join(filter(None, (row.first_name, row.last_name))) or row.email),
            version=row.version,
            node=row.node,
            since=row.since or row.entered_at,
            until=row.until,
            status=row.status,
            exit_reason=row.exit_reason,
            is_test=row.is_test,
        )
        for row in shown
    )
    return EnrollmentPage(items, (shown[-1].entered_at.isoformat(), shown[-1].id) if len(rows) > limit else None)
