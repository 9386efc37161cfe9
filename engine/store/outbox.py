"""The outbox: facts that still have to be routed, written in the transaction of the fact itself.

    put ──► open ──► mark_routed ──► (routed_at is set; forgotten by housekeeping)
             ▲  │
             │  └──► mark_failed: stays open, due again after a pause that doubles up to five minutes
             └────────────────┘

Routing may happen twice (a crash between routing and marking), so whoever routes uses ids made from the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from engine.store.bulk import Bulk, written
from engine.store.prepared import Prepared
from engine.store.statements import Executor, affected, among, core, is_sqlite
from engine.store.tables import OutboxRow

CHANNEL = "waitline_outbox"
"""The PostgreSQL notification channel that rings the bell (`engine.store.bell`)."""
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_ERROR = 2_000
_outbox = core(OutboxRow)
_DUE = Prepared(
    select(
        _outbox.c.id,
        _outbox.c.kind,
        _outbox.c.subject_id,
        _outbox.c.payload,
        _outbox.c.created_at,
        _outbox.c.attempts,
    )
    .where(_outbox.c.routed_at.is_(None), _outbox.c.due_at <= bindparam("now"))
    .order_by(_outbox.c.id)
    .limit(bindparam("most"))
)
_ROWS = Bulk(OutboxRow, "kind", "subject_id", "payload", "created_at", "due_at", "attempts")


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A fact to route: what kind, about which row, with what the router needs to know."""

    id: int
    kind: str
    subject_id: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int


class Fact(NamedTuple):
    """A fact to put: `kind` says who routes it, `subject_id` names the row that holds it."""

    kind: str
    subject_id: str
    payload: Mapping[str, Any]


async def put(executor: Executor, kind: str, subject_id: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Write a fact down for routing. It becomes visible, and the bell rings, when the caller's transaction commits."""
    await put_all(executor, [Fact(kind, subject_id, payload)], now)


async def put_all(executor: Executor, facts: Sequence[Fact], now: datetime, *, due_at: datetime | None = None) -> None:
    """Write several facts down, in this order; with `due_at` they are not routed before that."""
    if not facts:
        return
    created, due = written(now), written(due_at or now)
    rows = [(fact.kind, fact.subject_id, fact.payload, created, due, 0) for fact in facts]
    await _ROWS.insert(executor, rows)
    if not is_sqlite(executor):
        await executor.execute(select(func.pg_notify(CHANNEL, "")))


async def open_rows(executor: Executor, limit: int, now: datetime) -> list[OpenRow]:
    """What is due for routing, oldest first."""
    return [OpenRow(**row) for row in await _DUE.ask(executor, {"now": now, "most": limit})]


async def mark_routed(executor: Executor, ids: Sequence[int], now: datetime) -> None:
    """These are done."""
    if ids:
        await executor.execute(update(_outbox).where(among(_outbox.c.id, ids, executor)).values(routed_at=now))


async def mark_failed(executor: Executor, row: OpenRow, error: str, now: datetime) -> None:
    """Routing this failed: keep the reason and try again after a pause of 1, 2, 4 … seconds."""
    pause = min(timedelta(seconds=2 ** min(row.attempts, 16)), LONGEST_PAUSE)
    await executor.execute(
        update(_outbox)
        .where(_outbox.c.id == row.id)
        .values(attempts=_outbox.c.attempts + 1, last_error=error[:LONGEST_ERROR], due_at=now + pause)
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits to be routed, since when, and how much of it has failed at least once."""

    open: int
    oldest: datetime | None
    failing: int


async def backlog(executor: Executor) -> Backlog:
    """The state of the outbox, for metrics and health pages."""
    statement = select(func.count(), func.min(_outbox.c.created_at), func.count().filter(_outbox.c.attempts > 0)).where(
        _outbox.c.routed_at.is_(None)
    )
    return Backlog(*(await executor.execute(statement)).one())


async def forget_routed(executor: Executor, before: datetime, limit: int = 10_000) -> int:
    """Delete rows that were routed before this instant; the facts themselves stay. Returns how many went."""
    old = select(_outbox.c.id).where(_outbox.c.routed_at < before).limit(limit)
    return affected(await executor.execute(delete(_outbox).where(_outbox.c.id.in_(old))))
