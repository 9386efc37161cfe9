"""Holdout: keep some profiles out, for comparison, and say so."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from engine.journey.nodes.base import Move, NodeBase, Step, Take
from engine.journey.splits import place, places_for

HELD_OUT = "held_out"


class Holdout(NodeBase):
    """Hold back this share of profiles (percent), always the same ones.

    Those held out leave by `held_out`, or end with that reason when nothing is connected. Raising the share holds out
    more without letting anyone in.
    """

    type: Literal["holdout"] = "holdout"
    share: float = Field(gt=0, lt=100)

    @property
    def outlets(self) -> tuple[str, ...]:
        """Who goes on, and who is held out."""
        return ("next", HELD_OUT)

    @property
    def ends(self) -> Mapping[str, str]:
        """Being held out is usually the end."""
        return {HELD_OUT: HELD_OUT}

    def decide(self, step: Step) -> Move:
        """Held out when the profile's place lies in the share."""
        at = place(step.state.journey, self.id, step.state.profile)
        held_out = at < places_for(self.share)
        return Take(HELD_OUT if held_out else "next", reason=HELD_OUT if held_out else None, facts={"place": at})
