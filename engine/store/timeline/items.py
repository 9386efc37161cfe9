"""What a timeline is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from engine.store.holdings import JourneyName
from engine.store.paging import Cursor
from engine.store.variant_names import VariantName

Kind = Literal[
    "event",
    "order",
    "waitlist",
    "restock",
    "enrollment",
    "send",
    "skip",
    "bounce",
    "click",
    "consent",
    "subscription",
    "staff",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Tone = Literal["neutral", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """One thing that happened. `data` holds what was recorded with it, `links` the API addresses of what led to it."""

    id: str
    at: datetime
    kind: Kind
    title: str
    tone: Tone = "neutral"
    detail: str | None = None
    journey: JourneyName | None = None
    node: str | None = None
    step: str | None = None
    enrollment_id: str | None = None
    variant: VariantName | None = None
    reason: str | None = None
    channel: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    links: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Items, newest first, and where the next page begins."""

    items: tuple[TimelineItem, ...]
    next: Cursor | None
