"""Update profile: set or remove attributes."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from engine.journey.conditions import expected
from engine.journey.decisions import UpdateProfile as UpdateProfileNow
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take
from engine.journey.values import Value


class UpdateProfile(NodeBase):
    """Set these attributes (a value may come from the entry event: `{"entry": "sku"}`) and remove those."""

    type: Literal["update_profile"] = "update_profile"
    set: Mapping[str, Value] = Field(default_factory=dict)
    remove: tuple[str, ...] = ()

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    @cached_property
    def _removals(self) -> Mapping[str, None]:
        return dict.fromkeys(self.remove)

    def decide(self, step: Step) -> Move:
        """Ask for the change once, then go on."""
        outcome = step.acted
        if outcome is not None:
            return Take("next", reason="updated", facts=outcome.detail)
        entry = step.state.entry
        attributes: dict[str, Any] = {name: expected(value, entry) for name, value in self.set.items()}
        decision = UpdateProfileNow(node=self.id, visit=step.state.visit, attributes={**attributes, **self._removals})
        return Hold(decision, act="acting", facts={"attributes": sorted(decision.attributes)})
