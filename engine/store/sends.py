"""What the ledger says, for people: how many messages became what, and which of them nobody knows the end of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select

from engine.messages.status import SendState
from engine.store.statements import Executor, core
from engine.store.tables import Send, SendOutcome

_send, _outcome = core(Send), core(SendOutcome)
_RANKS: Mapping[SendState, int] = {
    SendState.QUEUED: 1,
    SendState.UNKNOWN: 2,
    SendState.ACCEPTED: 3,
    SendState.DELIVERED: 4,
    SendState.OPENED: 5,
    SendState.CLICKED: 6,
    SendState.EXPIRED: 7,
    SendState.SKIPPED: 8,
    SendState.FAILED: 9,
    SendState.BOUNCED: 10,
}
"""Reports come in any order; the state of a send is the furthest of those that it reached."""
_ACTIONS = {"sms": "look_up_at_twilio", "email": "search_message_id", "web_push": "repeat", "mobile_push": "repeat"}
SENT = frozenset({SendState.ACCEPTED, SendState.DELIVERED, SendState.OPENED, SendState.CLICKED})
FAILED = frozenset({SendState.FAILED, SendState.BOUNCED, SendState.EXPIRED})


def rank() -> ColumnElement[int]:
    """How far an outcome is on the way of a send."""
    return case(*((_outcome.c.state == state.value, rank) for state, rank in _RANKS.items()), else_=0)


def newest_outcomes() -> Subquery:
    """For each send that has one, the outcome that is its state now: `send_id`, `state`, `reason`, `at`."""
    place = func.row_number().over(partition_by=_outcome.c.send_id, order_by=(rank().desc(), _outcome.c.id.desc()))
    ranked = select(
        _outcome.c.send_id,
        _outcome.c.state,
        _outcome.c.reason,
        _outcome.c.at,
        _outcome.c.provider_id,
        place.label("place"),
    ).subquery()
    columns = (ranked.c.send_id, ranked.c.state, ranked.c.reason, ranked.c.at, ranked.c.provider_id)
    return select(*columns).where(ranked.c.place == 1).subquery()


@dataclass(slots=True)
class Numbers:
    """What became of the attempts: sent, failed and skipped by reason, unknown, and those not over yet.

    `attempts` is their sum, exactly: each row of the ledger counts once. Tests to oneself do not count.
    """

    sent: int = 0
    unknown: int = 0
    open: int = 0
    failed: dict[str, int] = field(default_factory=dict[str, int])
    skipped: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def attempts(self) -> int:
        """All of them."""
        return self.sent + self.unknown + self.open + sum(self.failed.values()) + sum(self.skipped.values())


async def read_numbers(executor: Executor, journey: str | None = None) -> Numbers:
    """The numbers of one journey, or of all."""
    newest = newest_outcomes()
    statement = (
        select(newest.c.state, newest.c.reason, func.count().label("n"))
        .select_from(_send.outerjoin(newest, newest.c.send_id == _send.c.id))
        .where(_send.c.kind == "live")
        .group_by(newest.c.state, newest.c.reason)
    )
    if journey is not None:
        statement = statement.where(_send.c.journey_id == journey)
    numbers = Numbers()
    for state, reason, n in await executor.execute(statement):
        if state in SENT:
            numbers.sent += n
        elif state == SendState.UNKNOWN:
            numbers.unknown += n
        elif state == SendState.SKIPPED:
            numbers.skipped[reason or state] = numbers.skipped.get(reason or state, 0) + n
        elif state in FAILED:
            numbers.failed[reason or state] = numbers.failed.get(reason or state, 0) + n
        else:
            numbers.open += n
    return numbers


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A send of which nobody knows whether it arrived, and what can be done to find out.

    `action` is look_up_at_twilio (by the send's address and time), search_message_id (in the mail server's log; the
    Message-ID is made from the send's id) or repeat (the topic makes the second replace the first where that
    one is still waiting or shown; whoever has swept it away sees it again).
    """

    id: str
    channel: str
    profile_id: str
    journey_id: str
    node: str
    reason: str | None
    at: datetime
    action: str


async def read_unsettled(executor: Executor, *, limit: int = 100) -> list[Unsettled]:
    """Sends that are `unknown`, newest first."""
    newest = newest_outcomes()
    statement: Select[Any] = (
        select(_send, newest.c.reason, newest.c.at)
        .join(newest, newest.c.send_id == _send.c.id)
        .where(newest.c.state == SendState.UNKNOWN.value, _send.c.kind == "live")
        .order_by(newest.c.at.desc(), _send.c.id)
        .limit(limit)
    )
    return [
        Unsettled(
            id=row.id,
            channel=row.channel,
            profile_id=row.profile_id,
            journey_id=row.journey_id,
            node=row.node,
            reason=row.reason,
            at=row.at,
            action=_ACTIONS.get(row.channel, "ask_the_receiver"),
        )
        for row in await executor.execute(statement)
    ]
