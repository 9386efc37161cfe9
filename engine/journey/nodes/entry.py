"""Entry: where enrollments begin, and the trigger that lets them in."""

from typing import Literal

from engine.journey.nodes.base import Move, NodeBase, Step, Take
from engine.journey.triggers import Trigger


class Entry(NodeBase):
    """The one node through which every enrollment of the journey starts."""

    type: Literal["entry"] = "entry"
    trigger: Trigger

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def decide(self, step: Step) -> Move:
        """Go on at once; the trigger was judged before the enrollment began."""
        entry = step.state.entry
        return Take("next", reason="entry_event", facts={"event": entry.name, "event_id": entry.id})
