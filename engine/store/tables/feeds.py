"""Feeds: what was read of each item, so that what did not change is skipped, and how each import went."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


class FeedDigest(Table, table=True):
    """What an item of a source's feed was when it was imported last."""

    source_id: str = Field(foreign_key="source.id", primary_key=True)
    item: str = Field(primary_key=True)
    digest: str


class FeedImport(Table, table=True):
    """One import of a source's feed. `problems` holds the first of them, by line; `problem_count` counts all.

    `corrected` are the levels that the comparison with what was known changed, `restocked` those of them that came
    back: each stands for a webhook that never arrived.
    """

    __table_args__ = (Index("ix_feed_import_source_started", "source_id", "started_at"),)

    id: str = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id")
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    status: str
    items: int = 0
    changed: int = 0
    corrected: int = 0
    restocked: int = 0
    problem_count: int = 0
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=JsonColumn)
