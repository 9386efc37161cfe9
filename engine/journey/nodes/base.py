"""What a node type is: a config model that names its outlets and decides the next move.

A node never acts. `decide` looks at the step (state, facts, now) and answers with a move: `Take` an outlet at once, or
`Hold` here until the decision that it returns has been carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import Field

from engine.journey.decisions import Decision
from engine.journey.facts import Facts
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailAct
from engine.model import Frozen

NODE_ID = r"^[a-z][a-z0-9_]{0,62}$"


@dataclass(frozen=True, slots=True)
class Step:
    """All that a node may look at when it decides."""

    state: EnrollmentState
    facts: Facts
    now: datetime

    @property
    def memory(self) -> Mapping[str, Any]:
        """The node's own notes from earlier calls during this visit."""
        return self.state.memory


@dataclass(frozen=True, slots=True)
class Take:
    """Leave by this outlet now."""

    outlet: str
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay until `decision` has been carried out; `memory` replaces the node's notes."""

    decision: Decision
    act: TrailAct
    memory: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Finish:
    """End the enrollment here."""

    reason: str


Move = Take | Hold | Finish


class NodeBase(Frozen):
    """The fields that every node has. A subclass adds `type` (a Literal), its config, `outlets` and `decide`."""

    id: str = Field(pattern=NODE_ID)
    title: str | None = Field(default=None, max_length=120)

    @property
    def outlets(self) -> tuple[str, ...]:
        """The names of the ways out, in the order in which the canvas draws them."""
        raise NotImplementedError

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """Outlets that may stay unconnected, and the outlet that is taken instead."""
        return {}

    def decide(self, step: Step) -> Move:
        """The next move of an enrollment that stands here."""
        raise NotImplementedError
