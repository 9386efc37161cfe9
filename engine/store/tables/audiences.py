"""Many at a time: who is in a watched segment, and how far a journey has let its audience in."""

from datetime import datetime

from sqlmodel import Field

from engine.store.columns import Instant
from engine.store.tables.base import Table


class WatchedSegment(Table, table=True):
    """A segment whose members are kept, because a journey must know who enters or leaves.

    `condition_hash` is of what was asked when all profiles were last looked at, at `swept_at`.
    """

    segment_id: str = Field(primary_key=True)
    condition_hash: str
    swept_at: datetime = Field(sa_type=Instant)


class SegmentMember(Table, table=True):
    """A profile that was in a watched segment when it was last asked."""

    segment_id: str = Field(primary_key=True)
    profile_id: str = Field(primary_key=True, index=True)
    since: datetime = Field(sa_type=Instant)


class AudienceRun(Table, table=True):
    """One gathering of a journey's audience: at its launch, or at a time of its schedule.

    Profiles enter in the order of their ids; `reached` is the last one that was looked at.
    """

    id: str = Field(primary_key=True)
    journey_id: str = Field(foreign_key="journey.id", index=True)
    version: int
    due_at: datetime = Field(sa_type=Instant)
    started_at: datetime = Field(sa_type=Instant)
    reached: str = ""
    entered: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
