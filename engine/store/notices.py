"""Notices: what those inside a journey are told, carried to each of them however many there are.

    migrate   a new version was published, and the author chose who moves to it and who leaves
    resume    the journey goes on after a pause, or the workspace after its kill switch was turned off
    end       the journey has ended, and those inside are to leave

A notice is a row and an outbox row in the transaction of the change itself. The relay starts a workflow for it, which
walks through the enrollments in batches and remembers how far it came; telling one of them twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, update

from engine.store import outbox
from engine.store.ids import new_id
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Enrollment, Journey, Notice

NOTICE = "notice"
"""The kind of outbox row that carries a notice."""
NoticeKind = Literal["migrate", "resume", "end"]
_notice, _enrollment, _journey = core(Notice), core(Enrollment), core(Journey)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice and how far it came: `reached` is the last enrollment that was told, `told` how many were."""

    id: str
    kind: NoticeKind
    journey_id: str | None
    version: int | None
    content: Mapping[str, Any]
    reached: str
    told: int
    finished_at: datetime | None


async def give(
    executor: Executor,
    kind: NoticeKind,
    journey_id: str | None,
    now: datetime,
    *,
    version: int | None = None,
    content: Mapping[str, Any] | None = None,
) -> str:
    """Write a notice down for everyone it concerns; its id."""
    notice_id = new_id("ntc")
    await executor.execute(
        insert_into(Notice, executor),
        {
            "id": notice_id,
            "kind": kind,
            "journey_id": journey_id,
            "version": version,
            "content": dict(content or {}),
            "created_at": now,
        },
    )
    await outbox.put(executor, NOTICE, notice_id, {}, now)
    return notice_id


async def read_notice(executor: Executor, notice_id: str) -> NoticeRow | None:
    """The notice with this id."""
    columns = ("id", "kind", "journey_id", "version", "content", "reached", "told", "finished_at")
    row = (
        await executor.execute(select(*(_notice.c[name] for name in columns)).where(_notice.c.id == notice_id))
    ).one_or_none()
    return None if row is None else NoticeRow(*row)


async def next_to_tell(executor: Executor, notice: NoticeRow, limit: int) -> list[str]:
    """The next enrollments that this notice concerns, in the order of their ids.

    The end of a pause concerns those that it holds; of a kill switch, those in journeys that are not held themselves.
    """
    statement = select(_enrollment.c.id).where(_enrollment.c.ended_at.is_(None), _enrollment.c.id > notice.reached)
    if notice.kind == "resume":
        statement = statement.where(_enrollment.c.status == "parked")
    if notice.journey_id is not None:
        statement = statement.where(_enrollment.c.journey_id == notice.journey_id)
    else:
        open_ones = select(_journey.c.id).where(_journey.c.status.in_(("active", "test", "ended")))
        statement = statement.where(_enrollment.c.journey_id.in_(open_ones))
    return list((await executor.execute(statement.order_by(_enrollment.c.id).limit(limit))).scalars())


async def note_progress(
    executor: Executor, notice_id: str, *, reached: str, told: int, finished_at: datetime | None
) -> None:
    """Remember how far the notice came."""
    await executor.execute(
        update(_notice)
        .where(_notice.c.id == notice_id)
        .values(reached=reached, told=_notice.c.told + told, finished_at=finished_at)
    )


async def under_way(executor: Executor, journey_id: str) -> int:
    """How many notices are being carried to those inside this journey."""
    statement = select(func.count()).where(_notice.c.journey_id == journey_id, _notice.c.finished_at.is_(None))
    return int(await executor.scalar(statement) or 0)
