"""Split: send profiles different ways by chance, each profile always the same way."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.nodes.base import OUTLET, Move, NodeBase, Step, Take, check_names
from engine.journey.problems import Problem
from engine.journey.splits import PLACES, Slice, counted, owner, place, places_for, sliced
from engine.model import Frozen


class Share(Frozen):
    """An outlet and its share in percent, to a hundredth."""

    id: str = Field(pattern=OUTLET)
    title: str | None = Field(default=None, max_length=120)
    share: float = Field(ge=0, le=100)


class Split(NodeBase):
    """Random, sticky split: the same profile always leaves by the same outlet.

    `slices` is written at publish, so that editing the shares moves as few profiles as the new shares require.
    """

    type: Literal["split"] = "split"
    shares: tuple[Share, ...] = Field(max_length=20)
    slices: tuple[Slice, ...] = ()

    @property
    def outlets(self) -> tuple[str, ...]:
        """One for each share."""
        return tuple(share.id for share in self.shares)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """How many of the 10,000 places each outlet has."""
        return {share.id: places_for(share.share) for share in self.shares}

    @cached_property
    def allotted(self) -> tuple[Slice, ...]:
        """Which places belong to which outlet: as kept at publish, or in order when that is not what the shares say."""
        return self.slices if counted(self.slices) == self.places else sliced(self.places)

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:  # noqa: ARG002 - refers to nothing
        """At least two ways that share all profiles between them."""
        if len(self.shares) < 2:
            yield self.problem("split_too_few", "shares", "A split needs at least two ways; add another one.")
        yield from check_names(self, "shares", [share.id for share in self.shares], set())
        total = sum(places_for(share.share) for share in self.shares)
        if total != PLACES:
            yield self.problem(
                "shares_sum", "shares", f"The shares add up to {total / 100:g} %; change them so that they make 100 %."
            )

    def decide(self, step: Step) -> Move:
        """Leave by the outlet that owns the profile's place."""
        at = place(step.state.journey, self.id, step.state.profile)
        outlet = owner(self.allotted, at) or self.shares[-1].id
        return Take(outlet, reason="split", facts={"place": at})
