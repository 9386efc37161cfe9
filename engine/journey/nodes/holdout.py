"""Holdout: keep some profiles out, for comparison, and say so."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.nodes.base import Move, NodeBase, Step, Take
from engine.journey.problems import Problem
from engine.journey.splits import PLACES, place, places_for

HELD_OUT = "held_out"


class Holdout(NodeBase):
    """Hold back this share of profiles (percent), always the same ones.

    Those held out leave by `held_out`, or end with that reason when nothing is connected. Raising the share holds out
    more without letting anyone in.
    """

    type: Literal["holdout"] = "holdout"
    share: float = Field(ge=0, le=100)

    @property
    def outlets(self) -> tuple[str, ...]:
        """Who goes on, and who is held out."""
        return ("next", HELD_OUT)

    @property
    def ends(self) -> Mapping[str, str]:
        """Being held out is usually the end."""
        return {HELD_OUT: HELD_OUT}

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:  # noqa: ARG002 - refers to nothing
        """A share that leaves someone on both sides."""
        if not 0 < places_for(self.share) < PLACES:
            yield self.problem(
                "holdout_share", "share", "Hold out more than 0 % and less than 100 %, so that there is a comparison."
            )

    def decide(self, step: Step) -> Move:
        """Held out when the profile's place lies in the share."""
        at = place(step.state.journey, self.id, step.state.profile)
        held_out = at < places_for(self.share)
        return Take(HELD_OUT if held_out else "next", reason=HELD_OUT if held_out else None, facts={"place": at})
