"""Journeys and what runs through them: versions, segments, releases, enrollments and their trails."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, text

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


def new_salt() -> str:
    """128 random bits."""
    return secrets.token_hex(16)


class Journey(Table, table=True):
    """A journey: its draft, its status, and which version new enrollments walk.

    `revision` counts what was saved of the draft, so that no one overwrites what they have not seen. Between
    `starts_at` and `ends_at` the journey lets profiles in.
    """

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    status: str
    draft: dict[str, Any] = Field(sa_type=JsonColumn)
    revision: int = 1
    saved_at: datetime | None = Field(default=None, sa_type=Instant)
    saved_by: str | None = None
    published_version: int | None = None
    starts_at: datetime | None = Field(default=None, sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    owner: str | None = None
    archived_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class PublishedVersion(Table, table=True):
    """Version `number` of a journey. Never changed, never deleted while an enrollment refers to it."""

    journey_id: str = Field(foreign_key="journey.id", primary_key=True)
    number: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JsonColumn)
    published_at: datetime = Field(sa_type=Instant)
    published_by: str


class Segment(Table, table=True):
    """A saved condition over profiles; conditions refer to it by `id`. Who is a member is asked anew each time."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    condition: dict[str, Any] = Field(sa_type=JsonColumn)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class Release(Table, table=True):
    """Letting waiting profiles into a journey after a restock.

    `item` is what the line is for: the variant, or its product where the journey matches products. `status` is running,
    holding, paused or ended; while it holds, `reason` says for what and `next_at` until when, and once it has ended
    `reason` says why. `tier` is open since `tier_since`; the batch under way ends when `batch_end` people are released.
    `formed` says that the line was written down (`ReleasePlace`).
    """

    __table_args__ = (
        Index("ix_release_journey_variant", "journey_id", "variant_id"),
        Index("ix_release_newest", "started_at", "id"),
        Index("ix_release_item_status", "item", "status"),
    )

    id: str = Field(primary_key=True)
    journey_id: str = Field(foreign_key="journey.id")
    version: int
    variant_id: str = Field(foreign_key="variant.id")
    restock_id: str = Field(foreign_key="restock.id")
    item: str
    status: str
    released: int = 0
    reason: str | None = None
    tier: int = 0
    tier_since: datetime | None = Field(default=None, sa_type=Instant)
    batch_end: int | None = None
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    formed: bool = False
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class ReleasePlace(Table, table=True):
    """A place in the line of a release whose order is its own. It goes when its turn comes.

    `rank` is the score with its sign turned, so that the whole order is ascending.
    """

    __table_args__ = (Index("ix_release_place_line", "release_id", "tier", "intent", "rank", "since", "entry_id"),)

    entry_id: str = Field(primary_key=True)
    release_id: str = Field(primary_key=True)
    tier: int
    intent: int
    rank: float = 0.0
    since: datetime = Field(sa_type=Instant)


class ReleaseExclusion(Table, table=True):
    """Somebody who waits and was left out of a release, and why."""

    __table_args__ = (Index("ix_release_exclusion_profile", "profile_id", "at"),)

    release_id: str = Field(primary_key=True)
    entry_id: str = Field(primary_key=True)
    profile_id: str
    reason: str
    at: datetime = Field(sa_type=Instant)


class Enrollment(Table, table=True):
    """One profile's passage through one version of one journey for one key. `id` is the Temporal workflow id.

    `listens` holds the names of the events that it waits for, and NULL while it waits for none. `status` is starting,
    active, waiting, parked (held by a pause) or ended. `is_test` marks those that a tester began. What Temporal keeps
    of it is sealed with a key that follows from `salt`; without it, after an erasure, nobody can read that any more.
    """

    __table_args__ = (
        Index("ix_enrollment_profile", "profile_id", "entered_at"),
        Index("ix_enrollment_journey", "journey_id", "entered_at"),
        Index("ix_enrollment_release_status", "release_id", "status"),
        Index(
            "ix_enrollment_listening",
            "profile_id",
            sqlite_where=text("listens IS NOT NULL"),
            postgresql_where=text("listens IS NOT NULL"),
        ),
        Index(
            "ix_enrollment_standing",
            "journey_id",
            "version",
            "node",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    journey_id: str = Field(foreign_key="journey.id")
    version: int
    profile_id: str = Field(foreign_key="profile.id")
    key: str
    variant_id: str | None = None
    restock_id: str | None = None
    release_id: str | None = None
    waitlist_entry_id: str | None = None
    event_id: str | None = None
    position: int | None = None
    tier: int | None = None
    score: float | None = None
    status: str
    node: str | None = None
    until: datetime | None = Field(default=None, sa_type=Instant)
    listens: list[str] | None = Field(default=None, sa_type=JsonColumn)
    exit_reason: str | None = None
    is_test: bool = False
    salt: str | None = Field(default_factory=new_salt, sa_column_kwargs={"default": new_salt})
    entered_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class TrailRow(Table, table=True):
    """One step of an enrollment's trail. Rows are only ever added."""

    enrollment_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    node: str
    visit: int
    act: str
    outlet: str | None = None
    reason: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    at: datetime = Field(sa_type=Instant)


class NodeCounter(Table, table=True):
    """How often something happened at a node on one day (UTC).

    `counter` is entered, passed, outlet:NAME, dropped:REASON or ended:REASON.
    """

    journey_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    node: str = Field(primary_key=True)
    counter: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    n: int = 0
