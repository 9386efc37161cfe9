"""What an answer is made of: findings, each the answer to one question, in the order in which they were decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.store.holdings import JourneyName
from engine.store.variant_names import VariantName

Question = Literal[
    "known", "open", "trigger", "waiting", "line", "audience", "again", "entry", "passage", "guard", "provider"
]
Outcome = Literal["told", "not_told", "under_way", "not_entered"]
OccasionKind = Literal["restock", "event", "day"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question. `holds` is None where it is neither for nor against her being told.

    `facts` are the values that the answer was read from, `links` the API addresses of where they are recorded.
    """

    question: Question
    holds: bool | None
    sentence: str
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    links: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that could have let a person into a journey. `entered` names the enrollment that it began, if any."""

    kind: OccasionKind
    id: str
    at: datetime
    title: str
    journey: JourneyName
    variant: VariantName | None = None
    enrollment_id: str | None = None


@dataclass(frozen=True, slots=True)
class EntryDecision:
    """Whether somebody enters, and for which reason not."""

    enters: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Why somebody got a message, or why not.

    `computed` is the entry decision made again from history, `recorded` what really happened; None where the occasion
    is no reason to decide anything.
    """

    occasion: Occasion
    version: int | None
    outcome: Outcome
    sentence: str
    reason: str | None
    chain: tuple[Finding, ...]
    computed: EntryDecision | None
    recorded: EntryDecision | None

    @property
    def agrees(self) -> bool:
        """Whether the decision that is made again is the one that was made."""
        return self.computed is None or self.recorded is None or self.computed.enters == self.recorded.enters
