"""Trials: a journey walked by one person in virtual time, with the messages as that person would see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from engine.journey.conditions import Condition
from engine.journey.decisions import SleepUntil, WaitFor
from engine.journey.facts import DeliveryOutcome, EventFact
from engine.journey.nodes import Message
from engine.journey.trail import TrailStep
from engine.journey.triggers import AudienceTrigger, EventTrigger, ScheduleTrigger, is_triggered, sample_entry
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.messages.content import parse_messages
from engine.messages.context import RenderContext
from engine.messages.errors import MessageError
from engine.messages.links import LinkPolicy
from engine.messages.render import compiled
from engine.segments.memory import Known
from engine.simulation.script import AttributeChange, Reaction, Script, SegmentChange, StockChange
from engine.simulation.simulator import Simulation, Steps
from engine.simulation.world import World

MOST_DECISIONS = 20_000
"""A journey of many loops could be walked for hours; a trial tells how far it came."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens in a trial; with a `node`, `after` a message was sent there."""

    at: datetime
    after: timedelta | None = None
    node: str | None = None
    event: tuple[str, Mapping[str, Any]] | None = None
    stock: Mapping[str, int | None] = field(default_factory=dict[str, "int | None"])
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    segments: Mapping[str, bool] = field(default_factory=dict[str, bool])


@dataclass(frozen=True, slots=True)
class Trial:
    """A valid journey, who walks it, what lets her in (None: whatever its trigger asks for), and what happens.

    `steps` are how plugins' steps usually end.
    """

    document: JourneyDocument
    profile: str
    attributes: Mapping[str, Any]
    events: Sequence[EventFact]
    segments: Mapping[str, Condition]
    entry: EventFact | None
    script: Sequence[Happening]
    now: datetime
    steps: Steps = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class TrialSend:
    """A delivery of the trial, and the message as this person would see it."""

    node: str
    at: datetime
    channel: str
    status: str
    rendering: Mapping[str, Any] | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class TrialReport:
    """How a trial went; with a `refusal` nobody was let in."""

    refusal: str | None
    steps: Sequence[TrailStep] = ()
    sends: Sequence[TrialSend] = ()
    ended: bool = False
    exit_reason: str | None = None
    waits_until: datetime | None = None


def run_trial(trial: Trial) -> TrialReport:
    """Walk the journey."""
    entry = trial.entry or sample_entry(trial.document.graph.entry.trigger, trial.now)
    entry = entry.model_copy(update={"at": trial.now})
    script = _script(trial)
    refusal = _refusal(trial, entry, script)
    if refusal is not None:
        return TrialReport(refusal)
    version = JourneyVersion(journey="trial", number=1, document=trial.document)
    walk = Simulation(version, entry, script, profile=trial.profile, now=trial.now, steps=trial.steps)
    run = walk.run(most=MOST_DECISIONS)
    waiting = run.decision
    return TrialReport(
        refusal=None,
        steps=run.trail,
        sends=[_send(trial, entry, outcome) for outcome in run.deliveries],
        ended=run.ended is not None,
        exit_reason=run.ended,
        waits_until=waiting.until if isinstance(waiting, SleepUntil | WaitFor) else None,
    )


def _refusal(trial: Trial, entry: EventFact, script: Script) -> str | None:
    """Why the journey would not let this person in by this event; None when it would."""
    trigger = trial.document.graph.entry.trigger
    if isinstance(trigger, EventTrigger) and not is_triggered(trigger, entry):
        return "trigger_does_not_fit"
    known: Known = World(script, entry, trial.document.settings.zone).known(trial.now)
    audiences = [trial.document.settings.audience.as_condition]
    if isinstance(trigger, AudienceTrigger | ScheduleTrigger):
        audiences.append(trigger.audience)
    admitted = all(known.judge(audience).holds for audience in audiences if audience is not None)
    return None if admitted else "not_in_audience"


def _script(trial: Trial) -> Script:
    happenings = sorted(trial.script, key=lambda each: each.at)
    events = [
        EventFact(id=f"trial-{index}", name=each.event[0], at=each.at, properties=each.event[1])
        for index, each in enumerate(happenings)
        if each.event is not None and each.node is None
    ]
    return Script(
        attributes=trial.attributes,
        attribute_changes=tuple(
            AttributeChange(at=each.at, attribute=name, value=value)
            for each in happenings
            for name, value in each.attributes.items()
        ),
        stock_changes=tuple(
            StockChange(at=each.at, variant=sku, units=units)
            for each in happenings
            for sku, units in each.stock.items()
        ),
        segments=trial.segments,
        segment_changes=tuple(
            SegmentChange(at=each.at, segment=segment, member=member)
            for each in happenings
            for segment, member in each.segments.items()
        ),
        events=(*trial.events, *events),
        reactions=tuple(
            Reaction(node=each.node, after=each.after or timedelta(), event=each.event[0], properties=each.event[1])
            for each in happenings
            if each.node is not None and each.event is not None
        ),
    )


def _send(trial: Trial, entry: EventFact, outcome: DeliveryOutcome) -> TrialSend:
    rendering, problem = None, None
    if outcome.status == "sent":
        try:
            rendering = _rendered(trial, entry, outcome)
        except MessageError as error:
            problem = str(error)
    return TrialSend(outcome.node, outcome.at, outcome.channel, outcome.status, rendering, problem)


def _rendered(trial: Trial, entry: EventFact, outcome: DeliveryOutcome) -> Mapping[str, Any]:
    """The message with what the entry event says of the product, as far as it does."""
    node = trial.document.graph.node(outcome.node)
    assert isinstance(node, Message), "only message nodes deliver"
    said = entry.properties
    product = {"name": said.get("product"), "url": said.get("url"), "image_url": said.get("image_url")}
    context = RenderContext(
        send_id="trial",
        profile=trial.attributes,
        product={name: value for name, value in product.items() if value is not None},
        variant={"sku": said.get("sku"), "title": said.get("variant"), "available": said.get("quantity")},
        event=said,
        journey={"name": trial.document.name},
        link_policy=LinkPolicy(allowed_domains=tuple(filter(None, [urlsplit(str(said.get("url", ""))).hostname]))),
    )
    content = parse_messages(trial.document.messages)[node.message]
    return compiled(content).render(context).model_dump(mode="json")
