"""People: profiles, the identifiers that lead to them, their consents and their push subscriptions."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, text

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


class Profile(Table, table=True):
    """One person or anonymous visitor. `merged_into` leads on after two profiles turned out to be one.

    Since `erased_at` nothing is known of the person but that she was.
    """

    __table_args__ = (
        Index("ix_profile_newest", "created_at", "id"),
        Index(
            "ix_profile_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    external_id: str | None = Field(default=None, index=True)
    email: str | None = Field(default=None, index=True)
    phone: str | None = Field(default=None, index=True)
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    merged_into: str | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class Identity(Table, table=True):
    """An identifier that belongs to exactly one profile. `kind` is external_id, anonymous_id, email or phone."""

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    profile_id: str = Field(foreign_key="profile.id", index=True)
    created_at: datetime = Field(sa_type=Instant)


class Consent(Table, table=True):
    """The standing answer of a profile for a channel and topic; `ConsentRecord` holds how it came to be."""

    profile_id: str = Field(foreign_key="profile.id", primary_key=True)
    channel: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    granted: bool
    updated_at: datetime = Field(sa_type=Instant)


class ConsentRecord(Table, table=True):
    """One change of consent with its proof. Rows are only ever added."""

    __table_args__ = (Index("ix_consent_record_profile_at", "profile_id", "at"),)

    id: str = Field(primary_key=True)
    profile_id: str = Field(foreign_key="profile.id")
    channel: str
    topic: str
    granted: bool
    source: str
    text_version: str | None = None
    ip_truncated: str | None = None
    page_url: str | None = None
    at: datetime = Field(sa_type=Instant)


class CartLine(Table, table=True):
    """A variant that lies in a profile's cart, as its events last said."""

    __table_args__ = (Index("ix_cart_line_variant", "variant_id"),)

    profile_id: str = Field(foreign_key="profile.id", primary_key=True)
    variant_id: str = Field(foreign_key="variant.id", primary_key=True)
    at: datetime = Field(sa_type=Instant)


class Suppression(Table, table=True):
    """An address that must not be written to, whoever owns it. `address_hash` is sha256 of the normalised address."""

    channel: str = Field(primary_key=True)
    address_hash: str = Field(primary_key=True)
    reason: str
    at: datetime = Field(sa_type=Instant)


class PushSubscription(Table, table=True):
    """A browser that asked for web push (RFC 8030 endpoint, RFC 8291 keys), or an app: `fcm:` and its token, no keys.

    Removed ones keep their reason.
    """

    __table_args__ = (Index("ix_push_subscription_profile", "profile_id", "removed_at"),)

    id: str = Field(primary_key=True)
    profile_id: str = Field(foreign_key="profile.id")
    endpoint: str = Field(unique=True)
    p256dh: str
    auth: str
    user_agent: str | None = None
    created_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_reason: str | None = None
