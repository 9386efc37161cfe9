"""What an enrollment may know about the world when it decides.

Facts are handed to `advance`; nothing is looked up. What came back from carrying out a decision arrives here too:
`delivered` after `Deliver`, `answers` after `AskFacts`, `arrived` after `WaitFor`. Every fact that a decision read is
written into the trail, so that the decision can be repeated later from the record alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from engine.model import Frozen


class EventFact(Frozen):
    """An event as an enrollment sees it: its name, its time (aware UTC) and its properties, frozen."""

    id: str
    name: str
    at: datetime
    properties: Mapping[str, Any] = Field(default_factory=dict)


class DeliveryOutcome(Frozen):
    """How a `Deliver` decision ended.

    `status` is sent (the provider accepted it), skipped (deliberately not sent, `reason` is a skip reason), failed
    (the provider refused for good) or unknown (the provider may or may not have it; it is never sent again).
    """

    node: str
    visit: int
    status: Literal["sent", "skipped", "failed", "unknown"]
    channel: str
    at: datetime
    reason: str | None = None
    send_id: str | None = None


class Facts(Frozen):
    """The world, as far as this step was told about it."""

    entry: EventFact | None = None
    profile: Mapping[str, Any] = Field(default_factory=dict)
    answers: Mapping[str, Any] = Field(default_factory=dict)
    arrived: tuple[EventFact, ...] = ()
    delivered: DeliveryOutcome | None = None
