"""A scripted world: what happens to one person, and when. Data, so that a test, a template or a page can bring it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from engine.journey.conditions import Criteria
from engine.journey.facts import EventFact
from engine.journey.vocabulary import LINK_CLICKED
from engine.model import Frozen


class AttributeChange(Frozen):
    """From this instant on, the profile's attribute has this value (None: it has none)."""

    at: datetime
    attribute: str
    value: Any = None


class StockChange(Frozen):
    """From this instant on, so many units of the variant can be bought (None: it is not known)."""

    at: datetime
    variant: str
    units: int | None


class SegmentChange(Frozen):
    """From this instant on, the profile is in the segment, or no longer."""

    at: datetime
    segment: str
    member: bool


class ScriptedOutcome(Frozen):
    """How a delivery ends: its status and reason, and for `later` after how long to try again."""

    status: Literal["sent", "skipped", "failed", "unknown", "later"] = "sent"
    reason: str | None = None
    retry_after: timedelta = timedelta(hours=1)
    takes: timedelta = timedelta()


class Reaction(Frozen):
    """What the profile does after a message was sent at this node: a click, unless it says otherwise."""

    node: str
    after: timedelta
    event: str = LINK_CLICKED
    properties: Mapping[str, Any] = Field(default_factory=dict)


class Script(Frozen):
    """The world around one enrollment.

    `attributes` and `stock` hold from the beginning; changes come on top. `segments` are saved conditions by name, or
    plain memberships. `deliveries` gives outcomes by message node, one a try, the last one again; a node that is not
    listed sends. `steps` says by which way out a node is left whose type a plugin brings.
    """

    attributes: Mapping[str, Any] = Field(default_factory=dict)
    attribute_changes: tuple[AttributeChange, ...] = ()
    stock: Mapping[str, int] = Field(default_factory=dict)
    stock_changes: tuple[StockChange, ...] = ()
    segments: Mapping[str, Criteria | bool] = Field(default_factory=dict)
    segment_changes: tuple[SegmentChange, ...] = ()
    events: tuple[EventFact, ...] = ()
    deliveries: Mapping[str, tuple[ScriptedOutcome, ...]] = Field(default_factory=dict)
    reactions: tuple[Reaction, ...] = ()
    steps: Mapping[str, str] = Field(default_factory=dict)


EMPTY = Script()
"""A world in which nothing happens and every message is sent."""
