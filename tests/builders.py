"""Journeys as data, small enough to read inside a test, and a hand to walk them step by step.

    shape = journey(
        node("pause", "delay", duration="PT1H"),
        node("push", "message", channel="web_push", message="hello"),
        paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
    )
    walk = Walk(shape)
    walk.wait(hours=1)
    walk.deliver("sent")
    assert walk.path == ["entry", "pause", "push.sent", "done"]

`a > b` joins the outlet `next` of `a` to `b`; `push.sent > done` names the outlet. The entry (`Back in Stock`) and the
exit `done` are there unless the test brings its own.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from engine.journey.advance import advance, begin
from engine.journey.decisions import Decision
from engine.journey.facts import DeliveryOutcome, EventFact, Facts
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyDocument, JourneyVersion

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday; the instant at which walks begin."""

Json = dict[str, Any]


def node(node_id: str, node_type: str, **config: Any) -> Json:
    """One node as the canvas would write it; a JSON key that is a Python word is given with a trailing `_`."""
    return {"id": node_id, "type": node_type, **{key.rstrip("_"): value for key, value in config.items()}}


def edges(paths: Sequence[str]) -> list[Json]:
    """`["a > b", "b.sent > c"]` as edges."""
    found: list[Json] = []
    for path in paths:
        stops = [stop.strip() for stop in path.split(">")]
        for start, end in pairwise(stops):
            source, _, outlet = start.partition(".")
            found.append({"source": source, "outlet": outlet or "next", "target": end.partition(".")[0]})
    return found


def journey(
    *nodes: Json,
    paths: Sequence[str],
    settings: Mapping[str, Any] | None = None,
    messages: Mapping[str, Any] | None = None,
    name: str = "A journey",
) -> Json:
    """A journey document as JSON."""
    known = {each["id"] for each in nodes}
    entry = [] if "entry" in known else [node("entry", "entry", trigger={"kind": "event", "event": "Back in Stock"})]
    named = {stop.strip().partition(".")[0] for path in paths for stop in path.split(">")}
    done = [node("done", "exit")] if "done" in named - known else []
    used = {each["message"]: {"channel": each["channel"]} for each in nodes if each["type"] == "message"}
    return {
        "schema": 1,
        "name": name,
        "graph": {"nodes": [*entry, *nodes, *done], "edges": edges(paths)},
        "messages": dict(messages) if messages is not None else used,
        "settings": dict(settings or {}),
        "layout": {},
    }


def version(document: Mapping[str, Any], *, journey_id: str = "j1", number: int = 1) -> JourneyVersion:
    """A published version of this document."""
    return JourneyVersion(journey=journey_id, number=number, document=JourneyDocument.model_validate(document))


def event(name: str = "Back in Stock", *, at: datetime = NOON, id_: str | None = None, **properties: Any) -> EventFact:
    """An event with these properties; its id is made of its name and time unless the test gives one."""
    return EventFact(id=id_ or f"{name} {at:%d %H:%M:%S}", name=name, at=at, properties=properties)


class Walk:
    """One enrollment walked by hand: `now` moves only when the test says so."""

    def __init__(
        self,
        document: Mapping[str, Any],
        *,
        profile: str = "p1",
        entry: EventFact | None = None,
        now: datetime = NOON,
        attributes: Mapping[str, Any] | None = None,
        journey_id: str = "j1",
    ) -> None:
        self.version = version(document, journey_id=journey_id)
        self.now = now
        self.attributes = dict(attributes or {})
        entry = entry if entry is not None else event(at=now, sku="SKU-1", product_id="P-1")
        self.state: EnrollmentState = begin(self.version, profile=profile, key="k1", entry=entry, now=now)
        self.decision: Decision = self.step()

    def step(
        self,
        *,
        answers: Mapping[str, Any] | None = None,
        arrived: Sequence[EventFact] = (),
        delivered: DeliveryOutcome | None = None,
        **others: Any,
    ) -> Decision:
        """Advance once with these facts, at `now`."""
        facts = Facts(
            profile=self.attributes, answers=answers or {}, arrived=tuple(arrived), delivered=delivered, **others
        )
        self.state, self.decision = advance(self.version, self.state, facts, self.now)
        return self.decision

    def wait(self, **length: float) -> Decision:
        """Let time pass, then advance."""
        self.now += timedelta(**length)
        return self.step()

    def deliver(
        self, status: Literal["sent", "skipped", "failed", "unknown"] = "sent", reason: str | None = None
    ) -> Decision:
        """Come back from the delivery that was asked for."""
        asked = self.decision
        assert asked.kind == "deliver", asked
        outcome = DeliveryOutcome(
            node=asked.node, visit=asked.visit, status=status, channel=asked.channel, at=self.now, reason=reason
        )
        return self.step(delivered=outcome)

    def hear(self, name: str, **properties: Any) -> Decision:
        """An event of this profile arrives now."""
        return self.step(arrived=[event(name, at=self.now, id_=f"heard-{len(self.state.heard)}", **properties)])

    @property
    def path(self) -> list[str]:
        """The nodes that were entered, each with the outlet it was left by where that is not `next`."""
        return path(self.state.trail)


def path(trail: Sequence[TrailStep]) -> list[str]:
    """`["entry", "push.sent", "done"]`: nodes in order, with the outlet they were left by where it is not `next`."""
    walked: list[str] = []
    for step in trail:
        if step.act == "entered":
            walked.append(step.node)
        elif step.act == "took" and step.outlet != "next":
            walked[-1] = f"{step.node}.{step.outlet}"
    return walked
