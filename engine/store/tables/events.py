"""What came in: events, the outbox that routes them, deliveries already seen, and what could not be understood."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, text

from engine.store.columns import Instant, JsonColumn, SerialColumn
from engine.store.tables.base import Table


class Event(Table, table=True):
    """Something that happened, to a profile or a variant. The id follows from `message_id`: told twice, kept once."""

    __table_args__ = (
        Index("ix_event_profile_at", "profile_id", "at"),
        Index("ix_event_name_at", "name", "at", postgresql_include=["profile_id"]),
        Index(
            "ix_event_restock_id",
            "restock_id",
            sqlite_where=text("restock_id IS NOT NULL"),
            postgresql_where=text("restock_id IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    message_id: str | None = None
    name: str
    profile_id: str | None = None
    variant_id: str | None = None
    restock_id: str | None = None
    waitlist_entry_id: str | None = None
    source_id: str | None = None
    delivery_id: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)


class OutboxRow(Table, table=True):
    """A fact that still has to be routed. Written in the transaction of the fact itself, so neither is ever alone."""

    __table_args__ = (
        Index(
            "ix_outbox_open",
            "id",
            sqlite_where=text("routed_at IS NULL"),
            postgresql_where=text("routed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=SerialColumn)
    kind: str
    subject_id: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    routed_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    last_error: str | None = None


class InboundDelivery(Table, table=True):
    """A webhook delivery that was accepted; the same id from the same source again has no effect."""

    source_id: str = Field(foreign_key="source.id", primary_key=True)
    delivery_id: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=Instant)
    accepted: int = 0
    dead_lettered: int = 0


class SpentToken(Table, table=True):
    """A token that a provider signed one call with, and the sha256 of what the call said; it serves for no other."""

    provider: str = Field(primary_key=True)
    token_hash: str = Field(primary_key=True)
    said_hash: str
    at: datetime = Field(sa_type=Instant, index=True)


class DeadLetter(Table, table=True):
    """Something that was received and could not be used (an unknown variant, for example); kept to be played again."""

    id: str = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id", index=True)
    delivery_id: str | None = None
    code: str
    reason: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    received_at: datetime = Field(sa_type=Instant)
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
