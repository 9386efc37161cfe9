"""Update profile: set or remove attributes."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.decisions import UpdateProfile as UpdateProfileNow
from engine.journey.leaves import expected
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take
from engine.journey.problems import Problem
from engine.journey.values import EntryRef, Value
from engine.journey.vocabulary import IDENTIFIERS, TEXT_ATTRIBUTES


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

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:  # noqa: ARG002 - new attributes are welcome
        """Something to change, and nothing both ways."""
        if not self.set and not self.remove:
            yield self.problem("update_empty", "set", "Nothing is changed here; set or remove an attribute.")
        for name in sorted(set(self.set) & set(self.remove)):
            yield self.problem("update_twice", "remove", f"“{name}” is both set and removed; keep one of them.")
        for name in sorted(name for name in (*self.set, *self.remove) if not name or "." in name):
            yield self.problem(
                "attribute_name", "set", f"“{name}” cannot be the name of an attribute; use a name without dots."
            )
        for name in sorted(IDENTIFIERS.intersection((*self.set, *self.remove))):
            yield self.problem(
                "attribute_identifies",
                "set" if name in self.set else "remove",
                f"By “{name}” a profile is found again, so journeys do not change it; use an attribute of your own.",
            )
        for name, value in self.set.items():
            if name in TEXT_ATTRIBUTES and not isinstance(value, str | EntryRef | None):
                yield self.problem("attribute_needs_text", f"set.{name}", f"“{name}” holds text; set it to a text.")

    def decide(self, step: Step) -> Move:
        """Ask for the change once, then go on."""
        outcome = step.acted
        if outcome is not None:
            return Take("next", reason="updated", facts=outcome.detail)
        entry = step.state.entry
        attributes: dict[str, Any] = {name: expected(value, entry) for name, value in self.set.items()}
        decision = UpdateProfileNow(node=self.id, visit=step.state.visit, attributes={**attributes, **self._removals})
        return Hold(decision, act="acting", facts={"attributes": sorted(decision.attributes)})
