"""Releases as pages show them: what is under way, how far each came, and what it does next. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, func, literal, select, tuple_

from engine.store.columns import Instant
from engine.store.errors import UnknownRecord
from engine.store.holdings import JourneyName
from engine.store.paging import Cursor, StaleCursor, instant_of
from engine.store.statements import Executor, core
from engine.store.tables import (
    PENDING,
    Enrollment,
    Journey,
    Profile,
    Release,
    ReleaseExclusion,
    Restock,
    Send,
    SendOutcome,
    StockLevel,
    Variant,
    WaitlistEntry,
)
from engine.store.variant_names import VariantName, name_variants

_release = core(Release)
_journey = core(Journey)
_restock = core(Restock)
_enrollment = core(Enrollment)
_entry = core(WaitlistEntry)
_send = core(Send)
_outcome = core(SendOutcome)
_level = core(StockLevel)
_excluded = core(ReleaseExclusion)


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """A release in a list, with its live numbers.

    `notified` counts people to whom a provider accepted a message, `bought` those who bought after they were let in,
    `waiting` open entries of the line, `left_out` those who were too late for the journey's interest window.
    """

    id: str
    journey: JourneyName
    version: int
    variant: VariantName
    restock_id: str
    status: str
    reason: str | None
    released: int
    notified: int
    bought: int
    left_out: int
    waiting: int
    offered: int
    available: int
    tier: int
    next_at: datetime | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """Releases, newest first, and where the next page begins."""

    items: tuple[ListedRelease, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class LetInPerson:
    """Somebody whom a release let in: her place in its order, and what made it."""

    position: int
    profile_id: str
    name: str | None
    tier: int | None
    intent: int | None
    score: float | None
    since: datetime | None
    entered_at: datetime
    state: str | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """People whom a release let in, and where the next page begins."""

    items: tuple[LetInPerson, ...]
    next: Cursor | None


async def held_releases(executor: Executor, variant_id: str) -> list[tuple[str, str]]:
    """Journey and item of every release of this variant, or of its product, that is held."""
    product = select(core(Variant).c.product_id).where(core(Variant).c.id == variant_id).scalar_subquery()
    held = select(_release.c.journey_id, _release.c.item).where(
        _release.c.status == "holding", _release.c.item.in_((variant_id, product))
    )
    return [(row.journey_id, row.item) for row in await executor.execute(held)]


async def list_releases(
    executor: Executor, *, journey: str | None = None, after: Cursor | None = None, limit: int = 50
) -> ReleasePage:
    """Releases, newest first.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    statement = _described()
    if journey is not None:
        statement = statement.where(_release.c.journey_id == journey)
    if after is not None:
        if len(after) != 2:
            raise StaleCursor
        seen = tuple_(literal(instant_of(after, 0), Instant()), literal(str(after[1]), String()))
        statement = statement.where(tuple_(_release.c.started_at, _release.c.id) < seen)
    newest_first = statement.order_by(_release.c.started_at.desc(), _release.c.id.desc()).limit(limit + 1)
    rows = (await executor.execute(newest_first)).all()
    items = await _listed(executor, rows[:limit])
    following = (items[-1].started_at.isoformat(), items[-1].id) if len(rows) > limit else None
    return ReleasePage(tuple(items), following)


async def read_release(executor: Executor, release_id: str) -> ListedRelease:
    """One release.

    Raises:
        UnknownRecord: there is none with this id.
    """
    rows = (await executor.execute(_described().where(_release.c.id == release_id))).all()
    if not rows:
        raise UnknownRecord("release", release_id)
    return (await _listed(executor, rows))[0]


async def list_people(
    executor: Executor, release_id: str, *, after: Cursor | None = None, limit: int = 50
) -> PeoplePage:
    """Whom the release let in, in the order in which it did.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    if after is not None and (len(after) != 1 or not isinstance(after[0], int)):
        raise StaleCursor
    seen = 0 if after is None else after[0]
    profile = core(Profile)
    name = func.coalesce(
        func.nullif(
            func.trim(func.coalesce(profile.c.first_name, "") + " " + func.coalesce(profile.c.last_name, "")), ""
        ),
        profile.c.email,
        profile.c.phone,
    )
    rows = await executor.execute(
        select(
            _enrollment.c.position,
            _enrollment.c.profile_id,
            name.label("name"),
            _enrollment.c.tier,
            _entry.c.intent,
            _enrollment.c.score,
            _entry.c.created_at,
            _enrollment.c.entered_at,
            _entry.c.state,
        )
        .join_from(_enrollment, profile, profile.c.id == _enrollment.c.profile_id)
        .outerjoin(_entry, _entry.c.id == _enrollment.c.waitlist_entry_id)
        .where(_enrollment.c.release_id == release_id, _enrollment.c.position > seen)
        .order_by(_enrollment.c.position)
        .limit(limit + 1)
    )
    people = [LetInPerson(*row) for row in rows]
    return PeoplePage(tuple(people[:limit]), (people[limit - 1].position,) if len(people) > limit else None)


def _described() -> Select[*tuple[Any, ...]]:
    let_in = _enrollment.c.release_id == _release.c.id
    accepted = (
        select(func.count(_send.c.profile_id.distinct()))
        .join_from(_enrollment, _send, _send.c.enrollment_id == _enrollment.c.id)
        .join(_outcome, _outcome.c.send_id == _send.c.id)
        .where(let_in, _outcome.c.state == "accepted")
    )
    bought = (
        select(func.count())
        .join_from(_enrollment, _entry, _entry.c.id == _enrollment.c.waitlist_entry_id)
        .where(let_in, _entry.c.state == "purchased")
    )
    waiting = select(func.count()).where(_entry.c.variant_id == _release.c.variant_id, _entry.c.state == PENDING)
    left_out = select(func.count()).where(_excluded.c.release_id == _release.c.id)
    stock = select(func.coalesce(func.sum(_level.c.on_hand - _level.c.reserved), 0)).where(
        _level.c.variant_id == _release.c.variant_id
    )
    return (
        select(
            _release,
            _journey.c.name.label("journey_name"),
            _restock.c.available_after.label("offered"),
            accepted.correlate(_release).scalar_subquery().label("notified"),
            bought.correlate(_release).scalar_subquery().label("bought"),
            waiting.correlate(_release).scalar_subquery().label("waiting"),
            left_out.correlate(_release).scalar_subquery().label("left_out"),
            stock.correlate(_release).scalar_subquery().label("available"),
        )
        .join_from(_release, _journey, _journey.c.id == _release.c.journey_id)
        .join(_restock, _restock.c.id == _release.c.restock_id)
    )


async def _listed(executor: Executor, rows: Sequence[Any]) -> list[ListedRelease]:
    names = await name_variants(executor, [row.variant_id for row in rows])
    return [
        ListedRelease(
            id=row.id,
            journey=JourneyName(row.journey_id, row.journey_name),
            version=row.version,
            variant=names[row.variant_id],
            restock_id=row.restock_id,
            status=row.status,
            reason=row.reason,
            released=row.released,
            notified=int(row.notified),
            bought=int(row.bought),
            left_out=int(row.left_out),
            waiting=int(row.waiting),
            offered=row.offered,
            available=int(row.available),
            tier=row.tier,
            next_at=row.next_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]
