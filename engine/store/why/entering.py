"""Did the event let the person in? Trigger, product, audience and the rule for entering again, judged anew."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from engine.guardrails.settings import guardrails_of
from engine.journey.admission import PastEntries, entry_key, refused_again
from engine.journey.facts import EventFact
from engine.journey.questions import questions
from engine.journey.settings import JourneySettings
from engine.journey.triggers import ENTRY_EVENTS, EventTrigger, SegmentTrigger, Trigger, is_triggered
from engine.journey.verdicts import Evidence, Verdict
from engine.journey.vocabulary import SEGMENT_ENTERED
from engine.store.answers import Asked, attributes_of, read_known
from engine.store.items import find_items
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, OutboxRow, Profile
from engine.store.timeline.words import day
from engine.store.why.findings import Finding

_enrollment, _profile, _outbox = core(Enrollment), core(Profile), core(OutboxRow)
_OPERATORS = {
    "equals": "is",
    "not_equals": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "exists": "is known",
    "missing": "is not known",
}


def trigger_finding(trigger: Trigger | None, event: EventFact) -> Finding:
    """Whether the trigger matches this event; if not, which clauses fail, with the values that they read."""
    waits_for = entry_event(trigger)
    if trigger is None or waits_for is None or event.name != waits_for:
        what = "nothing that an event could start" if waits_for is None else f"“{waits_for}”"
        sentence = f"The journey begins with {what}, and this was “{event.name}”."
        return Finding("trigger", False, sentence, "other_event", {"event": event.name, "trigger": waits_for})
    if not isinstance(trigger, EventTrigger) or trigger.where is None:
        holds = is_triggered(trigger, event) or not isinstance(trigger, EventTrigger | SegmentTrigger)
        said = "matched" if holds else "is for another segment"
        return Finding("trigger", holds, f"The trigger “{waits_for}” {said}.", None if holds else "other_segment")
    verdict = trigger.where.judge(Evidence(now=event.at, entry=event, event=event))
    if verdict.holds:
        return Finding(
            "trigger",
            True,
            f"The trigger “{waits_for}” matched, with its conditions.",
            None,
            {"clauses": verdict.explain()},
        )
    sentence = f"The trigger asks for more than “{waits_for}”: {failures(verdict)}."
    return Finding("trigger", False, sentence, "trigger_condition", {"clauses": verdict.explain()})


def entry_event(trigger: Trigger | None) -> str | None:
    """The name of the event that lets somebody in by this trigger; None where no event of a person does."""
    match trigger:
        case EventTrigger(event=name):
            return name
        case SegmentTrigger():
            return SEGMENT_ENTERED
        case None:
            return None
        case _:
            return ENTRY_EVENTS[trigger.kind]


def failures(verdict: Verdict) -> str:
    """The clauses that did not hold, each with the value that was there."""
    return "; ".join(_failure(one) for one in verdict.failed())


def _failure(verdict: Verdict) -> str:
    clause = verdict.clause
    kind = clause.get("kind")
    if kind == "segment":
        return f"the person was not in the segment {clause['segment']}"
    if kind == "has_occurred":
        return f"“{clause['event']}” had occurred {verdict.read or 0} times"
    if kind == "not":
        return f"this held, and must not: {'; '.join(_asked(each.clause) for each in verdict.of)}"
    found = "it was not known" if verdict.read is None else f"it was {_value(verdict.read)}"
    return f"{_asked(clause)}, but {found}"


def _asked(clause: Mapping[str, Any]) -> str:
    """What a clause asks for: “tier is “vip””."""
    subject = clause.get("property") or clause.get("attribute") or clause.get("kind")
    operator = _OPERATORS.get(str(clause.get("op")), str(clause.get("op", "")).replace("_", " "))
    value = clause.get("value")
    if operator == "between" and isinstance(value, list | tuple):
        low, high = cast(Sequence[object], value)
        return f"{subject} between {_value(low)} and {_value(high)}"
    return f"{subject} {operator}" + ("" if value is None else f" {_value(value)}")


def _value(value: object) -> str:
    """A value as a sentence quotes it: yes or no, numbers as they are, texts in quotation marks."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " or ".join(_value(each) for each in cast(Sequence[object], value))
    return f"“{value}”" if isinstance(value, str) else str(value)


async def product_finding(executor: Executor, settings: JourneySettings, variant: str | None) -> Finding | None:
    """Whether the journey is for the product of the event; None where it is for all, or the event was about none."""
    products = guardrails_of(settings.guardrails).products
    item = None if products is None or variant is None else (await find_items(executor, [variant])).get(variant)
    if products is None or item is None:
        return None
    facts = {"item": item.inputs(), "products": products.model_dump(mode="json")}
    if products.holds(item):
        return Finding(
            "audience", True, "The journey is for this product, as the catalog describes it today.", None, facts
        )
    sentence = "The journey is not for this product, as the catalog describes it today."
    return Finding("audience", False, sentence, "product_filter", facts)


async def audience_finding(
    executor: Executor, person: str, settings: JourneySettings, event: EventFact
) -> Finding | None:
    """Whether the person was in the audience at the event; None where the journey is for everyone."""
    audience = settings.audience.as_condition
    if audience is None:
        return None
    now = event.at
    wanted = questions(audience.asks, entry=event, now=now, sends={})
    known = await read_known(executor, Asked(person, event, zone=settings.zone), wanted.values(), now)
    answers = {key: known.answer(question) for key, question in wanted.items()}
    attributes = await attributes_of(executor, person)
    verdict = audience.judge(Evidence(now=now, entry=event, attributes=attributes, answers=answers, zone=settings.zone))
    facts: dict[str, Any] = {"clauses": verdict.explain()}
    changed = await executor.scalar(select(_profile.c.updated_at).where(_profile.c.id == person))
    note = ""
    if changed is not None and changed > now:
        facts["attributes_as_of"] = changed.isoformat()
        note = f" Attributes are those of {day(changed)}; what they were before is not recorded."
    if verdict.holds:
        return Finding("audience", True, f"The person was in the journey's audience.{note}", None, facts)
    return Finding(
        "audience", False, f"The person was not in the audience: {failures(verdict)}.{note}", "not_in_audience", facts
    )


async def again_finding(
    executor: Executor, journey: str, people: Collection[str], settings: JourneySettings, event: EventFact
) -> Finding | None:
    """Whether the person could enter (again) then; None for somebody who had never entered."""
    key = entry_key(settings.reentry, event, settings.match)
    before = select(_enrollment).where(
        _enrollment.c.journey_id == journey,
        _enrollment.c.profile_id.in_(list(people)),
        _enrollment.c.entered_at <= event.at,
        _enrollment.c.event_id != event.id,
    )
    rows = (await executor.execute(before.order_by(_enrollment.c.entered_at.desc()))).all()
    if not rows:
        return None
    same = [row.entered_at for row in rows if row.key == key]
    past = PastEntries(last=rows[0].entered_at, last_for_key=max(same, default=None))
    refused = refused_again(settings.reentry, past, event.at)
    facts = {"last_entered_at": rows[0].entered_at.isoformat(), "rule": settings.reentry.model_dump(mode="json")}
    links = {"enrollment": f"/v1/enrollments/{rows[0].id}"}
    if refused is None:
        return Finding("again", True, "The journey may be entered again.", None, facts, links)
    said = "only once" if refused == "already_entered" else "only after a while"
    sentence = f"The journey may be entered {said}, and the person entered on {day(rows[0].entered_at)}."
    return Finding("again", False, sentence, refused, facts, links)


async def routing_of(executor: Executor, event_id: str) -> tuple[datetime | None, str | None] | None:
    """When the relay routed the event, and its last error; None when nothing is kept of that any more."""
    statement = select(_outbox.c.routed_at, _outbox.c.last_error).where(
        _outbox.c.kind == "event", _outbox.c.subject_id == event_id
    )
    row = (await executor.execute(statement.order_by(_outbox.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else (row.routed_at, row.last_error)
