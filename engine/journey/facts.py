"""What an enrollment may know about the world when it decides.

Facts are handed to `advance`; nothing is looked up. What came back from carrying out a decision arrives here:
`delivered` after `Deliver`, `answers` after `AskFacts`, `arrived` after `WaitFor`, `acted` after the other acts. Every
fact that a decision read is written into the trail, so that the decision can be repeated later from the record alone.

`profile` holds attributes that are known to be current at this step; a node that finds what it needs there does not
ask for it.
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
    (the provider refused for good), unknown (the provider may or may not have it; it is never sent again) or later
    (not allowed now, `reason` says why; to be asked for again at `until`, with everything checked anew). `copies` are
    the further sends of a message that went to several browsers. `detail` holds what was read for an answer of which
    the ledger has no row.
    """

    node: str
    visit: int
    status: Literal["sent", "skipped", "failed", "unknown", "later"]
    channel: str
    at: datetime
    reason: str | None = None
    send_id: str | None = None
    copies: tuple[str, ...] | None = None
    until: datetime | None = None
    detail: Mapping[str, Any] = Field(default_factory=dict)


class ActOutcome(Frozen):
    """An act that `node` asked for on its `visit` was carried out: a profile changed, a journey started …

    `detail` tells what came of it (`started: false` when the other journey did not let the profile in); it goes into
    the trail and decides nothing. Of a plugin's step, `outlet` is the way out that it answered with; with `until` it is
    not done, `reason` says why, and it is to be asked for again then.
    """

    node: str
    visit: int
    at: datetime
    detail: Mapping[str, Any] = Field(default_factory=dict)
    outlet: str | None = None
    reason: str | None = None
    until: datetime | None = None


class Facts(Frozen):
    """The world, as far as this step was told about it."""

    entry: EventFact | None = None
    profile: Mapping[str, Any] = Field(default_factory=dict)
    answers: Mapping[str, Any] = Field(default_factory=dict)
    arrived: tuple[EventFact, ...] = ()
    delivered: DeliveryOutcome | None = None
    acted: ActOutcome | None = None
