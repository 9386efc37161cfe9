"""Readiness: the checklist before launch, made of the same problems that validation finds.

Each item passes or fails as a whole and names the nodes to click on. Launch is possible when no blocking item fails.
Other rooms add the problems that they find (a message without a fallback, a provider that is not set up).
"""

from collections.abc import Sequence
from typing import NamedTuple

from engine.journey.problems import Problem
from engine.model import Frozen


class ReadinessItem(Frozen):
    """One line of the checklist."""

    code: str
    title: str
    passed: bool
    blocking: bool
    problems: tuple[Problem, ...] = ()


class Readiness(Frozen):
    """The checklist, and whether the journey can be launched."""

    ready: bool
    items: tuple[ReadinessItem, ...]


class _Line(NamedTuple):
    code: str
    title: str
    codes: frozenset[str]
    prefixes: tuple[str, ...] = ()

    def covers(self, problem: Problem) -> bool:
        return problem.code in self.codes or problem.code.startswith(self.prefixes)


_REST = "details"
_LINES = (
    _Line(
        "entry", "Something lets profiles in", frozenset({"entry_missing", "entry_twice"}), ("trigger_", "schedule_")
    ),
    _Line("paths", "Every path leads somewhere", frozenset({"node_unreachable"}), ("outlet_", "edge_")),
    _Line("loops", "Every loop waits and ends", frozenset(), ("loop_",)),
    _Line(
        "messages",
        "Every message is written",
        frozenset({"message_missing", "message_channel", "message_unused", "product_incomplete"}),
        ("content_",),
    ),
    _Line("channels", "Every channel can send", frozenset({"channel_not_ready"})),
    _Line(
        "references",
        "Everything it refers to exists",
        frozenset({"event_unknown", "segment_unknown", "attribute_unknown", "journey_unknown"}),
        ("goal_", "message_node_"),
    ),
    _Line("dates", "Its dates are possible", frozenset({"end_before_start", "zone_unknown"})),
)


def readiness(problems: Sequence[Problem]) -> Readiness:
    """The checklist for these problems; what no line covers stands under “details”."""
    items: list[ReadinessItem] = []
    rest = list(problems)
    for line in _LINES:
        items.append(_item(line.code, line.title, [problem for problem in rest if line.covers(problem)]))
        rest = [problem for problem in rest if not line.covers(problem)]
    items.append(_item(_REST, "Every detail is right", rest))
    return Readiness(ready=not any(problem.is_blocking for problem in problems), items=tuple(items))


def _item(code: str, title: str, problems: Sequence[Problem]) -> ReadinessItem:
    blocks = any(problem.is_blocking for problem in problems)
    return ReadinessItem(code=code, title=title, passed=not problems, blocking=blocks, problems=tuple(problems))
