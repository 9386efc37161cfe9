"""Publishing while profiles are inside: who keeps the old version, who moves, who leaves.

The author chooses for all (`standing`), and may choose otherwise for those on one node (`nodes`): keep, exit, or the
node of the new version to go on from. Enrollments inside a buffer delay adopt the new version unless the journey's
setting says otherwise. The plan lists every node with the number that stand there, before anything happens.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from engine.journey.nodes import Delay, Split
from engine.journey.problems import Problem
from engine.journey.splits import resliced
from engine.journey.standing import noted, put_out
from engine.journey.state import EnrollmentState
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.model import Frozen

Fate = Literal["keep", "move", "exit"]
MIGRATED_OUT = "migrated_out"


class Keep(Frozen):
    """Go on in the old version."""

    kind: Literal["keep"] = "keep"


class MoveTo(Frozen):
    """Go on in the new version, at this node (the same one, when None)."""

    kind: Literal["move"] = "move"
    node: str | None = None


class Leave(Frozen):
    """End here."""

    kind: Literal["exit"] = "exit"


Choice = Keep | MoveTo | Leave


class MigrationChoice(Frozen):
    """What the author chose at publish: for all who are inside, and for those on single nodes."""

    standing: Choice = Field(default=Keep(), discriminator="kind")
    nodes: Mapping[str, Choice] = Field(default_factory=dict)


class NodeImpact(Frozen):
    """What happens to those who stand on `node` of the old version: `fate`, and for a move the node they go on from."""

    node: str
    count: int
    fate: Fate
    target: str | None = None
    why: Literal["chosen", "chosen_for_node", "buffer"] = "chosen"


class MigrationPlan(Frozen):
    """The impact of a publish: a line for each node of the old version on which someone stands."""

    impacts: tuple[NodeImpact, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, node: str) -> NodeImpact | None:
        """What happens to those on this node."""
        return next((impact for impact in self.impacts if impact.node == node), None)


def plan(
    old: JourneyDocument, new: JourneyDocument, choice: MigrationChoice, standing: Mapping[str, int]
) -> MigrationPlan:
    """What a publish of `new` does to the enrollments that stand on the nodes of `old`.

    A move to a node that the new version does not have is a problem that asks for a mapping; until it is given, those
    enrollments keep the old version.
    """
    impacts: list[NodeImpact] = []
    problems: list[Problem] = []
    kept = {node.id: node for node in new.graph.nodes}
    before = {node.id: node for node in old.graph.nodes}
    for node, count in standing.items():
        decided, why = choice.nodes.get(node, choice.standing), "chosen"
        if node in choice.nodes:
            why = "chosen_for_node"
        elif isinstance(standing_on := before.get(node), Delay) and standing_on.buffer and node in kept:
            decided, why = (MoveTo(), "buffer") if new.settings.buffer == "adopt" else (decided, why)
        match decided:
            case MoveTo(node=target):
                aim = target or node
                if aim not in kept:
                    problems.append(_unmapped(node, aim, count))
                    impacts.append(NodeImpact(node=node, count=count, fate="keep", why=why))
                else:
                    impacts.append(NodeImpact(node=node, count=count, fate="move", target=aim, why=why))
            case Keep():
                impacts.append(NodeImpact(node=node, count=count, fate="keep", why=why))
            case Leave():
                impacts.append(NodeImpact(node=node, count=count, fate="exit", why=why))
    return MigrationPlan(impacts=tuple(impacts), problems=tuple(problems))


def migrated(
    state: EnrollmentState, impact: NodeImpact, new: JourneyVersion, old: int, now: datetime
) -> EnrollmentState:
    """The state after its part of the plan: unchanged, standing in the new version, or ended.

    One that moves to its own node keeps the time of its arrival, so that a delay does not begin anew; what it was
    waiting for is decided again by the new version, at the next call of `advance`.
    """
    if state.ended is not None or impact.fate == "keep":
        return state
    facts = {"from_version": old, "to_version": new.number}
    if impact.fate == "exit":
        return put_out(state, MIGRATED_OUT, now, facts)
    target = impact.target or state.node
    moved = noted(state, "moved", now, reason=impact.why, facts={**facts, "to_node": target})
    changes: dict[str, object] = {"memory": {}, "pending": None}
    if target != state.node:
        visits = {**state.visits, target: state.visits.get(target, 0) + 1}
        changes |= {"node": target, "arrived_at": now, "listening_since": now, "visits": visits}
    return moved.model_copy(update=changes)


def carried_over(published: JourneyDocument | None, draft: JourneyDocument) -> JourneyDocument:
    """The draft as it is to be published: its splits keep as many profiles on their side as the new shares allow."""
    before = {} if published is None else {node.id: node for node in published.graph.nodes}
    nodes = tuple(
        _with_slices(node, before.get(node.id)) if isinstance(node, Split) else node for node in draft.graph.nodes
    )
    graph = draft.graph.model_copy(update={"nodes": nodes})
    return JourneyDocument.model_validate(
        draft.model_copy(update={"graph": graph}).model_dump(mode="json", by_alias=True)
    )


def _with_slices(split: Split, before: object) -> Split:
    slices = resliced(before.allotted if isinstance(before, Split) else (), split.places)
    return split.model_copy(update={"slices": slices})


def _unmapped(node: str, aim: str, count: int) -> Problem:
    return Problem(
        code="migration_unmapped",
        node=node,
        sentence=f"The new version has no “{aim}”; say where the {count} on “{node}” go on, or let them leave.",
    )
