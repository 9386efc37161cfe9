"""Strands of journeys: where enrollments went, what was sent, and what was deliberately not."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine.store.statements import core
from engine.store.tables import Enrollment, Release, ReleaseExclusion, Rendering, Send, SendOutcome, TrailRow
from engine.store.timeline.items import Kind, TimelineItem, Tone
from engine.store.timeline.strands import Found, Names, Query
from engine.store.timeline.words import channel_name, day, reason_words, way_words

_enrollment = core(Enrollment)
_trail = core(TrailRow)
_release = core(Release)
_exclusion = core(ReleaseExclusion)
_send = core(Send)
_outcome = core(SendOutcome)
_rendering = core(Rendering)
_LONGEST_MESSAGE = 120
_ENTRY_REASON = "entry_event"
_MARK = re.compile("\x01[^\x01]*\x01")
"""Where a stored message leaves out what differs between its sends (`engine.messages.rendered`)."""


_KIND_OF_STATE: Mapping[str, Kind] = {"skipped": "skip", "bounced": "bounce", "failed": "bounce"}
"""States that are looked for by themselves; every other is a send on its way."""


class _Sends:
    """Each state that a send reached. Clicks are left out: they are events."""

    rank = 4
    kinds: frozenset[Kind] = frozenset({"send", "skip", "bounce"})
    at: ColumnElement[datetime] = _outcome.c.at
    key: Sequence[ColumnElement[Any]] = (_outcome.c.id,)

    _STATES: Mapping[str, tuple[str, Tone]] = {
        "queued": ("{} delayed", "warn"),
        "sending": ("{} on its way", "neutral"),
        "accepted": ("{} sent", "good"),
        "delivered": ("{} delivered", "good"),
        "opened": ("{} opened", "good"),
        "bounced": ("{} bounced", "bad"),
        "failed": ("{} failed", "bad"),
        "expired": ("{} expired before it was delivered", "warn"),
        "unknown": ("{} may or may not have arrived", "warn"),
    }

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:
        """Outcomes of the profile's sends."""
        query = (
            _columns(
                _outcome.c.id,
                _outcome.c.at,
                _outcome.c.state,
                _outcome.c.reason,
                _outcome.c.detail,
                _outcome.c.provider_id,
            )
            .join(_outcome, _outcome.c.send_id == _send.c.id)
            .where(_send.c.profile_id.in_(people), _outcome.c.state != "clicked")
        )
        if set(kinds) >= self.kinds:
            return query
        named = _outcome.c.state.in_([state for state, kind in _KIND_OF_STATE.items() if kind in kinds])
        others = _outcome.c.state.not_in(list(_KIND_OF_STATE))
        return query.where(or_(named, others) if "send" in kinds else named)

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """What became of it."""
        skipped = row.state == "skipped"
        if skipped:
            title, tone = f"Not sent: {reason_words(row.reason)}", "warn"
        else:
            sentence, tone = self._STATES.get(row.state, ("{}: " + row.state, "neutral"))
            title = _with_message(sentence.format(channel_name(row.channel)), row)
        detail = reason_words(row.reason).capitalize() if row.reason and not skipped else None
        return _send_item(
            row,
            names,
            id=f"{row.send_id}.{row.id}",
            kind=_KIND_OF_STATE.get(row.state, "send"),
            title=title,
            tone=tone,
            detail=_where(row, names) if skipped else detail,
            reason=row.reason,
            data={"state": row.state, "provider_id": row.provider_id, **row.detail},
        )


class _LeftOut:
    """Releases that left the profile out, and why."""

    rank = 9
    kinds: frozenset[Kind] = frozenset({"skip"})
    at: ColumnElement[datetime] = _exclusion.c.at
    key: Sequence[ColumnElement[Any]] = (_exclusion.c.release_id, _exclusion.c.entry_id)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """Exclusions of the profile."""
        return (
            select(
                _exclusion.c.release_id,
                _exclusion.c.entry_id,
                _exclusion.c.at,
                _exclusion.c.reason,
                _release.c.journey_id,
                _release.c.variant_id,
                _release.c.restock_id,
            )
            .join_from(_exclusion, _release, _release.c.id == _exclusion.c.release_id)
            .where(_exclusion.c.profile_id.in_(people))
        )

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """Which restock passed the profile by."""
        return TimelineItem(
            id=f"{row.release_id}.{row.entry_id}",
            at=row.at,
            kind="skip",
            title=f"Not let in: {reason_words(row.reason)}",
            tone="warn",
            detail=f"{names.title(row.variant_id)} was back in stock",
            journey=names.journeys.get(row.journey_id),
            variant=names.variant(row.variant_id),
            reason=row.reason,
            data={"release": row.release_id, "entry": row.entry_id},
            links=names.origins(None, row.restock_id),
        )


class _Unsettled:
    """Sends that were claimed and of which nothing is known yet."""

    rank = 3
    kinds: frozenset[Kind] = frozenset({"send"})
    at: ColumnElement[datetime] = _send.c.claimed_at
    key: Sequence[ColumnElement[Any]] = (_send.c.id,)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """Claims without an outcome."""
        settled = select(_outcome.c.id).where(_outcome.c.send_id == _send.c.id).exists()
        claimed = _columns(_send.c.id, _send.c.claimed_at.label("at"))
        return claimed.where(_send.c.profile_id.in_(people), ~settled)

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """Being sent."""
        title = _with_message(f"{channel_name(row.channel)} being sent", row)
        return _send_item(row, names, id=row.send_id, kind="send", title=title, data={"state": "sending"})


class _Trail:
    """The steps of enrollments. What a step asked or sent is left out: the answer and the send are there."""

    rank = 5
    kinds: frozenset[Kind] = frozenset({"enrollment"})
    at: ColumnElement[datetime] = _trail.c.at
    key: Sequence[ColumnElement[Any]] = (_trail.c.enrollment_id, _trail.c.seq)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """Beginnings, waits, ways taken and ends."""
        beginning = and_(_trail.c.act == "entered", _trail.c.seq == 0)
        way = and_(_trail.c.act == "took", func.coalesce(_trail.c.reason, "") != _ENTRY_REASON)
        told = or_(beginning, way, _trail.c.act.not_in(("entered", "took", "asked", "delivering", "acting")))
        return (
            select(
                _trail,
                _enrollment.c.journey_id,
                _enrollment.c.version,
                _enrollment.c.variant_id,
                _enrollment.c.restock_id,
            )
            .join_from(_trail, _enrollment, _enrollment.c.id == _trail.c.enrollment_id)
            .where(_enrollment.c.profile_id.in_(people), told)
        )

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """What the enrollment did."""
        journey = names.journeys.get(row.journey_id)
        name = journey.name if journey else "a journey"
        step = names.step(row)
        facts: Mapping[str, Any] = row.facts
        match row.act:
            case "entered":
                title, detail = f"Entered {name}", f"Version {row.version}"
            case "waiting":
                until = facts.get("until")
                title = f"Waiting at {step}" + (f": {reason_words(row.reason)}" if row.reason else "")
                detail = f"Until {day(until)}" if until else None
            case "took":
                title, detail = f"Passed {step}", way_words(row.outlet)
            case "reached":
                title, detail = f"Reached the goal {row.reason}", None
            case "moved":
                title, detail = f"Moved to version {facts.get('to', row.version)}", None
            case "ended":
                title, detail = f"Left {name}: {reason_words(row.reason)}", None
            case _:
                title, detail = f"{row.act.replace('_', ' ').capitalize()} at {step}", None
        return TimelineItem(
            id=f"{row.enrollment_id}.{row.seq}",
            at=row.at,
            kind="enrollment",
            title=title,
            detail=detail,
            journey=journey,
            node=row.node,
            step=step,
            enrollment_id=row.enrollment_id,
            variant=names.variant(row.variant_id),
            reason=row.reason,
            data={"act": row.act, "visit": row.visit, "version": row.version, **facts},
            links=names.origins(row.enrollment_id, row.restock_id),
        )


def _columns(*columns: ColumnElement[Any]) -> Query:
    """These, and what every row about a send needs, from sends with their enrollment and rendering."""
    content = _rendering.c.content
    return (
        select(
            *columns,
            _send.c.id.label("send_id"),
            _send.c.enrollment_id,
            _send.c.journey_id,
            _send.c.version,
            _send.c.node,
            _send.c.channel,
            _send.c.variant_id,
            _send.c.kind.label("purpose"),
            _send.c.verdict,
            _enrollment.c.restock_id,
            func.coalesce(
                content["title"].as_string(), content["subject"].as_string(), content["text"].as_string()
            ).label("message"),
        )
        .select_from(_send)
        .outerjoin(_enrollment, _enrollment.c.id == _send.c.enrollment_id)
        .outerjoin(_rendering, _rendering.c.hash == _send.c.rendering_hash)
    )


def _with_message(sentence: str, row: Found) -> str:
    message = _MARK.sub("…", row.message or "")
    if not message:
        return sentence
    return f"{sentence}: {message if len(message) <= _LONGEST_MESSAGE else message[: _LONGEST_MESSAGE - 1] + '…'}"


def _where(row: Found, names: Names) -> str:
    """The step of a message, with its channel where its title does not say it."""
    channel, step = channel_name(row.channel), names.step(row)
    return channel if step == channel else f"{channel} at {step}"


def _send_item(  # what a send always shows, and what its state adds
    row: Found,
    names: Names,
    *,
    id: str,
    kind: Kind,
    title: str,
    data: Mapping[str, Any],
    tone: Tone = "neutral",
    detail: str | None = None,
    reason: str | None = None,
) -> TimelineItem:
    known = {name: value for name, value in data.items() if value is not None}
    return TimelineItem(
        id=id,
        at=row.at,
        kind=kind,
        title=title,
        tone=tone,
        detail=detail,
        journey=names.journeys.get(row.journey_id),
        node=row.node,
        step=names.step(row),
        enrollment_id=row.enrollment_id,
        variant=names.variant(row.variant_id),
        reason=reason,
        channel=row.channel,
        data={"send": row.send_id, "version": row.version, "purpose": row.purpose, **known, "verdict": row.verdict},
        links=names.origins(row.enrollment_id, row.restock_id),
    )


SENDS = _Sends()
UNSETTLED = _Unsettled()
TRAIL = _Trail()
LEFT_OUT = _LeftOut()
