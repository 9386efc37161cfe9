"""The interpreter: `advance(version, state, facts, now) → (state, decision)`.

It walks the instantaneous nodes and stops at the first one that needs the world, with one decision. The caller carries
the decision out and calls again with what came back. Production, the simulator, what-if, the audit and the test kit
all run this function; nothing else decides where an enrollment goes.

Facts that answer one node's decision must not be seen by the next: after an outlet is taken, the walk goes on with the
lasting facts only (profile, entry), and whatever a later node needs it asks for itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.journey.decisions import Decision, End
from engine.journey.facts import EventFact, Facts
from engine.journey.nodes.base import Finish, Hold, Step, Take
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailAct, TrailStep
from engine.journey.version import JourneyVersion

PATH_ENDED = "path_ended"
_NO_FACTS: Mapping[str, Any] = {}


def begin(version: JourneyVersion, *, profile: str, key: str, entry: EventFact, now: datetime) -> EnrollmentState:
    """The state of an enrollment that stands at the entry of `version`, before its first step."""
    node = version.graph.entry.id
    state = EnrollmentState(
        journey=version.journey, profile=profile, key=key, entry=entry, entered_at=now, node=node, visits={node: 1}
    )
    return _note(state, "entered", now)


def advance(
    version: JourneyVersion, state: EnrollmentState, facts: Facts, now: datetime
) -> tuple[EnrollmentState, Decision]:
    """Walk on from where `state` stands until the world is needed, or the journey ends.

    Calling it again with the same arguments gives the same answer; calling it early (before a deadline, without the
    fact that was asked for) repeats the decision and adds nothing to the trail.

    Raises:
        UnknownNode: the state stands on a node that this version does not have.
    """
    while True:
        if state.ended is not None:
            return state, End(node=state.node, reason=state.ended)
        node = version.graph.node(state.node)
        match node.decide(Step(state, facts, now)):
            case Hold() as hold:
                if hold.decision != state.pending:
                    state = _note(state, hold.act, now, reason=hold.reason, facts=hold.facts)
                return state.model_copy(update={"memory": hold.memory, "pending": hold.decision}), hold.decision
            case Take() as take:
                state = _leave(version, state, take, now)
                facts = Facts(entry=facts.entry, profile=facts.profile)
            case Finish(reason):
                state = _end(state, reason, now)


def _leave(version: JourneyVersion, state: EnrollmentState, take: Take, now: datetime) -> EnrollmentState:
    """Take the outlet: on to the node behind it, or to the end when nothing is connected."""
    state = _note(state, "took", now, outlet=take.outlet, reason=take.reason, facts=take.facts)
    target = version.graph.follow(state.node, take.outlet)
    if target is None:
        return _end(state, PATH_ENDED, now)
    visits = {**state.visits, target: state.visits.get(target, 0) + 1}
    moved = state.model_copy(update={"node": target, "visits": visits, "memory": {}, "pending": None})
    return _note(moved, "entered", now)


def _end(state: EnrollmentState, reason: str, now: datetime) -> EnrollmentState:
    ended = state.model_copy(update={"ended": reason, "memory": {}, "pending": None})
    return _note(ended, "ended", now, reason=reason)


def _note(
    state: EnrollmentState,
    act: TrailAct,
    now: datetime,
    *,
    outlet: str | None = None,
    reason: str | None = None,
    facts: Mapping[str, Any] = _NO_FACTS,
) -> EnrollmentState:
    step = TrailStep(
        seq=state.next_seq,
        node=state.node,
        visit=state.visit,
        act=act,
        at=now,
        outlet=outlet,
        reason=reason,
        facts=facts,
    )
    return state.model_copy(update={"trail": (*state.trail, step), "next_seq": state.next_seq + 1})
