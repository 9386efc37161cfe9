"""What a node type is: a config model that names its outlets and decides the next move.

A node never acts. `decide` looks at the step (state, facts, now) and answers with a move: `Take` an outlet at once,
`Hold` here until the decision that it returns has been carried out, or `Finish` the enrollment.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.conditions import Condition
from engine.journey.decisions import AskFacts, Decision
from engine.journey.facts import ActOutcome, Facts
from engine.journey.problems import Problem, Severity
from engine.journey.questions import questions
from engine.journey.settings import JourneySettings
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailAct
from engine.journey.verdicts import Evidence
from engine.model import Frozen

NODE_ID = r"^[a-z][a-z0-9_]{0,62}$"
OUTLET = r"^[a-z][a-z0-9_]{0,62}$"
VISITS_OVER = "visits_over"
"""The outlet that is taken instead of entering a node once more than its `max_visits` allow."""


@dataclass(slots=True)
class Step:
    """All that a node may look at when it decides. Nodes only read it."""

    state: EnrollmentState
    facts: Facts
    now: datetime
    settings: JourneySettings

    @property
    def memory(self) -> Mapping[str, Any]:
        """The node's own notes from earlier calls during this visit."""
        return self.state.memory

    @property
    def evidence(self) -> Evidence:
        """What a condition may be judged on at this step."""
        return Evidence(
            now=self.now,
            entry=self.state.entry,
            attributes=self.facts.profile,
            answers=self.facts.answers,
            zone=self.settings.zone,
        )

    @property
    def acted(self) -> ActOutcome | None:
        """What came back from the act that the node asked for during this visit; None as long as nothing did."""
        outcome, state = self.facts.acted, self.state
        return outcome if outcome is not None and (outcome.node, outcome.visit) == (state.node, state.visit) else None

    def knows(self, asks: Mapping[str, Condition]) -> bool:
        """Whether every one of these facts is here."""
        answers, profile = self.facts.answers, self.facts.profile
        for key in asks:
            if key not in answers and not (key.startswith("attribute:") and key[10:] in profile):
                return False
        return True

    def ask(self, asks: Mapping[str, Condition], memory: Mapping[str, Any] | None = None) -> "Hold":
        """Hold here until these facts have been answered. What was asked before is asked again as it was."""
        state = self.state
        if isinstance(state.pending, AskFacts) and state.pending.questions.keys() == asks.keys():
            decision = state.pending
        else:
            asked = questions(asks, entry=state.entry, now=self.now, sends=state.sends)
            decision = AskFacts(node=state.node, visit=state.visit, questions=asked)
        return Hold(decision, act="asked", memory=memory or {}, facts={"asked": list(asks)})


@dataclass(frozen=True, slots=True)
class Take:
    """Leave by this outlet now; `goal` is one that is reached by being here."""

    outlet: str
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    goal: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay until `decision` has been carried out; `memory` replaces the node's notes.

    `act` is how the trail tells it; None for a repeated look that nobody needs to read about.
    """

    decision: Decision
    act: TrailAct | None
    memory: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Finish:
    """End the enrollment here."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


Move = Take | Hold | Finish


class NodeBase(Frozen):
    """The fields that every node has. A subclass adds `type` (a Literal), its config, `outlets` and `decide`.

    `max_visits` limits how often one enrollment may enter the node; a loop needs such a limit somewhere. Instead of
    entering once more, the enrollment leaves by the node's outlet `visits_over`, or ends when nothing is connected.
    """

    id: str = Field(pattern=NODE_ID)
    title: str | None = Field(default=None, max_length=120)
    max_visits: int | None = Field(default=None, ge=1, le=1000)

    waits: ClassVar[bool] = False
    """Whether the node lets time pass: a loop must contain one that does."""

    @property
    def outlets(self) -> tuple[str, ...]:
        """The names of the ways out, in the order in which the canvas draws them."""
        raise NotImplementedError

    @property
    def ends(self) -> Mapping[str, str]:
        """Outlets that may stay unconnected, and the reason with which the enrollment then ends."""
        return {}

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """Outlets that may stay unconnected, and the outlet that is taken instead."""
        return {}

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:  # noqa: ARG002 - most nodes cannot be wrong
        """What is wrong with the node's own config; what it is connected to is checked with the graph."""
        return iter(())

    def problem(self, code: str, field: str, sentence: str, *, severity: Severity = "blocking") -> Problem:
        """A problem of this node."""
        return Problem(code=code, node=self.id, field=field, sentence=sentence, severity=severity)

    def decide(self, step: Step) -> Move:
        """The next move of an enrollment that stands here."""
        raise NotImplementedError


def check_names(node: NodeBase, field: str, names: Sequence[str], reserved: Set[str]) -> Iterator[Problem]:
    """The ways out of a node have names of their own."""
    for index, name in enumerate(names):
        if name in reserved or name == VISITS_OVER:
            yield node.problem(
                "outlet_reserved",
                f"{field}.{index}.id",
                f"“{name}” is the name of another way out; choose another name.",
            )
        elif name in names[:index]:
            yield node.problem(
                "outlet_twice", f"{field}.{index}.id", f"Two ways out are named “{name}”; give one another name."
            )
