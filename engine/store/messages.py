"""Sends and skips as the page *Messages* shows them: a list with filters, and each with its reasons and rendering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from engine.store.errors import UnknownRecord
from engine.store.holdings import JourneyName
from engine.store.paging import Cursor, StaleCursor, before, instant_of
from engine.store.sends import rank
from engine.store.statements import Executor, core
from engine.store.tables import Journey, Profile, Rendering, Send, SendOutcome
from engine.store.variant_names import VariantName, name_variants

BEING_SENT = "sending"
"""The state of a claim without an outcome."""
_send, _outcome, _journey = core(Send), core(SendOutcome), core(Journey)
_profile, _rendering = core(Profile), core(Rendering)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which messages are wanted; None means any. `kind` is live or test."""

    channel: str | None = None
    status: str | None = None
    journey: str | None = None
    reason: str | None = None
    profile: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a message was for."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message that was sent or skipped, and what became of it."""

    id: str
    at: datetime
    channel: str
    status: str
    reason: str | None
    kind: str
    profile: Addressee
    journey: JourneyName | None
    version: int
    node: str
    enrollment_id: str
    variant: VariantName | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages, newest first, and where the next page begins."""

    items: tuple[ListedMessage, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Reached:
    """One state that a message reached."""

    state: str
    reason: str | None
    provider_id: str | None
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A message with everything that is known: what the guard read, what was sent, and its history."""

    message: ListedMessage
    verdict: Mapping[str, Any]
    archived: Mapping[str, Any] | None
    history: Sequence[Reached]


async def list_messages(executor: Executor, sought: Sought, *, after: Cursor | None, limit: int) -> MessagePage:
    """The messages that are sought.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    state, reason = _newest(_outcome.c.state), _newest(_outcome.c.reason)
    statement = _listed()
    for column, wanted in (
        (_send.c.channel, sought.channel),
        (_send.c.journey_id, sought.journey),
        (_send.c.profile_id, sought.profile),
        (_send.c.kind, sought.kind),
        (reason, sought.reason),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if sought.status == BEING_SENT:
        statement = statement.where(or_(state.is_(None), state == BEING_SENT))
    elif sought.status is not None:
        statement = statement.where(state == sought.status)
    if after is not None:
        if len(after) != 2:
            raise StaleCursor
        statement = statement.where(before((_send.c.claimed_at, _send.c.id), (instant_of(after, 0), str(after[1]))))
    newest_first = statement.order_by(_send.c.claimed_at.desc(), _send.c.id.desc()).limit(limit + 1)
    rows = (await executor.execute(newest_first)).all()
    items = await _described(executor, rows[:limit])
    return MessagePage(items, (items[-1].at.isoformat(), items[-1].id) if len(rows) > limit else None)


async def read_message(executor: Executor, send_id: str) -> MessageRecord:
    """One message.

    Raises:
        UnknownRecord: there is none with this id.
    """
    row = (await executor.execute(_listed().where(_send.c.id == send_id))).one_or_none()
    if row is None:
        raise UnknownRecord("message", send_id)
    (message,) = await _described(executor, [row])
    archived = await executor.scalar(select(_rendering.c.content).where(_rendering.c.hash == row.rendering_hash))
    reached = await executor.execute(
        select(_outcome.c.state, _outcome.c.reason, _outcome.c.provider_id, _outcome.c.detail, _outcome.c.at)
        .where(_outcome.c.send_id == send_id)
        .order_by(_outcome.c.at, _outcome.c.id)
    )
    return MessageRecord(message, row.verdict, archived, [Reached(*one) for one in reached])


def _listed() -> Select[*tuple[Any, ...]]:
    name = func.trim(func.coalesce(_profile.c.first_name, "") + " " + func.coalesce(_profile.c.last_name, ""))
    return (
        select(
            _send,
            _newest(_outcome.c.state).label("state"),
            _newest(_outcome.c.reason).label("why"),
            _journey.c.name.label("journey_name"),
            func.coalesce(func.nullif(name, ""), _profile.c.email, _profile.c.phone).label("whose"),
        )
        .outerjoin_from(_send, _journey, _journey.c.id == _send.c.journey_id)
        .outerjoin(_profile, _profile.c.id == _send.c.profile_id)
    )


def _newest(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What the outcome says that is the send's state now: looked up row by row, so that a page costs a page."""
    return (
        select(column)
        .where(_outcome.c.send_id == _send.c.id)
        .order_by(rank().desc(), _outcome.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


async def _described(executor: Executor, rows: Sequence[Any]) -> tuple[ListedMessage, ...]:
    variants = await name_variants(executor, [row.variant_id for row in rows if row.variant_id])
    return tuple(
        ListedMessage(
            id=row.id,
            at=row.claimed_at,
            channel=row.channel,
            status=row.state or BEING_SENT,
            reason=row.why,
            kind=row.kind,
            profile=Addressee(row.profile_id, row.whose),
            journey=JourneyName(row.journey_id, row.journey_name) if row.journey_name else None,
            version=row.version,
            node=row.node,
            enrollment_id=row.enrollment_id,
            variant=variants.get(row.variant_id),
        )
        for row in rows
    )
