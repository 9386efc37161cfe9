"""Goal: say that the profile got where the journey wanted it."""

from typing import Literal

from pydantic import Field

from engine.journey.nodes.base import Move, NodeBase, Step, Take


class Goal(NodeBase):
    """Record that this goal of the journey is reached, and go on."""

    type: Literal["goal"] = "goal"
    goal: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def decide(self, step: Step) -> Move:  # noqa: ARG002 - being here is enough
        """Record it and go on at once."""
        return Take("next", reason="goal_reached", goal=self.goal)
