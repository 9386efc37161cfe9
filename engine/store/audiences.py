"""Audiences: everyone for whom a condition holds enters a journey, once at its launch or by its schedule.

    due? ──► a run ──► the next profiles by id that the audience holds for ──► the door ──► how far it came
                              ▲                                                                  │
                              └──────────────────────────────────────────────────────────────────┘

A run remembers the last profile that it looked at, after those before were let in. So a crash repeats one portion,
which the ids of its enrollments make harmless.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update

from engine.journey.conditions import All, Condition, HasOccurred
from engine.journey.triggers import ENTRY_EVENTS, AudienceTrigger, ScheduleTrigger
from engine.store.ids import id_from
from engine.store.routing import Live, RoutedEvent
from engine.store.segments import compiled
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import AudienceRun, Event, PublishedVersion

LATEST = timedelta(hours=1)
"""A time of a schedule that was missed by more than this (nobody worked, the journey was paused) is let go."""
_run = core(AudienceRun)
_event = core(Event)
_version = core(PublishedVersion)
Gathering = AudienceTrigger | ScheduleTrigger


@dataclass(frozen=True, slots=True)
class Run:
    """A gathering under way."""

    id: str
    journey: str
    due_at: datetime
    reached: str


async def open_run(executor: Executor, live: Live, trigger: Gathering, now: datetime) -> Run | None:
    """The run of this journey that is under way, or that is due now and begins; None when there is nothing to do."""
    unfinished = select(_run).where(_run.c.journey_id == live.journey, _run.c.ended_at.is_(None)).limit(1)
    row = (await executor.execute(unfinished)).one_or_none()
    if row is not None:
        return Run(row.id, row.journey_id, row.due_at, row.reached)
    due = await _due(executor, live, trigger, now)
    if due is None:
        return None
    at, name = due
    begun: dict[str, Any] = {
        "id": id_from("run", live.journey, name),
        "journey_id": live.journey,
        "version": live.version,
        "due_at": at,
        "started_at": now,
        "reached": "",
        "entered": 0,
    }
    insert = insert_into(AudienceRun, executor).on_conflict_do_nothing().returning(_run.c.id)
    is_new = (await executor.execute(insert, [begun])).first() is not None
    return Run(begun["id"], live.journey, at, "") if is_new else None


async def next_portion(
    executor: Executor, run: Run, trigger: Gathering, now: datetime, *, zone: str, size: int
) -> list[RoutedEvent]:
    """The next profiles of the audience, each with the event that stands for its entry."""
    predicate = await compiled(executor, trigger.audience, now, zone=zone)
    wanted = text(
        f"SELECT p.id FROM profile p WHERE p.merged_into IS NULL AND p.id > :reached AND {predicate.sql} "  # noqa: S608 - values are bound
        "ORDER BY p.id LIMIT :size"
    )
    found = await executor.execute(wanted, {**predicate.parameters, "reached": run.reached, "size": size})
    profiles = list(found.scalars())
    occasions = await _occasions(executor, trigger.audience, profiles, now)
    return [_cause(run, trigger, profile, occasions.get(profile)) for profile in profiles]


async def reach(executor: Executor, run: Run, profile: str, entered: int) -> Run:
    """Everyone up to this profile has been looked at, and so many of them entered."""
    await executor.execute(
        update(_run).where(_run.c.id == run.id).values(reached=profile, entered=_run.c.entered + entered)
    )
    return Run(run.id, run.journey, run.due_at, profile)


async def finish(executor: Executor, run: Run, now: datetime) -> None:
    """Nobody is left to look at."""
    await executor.execute(update(_run).where(_run.c.id == run.id).values(ended_at=now))


async def _due(executor: Executor, live: Live, trigger: Gathering, now: datetime) -> tuple[datetime, str] | None:
    """When the journey's audience is due that has not been gathered for it, and the name of that time."""
    if isinstance(trigger, AudienceTrigger):
        at = trigger.at or now
        return None if at > now else (at, "once" if trigger.at is None else at.isoformat())
    last = await executor.scalar(select(func.max(_run.c.due_at)).where(_run.c.journey_id == live.journey))
    published = await executor.scalar(
        select(_version.c.published_at).where(_version.c.journey_id == live.journey, _version.c.number == live.version)
    )
    due = trigger.next_after(max(filter(None, (last, published or now, now - LATEST))))
    return None if due > now else (due, due.isoformat())


async def _occasions(executor: Executor, audience: Condition, profiles: Sequence[str], now: datetime) -> dict[str, Any]:
    """Where the audience asks that something has occurred: the newest such event of each, which says about what."""
    asked = next((one for one in _required(audience) if isinstance(one, HasOccurred)), None)
    if asked is None or not profiles:
        return {}
    wanted = (
        select(_event.c.profile_id, _event.c.variant_id, _event.c.restock_id, _event.c.properties)
        .where(_event.c.profile_id.in_(profiles), _event.c.name == asked.event, _event.c.at <= now)
        .order_by(_event.c.at)
    )
    if asked.within is not None:
        wanted = wanted.where(_event.c.at >= now - asked.within)
    return {row.profile_id: row for row in await executor.execute(wanted)}


def _required(condition: Condition) -> Sequence[Condition]:
    """The clauses that hold for everyone in the audience."""
    if isinstance(condition, All):
        return [clause for part in condition.of for clause in _required(part)]
    return (condition,)


def _cause(run: Run, trigger: Gathering, profile: str, occasion: Any) -> RoutedEvent:
    return RoutedEvent(
        id=id_from("evt", run.id, profile),
        name=ENTRY_EVENTS[trigger.kind],
        profile_id=profile,
        variant_id=None if occasion is None else occasion.variant_id,
        waitlist_entry_id=None,
        properties={**({} if occasion is None else occasion.properties), "audience_run": run.id},
        at=run.due_at,
    )
