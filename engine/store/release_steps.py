"""One step of a release that does not let everybody in at once: see how it stands, let people in, write it down.

All of it is one transaction with the release locked, so that a step which was interrupted is repeated from where the
last one ended: what was let in, the tier that is open and the batch under way are columns of the release.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from engine.stock.release import Hold, HoldReason, LetIn, Progress, Stop, after_batch, next_course
from engine.stock.rules import ReleaseRule
from engine.store import lines
from engine.store.line_door import Door, let_through
from engine.store.lines import Line
from engine.store.releases import Opening, Prepared, finish, open_release, prepare
from engine.store.statements import core
from engine.store.tables import Release

_release = core(Release)


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did. The release goes on at once unless it `stopped` or there is a `hold`, until then or for news."""

    prepared: Sequence[Prepared] = ()
    stopped: str | None = None
    hold: HoldReason | Literal["paused"] | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a release goes: what it is of, who waits, the journey's rule and threshold, and whom it refuses."""

    opening: Opening
    line: Line
    rule: ReleaseRule
    threshold: int
    door: Door | None = None


def take_step(connection: Connection, terms: Terms, *, available: int, most: int, now: datetime) -> Step:
    """Let the next ones in, at most `most`, as far as the rule and the stock allow it now."""
    release = open_release(connection, terms.opening, now)
    row = connection.execute(select(_release).where(_release.c.id == release).with_for_update()).one()
    if row.status == "ended":
        return Step(stopped=row.reason)
    if row.status == "paused":
        return Step(hold="paused")
    if not row.formed:
        lines.note_expired(connection, terms.line, release, now)
        if terms.rule.is_ordered:
            lines.form_line(connection, terms.line, release, terms.rule, now)
    course = next_course(
        terms.rule,
        terms.threshold,
        _progress(connection, row, now),
        available=available,
        is_exhausted=lambda tier: lines.is_exhausted(connection, release, tier),
        now=now,
        most=most,
    )
    match course:
        case Stop():
            return _stop(connection, terms, course.reason, (), now)
        case Hold():
            return _hold(connection, release, course, (), {})
        case LetIn():
            return _let_in(connection, terms, course, row, now)


def _progress(connection: Connection, row: Row[Any], now: datetime) -> Progress:
    return Progress(
        released=row.released,
        outstanding=lines.count_outstanding(connection, row.id),
        tier=row.tier,
        tier_since=row.tier_since or now,
        batch_end=row.batch_end,
        next_at=row.next_at if row.reason == "next_batch" else None,
    )


def _let_in(connection: Connection, terms: Terms, course: LetIn, row: Row[Any], now: datetime) -> Step:
    if terms.rule.is_ordered:
        places, is_last = lines.next_places(
            connection, terms.line, row.id, tier=course.tier, limit=course.limit, now=now
        )
    else:
        places, is_last = lines.next_in_line(connection, terms.line, course.limit, now)
    if terms.door is not None:
        places = let_through(connection, terms.door, terms.opening, places, now)
    prepared = prepare(connection, places, terms.opening, now=now)
    follows = after_batch(terms.rule, course, row.released + len(prepared), is_last=is_last, now=now)
    match follows:
        case Hold():
            return _hold(connection, row.id, follows, prepared, {"batch_end": course.batch_end})
        case "line_empty":
            return _stop(connection, terms, follows, prepared, now)
        case "more":
            _note(
                connection,
                row.id,
                status="running",
                reason=None,
                next_at=None,
                tier=course.tier,
                tier_since=course.tier_since,
                batch_end=course.batch_end,
            )
            return Step(prepared)


def _stop(connection: Connection, terms: Terms, reason: str, prepared: Sequence[Prepared], now: datetime) -> Step:
    finish(connection, journey=terms.opening.journey, restock=terms.opening.restock, reason=reason, now=now)
    return Step(prepared, stopped=reason)


def _hold(
    connection: Connection, release: str, hold: Hold, prepared: Sequence[Prepared], more: Mapping[str, Any]
) -> Step:
    _note(
        connection,
        release,
        status="holding",
        reason=hold.reason,
        next_at=hold.until,
        tier=hold.tier,
        tier_since=hold.tier_since,
        **more,
    )
    return Step(prepared, hold=hold.reason, until=hold.until)


def _note(connection: Connection, release: str, **values: Any) -> None:
    connection.execute(update(_release).where(_release.c.id == release).values(formed=True, **values))
