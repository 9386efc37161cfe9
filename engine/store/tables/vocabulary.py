"""What the data has been seen to say: names of events, their properties, the attributes of profiles."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


class KnownEvent(Table, table=True):
    """An event name that has been seen, and about how often."""

    name: str = Field(primary_key=True)
    seen: int = 0
    last_at: datetime = Field(sa_type=Instant)


class KnownField(Table, table=True):
    """A property of the event `holder`, or an attribute where the holder is empty, with values that it was seen with.

    `type` is text, number, boolean, date or list; mixed when values of several kinds were seen.
    """

    holder: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    type: str
    samples: list[Any] = Field(default_factory=list, sa_type=JsonColumn)
