"""Wait until: stay until something happens, or a condition holds, or time is up.

arrive ──► ask (only with a condition) ──► holds? ──► happened
              ▲                              │ no
              │                              ▼
              └── time to look again ◄── wait for events ──► event ──► its outlet
                                             │
                                             └── time is up ──► timed_out
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.checks import Place, check_condition, check_event, check_length
from engine.journey.conditions import (
    Attribute,
    Condition,
    Criteria,
    HasOccurred,
    Segment,
    Stock,
    Where,
    occurs,
)
from engine.journey.decisions import WaitFor
from engine.journey.facts import EventFact
from engine.journey.nodes.base import OUTLET, VISITS_OVER, Hold, Move, NodeBase, Step, Take
from engine.journey.problems import Problem
from engine.journey.vocabulary import BACK_IN_STOCK, LOW_STOCK, PROFILE_UPDATED, SEGMENT_ENTERED, SEGMENT_LEFT, SEND_ID
from engine.model import Frozen

HAPPENED = "happened"
TIMED_OUT = "timed_out"
LEAST_LOOK = timedelta(minutes=5)
"""A condition is looked at no more often than this without cause."""


class AwaitedEvent(Frozen):
    """An event to wait for, and the outlet by which it lets the enrollment go on.

    `message` names a message node: only events that answer what this enrollment sent there count (clicks, opens).
    """

    event: str = Field(min_length=1, max_length=120)
    where: Where | None = None
    message: str | None = None
    outlet: str = Field(default=HAPPENED, pattern=OUTLET)


class WaitUntil(NodeBase):
    """Wait for one of these events, or until the condition holds, at most `timeout` long.

    The condition is asked on arrival, when an event comes that could change it, every `check_every`, and when time is
    up. Events count from the last message on, so that a click quicker than this node is not missed.
    """

    type: Literal["wait_until"] = "wait_until"
    events: tuple[AwaitedEvent, ...] = Field(default=(), max_length=20)
    condition: Criteria | None = None
    timeout: timedelta | None = None
    check_every: timedelta = timedelta(hours=1)

    waits = True

    @property
    def outlets(self) -> tuple[str, ...]:
        """Those of the events, `happened` for the condition, and `timed_out` when there is a limit."""
        named = [awaited.outlet for awaited in self.events]
        if self.condition is not None:
            named.append(HAPPENED)
        if self.timeout is not None:
            named.append(TIMED_OUT)
        return tuple(dict.fromkeys(named))

    @cached_property
    def asks(self) -> Mapping[str, Condition]:
        """The facts that the condition needs."""
        return {} if self.condition is None else self.condition.asks

    @cached_property
    def wakes(self) -> frozenset[str]:
        """The events that could make the condition hold."""
        return frozenset(name for leaf in self.asks.values() for name in _changed_by(leaf))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all events that this node listens to."""
        awaited = dict.fromkeys(awaited.event for awaited in self.events)
        return tuple(awaited | dict.fromkeys(sorted(self.wakes)))

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:
        """Something to wait for, for a time that makes sense."""
        if not self.events and self.condition is None:
            yield self.problem("wait_for_nothing", "events", "Nothing ends this wait; add an event or a condition.")
        for index, awaited in enumerate(self.events):
            place = Place(self.id, f"events.{index}")
            yield from check_event(awaited.event, place.inside("event"), catalogue)
            yield from check_condition(awaited.where, place.inside("where"), catalogue)
            if awaited.outlet in {TIMED_OUT, VISITS_OVER}:
                yield place.inside("outlet").problem(
                    "outlet_reserved", f"“{awaited.outlet}” is the name of another way out; choose another name."
                )
        yield from check_condition(self.condition, Place(self.id, "condition"), catalogue)
        yield from check_length(self.timeout, Place(self.id, "timeout"), "timeout", "The time-out")
        if self.condition is not None:
            yield from check_length(
                self.check_every, Place(self.id, "check_every"), "check_every", "The time between two looks", LEAST_LOOK
            )
        if self.timeout is None:
            yield self.problem(
                "wait_without_timeout",
                "timeout",
                "Profiles may wait here for ever; set a time-out unless that is what you want.",
                severity="warning",
            )

    def decide(self, step: Step) -> Move:
        """See the drawing above."""
        state, now = step.state, step.now
        deadline = None if self.timeout is None else state.arrived_at + self.timeout
        heard = self._heard(step, deadline)
        if heard is not None:
            return heard
        over = deadline is not None and now >= deadline
        look_at = step.memory.get("look_at")
        if self.condition is not None and self._must_look(step, look_at, over=over):
            if not step.knows(self.asks):
                return self._ask(step)
            verdict = self.condition.judge(step.evidence)
            if verdict.holds:
                return Take(HAPPENED, reason="condition_met", facts={"condition": verdict.explain()})
            look_at = None
        if over:
            return Take(TIMED_OUT, reason="timed_out")
        return self._wait(step, deadline, look_at)

    def _must_look(self, step: Step, look_at: str | None, *, over: bool) -> bool:
        """Whether to ask the condition now: on arrival, when it is time, or after an event that could matter."""
        if look_at is None or over or step.now >= datetime.fromisoformat(look_at):
            return True
        return any(event.name in self.wakes for event in step.facts.arrived)

    def _ask(self, step: Step) -> Hold:
        """Ask what the condition needs; only the first time is worth a line in the trail."""
        told = "told" in step.memory
        hold = step.ask(self.asks, {"told": True} if told else {})
        return replace(hold, act=None) if told else hold

    def _wait(self, step: Step, deadline: datetime | None, look_at: str | None) -> Hold:
        """Wait for the events until the deadline or the next look at the condition, whichever is first."""
        memory: dict[str, Any] = {"told": True}
        until = deadline
        if self.condition is not None:
            look = datetime.fromisoformat(look_at) if look_at is not None else step.now + self.check_every
            until = look if deadline is None else min(look, deadline)
            memory["look_at"] = until.isoformat()
        decision = WaitFor(node=self.id, visit=step.state.visit, events=self.names, until=until)
        facts = {"events": list(self.names), "until": None if deadline is None else deadline.isoformat()}
        return Hold(decision, act=None if "told" in step.memory else "waiting", memory=memory, facts=facts)

    def _heard(self, step: Step, deadline: datetime | None) -> Take | None:
        """The way out that an event opens which has arrived in time."""
        for event in step.facts.arrived:
            if event.at < step.state.listening_since or (deadline is not None and event.at > deadline):
                continue
            for awaited in self.events:
                if self._is_awaited(awaited, event, step):
                    told = {"event": event.name, "event_id": event.id, "event_at": event.at.isoformat()}
                    return Take(awaited.outlet, reason="event_arrived", facts=told)
        return None

    @staticmethod
    def _is_awaited(awaited: AwaitedEvent, event: EventFact, step: Step) -> bool:
        if event.name != awaited.event or not occurs(event, awaited.where, step.evidence):
            return False
        return awaited.message is None or event.properties.get(SEND_ID) in step.state.sends.get(awaited.message, ())


def _changed_by(leaf: Condition) -> tuple[str, ...]:
    """The events after which the answer for this leaf may be another."""
    match leaf:
        case HasOccurred():
            return (leaf.event,)
        case Attribute():
            return (PROFILE_UPDATED,)
        case Segment():
            return (SEGMENT_ENTERED, SEGMENT_LEFT)
        case Stock():
            return (BACK_IN_STOCK, LOW_STOCK)
        case _:
            return ()
