"""Entry: where enrollments begin, and the trigger that lets them in."""

from typing import Literal

from engine.journey.nodes.base import Move, NodeBase, Step, Take
from engine.model import Frozen


class EventTrigger(Frozen):
    """Enter when this event occurs for a profile (`Back in Stock`, `Waiting on Stock`, `Order Completed` …)."""

    kind: Literal["event"] = "event"
    event: str


class Entry(NodeBase):
    """The one node through which every enrollment of the journey starts."""

    type: Literal["entry"] = "entry"
    trigger: EventTrigger

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def decide(self, step: Step) -> Move:
        """Go on at once; the trigger was judged before the enrollment began."""
        entry = step.state.entry
        return Take("next", reason="entry_event", facts={"event": entry.name, "event_id": entry.id})
