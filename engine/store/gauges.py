"""Numbers for operators, each cheap enough to be asked for every few seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select

from engine.store import outbox
from engine.store.counts import read_active
from engine.store.outbox import Backlog
from engine.store.statements import Executor, core
from engine.store.tables import DeadLetter, NodeCounter

_counter = core(NodeCounter)
_letter = core(DeadLetter)


@dataclass(frozen=True, slots=True)
class MessageCount:
    """How many messages of a journey ended in this way at a node: `sent`, or the reason why they were not."""

    journey_id: str
    node: str
    outcome: str
    n: int


@dataclass(frozen=True, slots=True)
class Gauges:
    """The installation at one moment. `outbox_lag` is the age of the oldest fact that waits for routing."""

    outbox_open: int
    outbox_failing: int
    outbox_lag: timedelta
    dead_letters: int
    active: dict[str, int]
    messages: tuple[MessageCount, ...]


async def outbox_lag(executor: Executor, now: datetime) -> timedelta:
    """How long the oldest fact has been waiting to be routed; zero when none waits."""
    return _lag(await outbox.backlog(executor), now)


async def read_gauges(executor: Executor, now: datetime) -> Gauges:
    """All numbers."""
    backlog = await outbox.backlog(executor)
    open_letters = select(func.count()).select_from(_letter).where(_letter.c.resolved_at.is_(None))
    return Gauges(
        outbox_open=backlog.open,
        outbox_failing=backlog.failing,
        outbox_lag=_lag(backlog, now),
        dead_letters=int(await executor.scalar(open_letters) or 0),
        active=await read_active(executor),
        messages=await _messages(executor),
    )


def _lag(backlog: Backlog, now: datetime) -> timedelta:
    return timedelta() if backlog.oldest is None else max(now - backlog.oldest, timedelta())


async def _messages(executor: Executor) -> tuple[MessageCount, ...]:
    """From the counters at message nodes, over all versions."""
    sent = _counter.c.counter == "outlet:sent"
    outcome = case((sent, "sent"), else_=func.substr(_counter.c.counter, len("dropped:") + 1)).label("outcome")
    rows = await executor.execute(
        select(_counter.c.journey_id, _counter.c.node, outcome, func.sum(_counter.c.n))
        .where(or_(sent, _counter.c.counter.startswith("dropped:")))
        .group_by(_counter.c.journey_id, _counter.c.node, outcome)
        .order_by(_counter.c.journey_id, _counter.c.node, outcome)
    )
    return tuple(MessageCount(journey, node, how, int(n)) for journey, node, how, n in rows)
