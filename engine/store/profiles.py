"""Profiles as pages show them: all of them newest first, and one with what is written on it. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from engine.store.errors import UnknownProfile
from engine.store.paging import Cursor, StaleCursor, before, instant_of
from engine.store.statements import Executor, core
from engine.store.tables import PENDING, Event, Identity, Profile, WaitlistEntry

MOST_MERGES = 20
_profile = core(Profile)
_identity = core(Identity)
_entry = core(WaitlistEntry)
_event = core(Event)


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """A profile in a list."""

    id: str
    external_id: str | None
    email: str | None
    phone: str | None
    name: str | None
    created_at: datetime
    open_waits: int
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProfileCard(ProfileSummary):
    """A profile with everything that is written on itself."""

    anonymous_id: str | None
    language: str | None
    country: str | None
    timezone: str | None
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Profiles, newest first, and where the next page begins."""

    items: tuple[ProfileSummary, ...]
    next: Cursor | None


async def list_profiles(executor: Executor, *, after: Cursor | None, limit: int) -> ProfilePage:
    """Everybody, newest first.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    wanted = select(_profile.c.id, _profile.c.created_at).where(_profile.c.merged_into.is_(None))
    if after is not None:
        if len(after) != 2:
            raise StaleCursor
        wanted = wanted.where(before((_profile.c.created_at, _profile.c.id), (instant_of(after, 0), str(after[1]))))
    page = wanted.order_by(_profile.c.created_at.desc(), _profile.c.id.desc()).limit(limit + 1)
    rows = (await executor.execute(page)).all()
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return ProfilePage(
        items=await summarise(executor, [row.id for row in shown]),
        next=(last.created_at.isoformat(), last.id) if last is not None else None,
    )


async def summarise(executor: Executor, ids: Sequence[str]) -> tuple[ProfileSummary, ...]:
    """These profiles as they stand in a list, in this order."""
    found = await _described(executor, ids)
    return tuple(_summary(found[one]) for one in ids)


async def read_profile(executor: Executor, profile_id: str) -> ProfileCard:
    """One profile; of one that was merged away, the profile that it became.

    Raises:
        UnknownProfile: there is none with this id.
    """
    wanted = profile_id
    for _ in range(MOST_MERGES):
        row = (await _described(executor, [wanted])).get(wanted)
        if row is None:
            raise UnknownProfile(profile_id)
        if row.merged_into is None:
            return await _card(executor, row)
        wanted = row.merged_into
    raise UnknownProfile(profile_id)


async def _described(executor: Executor, ids: Sequence[str]) -> dict[str, Row[Any]]:
    waits = (
        select(func.count())
        .where(_entry.c.profile_id == _profile.c.id, _entry.c.state == PENDING)
        .scalar_subquery()
        .label("open_waits")
    )
    last_event = (
        select(_event.c.at)
        .where(_event.c.profile_id == _profile.c.id)
        .order_by(_event.c.at.desc())
        .limit(1)
        .scalar_subquery()
        .label("last_event_at")
    )
    rows = await executor.execute(select(_profile, waits, last_event).where(_profile.c.id.in_(ids)))
    return {row.id: row for row in rows}


def _summary(row: Row[Any]) -> ProfileSummary:
    return ProfileSummary(**_summary_fields(row))


def _summary_fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "external_id": row.external_id,
        "email": row.email,
        "phone": row.phone,
        "name": " ".join(part for part in (row.first_name, row.last_name) if part) or None,
        "created_at": row.created_at,
        "open_waits": row.open_waits,
        "last_event_at": row.last_event_at,
    }


async def _card(executor: Executor, row: Row[Any]) -> ProfileCard:
    anonymous = select(_identity.c.value).where(_identity.c.profile_id == row.id, _identity.c.kind == "anonymous_id")
    newest = anonymous.order_by(_identity.c.created_at.desc(), _identity.c.value).limit(1)
    return ProfileCard(
        **_summary_fields(row),
        anonymous_id=await executor.scalar(newest),
        language=row.language,
        country=row.country,
        timezone=row.timezone,
        attributes=row.attributes,
    )
