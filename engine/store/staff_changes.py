"""The audit of staff: every change that a person or a key made, with who, when, why, and how it was before and after.

Whoever changes something on behalf of staff writes its row in the same unit of work, so that there is no change
without a row, and no row without a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.store.ids import new_id
from engine.store.paging import Cursor, before, instant_of
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Audit, Staff

_audit, _staff = core(Audit), core(Staff)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change to be remembered. `by` is the id of a staff member, or of a key."""

    by: str
    action: str
    subject_kind: str
    subject_id: str
    reason: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A change that was made. `by` is the person's name, where it was a person."""

    id: str
    at: datetime
    by: str
    action: str
    subject_kind: str
    subject_id: str
    reason: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Changes, newest first, and where the next page begins."""

    items: tuple[AuditRow, ...]
    next: Cursor | None


async def remember(executor: Executor, change: Change, now: datetime) -> str:
    """Write this change down; its id."""
    audit_id = new_id("aud")
    await executor.execute(
        insert_into(Audit, executor),
        {
            "id": audit_id,
            "at": now,
            "staff_id": change.by,
            "action": change.action,
            "subject_kind": change.subject_kind,
            "subject_id": change.subject_id,
            "reason": change.reason,
            "before": dict(change.before),
            "after": dict(change.after),
        },
    )
    return audit_id


async def read_changes(
    executor: Executor, subject_kind: str, subject_id: str, *, after: Cursor | None = None, limit: int = 50
) -> AuditPage:
    """What was changed about one subject, newest first.

    Raises:
        StaleCursor: the cursor is not from such a list.
    """
    statement = (
        select(
            _audit.c.id,
            _audit.c.at,
            func.coalesce(_staff.c.name, _audit.c.staff_id).label("by"),
            _audit.c.action,
            _audit.c.subject_kind,
            _audit.c.subject_id,
            _audit.c.reason,
            _audit.c.before,
            _audit.c.after,
        )
        .select_from(_audit.outerjoin(_staff, _staff.c.id == _audit.c.staff_id))
        .where(_audit.c.subject_kind == subject_kind, _audit.c.subject_id == subject_id)
        .order_by(_audit.c.at.desc(), _audit.c.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(before((_audit.c.at, _audit.c.id), (instant_of(after, 0), str(after[-1]))))
    rows = [AuditRow(*row) for row in await executor.execute(statement)]
    shown = tuple(rows[:limit])
    return AuditPage(shown, (shown[-1].at.isoformat(), shown[-1].id) if len(rows) > limit else None)
