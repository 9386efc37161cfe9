"""What an enrollment asks about the world, and how a condition's needs become questions.

A question is complete: instants are absolute and references to the entry event are replaced by their values, so that it
can be answered, stored, and asked again later from the record alone. The answer to each is a plain JSON value:

    attribute   the value, or null
    segment     true or false
    history     how many such events there are
    stock       how many units can be bought now, or null when that is not known
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from engine.journey.conditions import Attribute, Condition, HasOccurred, Segment, Stock
from engine.journey.facts import EventFact
from engine.journey.items import variant_of
from engine.model import Frozen


class AttributeQuestion(Frozen):
    """What is this attribute of the profile?"""

    kind: Literal["attribute"] = "attribute"
    attribute: str


class SegmentQuestion(Frozen):
    """Is the profile in this segment?"""

    kind: Literal["segment"] = "segment"
    segment: str


class HistoryQuestion(Frozen):
    """How many of these events has the profile, from `since` to `until`, both included, where this holds of them?

    With `sends`, only events whose `send_id` is one of them count; an empty tuple means that none can.
    """

    kind: Literal["history"] = "history"
    event: str
    since: datetime | None = None
    until: datetime
    where: Condition | None = None
    sends: tuple[str, ...] | None = None


class StockQuestion(Frozen):
    """How many units of this variant can be bought now?"""

    kind: Literal["stock"] = "stock"
    variant: str | None


Question = Annotated[AttributeQuestion | SegmentQuestion | HistoryQuestion | StockQuestion, Field(discriminator="kind")]


def questions(
    asks: Mapping[str, Condition], *, entry: EventFact, now: datetime, sends: Mapping[str, tuple[str, ...]]
) -> Mapping[str, Question]:
    """The questions behind these needs, for an enrollment that was let in by `entry`, as of `now`."""
    return {key: _question(leaf, entry, now, sends) for key, leaf in asks.items()}


def _question(leaf: Condition, entry: EventFact, now: datetime, sends: Mapping[str, tuple[str, ...]]) -> Question:
    match leaf:
        case Attribute():
            return AttributeQuestion(attribute=leaf.root)
        case Segment():
            return SegmentQuestion(segment=leaf.segment)
        case HasOccurred():
            return HistoryQuestion(
                event=leaf.event,
                since=None if leaf.within is None else now - leaf.within,
                until=now,
                where=None if leaf.where is None else leaf.where.bound(entry),
                sends=None if leaf.message is None else sends.get(leaf.message, ()),
            )
        case Stock():
            return StockQuestion(variant=leaf.variant or variant_of(entry))
        case _:
            raise AssertionError(f"{type(leaf).__name__} asks nothing")
