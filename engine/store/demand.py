"""Demand: how many wait for each variant and for how long, how many gave up, and what restocks made of it.

People count once a variant, however many reasons they have to wait. A milestone is an event of the variant's own:
`Waitlist Reached`, once for each number between two restocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, select, tuple_

from engine.store.catalog import describe_variants
from engine.store.ids import id_from
from engine.store.paging import Cursor, StaleCursor
from engine.store.statements import Executor, affected, core, in_chunks, insert_into
from engine.store.tables import PENDING, Enrollment, Event, Release, Restock, WaitlistEntry
from engine.store.variant_names import VariantName, name_variants

WAITLIST_REACHED = "Waitlist Reached"
MILESTONES = (10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
AGES: Mapping[str, tuple[timedelta | None, timedelta | None]] = {
    "under_a_day": (None, timedelta(days=1)),
    "under_a_week": (timedelta(days=1), timedelta(days=7)),
    "under_a_month": (timedelta(days=7), timedelta(days=30)),
    "under_three_months": (timedelta(days=30), timedelta(days=90)),
    "longer": (timedelta(days=90), None),
}
"""How long people have waited: at least the first, less than the second."""
NEWEST_RESTOCKS = 10
_entry = core(WaitlistEntry)
_restock = core(Restock)
_release = core(Release)
_enrollment = core(Enrollment)


@dataclass(frozen=True, slots=True)
class RestockDemand:
    """What came of one restock: units that were there, people let in, those of them who bought."""

    id: str
    at: datetime
    units: int
    released: int
    bought: int

    @property
    def conversion(self) -> float | None:
        """The share of those let in who bought; None when nobody was."""
        return self.bought / self.released if self.released else None


@dataclass(frozen=True, slots=True)
class VariantDemand:
    """The demand for one variant. `restocks` are its newest ones, newest first."""

    variant: VariantName
    open: int
    asked: int
    expired: int
    told: int
    bought: int
    oldest: datetime | None
    ages: Mapping[str, int]
    restocks: tuple[RestockDemand, ...]


@dataclass(frozen=True, slots=True)
class DemandPage:
    """Variants, most wanted first, and where the next page begins."""

    items: tuple[VariantDemand, ...]
    next: Cursor | None


async def read_demand(executor: Executor, now: datetime, *, after: Cursor | None = None, limit: int = 50) -> DemandPage:
    """The demand by variant, most wanted first.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    is_open = _entry.c.state == PENDING
    waiting = _people(is_open)
    statement = select(
        _entry.c.variant_id,
        waiting.label("open"),
        _people(is_open & (_entry.c.intent == 0)).label("asked"),
        _people(_entry.c.state == "expired").label("expired"),
        _people(_entry.c.state == "sent").label("told"),
        _people(_entry.c.state == "purchased").label("bought"),
        func.min(case((is_open, _entry.c.created_at))).label("oldest"),
        *(_people(is_open & _aged(ages, now)).label(name) for name, ages in AGES.items()),
    ).group_by(_entry.c.variant_id)
    if after is not None:
        if len(after) != 2 or not isinstance(after[0], int):
            raise StaleCursor
        seen = tuple_(literal(-after[0]), literal(str(after[1]), String()))
        statement = statement.having(tuple_(-waiting, _entry.c.variant_id) > seen)
    rows = (await executor.execute(statement.order_by(-waiting, _entry.c.variant_id).limit(limit + 1))).all()
    shown = [row.variant_id for row in rows[:limit]]
    names, restocks = await name_variants(executor, shown), await _restocks(executor, shown)
    items = tuple(
        VariantDemand(
            variant=names[row.variant_id],
            open=row.open,
            asked=row.asked,
            expired=row.expired,
            told=row.told,
            bought=row.bought,
            oldest=row.oldest,
            ages={name: getattr(row, name) for name in AGES},
            restocks=tuple(restocks.get(row.variant_id, ())),
        )
        for row in rows[:limit]
    )
    return DemandPage(items, (rows[limit - 1].open, rows[limit - 1].variant_id) if len(rows) > limit else None)


async def note_milestones(executor: Executor, now: datetime) -> int:
    """Write `Waitlist Reached` for every milestone that a line has come to since the variant's newest restock."""
    waiting = _people(_entry.c.state == PENDING)
    lines = await executor.execute(
        select(_entry.c.variant_id, waiting.label("n"))
        .where(_entry.c.state == PENDING)
        .group_by(_entry.c.variant_id)
        .having(waiting >= MILESTONES[0])
    )
    counts = {row.variant_id: int(row.n) for row in lines}
    newest = await _newest_restocks(executor, list(counts))
    cards = await describe_variants(executor, counts) if counts else {}
    events = [
        {
            "id": id_from("evt", WAITLIST_REACHED, variant, str(milestone), newest.get(variant, "")),
            "name": WAITLIST_REACHED,
            "variant_id": variant,
            "source_id": cards[variant].source_id,
            "properties": {**cards[variant].event_properties, "waiting": milestone},
            "at": now,
            "received_at": now,
        }
        for variant, count in counts.items()
        for milestone in MILESTONES
        if milestone <= count
    ]
    written = 0
    for chunk in in_chunks(events):
        insert = insert_into(Event, executor).on_conflict_do_nothing()
        written += max(affected(await executor.execute(insert, list(chunk))), 0)
    return written


async def _newest_restocks(executor: Executor, variant_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in in_chunks(variant_ids):
        rows = await executor.execute(
            select(_restock.c.variant_id, _restock.c.id).where(_restock.c.variant_id.in_(chunk)).order_by(_restock.c.at)
        )
        found |= {row.variant_id: row.id for row in rows}
    return found


async def _restocks(executor: Executor, variant_ids: Sequence[str]) -> dict[str, list[RestockDemand]]:
    bought = (
        select(func.count(_enrollment.c.profile_id.distinct()))
        .join_from(_enrollment, _entry, _entry.c.id == _enrollment.c.waitlist_entry_id)
        .join(_release, _release.c.id == _enrollment.c.release_id)
        .where(_release.c.restock_id == _restock.c.id, _entry.c.state == "purchased")
    )
    released = select(func.coalesce(func.sum(_release.c.released), 0)).where(_release.c.restock_id == _restock.c.id)
    place = func.row_number().over(partition_by=_restock.c.variant_id, order_by=_restock.c.at.desc())
    newest = (
        select(_restock.c.id, place.label("place")).where(_restock.c.variant_id.in_(variant_ids)).subquery("newest")
    )
    rows = await executor.execute(
        select(
            _restock.c.variant_id,
            _restock.c.id,
            _restock.c.at,
            _restock.c.available_after,
            released.correlate(_restock).scalar_subquery().label("released"),
            bought.correlate(_restock).scalar_subquery().label("bought"),
        )
        .join_from(_restock, newest, newest.c.id == _restock.c.id)
        .where(newest.c.place <= NEWEST_RESTOCKS)
        .order_by(_restock.c.at.desc(), _restock.c.id)
    )
    found: dict[str, list[RestockDemand]] = {}
    for row in rows:
        one = RestockDemand(row.id, row.at, row.available_after, int(row.released), int(row.bought))
        found.setdefault(row.variant_id, []).append(one)
    return found


def _people(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((which, _entry.c.profile_id)).distinct())


def _aged(ages: tuple[timedelta | None, timedelta | None], now: datetime) -> ColumnElement[Any]:
    at_least, less_than = ages
    parts: list[ColumnElement[bool]] = []
    if at_least is not None:
        parts.append(_entry.c.created_at <= now - at_least)
    if less_than is not None:
        parts.append(_entry.c.created_at > now - less_than)
    return parts[0] if len(parts) == 1 else parts[0] & parts[1]
