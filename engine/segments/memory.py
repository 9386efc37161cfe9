"""Answering the questions of a condition from what is known of one person, without a database.

The simulator, the test kit and what-if ask here; `engine.segments.sql` gives the same answers for whole tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.journey.conditions import Condition
from engine.journey.facts import EventFact
from engine.journey.questions import (
    AttributeQuestion,
    HistoryQuestion,
    Question,
    SegmentQuestion,
    StockQuestion,
    questions,
)
from engine.journey.verdicts import Evidence, Verdict
from engine.journey.vocabulary import SEND_ID

_NOBODY = EventFact(id="", name="", at=datetime(1970, 1, 1, tzinfo=UTC))


def _no_stock(variant: str | None) -> int | None:  # noqa: ARG001 - nothing is known of any variant
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known about one person at one moment.

    `events` may reach beyond `now`; what lies ahead is not seen. A segment is a saved condition, or for tests simply a
    membership.
    """

    now: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    events: Sequence[EventFact] = ()
    segments: Mapping[str, Condition | bool] = field(default_factory=dict[str, "Condition | bool"])
    stock: Callable[[str | None], int | None] = _no_stock
    zone: str = "UTC"

    def answer(self, question: Question) -> Any:
        """The answer to one question."""
        match question:
            case AttributeQuestion():
                return self.attributes.get(question.attribute)
            case SegmentQuestion():
                saved = self.segments.get(question.segment, False)
                return saved if isinstance(saved, bool) else self.judge(saved).holds
            case HistoryQuestion():
                return sum(1 for event in self.events if self._counts(event, question))
            case StockQuestion():
                return self.stock(question.variant)

    def judge(self, condition: Condition) -> Verdict:
        """Whether a condition holds for this person now, and why."""
        asked = questions(condition.asks, entry=_NOBODY, now=self.now, sends={})
        answers = {key: self.answer(question) for key, question in asked.items()}
        evidence = Evidence(now=self.now, attributes=self.attributes, answers=answers, zone=self.zone)
        return condition.judge(evidence)

    def _counts(self, event: EventFact, question: HistoryQuestion) -> bool:
        if event.name != question.event or event.at > min(question.until, self.now):
            return False
        if question.since is not None and event.at < question.since:
            return False
        if question.sends is not None and event.properties.get(SEND_ID) not in question.sends:
            return False
        if question.where is None:
            return True
        return question.where.judge(Evidence(now=question.until, event=event, zone=self.zone)).holds
