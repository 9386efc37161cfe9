"""Whether a trail can be walked: each step follows from the one before it, by the graph of its version."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.journey.errors import UnknownNode
from engine.journey.nodes.base import VISITS_OVER
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyVersion


class NotWalked(Exception):
    """A step does not follow from the one before it; the sentence names both."""


class FactsErased(Exception):
    """What was read for a move is erased, so that nobody knows where it led."""


def walk(trail: Sequence[TrailStep], versions: Mapping[int, JourneyVersion], last: int) -> None:
    """Follow the trail from the entry. `last` is the version that the enrollment is in, or ended in.

    Raises:
        NotWalked: a step is not where the one before it led.
        FactsErased: the steps from here on cannot be followed.
    """
    moves = (step.facts["from_version"] for step in trail if step.act == "moved" and "from_version" in step.facts)
    path = _Path(versions, next(moves, last))
    for number, step in enumerate(trail):
        if step.seq != number:
            raise NotWalked(f"step {number} is missing: step {step.seq} stands in its place")
        try:
            path.follow(step)
        except UnknownNode as unknown:
            raise NotWalked(f"step {number} names {unknown.node}, which version {path.number} does not have") from None


class _Path:
    """Where the trail leads: `node` is where it stands, `left` the outlet by which it has just left that node."""

    def __init__(self, versions: Mapping[int, JourneyVersion], number: int) -> None:
        self._versions = versions
        self.node: str | None = None
        self.left: str | None = None
        self._enter_version(number)

    def follow(self, step: TrailStep) -> None:
        """Make this step."""
        self._check(step)
        self.left = None
        self.node = step.node
        self._version.graph.node(step.node)
        if step.act == "took":
            self.left = step.outlet
        elif step.act == "moved":
            if not step.facts:
                raise FactsErased
            self._enter_version(step.facts.get("to_version", self.number))
            self.node = step.facts.get("to_node", step.node)

    def _enter_version(self, number: Any) -> None:
        if not isinstance(number, int) or number not in self._versions:
            raise NotWalked(f"version {number} of the journey is missing")
        self.number, self._version = number, self._versions[number]

    def _check(self, step: TrailStep) -> None:
        graph, is_led_on = self._version.graph, self._version.document.settings.workflow is not None
        if self.node is None:
            self._expect(step, step.act == "entered" and step.node == graph.entry.id, f"entering {graph.entry.id}")
        elif self.left is None:
            stays = step.node == self.node and step.act != "entered"
            self._expect(step, stays or (is_led_on and step.act == "entered"), f"something at {self.node}")
        elif (target := graph.follow(self.node, self.left)) is not None:
            passes = step.act == "took" and step.outlet == VISITS_OVER
            self._expect(step, step.node == target and (step.act == "entered" or passes), f"entering {target}")
        elif not is_led_on:
            reason = graph.end_reason(self.node, self.left)
            self._expect(step, step.act == "ended" and step.reason == reason, f"the end, for {reason}")

    def _expect(self, step: TrailStep, is_so: bool, expected: str) -> None:
        if not is_so:
            raise NotWalked(
                f"step {step.seq} is “{step.act}” at {step.node}, where version {self.number} has {expected}"
            )
