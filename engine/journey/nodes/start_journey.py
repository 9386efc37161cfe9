"""Start journey: let the profile into another journey and go on without waiting for it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from engine.journey.conditions import expected
from engine.journey.decisions import StartJourney as StartJourneyNow
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take
from engine.journey.values import Value


class StartJourney(NodeBase):
    """Start this journey for the profile; its entry event carries the properties of ours, with these set over them."""

    type: Literal["start_journey"] = "start_journey"
    journey: str = Field(min_length=1, max_length=120)
    properties: Mapping[str, Value] = Field(default_factory=dict)

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def decide(self, step: Step) -> Move:
        """Ask for the start once, then go on whether or not the other journey let the profile in."""
        outcome = step.acted
        if outcome is not None:
            return Take("next", reason="journey_started", facts={"journey": self.journey, **outcome.detail})
        entry = step.state.entry
        properties = {**entry.properties, **{name: expected(value, entry) for name, value in self.properties.items()}}
        decision = StartJourneyNow(node=self.id, visit=step.state.visit, journey=self.journey, properties=properties)
        return Hold(decision, act="acting", facts={"journey": self.journey})
