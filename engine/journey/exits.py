"""Exit criteria: leaving a journey early, while waiting and before each send.

While an enrollment waits, the events that could end it are part of what it waits for. Before each send the same
criteria are asked of the store once more, because an event may have been recorded that has not arrived here yet.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.journey.conditions import occurs
from engine.journey.facts import EventFact, Facts
from engine.journey.questions import HistoryQuestion, Question, SegmentQuestion, questions
from engine.journey.settings import ExitOnEvent, JourneySettings
from engine.journey.state import EnrollmentState
from engine.journey.verdicts import Evidence
from engine.journey.vocabulary import SEGMENT_LEFT


def exit_by_arrival(
    settings: JourneySettings, state: EnrollmentState, facts: Facts, now: datetime
) -> tuple[str, Mapping[str, Any]] | None:
    """The reason to leave because of an event that has just arrived, with what it was; None to stay."""
    for event in facts.arrived:
        if event.at < state.entered_at:
            continue
        for criterion in settings.event_exits:
            if criterion.event == event.name and occurs(
                event, criterion.where, Evidence(now=now, entry=state.entry, zone=settings.zone)
            ):
                return criterion.reason, _told(event)
        if event.name == SEGMENT_LEFT:
            for criterion in settings.segment_exits:
                if event.properties.get("segment") == criterion.segment:
                    return "segment_left", {**_told(event), "segment": criterion.segment}
    return None


def exit_questions(settings: JourneySettings, state: EnrollmentState, now: datetime) -> Mapping[str, Question]:
    """What must be asked before a send: has an exit event been recorded since the entry, is each segment still held?"""
    asked: dict[str, Question] = {
        f"segment:{criterion.segment}": SegmentQuestion(segment=criterion.segment)
        for criterion in settings.segment_exits
    }
    if now > state.entered_at or state.has_acted:  # else no time has passed in which anything could have happened
        for index, criterion in enumerate(settings.event_exits):
            where = None if criterion.where is None else criterion.where.bound(state.entry)
            asked[_key(index, criterion)] = HistoryQuestion(
                event=criterion.event, since=state.entered_at, until=now, where=where
            )
    return asked


def exit_by_answers(settings: JourneySettings, answers: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """The reason to leave because of what was answered before a send; None to go on."""
    for index, criterion in enumerate(settings.event_exits):
        if answers.get(_key(index, criterion)):
            return criterion.reason, {"event": criterion.event}
    for criterion in settings.segment_exits:
        if answers.get(f"segment:{criterion.segment}") is not True:
            return "segment_left", {"segment": criterion.segment}
    return None


def eligibility_questions(settings: JourneySettings, state: EnrollmentState, now: datetime) -> Mapping[str, Question]:
    """What must be asked to know whether a profile still belongs in the journey: its audience and its exit criteria."""
    audience = settings.audience.as_condition
    asked = dict(exit_questions(settings, state, now))
    if audience is not None:
        asked |= questions(audience.asks, entry=state.entry, now=now, sends=state.sends)
    return asked


def exit_by_ineligibility(
    settings: JourneySettings, state: EnrollmentState, facts: Facts, now: datetime
) -> tuple[str, Mapping[str, Any]] | None:
    """The reason to leave because the profile no longer belongs in the journey; None to go on."""
    audience = settings.audience.as_condition
    if audience is not None:
        evidence = Evidence(
            now=now, entry=state.entry, attributes=facts.profile, answers=facts.answers, zone=settings.zone
        )
        verdict = audience.judge(evidence)
        if not verdict.holds:
            return "no_longer_in_audience", {"audience": verdict.explain()}
    return exit_by_answers(settings, facts.answers)


def _key(index: int, criterion: ExitOnEvent) -> str:
    return f"exit:{index}:{criterion.event}"


def _told(event: EventFact) -> dict[str, Any]:
    return {"event": event.name, "event_id": event.id, "event_at": event.at.isoformat()}
