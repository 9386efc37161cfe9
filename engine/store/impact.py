"""The impact of a publish: who stands where in which version, and what would happen to each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from engine.journey.migration import MigrationChoice, MigrationPlan, plan
from engine.journey.problems import Problem
from engine.journey.version import JourneyDocument
from engine.store.publishing import published
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment

Happening = Literal["stay", "move", "exit", "needs_mapping"]
_enrollment = core(Enrollment)
_HAPPENS: Mapping[str, Happening] = {"keep": "stay", "move": "move", "exit": "exit"}


@dataclass(frozen=True, slots=True)
class NodeLine:
    """What happens to those who stand on one node of one version. `to` is where they go on, when they move."""

    version: int
    node: str
    label: str
    enrollments: int
    outcome: Happening
    to: str | None


@dataclass(frozen=True, slots=True)
class Impact:
    """A line for each node on which someone stands, and what is still to be decided."""

    total: int
    nodes: tuple[NodeLine, ...]
    problems: tuple[Problem, ...]

    @property
    def concerned(self) -> int:
        """How many do not simply stay."""
        return sum(line.enrollments for line in self.nodes if line.outcome in {"move", "exit"})


async def read_impact(executor: Executor, journey_id: str, new: JourneyDocument, choice: MigrationChoice) -> Impact:
    """What publishing `new` under this choice does to everyone who is inside now."""
    lines: list[NodeLine] = []
    problems: list[Problem] = []
    for number, standing in sorted((await _standing(executor, journey_id)).items()):
        old = await published(executor, journey_id, number)
        at_nodes = {node or old.graph.entry.id: 0 for node in standing}
        for node, count in standing.items():
            at_nodes[node or old.graph.entry.id] += count
        planned = plan(old, new, choice, at_nodes)
        lines.extend(_lines(number, old, planned))
        problems.extend(planned.problems)
    return Impact(sum(line.enrollments for line in lines), tuple(lines), tuple(dict.fromkeys(problems)))


def _lines(number: int, old: JourneyDocument, planned: MigrationPlan) -> list[NodeLine]:
    drawn = {node.id: node for node in old.graph.nodes}
    order = {node: place for place, node in enumerate(drawn)}
    unmapped = {problem.node for problem in planned.problems}
    return [
        NodeLine(
            version=number,
            node=impact.node,
            label=drawn[impact.node].title or impact.node if impact.node in drawn else impact.node,
            enrollments=impact.count,
            outcome="needs_mapping" if impact.node in unmapped else _HAPPENS[impact.fate],
            to=impact.target,
        )
        for impact in sorted(planned.impacts, key=lambda impact: order.get(impact.node, len(order)))
    ]


async def _standing(executor: Executor, journey_id: str) -> dict[int, dict[str | None, int]]:
    """How many enrollments stand at each node of each version; None for those that have not taken a step yet."""
    rows = await executor.execute(
        select(_enrollment.c.version, _enrollment.c.node, func.count().label("n"))
        .where(
            _enrollment.c.journey_id == journey_id,
            _enrollment.c.ended_at.is_(None),
        )
        .group_by(_enrollment.c.version, _enrollment.c.node)
    )
    found: dict[int, dict[str | None, int]] = {}
    for row in rows:
        found.setdefault(row.version, {})[row.node] = row.n
    return found
