"""The waitlist of a variant as pages show it: how many in which state, and the line, oldest wait first. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, func, literal, select, tuple_

from engine.stock.waiting import STATES, WaitState
from engine.store.columns import Instant
from engine.store.paging import Cursor, StaleCursor, instant_of
from engine.store.statements import Executor, core
from engine.store.tables import Profile, WaitlistEntry

_entry = core(WaitlistEntry)
_profile = core(Profile)


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A waitlist entry in a list. `contact` is the e-mail address, or else the phone number, of who waits."""

    id: str
    profile_id: str
    source: str
    state: str
    reason: str | None
    created_at: datetime
    expires_at: datetime | None
    notified_at: datetime | None
    contact: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, oldest first, and where the next page begins."""

    items: tuple[ListedEntry, ...]
    next: Cursor | None


async def count_states(executor: Executor, variant_id: str) -> Mapping[WaitState, int]:
    """How many entries of this variant are in each state; every state is there."""
    counted = select(_entry.c.state, func.count()).where(_entry.c.variant_id == variant_id).group_by(_entry.c.state)
    found = {row[0]: row[1] for row in await executor.execute(counted)}
    return {state: found.get(state, 0) for state in STATES}


async def list_entries(
    executor: Executor,
    variant_ids: Sequence[str],
    *,
    states: Sequence[WaitState] = (),
    after: Cursor | None = None,
    limit: int = 50,
) -> EntryPage:
    """The entries of these variants, in these states or in any; the order never changes while entries come and go.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    statement = _described().where(_entry.c.variant_id.in_(variant_ids))
    if states:
        statement = statement.where(_entry.c.state.in_(states))
    if after is not None:
        if len(after) != 2:
            raise StaleCursor
        seen = tuple_(literal(instant_of(after, 0), Instant()), literal(str(after[1]), String()))
        statement = statement.where(tuple_(_entry.c.created_at, _entry.c.id) > seen)
    oldest_first = statement.order_by(_entry.c.created_at, _entry.c.id).limit(limit + 1)
    rows = [ListedEntry(*row) for row in await executor.execute(oldest_first)]
    items = tuple(rows[:limit])
    return EntryPage(items, (items[-1].created_at.isoformat(), items[-1].id) if len(rows) > limit else None)


def _described() -> Select[*tuple[Any, ...]]:
    return select(
        _entry.c.id,
        _entry.c.profile_id,
        _entry.c.source,
        _entry.c.state,
        _entry.c.reason,
        _entry.c.created_at,
        _entry.c.expires_at,
        _entry.c.notified_at,
        func.coalesce(_profile.c.email, _profile.c.phone).label("contact"),
    ).join_from(_entry, _profile, _profile.c.id == _entry.c.profile_id)
