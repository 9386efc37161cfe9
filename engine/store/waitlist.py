"""The waitlist: who waits for which variant. At most one open entry per (profile, variant, source), whoever races.

Opening writes the entry, the profile's `Waiting on Stock` event and its outbox row; closing writes the transition
beside the new state. Everything works on many at once; a single one is a list of one. What a send closes goes through
`engine.store.waitlist_endings`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, tuple_, update

from engine.stock.waiting import WaitSource, WaitState, expiry, intent_of, is_waiting, retention_of, states_before
from engine.store import outbox
from engine.store.catalog import VariantCard, describe_variants
from engine.store.ids import id_from, new_id
from engine.store.statements import Executor, affected, core, in_chunks, insert_into, later
from engine.store.tables import PENDING, Event, Variant, WaitlistEntry, WaitlistTransition

WAITING_ON_STOCK = "Waiting on Stock"
_entry = core(WaitlistEntry)


@dataclass(frozen=True, slots=True)
class Wish:
    """A profile that wants to wait for a variant, and how we know."""

    profile_id: str
    variant_id: str
    source: WaitSource = "explicit"
    since: datetime | None = None
    entry_id: str | None = None
    """The id that a new entry gets; None for a fresh one. It must not have been an entry's before."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is at most one open entry for."""
        return (self.profile_id, self.variant_id, self.source)


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """A waitlist entry that is open."""

    id: str
    profile_id: str
    variant_id: str
    source: WaitSource
    intent: int
    state: WaitState
    created_at: datetime
    expires_at: datetime | None
    notified_at: datetime | None


_OPEN_ENTRY = [_entry.c[column.name] for column in fields(OpenEntry)]


async def open_entry(
    executor: Executor, wish: Wish, *, retention: timedelta | None, now: datetime
) -> tuple[OpenEntry, bool]:
    """Let this profile wait: the open entry, and whether it is new. See `open_entries`."""
    return (await open_entries(executor, [wish], retention=retention, now=now))[0]


async def open_entries(
    executor: Executor, wishes: Sequence[Wish], *, retention: timedelta | None, now: datetime
) -> list[tuple[OpenEntry, bool]]:
    """Let these profiles wait; for each its open entry, and whether it is new.

    `retention` is the workspace's; the variant's source may have its own. An entry whose time has run out is closed
    first, so that asking again starts a new wait.

    Raises:
        UnknownVariant: a variant id is not in the catalog.
    """
    variants = await describe_variants(executor, {wish.variant_id for wish in wishes})
    wanted = {wish.key: wish for wish in reversed(wishes)}  # the first of equal wishes counts
    opened: dict[tuple[str, str, str], OpenEntry] = {}
    created: set[str] = set()
    while missing := sorted(wanted.keys() - opened.keys()):
        rows = [_row(wanted[key], variants[key[1]], retention, now) for key in missing]
        for chunk in in_chunks(rows):
            await executor.execute(insert_into(WaitlistEntry, executor).on_conflict_do_nothing(), list(chunk))
        fresh = {row["id"] for row in rows}
        found = await _open_entries(executor, missing)
        over = [e.id for e in found if e.id not in fresh and not is_waiting("pending", e.expires_at, now)]
        await close(executor, over, Closing("expired", now))
        current = [entry for entry in found if entry.id not in set(over)]
        opened.update(((entry.profile_id, entry.variant_id, entry.source), entry) for entry in current)
        created.update(entry.id for entry in current if entry.id in fresh)
    await _tell(executor, [entry for entry in opened.values() if entry.id in created], variants, now)
    answers: list[tuple[OpenEntry, bool]] = []
    for wish in wishes:
        entry = opened[wish.key]
        answers.append((entry, entry.id in created))
        created.discard(entry.id)
    return answers


def _row(wish: Wish, variant: VariantCard, retention: timedelta | None, now: datetime) -> dict[str, Any]:
    since = min(wish.since or now, now)
    return {
        "id": wish.entry_id or new_id("wle"),
        "profile_id": wish.profile_id,
        "variant_id": wish.variant_id,
        "source": wish.source,
        "intent": intent_of(wish.source),
        "state": "pending",
        "created_at": since,
        "expires_at": expiry(since, retention_of(variant.retention_days, retention)),
    }


async def _open_entries(executor: Executor, keys: Sequence[tuple[str, str, str]]) -> list[OpenEntry]:
    found: list[OpenEntry] = []
    for chunk in in_chunks(keys):
        rows = await executor.execute(
            select(*_OPEN_ENTRY).where(
                _entry.c.state == PENDING,
                _entry.c.profile_id.in_({profile for profile, _, _ in chunk}),  # SQLite finds no index for the tuple
                tuple_(_entry.c.profile_id, _entry.c.variant_id, _entry.c.source).in_(chunk),
            )
        )
        found.extend(OpenEntry(*row) for row in rows)
    return found


async def _tell(
    executor: Executor, entries: Sequence[OpenEntry], variants: Mapping[str, VariantCard], now: datetime
) -> None:
    """Write `Waiting on Stock` for each new entry, and send it on its way."""
    events: list[dict[str, Any]] = []
    facts: list[outbox.Fact] = []
    for entry in entries:
        variant = variants[entry.variant_id]
        event_id = id_from("evt", WAITING_ON_STOCK, entry.id)
        events.append(
            {
                "id": event_id,
                "name": WAITING_ON_STOCK,
                "profile_id": entry.profile_id,
                "variant_id": entry.variant_id,
                "waitlist_entry_id": entry.id,
                "source_id": variant.source_id,
                "properties": variant.event_properties | {"interest": entry.source, "waitlist_entry_id": entry.id},
                "at": entry.created_at,
                "received_at": now,
            }
        )
        facts.append(outbox.Fact("event", event_id, {"name": WAITING_ON_STOCK, "profile_id": entry.profile_id}))
    if events:
        await executor.execute(insert_into(Event, executor), events)
        await outbox.put_all(executor, facts, now)


async def has_entry(executor: Executor, entry_id: str) -> bool:
    """Whether there is or was an entry with this id."""
    return await executor.scalar(select(_entry.c.id).where(_entry.c.id == entry_id)) is not None


@dataclass(frozen=True, slots=True)
class Closing:
    """The state that entries go to, when and why. `notified_at` is when the provider accepted the message."""

    state: WaitState
    at: datetime
    reason: str | None = None
    notified_at: datetime | None = None


async def close(executor: Executor, entry_ids: Sequence[str], closing: Closing) -> int:
    """Close these entries where an arrow leads to the new state; how many went. The others stay as they are."""
    closed = 0
    for chunk in in_chunks(entry_ids):
        closed += await _close(executor, _entry.c.id.in_(chunk), closing)
    return closed


async def close_waits(executor: Executor, profile_id: str, variant_id: str, closing: Closing) -> int:
    """Close every entry of this profile for this variant, whatever its source; how many went."""
    whose = (_entry.c.profile_id == profile_id) & (_entry.c.variant_id == variant_id)
    return await _close(executor, whose, closing)


async def expire_due(executor: Executor, now: datetime, limit: int = 1_000) -> int:
    """Close entries whose time has run out, at most `limit`; how many. Call again while it is `limit`."""
    due = (
        select(_entry.c.id)
        .where(_entry.c.state == PENDING, _entry.c.expires_at <= now)
        .order_by(_entry.c.expires_at)
        .limit(limit)
    )
    return await _close(executor, _entry.c.id.in_(due.scalar_subquery()), Closing("expired", now))


async def _close(executor: Executor, which: ColumnElement[bool], closing: Closing) -> int:
    legal = _entry.c.state.in_(states_before(closing.state))
    whose = select(_entry.c.id, _entry.c.profile_id, _entry.c.variant_id, _entry.c.state).where(which, legal)
    rows = (await executor.execute(whose.order_by(_entry.c.id).with_for_update())).all()
    if not rows:
        return 0
    values: dict[str, Any] = {"state": closing.state, "reason": closing.reason, "closed_at": closing.at}
    if closing.notified_at is not None:
        values["notified_at"] = closing.notified_at
    for chunk in in_chunks([row.id for row in rows]):
        await executor.execute(update(_entry).where(_entry.c.id.in_(chunk)).values(values))
    transitions = [
        {
            "entry_id": row.id,
            "profile_id": row.profile_id,
            "variant_id": row.variant_id,
            "before": row.state,
            "after": closing.state,
            "reason": closing.reason,
            "at": closing.at,
        }
        for row in rows
    ]
    await executor.execute(insert(core(WaitlistTransition)), transitions)
    return len(rows)


async def mark_released(executor: Executor, entry_ids: Sequence[str], release_id: str) -> int:
    """Note that this release has these open entries in hand; how many it took that no release had."""
    taken = 0
    for chunk in in_chunks(entry_ids):
        open_and_free = (_entry.c.id.in_(chunk), _entry.c.state == PENDING, _entry.c.release_id.is_(None))
        taken += affected(await executor.execute(update(_entry).where(*open_and_free).values(release_id=release_id)))
    return taken


async def extend_retention(executor: Executor, source_id: str, retention: timedelta | None, now: datetime) -> int:
    """Count the open entries for a source's variants by a new retention; how many changed.

    Entries whose time has run out already are not revived, even where housekeeping has yet to close them, and nobody
    who waits is cut short: an earlier end than the one promised is not applied.
    """
    of_source = select(core(Variant).c.id).where(core(Variant).c.source_id == source_id)
    waiting = (_entry.c.variant_id.in_(of_source), _entry.c.state == PENDING, _entry.c.expires_at > now)
    if retention is None:
        return affected(await executor.execute(update(_entry).where(*waiting).values(expires_at=None)))
    until = later(_entry.c.created_at, retention)
    longer = update(_entry).where(*waiting, until > _entry.c.expires_at).values(expires_at=until)
    return affected(await executor.execute(longer))
