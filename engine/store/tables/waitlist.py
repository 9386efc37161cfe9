"""The waitlist: who waits for which variant, since when, until when, and how it ended."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, literal_column
from sqlmodel import Field, Index, text

from engine.store.columns import Instant, SerialColumn
from engine.store.tables.base import Table

PENDING: ColumnElement[str] = literal_column("'pending'", String())
"""The state of an open entry as a constant of SQL: for a parameter, SQLite does not use the indexes of open entries."""


class WaitlistEntry(Table, table=True):
    """A profile waiting for a variant.

    `state` is pending, sent, failed, expired, unsubscribed, purchased or held_out; only pending entries are open, and
    there is at most one open entry per (profile, variant, source). `intent` is 0 for explicit, 1 for inferred interest,
    so that the line sorts by (intent, created_at). `release_id` is set while a release has the entry in hand.
    """

    __table_args__ = (
        Index(
            "uq_waitlist_open",
            "profile_id",
            "variant_id",
            "source",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_waitlist_line",
            "variant_id",
            "intent",
            "created_at",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_waitlist_variant_state", "variant_id", "state"),
        Index("ix_waitlist_variant_since", "variant_id", "created_at", "id"),
        Index(
            "ix_waitlist_expiry",
            "expires_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: str = Field(primary_key=True)
    profile_id: str = Field(foreign_key="profile.id", index=True)
    variant_id: str = Field(foreign_key="variant.id")
    source: str
    intent: int
    state: str
    reason: str | None = None
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    notified_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    release_id: str | None = None


class WaitlistTransition(Table, table=True):
    """One change of a waitlist entry's state, after it was opened. Rows are only ever added."""

    __table_args__ = (Index("ix_waitlist_transition_profile_at", "profile_id", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=SerialColumn)
    entry_id: str = Field(index=True)
    profile_id: str
    variant_id: str
    before: str
    after: str
    reason: str | None = None
    at: datetime = Field(sa_type=Instant)
