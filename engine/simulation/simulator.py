"""The simulator: a virtual clock over `advance`, in a scripted world.

It carries decisions out as the workflow does, only that waiting costs nothing: the clock jumps to whatever ends the
wait. So it leaves the same trail as a real run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, assert_never

from engine.journey.advance import advance, begin
from engine.journey.decisions import (
    AskFacts,
    ChangeWaitlist,
    Decision,
    Deliver,
    End,
    HandBack,
    Perform,
    SleepUntil,
    StartJourney,
    UpdateProfile,
    WaitFor,
)
from engine.journey.facts import ActOutcome, DeliveryOutcome, EventFact, Facts
from engine.journey.nodes import Custom
from engine.journey.nodes.custom import FAILED
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyVersion
from engine.simulation.script import EMPTY, Script
from engine.simulation.world import Act, World

HORIZON = timedelta(days=5 * 366)
Steps = Mapping[str, Callable[[Mapping[str, Any]], str]]
"""By node type that a plugin brings, by which way out its step usually leaves, given the settings of the node."""
NO_STEPS: Steps = {}


@dataclass(frozen=True, slots=True)
class Run:
    """How a simulated enrollment went.

    `trail` is what a real run would have stored; `decision` is `End`, or what it still waits for at the horizon.
    """

    state: EnrollmentState
    decision: Decision
    trail: tuple[TrailStep, ...]
    deliveries: tuple[DeliveryOutcome, ...]
    acts: tuple[Act, ...]
    at: datetime

    @property
    def ended(self) -> str | None:
        """The exit reason, or None while it still waits."""
        return self.state.ended

    @property
    def sent(self) -> tuple[str, ...]:
        """The message nodes that sent, in order."""
        return tuple(outcome.node for outcome in self.deliveries if outcome.status == "sent")

    @property
    def path(self) -> tuple[str, ...]:
        """The nodes in order, each with the outlet it was left by where that is not `next`: `push.sent`."""
        walked: list[str] = []
        for step in self.trail:
            if step.act == "entered":
                walked.append(step.node)
            elif step.act == "took" and step.outlet != "next":
                walked[-1] = f"{step.node}.{step.outlet}"
        return tuple(walked)


class Simulation:
    """One enrollment in one scripted world, walked as far as wanted."""

    def __init__(
        self,
        version: JourneyVersion,
        entry: EventFact,
        script: Script = EMPTY,
        *,
        profile: str = "simulated",
        key: str | None = None,
        now: datetime | None = None,
        steps: Steps = NO_STEPS,
    ) -> None:
        self._version = version
        self.now = entry.at if now is None else now
        self.world = World(script, entry, version.document.settings.zone)
        self._steps = steps
        self._trail: list[TrailStep] = []
        state = begin(version, profile=profile, key=entry.id if key is None else key, entry=entry, now=self.now)
        self.state, self.decision = self._advance(state, Facts(entry=entry))

    def run(self, until: datetime | None = None, *, most: int | None = None) -> Run:
        """Walk on to the end, or as far as this instant, or five years; with `most`, at most so many decisions far."""
        limit = self.state.entered_at + HORIZON if until is None else until
        for _ in count() if most is None else range(most):
            if isinstance(self.decision, End) or not self._carry_out(self.decision, limit):
                break
        return Run(
            state=self.state,
            decision=self.decision,
            trail=tuple(self._trail),
            deliveries=tuple(self.world.deliveries),
            acts=tuple(self.world.acts),
            at=self.now,
        )

    def _carry_out(self, decision: Decision, limit: datetime) -> bool:
        """Do what the decision says and walk on; False when nothing happens before the limit."""
        entry = self.state.entry
        facts = Facts(entry=entry)
        match decision:
            case SleepUntil(until=until):
                if until > limit:
                    return False
                self.now = max(self.now, until)
            case WaitFor():
                arrived = self.world.missed(decision, self.now) or self.world.next_event(decision)
                wakes_at = max((event.at for event in arrived), default=decision.until)
                if wakes_at is None or wakes_at > limit:
                    return False
                self.now = max(self.now, wakes_at)
                facts = Facts(entry=entry, arrived=arrived)
            case AskFacts():
                facts = Facts(entry=entry, answers=self.world.answer(decision, self.now))
            case Deliver():
                outcome = self.world.deliver(decision, self.now)
                self.now = outcome.at
                facts = Facts(entry=entry, delivered=outcome)
            case UpdateProfile() | ChangeWaitlist() | StartJourney():
                facts = Facts(entry=entry, acted=self.world.act(decision, self.now))
            case Perform():
                facts = Facts(entry=entry, acted=self._performed(decision))
            case HandBack() | End():
                return False
            case _:
                assert_never(decision)
        self.state, self.decision = self._advance(self.state, facts)
        return True

    def _performed(self, asked: Perform) -> ActOutcome:
        """What a plugin's step came to: as the script says, or as its type says that it usually ends."""
        node = self._version.graph.node(asked.node)
        outlet = self.world.way_out(asked.node)
        if outlet is None and isinstance(node, Custom):
            usual = self._steps.get(node.type)
            drawn = (edge.outlet for edge in self._version.graph.edges if edge.source == node.id)
            outlet = usual(node.settings) if usual is not None else next(drawn, FAILED)
        self.world.acts.append(asked)
        return ActOutcome(node=asked.node, visit=asked.visit, at=self.now, outlet=outlet)

    def _advance(self, state: EnrollmentState, facts: Facts) -> tuple[EnrollmentState, Decision]:
        state, decision = advance(self._version, state, facts, self.now)
        state, steps = state.drain()
        self._trail.extend(steps)
        return state, decision


def simulate(
    version: JourneyVersion,
    entry: EventFact,
    script: Script = EMPTY,
    *,
    profile: str = "simulated",
    key: str | None = None,
    until: datetime | None = None,
) -> Run:
    """Run one enrollment in a scripted world, to its end or as far as `until`."""
    return Simulation(version, entry, script, profile=profile, key=key).run(until)
