"""Membership: who is in a segment is asked anew each time; for segments that journeys watch, it is also remembered.

    what is watched       segments that let profiles into a journey, or out of one, or end a wait
    asked of one          when an event of hers has been routed, or an attribute changed
    asked of all          when a watch begins, when the condition changes, and, for what time alone changes, again
                          and again: by one statement for all profiles, never one by one

Remembered and asked are compared in one statement. Who is new gets `Segment Entered`, who is gone `Segment Left`, in
the same transaction as the memory, so that neither comes twice or never. Those who are in a segment when its watch
begins have entered it before: nobody is told.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select, text

from engine.journey.conditions import Attribute, Condition, HasOccurred, Segment, Stock, Time, clauses
from engine.journey.nodes import WaitUntil
from engine.journey.triggers import SegmentTrigger
from engine.journey.version import JourneyDocument
from engine.journey.vocabulary import PROFILE_UPDATED, SEGMENT_ENTERED, SEGMENT_LEFT
from engine.segments.dialects import DIALECTS
from engine.store import events
from engine.store.events import NewEvent
from engine.store.segments import compiled, plan_for_many, reached, saved_conditions
from engine.store.statements import Executor, core, in_chunks, insert_into, is_sqlite
from engine.store.tables import Journey, PublishedVersion, SegmentMember, WatchedSegment
from engine.store.tables import Segment as SegmentRow

_segment, _member, _watched = core(SegmentRow), core(SegmentMember), core(WatchedSegment)
_WATCHING = ("active", "test", "paused")


@dataclass(frozen=True, slots=True)
class Watched:
    """A segment that a journey watches: its condition, and what may change who is in it.

    `events` are the names of events that may; `by_time` says whether the passing of time, or stock, may too. `hash` is
    of all conditions that it leads to.
    """

    id: str
    name: str
    condition: Condition
    events: frozenset[str]
    by_time: bool
    hash: str


async def watched_segments(executor: Executor, kept: dict[tuple[str, int], frozenset[str]]) -> list[Watched]:
    """Every segment that some version of a journey watches, of those that profiles are in or may enter.

    `kept` holds what each version watches; a version never changes, so it is read once and added there.
    """
    journey, version = core(Journey), core(PublishedVersion)
    walked = await executor.execute(
        select(version.c.journey_id, version.c.number)
        .join_from(version, journey, journey.c.id == version.c.journey_id)
        .where(journey.c.status.in_(_WATCHING))
    )
    versions = [(row.journey_id, row.number) for row in walked]
    for journey_id, number in versions:
        if (journey_id, number) not in kept:
            document = await executor.scalar(
                select(version.c.document).where(version.c.journey_id == journey_id, version.c.number == number)
            )
            kept[journey_id, number] = segments_watched(JourneyDocument.model_validate(document))
    asked = frozenset[str]().union(*(kept[one] for one in versions))
    if not asked:
        return []
    saved = await saved_conditions(executor)
    names = {row.id: row.name for row in await executor.execute(select(_segment.c.id, _segment.c.name))}
    return [_watch(name, names[name], saved) for name in sorted(asked & saved.keys())]


def segments_watched(document: JourneyDocument) -> frozenset[str]:
    """The segments of which this journey must know who enters or leaves them."""
    found = {criterion.segment for criterion in document.settings.segment_exits}
    for node in document.graph.nodes:
        if isinstance(node, WaitUntil) and node.condition is not None:
            found |= {clause.segment for clause in clauses(node.condition) if isinstance(clause, Segment)}
    trigger = document.graph.entry.trigger
    if isinstance(trigger, SegmentTrigger):
        found.add(trigger.segment)
    return frozenset(found)


async def settle(executor: Executor, segment: Watched, profiles: Collection[str], now: datetime) -> int:
    """Ask whether these profiles are in the segment, and tell of each that entered or left it; how many did."""
    changed = 0
    for chunk in in_chunks(sorted(profiles)):
        changed += await _compare(executor, segment, now, chunk, is_told=True)
    return changed


async def sweep(executor: Executor, segment: Watched, now: datetime) -> int:
    """Ask it of all profiles. Of those who are there when a watch begins, nobody is told."""
    known = await executor.scalar(select(_watched.c.segment_id).where(_watched.c.segment_id == segment.id))
    changed = await _compare(executor, segment, now, None, is_told=known is not None)
    insert = insert_into(WatchedSegment, executor)
    row = {"segment_id": segment.id, "condition_hash": segment.hash, "swept_at": now}
    newer = {"condition_hash": insert.excluded.condition_hash, "swept_at": insert.excluded.swept_at}
    await executor.execute(insert.on_conflict_do_update(index_elements=["segment_id"], set_=newer), [row])
    return changed


async def last_sweeps(executor: Executor) -> Mapping[str, tuple[str, datetime]]:
    """For each segment that has been swept: the hash of what was asked then, and when."""
    rows = await executor.execute(select(_watched))
    return {row.segment_id: (row.condition_hash, row.swept_at) for row in rows}


async def forget(executor: Executor, segments: Iterable[str]) -> None:
    """These are watched no longer: who is in them is not remembered."""
    for segment in segments:
        await executor.execute(delete(_member).where(_member.c.segment_id == segment))
        await executor.execute(delete(_watched).where(_watched.c.segment_id == segment))


async def _compare(
    executor: Executor, segment: Watched, now: datetime, profiles: Collection[str] | None, *, is_told: bool
) -> int:
    """Bring the memory up to date, for these profiles or for all."""
    predicate = await compiled(executor, segment.condition, now, scope="many" if profiles is None else "one")
    sqlite = is_sqlite(executor)
    if profiles is None:
        await plan_for_many(executor)
    who = {} if profiles is None else {f"who{index}": profile for index, profile in enumerate(profiles)}
    listed = ", ".join(f":{name}" for name in who)
    of_these = "" if profiles is None else f" AND p.id IN ({listed})"
    of_them = "" if profiles is None else f" AND profile_id IN ({listed})"
    moment = DIALECTS["sqlite" if sqlite else "postgresql"].moment(now)
    since = ":moment" if sqlite else "CAST(:moment AS timestamptz)"
    parameters = {**predicate.parameters, **who, "segment": segment.id}
    holds = f"p.merged_into IS NULL AND {predicate.sql}"
    await executor.execute(
        text(
            "DELETE FROM segment_member WHERE segment_id = :segment AND profile_id IN "  # noqa: S608 - values are bound
            f"(SELECT p.id FROM profile p WHERE p.merged_into IS NOT NULL{of_these})"
        ),
        {**who, "segment": segment.id},
    )
    entered = await executor.execute(
        text(
            "INSERT INTO segment_member (segment_id, profile_id, since) "  # noqa: S608 - values are bound
            f"SELECT CAST(:segment AS text), p.id, {since} FROM profile p WHERE {holds}{of_these} "
            "AND NOT EXISTS (SELECT 1 FROM segment_member m WHERE m.segment_id = :segment AND m.profile_id = p.id) "
            "RETURNING profile_id"
        ),
        {**parameters, "moment": moment},
    )
    newcomers = sorted(entered.scalars())
    left = await executor.execute(
        text(
            f"DELETE FROM segment_member WHERE segment_id = :segment{of_them} AND profile_id NOT IN "  # noqa: S608 - values are bound
            f"(SELECT p.id FROM profile p WHERE {holds}{of_these}) RETURNING profile_id"
        ),
        parameters,
    )
    gone = sorted(left.scalars())
    if is_told:
        await _tell(executor, SEGMENT_ENTERED, segment, newcomers, now)
        await _tell(executor, SEGMENT_LEFT, segment, gone, now)
    return len(newcomers) + len(gone)


async def _tell(executor: Executor, name: str, segment: Watched, profiles: list[str], now: datetime) -> None:
    properties = {"segment": segment.id, "name": segment.name}
    told = {"entered_segment": segment.id} if name == SEGMENT_ENTERED else {}
    happened = [NewEvent(name, profile, now, properties=properties) for profile in profiles]
    await events.record(executor, happened, now, told=told)


def _watch(segment_id: str, name: str, saved: Mapping[str, Condition]) -> Watched:
    every = [saved[one] for one in sorted(reached([segment_id], saved)) if one in saved]
    leaves = [clause for condition in every for clause in clauses(condition)]
    names = {clause.event for clause in leaves if isinstance(clause, HasOccurred)}
    if any(isinstance(clause, Attribute | Time) for clause in leaves):
        names.add(PROFILE_UPDATED)
    told = "".join(condition.model_dump_json() for condition in every)
    return Watched(
        id=segment_id,
        name=name,
        condition=saved[segment_id],
        events=frozenset(names),
        by_time=any(_is_moved_by_time(clause) for clause in leaves),
        hash=sha256(told.encode()).hexdigest()[:16],
    )


def _is_moved_by_time(clause: Condition) -> bool:
    match clause:
        case HasOccurred():
            return clause.within is not None
        case Attribute():
            return clause.op in {"in_last", "in_next"}
        case Time() | Stock():
            return True
        case _:
            return False
