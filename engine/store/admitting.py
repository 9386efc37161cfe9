"""Admission: who of those that a trigger found may enter, and the enrollments that this begins.

    found by the trigger ──► is the journey open? ──► is it for this product? ──► in its audience?
                         ──► may she enter (again)? ──► an enrollment

The enrollment's key follows from the journey's rule for entering again, and its id from the key. So the same event
lets in once, however often it is routed, and a rule that allows one entry is kept by the id alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, text

from engine.guardrails.settings import guardrails_of
from engine.journey.admission import PastEntries, closed, entry_key, refused_again
from engine.journey.conditions import Condition
from engine.journey.facts import EventFact
from engine.journey.settings import EveryTime, JourneySettings
from engine.store.ids import id_from
from engine.store.items import find_items
from engine.store.routing import Live, RoutedEvent
from engine.store.segments import compiled
from engine.store.statements import Executor, core, in_chunks, insert_into
from engine.store.tables import Enrollment, Profile
from engine.store.testers import listed_testers

_enrollment = core(Enrollment)
_profile = core(Profile)


@dataclass(frozen=True, slots=True)
class Admission:
    """An enrollment that begins: its id and key, who enters, and because of what."""

    enrollment: str
    key: str
    profile: str
    cause: RoutedEvent


async def admit(
    executor: Executor, live: Live, settings: JourneySettings, causes: Sequence[RoutedEvent], now: datetime
) -> list[Admission]:
    """Write down the enrollments that these events begin in the journey, for those who may enter.

    What is admitted already is admitted again, so that routing may be repeated after a crash.
    """
    wanted = [_wanted(live, settings, cause) for cause in causes if cause.profile_id is not None]
    begun = await _begun(executor, [one.enrollment for one in wanted])
    admitted = [one for one in wanted if begun.get(one.enrollment) == one.cause.id]
    fresh = [one for one in wanted if one.enrollment not in begun]
    fresh = await _let_in_at_all(executor, live, settings, fresh, now)
    fresh = await _about_its_products(executor, settings, fresh)
    fresh = await _in_audience(executor, settings, fresh, now)
    fresh = await _allowed_again(executor, live, settings, fresh, now)
    if fresh:
        insert = insert_into(Enrollment, executor).on_conflict_do_nothing()
        for chunk in in_chunks(fresh):
            await executor.execute(insert, [_row(live, one, now) for one in chunk])
    return [*admitted, *fresh]


async def members(
    executor: Executor, condition: Condition, profiles: Collection[str], now: datetime, *, zone: str = "UTC"
) -> frozenset[str]:
    """Those of these profiles for whom the condition holds now."""
    found: set[str] = set()
    predicate = await compiled(executor, condition, now, zone=zone, scope="one")
    for chunk in in_chunks(sorted(profiles)):
        names = {f"who{index}": profile for index, profile in enumerate(chunk)}
        listed = ", ".join(f":{name}" for name in names)
        wanted = text(f"SELECT p.id FROM profile p WHERE p.id IN ({listed}) AND {predicate.sql}")  # noqa: S608 - values are bound
        found.update((await executor.execute(wanted, {**predicate.parameters, **names})).scalars())
    return frozenset(found)


def _wanted(live: Live, settings: JourneySettings, cause: RoutedEvent) -> Admission:
    profile = cause.profile_id or ""
    key = entry_key(settings.reentry, _fact(cause), settings.match)
    return Admission(id_from("enr", live.journey, profile, key), key, profile, cause)


def _fact(cause: RoutedEvent) -> EventFact:
    return EventFact(id=cause.id, name=cause.name, at=cause.at, properties=cause.properties)


async def _begun(executor: Executor, ids: Sequence[str]) -> dict[str, str | None]:
    """The events by which these enrollments began; those that did not are missing."""
    begun: dict[str, str | None] = {}
    for chunk in in_chunks(ids):
        rows = await executor.execute(
            select(_enrollment.c.id, _enrollment.c.event_id).where(_enrollment.c.id.in_(chunk))
        )
        begun |= {row.id: row.event_id for row in rows}
    return begun


async def _let_in_at_all(
    executor: Executor, live: Live, settings: JourneySettings, wanted: list[Admission], now: datetime
) -> list[Admission]:
    """Without those for whom the journey is closed: under test it is open for its testers only."""
    if closed(live.status, live.dated(settings), now) is None:
        return wanted
    if closed(live.status, live.dated(settings), now, is_test=True) is not None:
        return []
    testers = {str(profile) for (profile,) in await executor.execute(listed_testers(live.journey))}
    return [one for one in wanted if one.profile in testers]


async def _about_its_products(
    executor: Executor, settings: JourneySettings, wanted: list[Admission]
) -> list[Admission]:
    """Only those whose event is about a product that the journey is for, or about none."""
    products = guardrails_of(settings.guardrails).products
    variants = {variant for one in wanted if (variant := one.cause.variant_id) is not None}
    if products is None or not variants:
        return wanted
    items = await find_items(executor, variants)
    excluded = {variant for variant, item in items.items() if not products.holds(item)}
    return [one for one in wanted if one.cause.variant_id not in excluded]


async def _in_audience(
    executor: Executor, settings: JourneySettings, wanted: list[Admission], now: datetime
) -> list[Admission]:
    """Only those in the audience; what it asks of the entry event is asked of each one's own."""
    audience = settings.audience.as_condition
    if audience is None or not wanted:
        return wanted
    alike: dict[str, tuple[Condition, list[Admission]]] = {}
    for one in wanted:
        bound = audience.bound(_fact(one.cause))
        alike.setdefault(bound.model_dump_json(), (bound, []))[1].append(one)
    held: set[str] = set()
    for bound, ones in alike.values():
        found = await members(executor, bound, {one.profile for one in ones}, now, zone=settings.zone)
        held.update(one.enrollment for one in ones if one.profile in found)
    return [one for one in wanted if one.enrollment in held]


async def _allowed_again(
    executor: Executor, live: Live, settings: JourneySettings, wanted: list[Admission], now: datetime
) -> list[Admission]:
    """Only those who may enter again, the earliest event first; who enters by one has entered for the next."""
    rule = settings.reentry
    if isinstance(rule, EveryTime) or not wanted:
        return wanted
    keys: dict[str, set[str]] = defaultdict(set)
    for one in wanted:
        keys[one.profile].add(one.key)
    past = await past_entries(executor, live.journey, keys)
    admitted: list[Admission] = []
    for one in wanted:
        if refused_again(rule, past.get((one.profile, one.key), past.get((one.profile, ""), PastEntries())), now):
            continue
        admitted.append(one)
        past[one.profile, ""] = PastEntries(last=now)
        past[one.profile, one.key] = PastEntries(last=now, last_for_key=now)
    return admitted


async def past_entries(
    executor: Executor, journey: str, keys: Mapping[str, Collection[str]]
) -> dict[tuple[str, str], PastEntries]:
    """When each profile entered before, under any id that the person has had: at all (""), and for each of its keys."""
    person = func.coalesce(_profile.c.merged_into, _profile.c.id)
    past: dict[tuple[str, str], PastEntries] = {}
    for chunk in in_chunks(sorted(keys)):
        asked = sorted({key for profile in chunk for key in keys[profile]})
        about = case((_enrollment.c.key.in_(asked), _enrollment.c.key), else_="")
        rows = await executor.execute(
            select(person.label("person"), about.label("about"), func.max(_enrollment.c.entered_at).label("at"))
            .join_from(_enrollment, _profile, _profile.c.id == _enrollment.c.profile_id)
            .where(
                _enrollment.c.journey_id == journey,
                (_profile.c.id.in_(chunk)) | (_profile.c.merged_into.in_(chunk)),
            )
            .group_by(person, about)
        )
        for row in rows:
            last = past.get((row.person, ""), PastEntries()).last
            newest = row.at if last is None else max(last, row.at)
            past[row.person, ""] = PastEntries(last=newest)
            if row.about:
                past[row.person, row.about] = PastEntries(last=newest, last_for_key=row.at)
    return {
        (person, key): PastEntries(last=past[person, ""].last, last_for_key=entries.last_for_key)
        for (person, key), entries in past.items()
    }


def _row(live: Live, one: Admission, now: datetime) -> dict[str, Any]:
    return {
        "id": one.enrollment,
        "journey_id": live.journey,
        "version": live.version,
        "profile_id": one.profile,
        "key": one.key,
        "variant_id": one.cause.variant_id,
        "waitlist_entry_id": one.cause.waitlist_entry_id,
        "event_id": one.cause.id,
        "is_test": live.status == "test",
        "status": "starting",
        "entered_at": now,
    }
