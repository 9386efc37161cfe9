"""The interpreter: `advance(version, state, facts, now) → (state, decision)`.

It walks the instantaneous nodes and stops at the first one that needs the world, with one decision. The caller carries
the decision out and calls again with what came back. Production, the simulator, what-if, the audit and the test kit
all run this function; nothing else decides where an enrollment goes.

Facts that answer one node's decision must not be seen by the next: after an outlet is taken, the walk goes on with the
lasting facts only (profile, entry), and whatever a later node needs it asks for itself. One exception: an event that
arrived while an act was being carried out (a quick click) is still to be heard by the node behind it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

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
from engine.journey.exits import (
    eligibility_questions,
    exit_by_answers,
    exit_by_arrival,
    exit_by_ineligibility,
    exit_questions,
)
from engine.journey.facts import EventFact, Facts
from engine.journey.nodes.base import VISITS_OVER, Finish, Hold, Move, Step, Take
from engine.journey.settings import JourneySettings
from engine.journey.standing import left_by, noted, put_out
from engine.journey.state import EnrollmentState
from engine.journey.version import JourneyVersion

_LEFT_BY = "left_by"
"""Under this note stands the outlet by which a node was left that leads nowhere, where a workflow says what is next."""
_ACTS = (Deliver, UpdateProfile, ChangeWaitlist, StartJourney, Perform)
REMEMBERED = 100
"""How many of the events that arrived a state remembers by their ids."""


def begin(version: JourneyVersion, *, profile: str, key: str, entry: EventFact, now: datetime) -> EnrollmentState:
    """The state of an enrollment that stands at the entry of `version`, before its first step.

    The event that let it in has been heard: no wait behind the entry ends because of it.
    """
    node = version.graph.entry.id
    state = EnrollmentState(
        journey=version.journey,
        profile=profile,
        key=key,
        entry=entry,
        entered_at=now,
        node=node,
        arrived_at=now,
        listening_since=now,
        visits={node: 1},
        heard={entry.id: entry.at},
    )
    return noted(state, "entered", now)


def advance(
    version: JourneyVersion, state: EnrollmentState, facts: Facts, now: datetime
) -> tuple[EnrollmentState, Decision]:
    """Walk on from where `state` stands until the world is needed, or the journey ends.

    Calling it again with the same arguments gives the same answer; calling it early (before a deadline, without the
    fact that was asked for) repeats the decision and adds nothing to the trail.

    Raises:
        UnknownNode: the state stands on a node that this version does not have.
    """
    if facts.arrived:
        state, facts = _hear(state, facts)
    while state.ended is None:
        state, move = _next_move(version, state, facts, now)
        match move:
            case Hold() as hold:
                if hold.act is not None and not _is_same(hold.decision, state.pending):
                    state = noted(state, hold.act, now, reason=hold.reason, facts=hold.facts)
                return state.model_copy(update={"memory": hold.memory, "pending": hold.decision}), hold.decision
            case Take() as take:
                lasting = _lasting(state, facts)
                state, facts = _leave(version, state, take, facts, now), lasting
            case Finish() as finish:
                state = put_out(state, finish.reason, now, finish.facts)
    return state, End(node=state.node, reason=state.ended)


def _lasting(state: EnrollmentState, facts: Facts) -> Facts:
    """What the next node may see: what answered this one's decision is gone, but not what came during an act."""
    is_spent = facts.answers or facts.arrived or facts.delivered is not None or facts.acted is not None
    if not is_spent:
        return facts
    arrived = facts.arrived if isinstance(state.pending, _ACTS) else ()
    return Facts(entry=facts.entry, profile=facts.profile, arrived=arrived)


def _next_move(
    version: JourneyVersion, state: EnrollmentState, facts: Facts, now: datetime
) -> tuple[EnrollmentState, Move]:
    """What happens next where the enrollment stands: the exit criteria come first, then the node decides."""
    settings = version.document.settings
    if facts.arrived and not isinstance(state.pending, _ACTS):
        left = exit_by_arrival(settings, state, facts, now)
        if left is not None:
            return state, Finish(*left)
    if state.recheck:
        move = _rechecked(settings, state, facts, now)
        if move is not None:
            return state, move
        state = state.model_copy(update={"recheck": False, "pending": None})
    if (outlet := state.memory.get(_LEFT_BY)) is not None:
        return state, Hold(HandBack(node=state.node, visit=state.visit, outlet=outlet), act=None, memory=state.memory)
    move = version.graph.node(state.node).decide(Step(state, facts, now, settings))
    return state, _guarded(settings, state, facts, now, move) if isinstance(move, Hold) else move


def _rechecked(settings: JourneySettings, state: EnrollmentState, facts: Facts, now: datetime) -> Hold | Finish | None:
    """After a pause: ask whether the profile still belongs here; None once it is known that it does."""
    pending = state.pending
    asked = pending.questions if isinstance(pending, AskFacts) else eligibility_questions(settings, state, now)
    if not asked.keys() <= facts.answers.keys():
        ask = AskFacts(node=state.node, visit=state.visit, questions=asked)
        return Hold(ask, act="asked", memory=state.memory, facts={"asked": list(asked)})
    left = exit_by_ineligibility(settings, state, facts, now)
    return None if left is None else Finish(*left)


def _guarded(
    settings: JourneySettings, state: EnrollmentState, facts: Facts, now: datetime, hold: Hold
) -> Hold | Finish:
    """What a node holds for, with the exit criteria watched: asked before each send, listened to during each wait."""
    decision = hold.decision
    if isinstance(decision, Deliver) and decision != state.pending:
        pending = state.pending
        asked = pending.questions if isinstance(pending, AskFacts) else exit_questions(settings, state, now)
        if not asked:
            return hold
        if not asked.keys() <= facts.answers.keys():
            ask = AskFacts(node=state.node, visit=state.visit, questions=asked)
            return Hold(ask, act="asked", memory=hold.memory, facts={"asked": list(asked)})
        left = exit_by_answers(settings, facts.answers)
        return hold if left is None else Finish(left[0], left[1])
    if settings.exit_events:
        if isinstance(decision, SleepUntil):
            decision = WaitFor(node=decision.node, visit=decision.visit, events=(), until=decision.until)
        if isinstance(decision, WaitFor):
            events = tuple(dict.fromkeys((*decision.events, *settings.exit_events)))
            decision = decision.model_copy(update={"events": events})
    if isinstance(decision, WaitFor):
        since = state.listening_since if state.heard_until is None else max(state.listening_since, state.heard_until)
        return replace(hold, decision=decision.model_copy(update={"since": since, "heard": tuple(state.heard)}))
    return hold


def _hear(state: EnrollmentState, facts: Facts) -> tuple[EnrollmentState, Facts]:
    """The state that has heard what arrived, and the facts with only those events that it had not heard before."""
    fresh = tuple(event for event in facts.arrived if event.id not in state.heard)
    heard = {**state.heard, **{event.id: event.at for event in fresh}}
    until = state.heard_until
    while len(heard) > REMEMBERED:
        dropped = heard.pop(next(iter(heard)))
        until = dropped if until is None else max(until, dropped)
    changes = {"heard": heard, "heard_until": until}
    return state.model_copy(update=changes), facts.model_copy(update={"arrived": fresh})


def _is_same(decision: Decision, pending: Decision | None) -> bool:
    """Whether the trail already tells of this decision; what was heard meanwhile makes no other wait of it."""
    if isinstance(decision, WaitFor) and isinstance(pending, WaitFor):
        decision = decision.model_copy(update={"heard": pending.heard, "since": pending.since})
    return decision == pending


def _leave(version: JourneyVersion, state: EnrollmentState, take: Take, facts: Facts, now: datetime) -> EnrollmentState:
    """Take the outlet: on to the node behind it, or to the end when nothing is connected."""
    graph, outlet, source = version.graph, take.outlet, state.node
    steps: list[dict[str, Any]] = [{"act": "took", "outlet": outlet, "reason": take.reason, "facts": take.facts}]
    if take.goal is not None:
        steps.insert(0, {"act": "reached", "reason": take.goal})
    changes: dict[str, Any] = {"memory": {}, "pending": None, "arrived_at": now, **_listening(state, facts, now)}
    while (target := graph.follow(source, outlet)) is not None:
        visit = state.visits.get(target, 0) + 1
        limit = graph.node(target).max_visits
        if limit is None or visit <= limit:
            steps.append({"act": "entered", "node": target, "visit": visit})
            changes |= {"node": target, "visits": {**state.visits, target: visit}}
            return left_by(state, steps, now, changes)
        over = {"act": "took", "node": target, "visit": visit - 1, "outlet": VISITS_OVER, "reason": "visit_limit"}
        steps.append(over)
        outlet, source = VISITS_OVER, target
    if version.document.settings.workflow is not None and outlet not in graph.node(source).ends:
        return left_by(state, steps, now, {**changes, "node": source, "memory": {_LEFT_BY: outlet}})
    stopped = left_by(state, steps, now, {**changes, "node": source})
    return put_out(stopped, graph.end_reason(source, outlet), now)


def _listening(state: EnrollmentState, facts: Facts, now: datetime) -> dict[str, Any]:
    """From when on events count behind the node that is left, and what it sent."""
    match state.pending:
        case Deliver():
            heard_from: dict[str, Any] = {"listening_since": state.arrived_at}
            if facts.delivered is not None and facts.delivered.send_id is not None:
                sent = (facts.delivered.send_id, *(facts.delivered.copies or ()))
                heard_from["sends"] = {**state.sends, state.node: (*state.sends.get(state.node, ()), *sent)}
                if facts.delivered.status in {"sent", "unknown"}:
                    heard_from["touches"] = state.touches + 1
            return heard_from
        case SleepUntil() | WaitFor():
            return {"listening_since": now}
        case _:
            return {}
