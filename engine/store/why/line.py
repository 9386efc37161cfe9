"""Was the person in the order of the release, at which place, and how far did the release come?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, tuple_

from engine.journey.conditions import Segment as InSegment
from engine.stock.rules import ReleaseRule
from engine.store.admitting import members
from engine.store.releases import release_id
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, Release, ReleaseExclusion, WaitlistEntry
from engine.store.timeline.words import day
from engine.store.why.findings import Finding

_release, _enrollment, _entry, _excluded = core(Release), core(Enrollment), core(WaitlistEntry), core(ReleaseExclusion)
_ENDED = {
    "stock_too_low": "the stock was gone before this person's turn",
    "kill_switch": "all sending was stopped",
    "stopped": "somebody stopped the release",
    "journey_not_active": "the journey did not run any more",
    "superseded": "the next restock's release took over",
    "product_filter": "the journey is not for this product",
    "line_empty": "everybody in line had been let in",
}


_LEFT_OUT = {
    "interest_expired": "the interest was older than the journey's window",
    "not_in_audience": "the person was not in the journey's audience when the turn came",
    "already_entered": "the journey may be entered only once, and the person had entered before",
    "too_soon_again": "the journey may be entered again only after a while, and it was too soon",
}


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose place in which release is sought; `entry` is the waitlist entry that she stood in line with."""

    journey: str
    restock: str
    restocked_at: datetime
    people: Collection[str]
    variants: Collection[str]
    entry: Any
    rule: ReleaseRule
    sources: Collection[str]


async def place_in_line(executor: Executor, sought: Sought, enrollment: Any | None) -> Finding:
    """Where the person stood, and whether the release came as far."""
    release = await _read_release(executor, sought.journey, sought.restock)
    links = {} if release is None else {"release": f"/v1/releases/{release.id}"}
    if enrollment is not None:
        place = (
            ""
            if enrollment.position is None
            else f", as number {enrollment.position} of {release.released}"
            if release
            else ""
        )
        facts = {"position": enrollment.position, "tier": enrollment.tier, "score": enrollment.score}
        told = {name: value for name, value in facts.items() if value is not None}
        return Finding(
            "line", True, f"The release let the person in on {day(enrollment.entered_at)}{place}.", None, told, links
        )
    busy = await _under_way(executor, sought)
    if busy is not None:
        sentence = f"The person was in this journey about the same item already, since {day(busy.entered_at)}."
        return Finding(
            "line", False, sentence, "under_way", {"enrollment": busy.id}, {"enrollment": f"/v1/enrollments/{busy.id}"}
        )
    if release is None:
        return Finding("line", None, "No release of this restock began for this journey.", "no_release")
    excluded = await _exclusion(executor, release.id, sought.people)
    if excluded is not None:
        sentence = _LEFT_OUT.get(excluded, excluded.replace("_", " "))
        return Finding("line", False, f"The release left the person out: {sentence}.", excluded, {}, links)
    ahead = await _ahead(executor, sought)
    facts: dict[str, Any] = {"ahead": ahead, "released": release.released, "status": release.status}
    if sought.rule.tiers:
        facts |= {"tier": await _tier(executor, sought), "open_tier": release.tier}
    where = f"{ahead} stood before this person, and the release let {release.released} in"
    if release.status != "ended":
        return Finding("line", None, f"The release is not over: {where} so far.", release.status, facts, links)
    why = _ENDED.get(release.reason, str(release.reason).replace("_", " "))
    facts["reason"] = release.reason
    reason = "sold_out_before_turn" if release.reason == "stock_too_low" else release.reason
    return Finding("line", False, f"{where[0].upper()}{where[1:]}; then it ended, because {why}.", reason, facts, links)


async def _read_release(executor: Executor, journey: str, restock: str) -> Any | None:
    return (await executor.execute(select(_release).where(_release.c.id == release_id(journey, restock)))).one_or_none()


async def _under_way(executor: Executor, sought: Sought) -> Any | None:
    """The enrollment about the same item that was open when the variant came back."""
    still = or_(_enrollment.c.ended_at.is_(None), _enrollment.c.ended_at > sought.restocked_at)
    return (
        await executor.execute(
            select(_enrollment.c.id, _enrollment.c.entered_at)
            .where(
                _enrollment.c.profile_id.in_(list(sought.people)),
                _enrollment.c.journey_id == sought.journey,
                _enrollment.c.variant_id.in_(list(sought.variants)),
                _enrollment.c.entered_at <= sought.restocked_at,
                still,
            )
            .limit(1)
        )
    ).one_or_none()


async def _exclusion(executor: Executor, release: str, people: Collection[str]) -> str | None:
    statement = select(_excluded.c.reason).where(
        _excluded.c.release_id == release, _excluded.c.profile_id.in_(list(people))
    )
    return await executor.scalar(statement.limit(1))


async def _ahead(executor: Executor, sought: Sought) -> int:
    """How many open entries of the line stood before hers when the variant came back, by intent and age."""
    entry = sought.entry
    order = (_entry.c.intent, _entry.c.created_at, _entry.c.id)
    hers = (literal(getattr(entry, column.name), column.type) for column in order)
    before_her = tuple_(*order) < tuple_(*hers)
    was_open = and_(
        _entry.c.created_at <= sought.restocked_at,
        or_(_entry.c.closed_at.is_(None), _entry.c.closed_at >= sought.restocked_at),
        or_(_entry.c.expires_at.is_(None), _entry.c.expires_at > sought.restocked_at),
    )
    statement = select(func.count()).where(
        _entry.c.variant_id.in_(list(sought.variants)), _entry.c.source.in_(list(sought.sources)), was_open, before_her
    )
    return int(await executor.scalar(statement) or 0)


async def _tier(executor: Executor, sought: Sought) -> int:
    """The first tier whose segment holds the person, counted from 0."""
    for number, tier in enumerate(sought.rule.tiers):
        if await members(executor, InSegment(segment=tier.segment), list(sought.people), sought.restocked_at):
            return number
    return sought.rule.last_tier
