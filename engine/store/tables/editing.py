"""What people do to journeys: tags, notes, testers, what those inside are told, and the record of every change."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


class Tag(Table, table=True):
    """A word by which journeys are found."""

    name: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=Instant)


class JourneyTag(Table, table=True):
    """A journey carries a tag."""

    journey_id: str = Field(foreign_key="journey.id", primary_key=True)
    tag: str = Field(foreign_key="tag.name", primary_key=True, index=True)


class JourneyNote(Table, table=True):
    """What someone wrote about a journey, or about one of its nodes."""

    __table_args__ = (Index("ix_journey_note_newest", "journey_id", "at"),)

    id: str = Field(primary_key=True)
    journey_id: str = Field(foreign_key="journey.id")
    node: str | None = None
    text: str
    author: str
    at: datetime = Field(sa_type=Instant)


class JourneyTester(Table, table=True):
    """A profile that a journey lets in while its status is test."""

    journey_id: str = Field(foreign_key="journey.id", primary_key=True)
    profile_id: str = Field(foreign_key="profile.id", primary_key=True)
    added_at: datetime = Field(sa_type=Instant)
    added_by: str


class Notice(Table, table=True):
    """What those inside a journey are told: a new version, the end of a pause, the end of the journey.

    `journey_id` is NULL for a notice to every journey. `reached` is the last enrollment that was told, `told` how many.
    """

    id: str = Field(primary_key=True)
    kind: str
    journey_id: str | None = Field(default=None, foreign_key="journey.id")
    version: int | None = None
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    reached: str = ""
    told: int = 0
    created_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)


class Audit(Table, table=True):
    """A change that a person or a key made. Rows are only ever added."""

    __table_args__ = (
        Index("ix_audit_subject", "subject_kind", "subject_id", "at"),
        Index("ix_audit_newest", "at", "id"),
    )

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    staff_id: str
    action: str
    subject_kind: str
    subject_id: str
    reason: str | None = None
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)


class LaunchRequest(Table, table=True):
    """A launch that waits for a second person. `plan` says how it is launched, `revision` which draft.

    `state` is open, approved, refused, withdrawn or replaced; `version` is what came of it.
    """

    __table_args__ = (Index("ix_launch_request_journey", "journey_id", "asked_at"),)

    id: str = Field(primary_key=True)
    journey_id: str = Field(foreign_key="journey.id")
    revision: int
    plan: dict[str, Any] = Field(sa_type=JsonColumn)
    note: str | None = None
    state: str
    asked_by: str
    asked_at: datetime = Field(sa_type=Instant)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = None
    version: int | None = None
