"""Delay: wait for a length of time."""

from datetime import datetime, timedelta
from typing import Literal

from engine.journey.decisions import SleepUntil
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take


class Delay(NodeBase):
    """Wait this long (ISO 8601 duration), counted from the arrival at the node."""

    type: Literal["delay"] = "delay"
    duration: timedelta

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def decide(self, step: Step) -> Move:
        """Sleep until the deadline that was fixed on arrival, then go on."""
        until = datetime.fromisoformat(step.memory["until"]) if "until" in step.memory else step.now + self.duration
        if step.now >= until:
            return Take("next", reason="delay_over")
        memory = {"until": until.isoformat()}
        decision = SleepUntil(node=self.id, visit=step.state.visit, until=until)
        return Hold(decision, act="waiting", memory=memory, facts=memory)
