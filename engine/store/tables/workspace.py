"""The workspace: who may come in, what is set, and what the built-in doubles caught."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


class WorkspaceSetting(Table, table=True):
    """A setting that people change while Waitline runs (the kill switch, for example)."""

    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_type=JsonColumn)
    updated_at: datetime = Field(sa_type=Instant)


class ApiKey(Table, table=True):
    """A key for machines. `scope` is write (public, storefront), server or admin; only its sha256 is kept.

    `shown` keeps a public write key readable, because it is public and the widget snippet must show it.
    """

    id: str = Field(primary_key=True)
    name: str
    scope: str
    key_hash: str = Field(unique=True)
    shown: str | None = None
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Staff(Table, table=True):
    """A person who works with Waitline. `role` is admin, marketer, developer, support or viewer.

    `password_hash` is argon2id's own text. `oidc_identity` names her at the provider of single sign-on (its issuer and
    her subject there), once she came in by it. Since `closed_at` she comes in no more.
    """

    id: str = Field(primary_key=True)
    name: str
    email: str | None = Field(default=None, unique=True)
    role: str
    password_hash: str | None = None
    oidc_identity: str | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_type=Instant)
    signed_in_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class SignInLink(Table, table=True):
    """A link that signs a staff member in once. Only the sha256 of its token is kept."""

    token_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id")
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class StaffSession(Table, table=True):
    """A signed-in browser. Only the sha256 of the cookie is kept; `csrf` is the value that unsafe requests repeat.

    `way` is how she came in: link, password or oidc.
    """

    token_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    way: str
    csrf: str
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class InboxMessage(Table, table=True):
    """A message that a built-in double caught instead of a real provider."""

    __table_args__ = (Index("ix_inbox_message_newest", "received_at", "id"),)

    id: str = Field(primary_key=True)
    channel: str
    to: str
    sender: str
    subject: str | None = None
    text: str = ""
    html: str | None = None
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    received_at: datetime = Field(sa_type=Instant)
