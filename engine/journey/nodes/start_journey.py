"""Start journey: let the profile into another journey and go on without waiting for it."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.decisions import StartJourney as StartJourneyNow
from engine.journey.leaves import expected
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take
from engine.journey.problems import Problem
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

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:
        """Another journey that exists."""
        if catalogue.journeys is not None and self.journey not in catalogue.journeys:
            yield self.problem(
                "journey_unknown", "journey", f"There is no journey “{self.journey}”; choose one that exists."
            )
        elif self.journey == catalogue.journey:
            yield self.problem("journey_starts_itself", "journey", "A journey cannot start itself; use a loop instead.")

    def decide(self, step: Step) -> Move:
        """Ask for the start once, then go on whether or not the other journey let the profile in."""
        outcome = step.acted
        if outcome is not None:
            return Take("next", reason="journey_started", facts={"journey": self.journey, **outcome.detail})
        entry = step.state.entry
        properties = {**entry.properties, **{name: expected(value, entry) for name, value in self.properties.items()}}
        decision = StartJourneyNow(node=self.id, visit=step.state.visit, journey=self.journey, properties=properties)
        return Hold(decision, act="acting", facts={"journey": self.journey})
