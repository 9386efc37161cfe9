"""Segments: saved conditions, who uses them, and how many profiles a condition holds for.

    create ─┐
    change ─┴──► the condition is checked ──► would it ask about itself? ──yes──► SegmentLoop
                                                    │ no
                                                    ▼
                                                  saved; whoever asks for the segment from now on asks this

Conditions refer to segments by id, so a segment may be renamed at any time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, text, update

from engine.journey.conditions import Condition, Criteria, Segment, Stock, clauses
from engine.segments.errors import SegmentLoop
from engine.segments.sql import Compiler, Predicate
from engine.store.errors import SegmentInUse, SegmentNameTaken, UnknownSegment
from engine.store.ids import new_id
from engine.store.statements import Executor, affected, core, insert_into, is_sqlite
from engine.store.tables import Journey, PublishedVersion, StockLevel, Variant
from engine.store.tables import Segment as SegmentRow

COUNTING = {"work_mem": "128MB", "random_page_cost": "1.1", "jit": "off"}
"""How PostgreSQL plans a question about all profiles: some hundred thousand of them are listed in memory, a page read
out of order costs what it does on a solid-state disk, and nothing is compiled for a question of a second."""
_segment = core(SegmentRow)
_CRITERIA: TypeAdapter[Condition] = TypeAdapter(Criteria)


@dataclass(frozen=True, slots=True)
class SavedSegment:
    """A segment as it is saved."""

    id: str
    name: str
    condition: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """For how many profiles a condition holds, of how many there are."""

    count: int
    of: int


async def list_segments(executor: Executor) -> list[SavedSegment]:
    """Every segment, by name."""
    return [SavedSegment(*row) for row in await executor.execute(_saved().order_by(_segment.c.name))]


async def read_segment(executor: Executor, segment_id: str) -> SavedSegment:
    """One segment.

    Raises:
        UnknownSegment: there is none with this id.
    """
    row = (await executor.execute(_saved().where(_segment.c.id == segment_id))).one_or_none()
    if row is None:
        raise UnknownSegment(segment_id)
    return SavedSegment(*row)


async def create_segment(executor: Executor, name: str, condition: Condition, now: datetime) -> SavedSegment:
    """Save a new segment. Nothing can refer to it yet, so it cannot close a circle.

    Raises:
        SegmentNameTaken: another segment has this name.
    """
    row: dict[str, Any] = {
        "id": new_id("seg"),
        "name": name,
        "condition": condition.model_dump(mode="json", exclude_none=True),
        "created_at": now,
        "updated_at": now,
    }
    added = await executor.execute(
        insert_into(SegmentRow, executor).on_conflict_do_nothing().returning(_segment.c.id), [row]
    )
    if not list(added):
        raise SegmentNameTaken(name)
    return SavedSegment(**row)


async def change_segment(
    executor: Executor, segment_id: str, name: str, condition: Condition, now: datetime
) -> SavedSegment:
    """Give a segment this name and condition.

    Raises:
        UnknownSegment: there is none with this id.
        SegmentNameTaken: another segment has this name.
        SegmentLoop: with this condition it would ask, directly or by others, about itself.
    """
    taken = select(_segment.c.id).where(_segment.c.name == name, _segment.c.id != segment_id)
    if await executor.scalar(taken) is not None:
        raise SegmentNameTaken(name)
    check_loops({**await saved_conditions(executor), segment_id: condition}, segment_id)
    told = condition.model_dump(mode="json", exclude_none=True)
    changed = await executor.execute(
        update(_segment).where(_segment.c.id == segment_id).values(name=name, condition=told, updated_at=now)
    )
    if not affected(changed):
        raise UnknownSegment(segment_id)
    return await read_segment(executor, segment_id)


async def delete_segment(executor: Executor, segment_id: str) -> None:
    """Delete a segment that nobody refers to.

    Raises:
        UnknownSegment: there is none with this id.
        SegmentInUse: another segment or a journey asks for it.
    """
    saved = await read_segment(executor, segment_id)
    users = [
        other.name
        for other in await list_segments(executor)
        if other.id != segment_id and segment_id in segments_in(_CRITERIA.validate_python(other.condition))
    ]
    users += await _journeys_asking(executor, segment_id)
    if users:
        raise SegmentInUse(saved.name, sorted(set(users)))
    await executor.execute(delete(_segment).where(_segment.c.id == segment_id))


async def saved_conditions(executor: Executor) -> dict[str, Condition]:
    """Every segment's condition by its id."""
    rows = await executor.execute(select(_segment.c.id, _segment.c.condition))
    return {row.id: _CRITERIA.validate_python(row.condition) for row in rows}


def segments_in(condition: Condition) -> frozenset[str]:
    """The segments that a condition itself asks for."""
    return frozenset(clause.segment for clause in clauses(condition) if isinstance(clause, Segment))


def reached(names: Sequence[str], saved: Mapping[str, Condition]) -> frozenset[str]:
    """These segments and all that they ask for, however far away."""
    found: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += segments_in(saved[name]) if name in saved else ()
    return frozenset(found)


def check_loops(saved: Mapping[str, Condition], segment_id: str) -> None:
    """Refuse a segment that asks about itself.

    Raises:
        SegmentLoop: it does.
    """
    if segment_id in reached(sorted(segments_in(saved[segment_id])), saved):
        raise SegmentLoop(segment_id)


async def compiled(
    executor: Executor,
    condition: Condition,
    now: datetime,
    *,
    zone: str = "UTC",
    scope: Literal["many", "one"] = "many",
) -> Predicate:
    """The condition as SQL over profiles `p`, as of now: with the segments that it asks for and the stock as it is."""
    saved = await saved_conditions(executor)
    asked = [saved[name] for name in reached(sorted(segments_in(condition)), saved) if name in saved]
    skus = {
        clause.variant
        for one in (condition, *asked)
        for clause in clauses(one)
        if isinstance(clause, Stock) and clause.variant is not None
    }
    compiler = Compiler(
        dialect="sqlite" if is_sqlite(executor) else "postgresql",
        now=now,
        segments=saved,
        stock=await _units(executor, sorted(skus)),
        zone=zone,
        scope=scope,
    )
    return compiler.predicate(condition)


async def count_profiles(executor: Executor, condition: Condition, now: datetime, *, zone: str = "UTC") -> Count:
    """For how many profiles the condition holds now. Profiles that were merged into others do not count."""
    predicate = await compiled(executor, condition, now, zone=zone)
    await plan_for_many(executor)
    counted = text(
        f"SELECT count(*) FROM profile p WHERE p.merged_into IS NULL AND {predicate.sql}"  # noqa: S608 - values are bound
    )
    count = await executor.scalar(counted, dict(predicate.parameters))
    of = await executor.scalar(text("SELECT count(*) FROM profile p WHERE p.merged_into IS NULL"))
    return Count(int(count or 0), int(of or 0))


async def plan_for_many(executor: Executor) -> None:
    """Let PostgreSQL plan a question about all profiles, until the end of the transaction."""
    if not is_sqlite(executor):
        for setting, value in COUNTING.items():
            await executor.execute(text(f"SET LOCAL {setting} = '{value}'"))


async def _units(executor: Executor, skus: Sequence[str]) -> Mapping[str, int]:
    """The units that can be bought of the variants with these SKUs, over all sources."""
    if not skus:
        return {}
    variant, level = core(Variant), core(StockLevel)
    rows = await executor.execute(
        select(variant.c.sku, func.sum(level.c.on_hand - level.c.reserved))
        .join_from(variant, level, level.c.variant_id == variant.c.id)
        .where(variant.c.sku.in_(skus))
        .group_by(variant.c.sku)
    )
    return {sku: max(0, int(units)) for sku, units in rows}


async def _journeys_asking(executor: Executor, segment_id: str) -> list[str]:
    """The names of journeys whose draft or running version names this segment."""
    journey, version = core(Journey), core(PublishedVersion)
    rows = await executor.execute(
        select(journey.c.name, journey.c.draft, version.c.document).outerjoin_from(
            journey,
            version,
            (version.c.journey_id == journey.c.id) & (version.c.number == journey.c.published_version),
        )
    )
    return [name for name, *documents in rows if any(_names(document, segment_id) for document in documents)]


def _names(held: Any, segment_id: str) -> bool:
    """Whether the JSON holds this id anywhere."""
    if isinstance(held, Mapping):
        return any(_names(one, segment_id) for one in cast("Mapping[str, Any]", held).values())
    if isinstance(held, list):
        return any(_names(one, segment_id) for one in cast("list[Any]", held))
    return held == segment_id


def _saved() -> Any:
    return select(_segment.c.id, _segment.c.name, _segment.c.condition, _segment.c.created_at, _segment.c.updated_at)
