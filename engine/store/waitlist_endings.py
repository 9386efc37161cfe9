"""How waits end on the hot path: many at once, in the transaction that settles their sends.

Written for a synchronous `Connection`, because the delivery desk works in a thread; other callers reach it by
`run_sync`. Each ending leaves its transition beside the new state, as every closing does (`engine.store.waitlist`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, literal, or_, select, update

from engine.stock.waiting import WaitState
from engine.store.columns import Instant
from engine.store.prepared import Prepared
from engine.store.statements import core
from engine.store.tables import PENDING, WaitlistEntry, WaitlistTransition

_entry = core(WaitlistEntry)
_transition = core(WaitlistTransition)
_ENDED_AT = bindparam("ended_at", type_=Instant())


@dataclass(frozen=True, slots=True)
class Told:
    """A profile whose message about a variant was accepted by its provider at this instant.

    `entry_id` is the wait that it answers: for another variant, in a journey that matches products; another profile's,
    when the profile was merged into it on the way.
    """

    profile_id: str
    variant_id: str
    at: datetime
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """An entry that nobody could be told about, for a reason that will not pass by itself."""

    entry_id: str
    reason: str
    at: datetime


def mark_sent(connection: Connection, told: Sequence[Told]) -> None:
    """Close the open entries of everyone who was told, whatever their source."""
    _SENT.close(
        connection,
        [
            {"whose": one.profile_id, "which": one.variant_id, "answered": one.entry_id, "ended_at": one.at}
            for one in told
        ],
    )


def mark_failed(connection: Connection, failed: Sequence[Failed]) -> None:
    """Close these entries, if they are still open."""
    _FAILED.close(connection, [{"which": one.entry_id, "why": one.reason, "ended_at": one.at} for one in failed])


class _Ending:
    """Two statements for many: the transitions of the entries that are open, then their new state."""

    def __init__(self, state: WaitState, which: ColumnElement[bool], values: dict[str, Any]) -> None:
        is_open = (which, _entry.c.state == PENDING)
        columns = ["entry_id", "profile_id", "variant_id", "before", "after", "reason", "at"]
        moves = select(
            _entry.c.id,
            _entry.c.profile_id,
            _entry.c.variant_id,
            _entry.c.state,
            literal(state),
            values.get("reason", literal(None)),
            _ENDED_AT,
        ).where(*is_open)
        self._transitions = Prepared(insert(_transition).from_select(columns, moves))
        self._states = Prepared(
            update(_entry).where(*is_open).values({"state": state, "closed_at": _ENDED_AT, **values})
        )

    def close(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._transitions.many(connection, rows)
            self._states.many(connection, rows)


_SENT = _Ending(
    "sent",
    or_(
        and_(_entry.c.profile_id == bindparam("whose"), _entry.c.variant_id == bindparam("which")),
        _entry.c.id == bindparam("answered"),
    ),
    {"notified_at": _ENDED_AT},
)
_FAILED = _Ending("failed", _entry.c.id == bindparam("which"), {"reason": bindparam("why")})
