"""Branch: go the first way whose condition holds."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.checks import Place, check_condition
from engine.journey.conditions import Condition, Criteria
from engine.journey.nodes.base import OUTLET, Move, NodeBase, Step, Take, check_names
from engine.journey.problems import Problem
from engine.model import Frozen

OTHERWISE = "otherwise"


class Way(Frozen):
    """An outlet and the condition under which it is taken."""

    id: str = Field(pattern=OUTLET)
    title: str | None = Field(default=None, max_length=120)
    when: Criteria


class Branch(NodeBase):
    """Leave by the first of these ways whose condition holds now, else by `otherwise`."""

    type: Literal["branch"] = "branch"
    ways: tuple[Way, ...] = Field(max_length=20)

    @property
    def outlets(self) -> tuple[str, ...]:
        """One for each way, and `otherwise`."""
        return (*(way.id for way in self.ways), OTHERWISE)

    @cached_property
    def asks(self) -> Mapping[str, Condition]:
        """The facts that all ways together need."""
        return {key: leaf for way in self.ways for key, leaf in way.when.asks.items()}

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:
        """Some ways, each with its own name and a sound condition."""
        if not self.ways:
            yield self.problem("branch_empty", "ways", "This branch has no ways; add one with a condition.")
        yield from check_names(self, "ways", [way.id for way in self.ways], {OTHERWISE})
        for index, way in enumerate(self.ways):
            yield from check_condition(way.when, Place(self.id, f"ways.{index}.when"), catalogue)

    def decide(self, step: Step) -> Move:
        """Ask once for all that the ways need, then take the first that holds; the trail keeps why each did or not."""
        if not step.knows(self.asks):
            return step.ask(self.asks)
        evidence = step.evidence
        told: dict[str, Any] = {}
        for way in self.ways:
            verdict = way.when.judge(evidence)
            told[way.id] = verdict.explain()
            if verdict.holds:
                return Take(way.id, reason="condition_met", facts={"ways": told})
        return Take(OTHERWISE, reason="no_condition_met", facts={"ways": told})
