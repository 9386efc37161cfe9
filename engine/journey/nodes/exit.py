"""Exit: the end of the journey, with a reason for the reports."""

from typing import Literal

from engine.journey.nodes.base import Finish, Move, NodeBase, Step


class Exit(NodeBase):
    """End the enrollment with this reason."""

    type: Literal["exit"] = "exit"
    reason: str = "completed"

    @property
    def outlets(self) -> tuple[str, ...]:
        """None: nothing follows an exit."""
        return ()

    def decide(self, step: Step) -> Move:  # noqa: ARG002 - an exit ends whatever the step is
        """End here."""
        return Finish(self.reason)
