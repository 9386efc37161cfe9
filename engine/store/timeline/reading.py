"""Merging the strands of a timeline into a page."""

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, select

from engine.store.holdings import JourneyName
from engine.store.merging import all_ids
from engine.store.paging import Cursor, StaleCursor, before, instant_of
from engine.store.statements import Executor, core, in_chunks
from engine.store.tables import Journey, Restock, Source, StockMovement
from engine.store.timeline.items import KINDS, Kind, TimelinePage
from engine.store.timeline.journeys import LEFT_OUT, SENDS, TRAIL, UNSETTLED
from engine.store.timeline.people import ADDED, CONSENTS, REMOVED
from engine.store.timeline.shop import EVENTS, TRANSITIONS
from engine.store.timeline.staff import STAFF_CHANGES
from engine.store.timeline.steps import read_steps
from engine.store.timeline.strands import Found, Names, Query, RestockOrigin, Strand
from engine.store.variant_names import name_variants

_STRANDS: tuple[Strand, ...] = (
    CONSENTS,
    ADDED,
    EVENTS,
    UNSETTLED,
    SENDS,
    TRAIL,
    LEFT_OUT,
    REMOVED,
    TRANSITIONS,
    STAFF_CHANGES,
)
_journey = core(Journey)
_restock = core(Restock)
_movement = core(StockMovement)
_source = core(Source)


@dataclass(frozen=True, slots=True)
class _Place:
    """A row and where it stands."""

    at: datetime
    rank: int
    row: Found
    strand: Strand

    @property
    def order(self) -> tuple[datetime, int]:
        return (self.at, self.rank)

    @property
    def cursor(self) -> Cursor:
        key = (getattr(self.row, column.key or "") for column in self.strand.key)
        return (self.at.isoformat(), self.rank, *key)


async def read_timeline(
    executor: Executor,
    profile_id: str,
    *,
    kinds: Collection[Kind] = KINDS,
    until: datetime | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> TimelinePage:
    """A page of the profile's timeline, of these kinds only, beginning with what happened `until` then.

    Raises:
        StaleCursor: the cursor is not from a timeline.
    """
    people = await all_ids(executor, profile_id)
    found: list[list[_Place]] = []
    for strand in _STRANDS:
        if wanted := strand.kinds.intersection(kinds):
            query = strand.query(people, wanted)
            if until is not None:
                query = query.where(strand.at <= until)
            found.append(await _read(executor, strand, query, after, limit + 1))
    merged = list(heapq.merge(*found, key=attrgetter("order"), reverse=True))
    shown = merged[:limit]
    names = await _names(executor, [place.row for place in shown])
    items = tuple(place.strand.describe(place.row, names) for place in shown)
    return TimelinePage(items, shown[-1].cursor if len(merged) > limit else None)


async def _read(executor: Executor, strand: Strand, query: Query, after: Cursor | None, limit: int) -> list[_Place]:
    if after is not None:
        query = query.where(_earlier(strand, after))
    newest_first = query.order_by(strand.at.desc(), *(column.desc() for column in strand.key)).limit(limit)
    return [_Place(row.at, strand.rank, row, strand) for row in await executor.execute(newest_first)]


def _earlier(strand: Strand, after: Cursor) -> ColumnElement[bool]:
    """Rows of this strand that come behind the cursor's row, which may be of another strand."""
    seen = instant_of(after, 0)
    rank, *key = after[1:] or ("",)
    if not isinstance(rank, int):
        raise StaleCursor
    if strand.rank != rank:
        return strand.at <= seen if strand.rank < rank else strand.at < seen
    if len(key) != len(strand.key) or not all(map(_fits, strand.key, key)):
        raise StaleCursor
    return and_(strand.at <= seen, before((strand.at, *strand.key), (seen, *key)))


def _fits(column: ColumnElement[Any], part: str | int) -> bool:
    """Whether this part of a cursor can be a value of the column."""
    if column.type.python_type is not int:
        return isinstance(part, str)
    return isinstance(part, int) and (isinstance(column.type, BigInteger) or abs(part) < 2**31)


async def _names(executor: Executor, rows: Iterable[Found]) -> Names:
    rows = list(rows)
    return Names(
        variants=await name_variants(executor, _referred(rows, "variant_id")),
        journeys=await _journeys(executor, _referred(rows, "journey_id")),
        restocks=await _restocks(executor, _referred(rows, "restock_id")),
        steps=await read_steps(executor, [(row.journey_id, row.version) for row in rows if getattr(row, "node", None)]),
    )


def _referred(rows: Iterable[Found], column: str) -> list[str]:
    return sorted({value for row in rows if (value := getattr(row, column, None))})


async def _journeys(executor: Executor, ids: list[str]) -> dict[str, JourneyName]:
    found: dict[str, JourneyName] = {}
    for chunk in in_chunks(ids):
        rows = await executor.execute(select(_journey.c.id, _journey.c.name).where(_journey.c.id.in_(chunk)))
        found.update((row.id, JourneyName(row.id, row.name)) for row in rows)
    return found


async def _restocks(executor: Executor, ids: list[str]) -> dict[str, RestockOrigin]:
    statement = (
        select(
            _restock.c.id,
            _restock.c.available_before,
            _restock.c.available_after,
            _movement.c.id,
            _source.c.id,
            _source.c.name,
            _movement.c.delivery_id,
        )
        .join_from(_restock, _movement, _movement.c.id == _restock.c.movement_id)
        .join(_source, _source.c.id == _movement.c.source_id)
    )
    found: dict[str, RestockOrigin] = {}
    for chunk in in_chunks(ids):
        for row in await executor.execute(statement.where(_restock.c.id.in_(chunk))):
            found[row[0]] = RestockOrigin(*row)
    return found
