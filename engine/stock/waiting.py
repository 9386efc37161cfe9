"""Waiting: the states of a waitlist entry, how long it stays open, and what its source says about intent.

    pending ──► sent ──────┐
       │                   ├──► purchased
       ├──► failed ────────┤
       ├──► held_out ──────┘
       ├──► expired, unsubscribed
       └──► purchased

Only pending is open. A closed entry never opens again: whoever wants to wait once more gets a new entry.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

from engine.stock.errors import IllegalTransition

WaitState = Literal["pending", "sent", "failed", "expired", "unsubscribed", "purchased", "held_out"]
WaitSource = Literal["explicit", "wishlist", "favorite", "view", "cart", "purchase"]
STATES: tuple[WaitState, ...] = get_args(WaitState)
SOURCES: tuple[WaitSource, ...] = get_args(WaitSource)

_CLOSED: frozenset[WaitState] = frozenset(STATES) - {"pending"}
_LEADS_TO: Mapping[WaitState, frozenset[WaitState]] = {
    "pending": _CLOSED,
    "sent": frozenset({"purchased"}),
    "failed": frozenset({"purchased"}),
    "held_out": frozenset({"purchased"}),
}


def may_become(before: WaitState, after: WaitState) -> bool:
    """Whether an entry in state `before` may go to `after`."""
    return after in _LEADS_TO.get(before, frozenset())


def check_transition(before: WaitState, after: WaitState) -> None:
    """Raise IllegalTransition where the diagram has no arrow."""
    if not may_become(before, after):
        raise IllegalTransition(before, after)


def states_before(after: WaitState) -> tuple[WaitState, ...]:
    """The states that an arrow leads from to `after`."""
    return tuple(state for state in STATES if may_become(state, after))


def intent_of(source: WaitSource) -> int:
    """0 for those who asked to be told, 1 for interest that we inferred: the lower is served first."""
    return 0 if source == "explicit" else 1


def expiry(created_at: datetime, retention: timedelta | None) -> datetime | None:
    """When an entry stops waiting; None when it waits for as long as it takes."""
    return None if retention is None else created_at + retention


def retention_of(source_days: int | None, workspace: timedelta | None) -> timedelta | None:
    """How long entries for a source's variants stay open: what the source says, else what the workspace says."""
    return workspace if source_days is None else timedelta(days=source_days)


def is_waiting(state: WaitState, expires_at: datetime | None, at: datetime) -> bool:
    """Whether an entry still waits at this instant. At its expiry it does not."""
    return state == "pending" and (expires_at is None or at < expires_at)
