"""The strand of what staff did about a profile."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine.store.statements import core
from engine.store.tables import Audit, Staff
from engine.store.timeline.items import Kind, TimelineItem
from engine.store.timeline.strands import Found, Names, Query

_audit, _staff = core(Audit), core(Staff)
_DONE = {
    "enrollment:cancel": "taken out of a journey",
    "enrollment:skip": "a wait skipped",
    "enrollment:move": "moved to another step",
    "message:resend": "a message sent again",
    "suppress": "addresses suppressed",
    "allow_again": "addresses allowed again",
    "waitlist:close": "a wait closed",
    "export": "data exported",
    "erase": "erased",
}
PROFILE = "profile"
"""The kind of subject of changes that belong into a profile's timeline."""


class _StaffChanges:
    """Each change that a person or a key made to the profile."""

    rank = 8
    kinds: frozenset[Kind] = frozenset({"staff"})
    at: ColumnElement[datetime] = _audit.c.at
    key: Sequence[ColumnElement[Any]] = (_audit.c.id,)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """All of them."""
        return (
            select(_audit, func.coalesce(_staff.c.name, _audit.c.staff_id).label("by"))
            .select_from(_audit.outerjoin(_staff, _staff.c.id == _audit.c.staff_id))
            .where(_audit.c.subject_kind == PROFILE, _audit.c.subject_id.in_(people))
        )

    def describe(self, row: Found, names: Names) -> TimelineItem:  # noqa: ARG002 - it refers to nothing
        """Who did what, and why."""
        return TimelineItem(
            id=row.id,
            at=row.at,
            kind="staff",
            title=f"{row.by}: {_DONE.get(row.action, row.action.replace('_', ' ').replace(':', ', '))}",
            detail=row.reason,
            data={"action": row.action, "by": row.by, "before": row.before, "after": row.after},
        )


STAFF_CHANGES = _StaffChanges()
