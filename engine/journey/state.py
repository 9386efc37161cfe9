"""Where an enrollment stands. Small, serialisable, and all that `advance` remembers between two calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from engine.journey.decisions import Decision
from engine.journey.facts import EventFact
from engine.journey.trail import TrailStep
from engine.model import Frozen

_CARRIED_OUT = frozenset({"asked", "acting", "delivering", "waiting"})


class EnrollmentState(Frozen):
    """One profile's place in one version of one journey.

    `memory` is the current node's own notes between two calls (a deadline, for example) and `pending` the decision that
    it waits for; both are emptied when the enrollment leaves the node. `trail` holds the steps since the last `drain`,
    so that it need not be carried along.

    `arrived_at` is when the current node was entered. `listening_since` is from when on events count for a node that
    waits for them: from the moment the last message was asked for, where nothing but instantaneous nodes lies between,
    so that a quick click is not missed; else from the end of the last wait. `sends` holds what each message node sent,
    to every browser; `touches` counts the messages that went out (or may have), however many browsers each
    went to.
    """

    journey: str
    profile: str
    key: str
    entry: EventFact
    entered_at: datetime
    node: str
    arrived_at: datetime
    listening_since: datetime
    sends: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    touches: int = 0
    heard: Mapping[str, datetime] = Field(default_factory=dict)
    heard_until: datetime | None = None
    visits: Mapping[str, int] = Field(default_factory=dict)
    memory: Mapping[str, Any] = Field(default_factory=dict)
    pending: Decision | None = None
    recheck: bool = False
    next_seq: int = 0
    trail: tuple[TrailStep, ...] = ()
    ended: str | None = None

    @property
    def visit(self) -> int:
        """Which time the current node is being visited, counted from 1."""
        return self.visits.get(self.node, 0)

    @property
    def has_acted(self) -> bool:
        """Whether any decision has been carried out since the entry, which takes time, however little."""
        return self.next_seq > len(self.trail) or any(step.act in _CARRIED_OUT for step in self.trail)

    def drain(self) -> tuple["EnrollmentState", tuple[TrailStep, ...]]:
        """The same state with an empty trail, and the steps that it held: store them, then go on."""
        return self.model_copy(update={"trail": ()}), self.trail
