"""The course of a release: what happens next, given how far it came and what is left.

    sold out? ──yes──► Stop
       │ no
    pause between batches? ──yes──► Hold until it is over
       │ no
    open the tiers that are due ──► how many may be let in? ──none──► Hold until stock comes or a tier opens
                                            │
                                            └──► LetIn

Tier n + 1 opens when the head start of tier n is over, or as soon as tier n is exhausted: nobody of it waits, and
everyone let in has bought or given up, so that nobody is left whom the head start could serve.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from engine.model import Frozen
from engine.stock.line import allowance
from engine.stock.rules import ReleaseRule

LOOK_AGAIN = timedelta(hours=1)
"""How long a release that has spent its stock waits for news before it looks whether somebody gave up."""
HoldReason = Literal["next_batch", "head_start", "allotted"]


class Progress(Frozen):
    """How far a release came.

    `outstanding` counts those let in who neither bought nor gave up. `tier` is open since `tier_since`, and so are all
    before it. The batch under way ends when `batch_end` people are released; the next one begins at `next_at`.
    """

    released: int
    outstanding: int
    tier: int
    tier_since: datetime
    batch_end: int | None = None
    next_at: datetime | None = None


class LetIn(Frozen):
    """Let the next `limit` people of the open tiers in."""

    limit: int
    tier: int
    tier_since: datetime
    batch_end: int | None


class Hold(Frozen):
    """Let nobody in until then, or until stock moves."""

    until: datetime
    reason: HoldReason
    tier: int
    tier_since: datetime


class Stop(Frozen):
    """The release is over; whoever still waits keeps her place."""

    reason: Literal["stock_too_low"]


Course: TypeAlias = LetIn | Hold | Stop


def next_course(
    rule: ReleaseRule,
    threshold: int,
    progress: Progress,
    *,
    available: int,
    is_exhausted: Callable[[int], bool],
    now: datetime,
    most: int,
) -> Course:
    """What the release does now. `most` bounds how many are let in at a time; `is_exhausted` knows about tiers."""
    if available < threshold:
        return Stop(reason="stock_too_low")
    tier, since = open_tier(rule, progress, is_exhausted, now)
    if progress.next_at is not None and now < progress.next_at:
        return Hold(until=progress.next_at, reason="next_batch", tier=tier, tier_since=since)
    end = progress.batch_end
    if rule.batch is not None and (end is None or progress.released >= end):
        end = progress.released + rule.batch
    limits = [most, *([] if end is None else [end - progress.released])]
    if (allowed := allowance(available, rule.rationing(threshold), progress.outstanding)) is not None:
        limits.append(allowed)
    if min(limits) == 0:
        return Hold(until=now + LOOK_AGAIN, reason="allotted", tier=tier, tier_since=since)
    return LetIn(limit=min(limits), tier=tier, tier_since=since, batch_end=end)


def open_tier(
    rule: ReleaseRule, progress: Progress, is_exhausted: Callable[[int], bool], now: datetime
) -> tuple[int, datetime]:
    """The last tier that is open now, and since when."""
    tier, since = progress.tier, progress.tier_since
    while tier < rule.last_tier:
        due = since + rule.tiers[tier].head_start
        if now >= due:
            tier, since = tier + 1, due
        elif is_exhausted(tier):
            tier, since = tier + 1, now
        else:
            break
    return tier, since


def after_batch(
    rule: ReleaseRule, course: LetIn, released: int, *, is_last: bool, now: datetime
) -> Hold | Literal["more", "line_empty"]:
    """What follows when people were let in, so that `released` are in all. `is_last`: no open tier has any more.

    "more" asks for the next course at once; "line_empty" says that nobody of any tier waits any more.
    """
    if is_last and course.tier == rule.last_tier:
        return "line_empty"
    if rule.every is not None and course.batch_end is not None and released >= course.batch_end:
        return Hold(until=now + rule.every, reason="next_batch", tier=course.tier, tier_since=course.tier_since)
    if not is_last:
        return "more"
    due = course.tier_since + rule.tiers[course.tier].head_start
    return Hold(until=due, reason="head_start", tier=course.tier, tier_since=course.tier_since)
