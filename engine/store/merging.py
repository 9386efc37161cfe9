"""Merging: a browser's profile turns out to be a person's. What it holds moves to her; the empty shell leads on.

    identities, cart lines, push subscriptions, events, transitions, exclusions, consent records   move
    consents                 the newer answer to each question counts
    waitlist entries         move; where she waits for the same thing already, the older wait goes on as one

Enrollments and the send ledger stay under the id that they began with (rows of the ledger never change): who asks
what a person was sent asks for `all_ids` of her.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update

from engine.store.statements import Executor, core, insert_into
from engine.store.tables import (
    PENDING,
    CartLine,
    Consent,
    ConsentRecord,
    Enrollment,
    Event,
    Identity,
    Profile,
    PushSubscription,
    ReleaseExclusion,
    ReleasePlace,
    WaitlistEntry,
    WaitlistTransition,
)

_profile = core(Profile)
_entry = core(WaitlistEntry)
_consent = core(Consent)
_cart = core(CartLine)
_MOVED: Sequence[Table] = (
    core(Identity),
    core(PushSubscription),
    core(Event),
    core(ConsentRecord),
    core(WaitlistTransition),
    core(ReleaseExclusion),
)
_FILLED = ("email", "phone", "first_name", "last_name", "language", "country", "timezone")


async def current_id(executor: Executor, profile_id: str) -> str | None:
    """The profile that this one is today: itself, or what it was merged into. None when there never was one."""
    today = select(func.coalesce(_profile.c.merged_into, _profile.c.id)).where(_profile.c.id == profile_id)
    return await executor.scalar(today)


async def all_ids(executor: Executor, profile_id: str) -> list[str]:
    """Every id under which this person has been known: her own first, then those merged into it."""
    merged = await executor.execute(select(_profile.c.id).where(_profile.c.merged_into == profile_id))
    return [profile_id, *sorted(row.id for row in merged)]


async def merge(executor: Executor, source: str, target: str, now: datetime) -> None:
    """Move everything of profile `source` to `target`. Merging again changes nothing."""
    if source == target:
        return
    rows = await executor.execute(
        select(_profile).where(_profile.c.id.in_((source, target))).order_by(_profile.c.id).with_for_update()
    )
    profiles = {row["id"]: dict(row) for row in rows.mappings()}
    if profiles[source]["merged_into"] is not None:
        return
    await _merge_waits(executor, source, target)
    await _merge_consents(executor, source, target)
    await _merge_cart(executor, source, target)
    for table in _MOVED:
        await executor.execute(update(table).where(table.c.profile_id == source).values(profile_id=target))
    await _merge_profile(executor, profiles[source], profiles[target], now)


async def _merge_waits(executor: Executor, source: str, target: str) -> None:
    rows = (
        await executor.execute(
            select(_entry)
            .where(_entry.c.profile_id.in_((source, target)), _entry.c.state == PENDING)
            .order_by(_entry.c.created_at, _entry.c.id)
            .with_for_update()
        )
    ).all()
    kept: dict[tuple[str, str], str] = {}
    for row in rows:
        same_wish = (row.variant_id, row.source)
        if same_wish in kept:
            whose = [*await all_ids(executor, source), *await all_ids(executor, target)]  # enrollments keep old ids
            await _replace_entry(executor, row.id, kept[same_wish], whose)
        else:
            kept[same_wish] = row.id
    await executor.execute(update(_entry).where(_entry.c.profile_id == source).values(profile_id=target))


async def _replace_entry(executor: Executor, gone: str, kept: str, whose: Sequence[str]) -> None:
    """Two waits of these two turned out to be one: what referred to the younger refers to the older."""
    for table in (core(Event), core(Enrollment)):
        theirs = (table.c.profile_id.in_(whose), table.c.waitlist_entry_id == gone)
        await executor.execute(update(table).where(*theirs).values(waitlist_entry_id=kept))
    await executor.execute(delete(core(ReleasePlace)).where(core(ReleasePlace).c.entry_id == gone))
    await executor.execute(delete(_entry).where(_entry.c.id == gone))


async def _merge_consents(executor: Executor, source: str, target: str) -> None:
    rows = await executor.execute(select(_consent).where(_consent.c.profile_id == source))
    answers = [{**row, "profile_id": target} for row in rows.mappings()]
    if not answers:
        return
    insert = insert_into(Consent, executor)
    newer = insert.on_conflict_do_update(
        index_elements=["profile_id", "channel", "topic"],
        set_={"granted": insert.excluded.granted, "updated_at": insert.excluded.updated_at},
        where=_consent.c.updated_at < insert.excluded.updated_at,
    )
    await executor.execute(newer, answers)
    await executor.execute(delete(_consent).where(_consent.c.profile_id == source))


async def _merge_cart(executor: Executor, source: str, target: str) -> None:
    rows = await executor.execute(select(_cart).where(_cart.c.profile_id == source))
    lines = [{**row, "profile_id": target} for row in rows.mappings()]
    if lines:
        await executor.execute(insert_into(CartLine, executor).on_conflict_do_nothing(), lines)
        await executor.execute(delete(_cart).where(_cart.c.profile_id == source))


async def _merge_profile(executor: Executor, source: dict[str, Any], target: dict[str, Any], now: datetime) -> None:
    lacking = {name: source[name] for name in _FILLED if target[name] is None and source[name] is not None}
    values = {**lacking, "attributes": {**source["attributes"], **target["attributes"]}, "updated_at": now}
    await executor.execute(update(_profile).where(_profile.c.id == target["id"]).values(values))
    shells = (_profile.c.id == source["id"]) | (_profile.c.merged_into == source["id"])
    await executor.execute(update(_profile).where(shells).values(merged_into=target["id"], updated_at=now))
