"""Waitlist: put the profile on the waitlist of a variant, or take it off."""

from typing import Literal

from engine.journey.decisions import ChangeWaitlist
from engine.journey.items import variant_of
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take

Source = Literal["explicit", "wishlist", "favorite", "view", "cart", "purchase"]


class Waitlist(NodeBase):
    """Add or remove a waitlist entry of the variant that the enrollment is about, or of the one named.

    An entry that a journey adds is inferred interest: its source is not `explicit` unless the author says so.
    """

    type: Literal["waitlist"] = "waitlist"
    change: Literal["add", "remove"]
    variant: str | None = None
    source: Source = "view"
    state: Literal["expired", "unsubscribed", "purchased"] = "expired"

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def decide(self, step: Step) -> Move:
        """Ask for the change once, then go on. An enrollment that is about no variant has nothing to change."""
        outcome = step.acted
        if outcome is not None:
            return Take("next", reason=f"waitlist_{self.change}", facts=outcome.detail)
        variant = self.variant or variant_of(step.state.entry)
        if variant is None:
            return Take("next", reason="no_variant")
        decision = ChangeWaitlist(
            node=self.id,
            visit=step.state.visit,
            change=self.change,
            variant=variant,
            source=self.source if self.change == "add" else None,
            state=self.state if self.change == "remove" else None,
        )
        return Hold(decision, act="acting", facts={"variant": variant})
