"""What the questions of a condition need from the database, read for one person: as much as must be known, no more.

The questions name attributes, segments, events with their windows, and variants. A segment is a saved condition with
questions of its own, which are read along. The answers themselves are `engine.segments.memory`'s, the same as in the
simulator.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select

from engine.journey.conditions import Condition, Criteria
from engine.journey.facts import EventFact
from engine.journey.questions import HistoryQuestion, Question, SegmentQuestion, StockQuestion, questions
from engine.segments.memory import Known
from engine.segments.sql import TEXT_COLUMNS
from engine.store.enrolled_variants import variant_meant
from engine.store.events import happened
from engine.store.merging import current_id
from engine.store.statements import Executor, core
from engine.store.tables import Profile, Segment, StockLevel

_profile = core(Profile)
_segment = core(Segment)
_level = core(StockLevel)
_CRITERIA: TypeAdapter[Condition] = TypeAdapter(Criteria)


@dataclass(frozen=True, slots=True)
class Asked:
    """About whom is asked: a profile, the variant that the enrollment is about, the zone of the journey."""

    profile_id: str
    entry: EventFact
    variant_id: str | None = None
    zone: str = "UTC"


async def read_known(executor: Executor, asked: Asked, wanted: Iterable[Question], now: datetime) -> Known:
    """Everything that answers these questions now. Of a profile that was merged away, its successor is read."""
    person = await current_id(executor, asked.profile_id) or asked.profile_id
    needs, segments = await _with_segments(executor, list(wanted), asked.entry, now)
    histories = [need for need in needs if isinstance(need, HistoryQuestion)]
    skus = {need.variant for need in needs if isinstance(need, StockQuestion) and need.variant is not None}
    units = await _units(executor, skus, asked.variant_id)
    return Known(
        now=now,
        attributes=await attributes_of(executor, person),
        events=await _events(executor, person, histories),
        segments=segments,
        stock=lambda sku: None if sku is None else units.get(sku),
        zone=asked.zone,
    )


async def _with_segments(
    executor: Executor, needs: list[Question], entry: EventFact, now: datetime
) -> tuple[list[Question], Mapping[str, Condition | bool]]:
    """The questions with those of every segment that they lead to. A segment that does not exist has no members."""
    saved: dict[str, Condition | bool] = {}
    while names := {need.segment for need in needs if isinstance(need, SegmentQuestion)} - saved.keys():
        saved |= dict.fromkeys(names, False)
        for row in await executor.execute(select(_segment.c.id, _segment.c.condition).where(_segment.c.id.in_(names))):
            condition = _CRITERIA.validate_python(row.condition)
            saved[row.id] = condition
            needs = [*needs, *questions(condition.asks, entry=entry, now=now, sends={}).values()]
    return needs, saved


async def attributes_of(executor: Executor, person: str) -> Mapping[str, Any]:
    """A profile's attributes, those that are columns among them."""
    row = (await executor.execute(select(_profile).where(_profile.c.id == person))).mappings().one_or_none()
    if row is None:
        return {}
    others = {name: value for name, value in row["attributes"].items() if name not in TEXT_COLUMNS}
    return {**others, **{name: row[name] for name in TEXT_COLUMNS if row[name] is not None}}


async def _events(executor: Executor, person: str, histories: Collection[HistoryQuestion]) -> list[EventFact]:
    if not histories:
        return []
    starts = [history.since for history in histories]
    since = None if None in starts else min(start for start in starts if start is not None)
    until = max(history.until for history in histories)
    return await happened(executor, person, {history.event for history in histories}, since=since, until=until)


async def _units(executor: Executor, skus: Collection[str], variant_id: str | None) -> Mapping[str, int]:
    """How many units of each variant can be bought; one that nobody counted is left out."""
    variants = {sku: await variant_meant(executor, sku, variant_id) for sku in sorted(skus)}
    ids = [found for found in variants.values() if found is not None]
    if not ids:
        return {}
    available = func.sum(_level.c.on_hand - _level.c.reserved)
    rows = await executor.execute(
        select(_level.c.variant_id, available).where(_level.c.variant_id.in_(ids)).group_by(_level.c.variant_id)
    )
    units = {row[0]: int(row[1]) for row in rows}
    return {sku: units[found] for sku, found in variants.items() if found in units}
