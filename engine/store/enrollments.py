"""Enrollments as they stand: who is where, recorded in groups.

`StepRecord` is what one step of an enrollment leaves behind: trail, counters, standing. Recording it again changes
nothing, because trail rows are keyed by (enrollment, seq) and only new rows are counted. A run that was believed dead
and comes late with an earlier step does not set the enrollment back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from sqlalchemy import JSON, Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import JSONB

from engine.journey.decisions import Decision, End, SleepUntil, WaitFor
from engine.journey.trail import TrailStep
from engine.store.prepared import IDS, Insert, Prepared, is_among
from engine.store.statements import Upsert, core
from engine.store.tables import Enrollment, NodeCounter, TrailRow

DROPPED = frozenset({"skipped", "failed", "unknown"})
"""How a delivery ends that did not reach anybody."""
_NO_STEP = 2**31 - 1
"""What is recorded without a step of its own is about now."""
_NAMES_OR_NULL: Any = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_standing_now, _trail = core(Enrollment), core(TrailRow)
_STEPS = Prepared(
    lambda insert: insert(TrailRow).on_conflict_do_nothing().returning(_trail.c.enrollment_id, _trail.c.seq)
)
_FURTHER = select(_trail.c.seq).where(_trail.c.enrollment_id == _standing_now.c.id, _trail.c.seq > bindparam("last"))
_STANDING = Prepared(
    update(_standing_now)
    .where(_standing_now.c.id == bindparam("enrollment"), ~_FURTHER.exists())
    .values(
        version=bindparam("walks"),
        status=bindparam("status"),
        node=bindparam("node"),
        until=bindparam("until"),
        listens=bindparam("listens", type_=_NAMES_OR_NULL),
        exit_reason=bindparam("exit_reason"),
        ended_at=bindparam("ended_at"),
    )
)


_IN_TURN = Prepared(
    select(_standing_now.c.id)
    .where(is_among(_standing_now.c.id, IDS))
    .order_by(_standing_now.c.id)
    .with_for_update(key_share=True)
)
"""Whoever records the same enrollments waits here, before it looks how far their trails go. An update alone would look
first and wait then, and PostgreSQL does not look again at another table."""


def _one_more(insert: Insert) -> Upsert:
    row = insert(NodeCounter)
    keys = ["journey_id", "version", "node", "counter", "day"]
    return row.on_conflict_do_update(index_elements=keys, set_={"n": core(NodeCounter).c.n + row.excluded.n})


_COUNTED = Prepared(_one_more)


@dataclass(frozen=True, slots=True)
class StepRecord:
    """The trail of an enrollment since it was last recorded, and the decision that it holds now.

    `is_parked` when a pause holds it there.
    """

    enrollment_id: str
    journey_id: str
    version: int
    steps: tuple[TrailStep, ...]
    decision: Decision
    is_parked: bool = False


def record_steps(connection: Connection, records: Sequence[StepRecord]) -> None:
    """Store trails, counters and standings of many enrollments in the caller's transaction."""
    rows = [_trail_row(record, step) for record in records for step in record.steps]
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        _IN_TURN.rows(connection, {"ids": {record.enrollment_id for record in records}})
    if rows:
        _add_trail(connection, records, rows)
    _STANDING.many(connection, [_standing(record) for record in records])


def _add_trail(connection: Connection, records: Sequence[StepRecord], rows: list[dict[str, Any]]) -> None:
    new = {(row["enrollment_id"], row["seq"]) for row in _STEPS.returning(connection, rows)}
    counts: Counter[tuple[str, int, str, str, date]] = Counter()
    for record in records:
        for step in record.steps:
            if (record.enrollment_id, step.seq) in new:
                day = step.at.astimezone(UTC).date()
                counts.update(
                    (record.journey_id, record.version, step.node, counter, day) for counter in _counters(step)
                )
    if not counts:
        return
    _COUNTED.many(
        connection,
        [
            {"journey_id": journey, "version": version, "node": node, "counter": counter, "day": day, "n": count}
            for (journey, version, node, counter, day), count in sorted(counts.items())
        ],
    )


def _counters(step: TrailStep) -> list[str]:
    match step.act:
        case "entered":
            return ["entered"]
        case "took":
            counters = ["passed", f"outlet:{step.outlet}"]
            if step.facts.get("status") in DROPPED:
                counters.append(f"dropped:{step.reason}")
            return counters
        case "ended":
            return [f"ended:{step.reason}"]
        case _:
            return []


def _trail_row(record: StepRecord, step: TrailStep) -> dict[str, Any]:
    return {
        "enrollment_id": record.enrollment_id,
        "seq": step.seq,
        "node": step.node,
        "visit": step.visit,
        "act": step.act,
        "outlet": step.outlet,
        "reason": step.reason,
        "facts": dict(step.facts),
        "at": step.at,
    }


def _standing(record: StepRecord) -> dict[str, Any]:
    decision = record.decision
    ended = isinstance(decision, End)
    waits = isinstance(decision, SleepUntil | WaitFor)
    return {
        "enrollment": record.enrollment_id,
        "last": record.steps[-1].seq if record.steps else _NO_STEP,
        "walks": record.version,
        "status": "parked" if record.is_parked else "ended" if ended else "waiting" if waits else "active",
        "node": decision.node,
        "until": decision.until if isinstance(decision, SleepUntil | WaitFor) else None,
        "listens": list(decision.events) or None if isinstance(decision, WaitFor) and not record.is_parked else None,
        "exit_reason": decision.reason if isinstance(decision, End) else None,
        "ended_at": record.steps[-1].at if ended and record.steps else None,
    }
