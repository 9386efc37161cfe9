"""What a condition is judged on, and what came out, clause by clause, so that "why" has an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from engine.journey.facts import EventFact


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a condition may look at.

    `attributes` are those of the profile that are known to be current, `answers` what came back for the questions that
    the condition asks, `event` the event that a where-clause is about. What is not here counts as missing.
    """

    now: datetime
    entry: EventFact | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    zone: str = "UTC"
    event: EventFact | None = None

    def attribute(self, name: str) -> Any:
        """A profile attribute as far as it is known; None when it is not."""
        if name in self.attributes:
            return self.attributes[name]
        return self.answers.get(f"attribute:{name}")


class Verdict(NamedTuple):
    """Whether a clause (told as JSON) holds, the value that it read, and the verdicts of the clauses inside it."""

    holds: bool
    clause: Mapping[str, Any]
    read: Any = None
    of: tuple["Verdict", ...] = ()

    def explain(self) -> dict[str, Any]:
        """The verdict as JSON for the trail: the clause, the value that was read, whether it held."""
        told: dict[str, Any] = {**self.clause, "holds": self.holds}
        if self.of:
            told["of"] = [each.explain() for each in self.of]
        elif "attribute" in told or self.read is not None:
            told["read"] = self.read
        return told

    def failed(self) -> tuple["Verdict", ...]:
        """The innermost clauses that did not hold, in the order in which they are written."""
        if self.holds:
            return ()
        inner = tuple(clause for each in self.of for clause in each.failed())
        return inner or (self,)
