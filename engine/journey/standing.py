"""What may be done to an enrollment where it stands: note a step, take it out, let it go on after a pause."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.journey.decisions import Deliver, SleepUntil, WaitFor
from engine.journey.settings import JourneySettings
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailAct, TrailStep

EXPIRED_IN_PAUSE = "expired_in_pause"
_NO_FACTS: Mapping[str, Any] = {}


def noted(
    state: EnrollmentState,
    act: TrailAct,
    now: datetime,
    *,
    outlet: str | None = None,
    reason: str | None = None,
    facts: Mapping[str, Any] = _NO_FACTS,
) -> EnrollmentState:
    """The state with one more step in its trail."""
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


def left_by(
    state: EnrollmentState, steps: Sequence[Mapping[str, Any]], now: datetime, changes: Mapping[str, Any]
) -> EnrollmentState:
    """The state with these steps and changes at once: a walk copies its state once a node."""
    made = [
        TrailStep.model_validate({"node": state.node, "visit": state.visit, "at": now, "seq": seq, **step})
        for seq, step in enumerate(steps, state.next_seq)
    ]
    told = {"trail": (*state.trail, *made), "next_seq": state.next_seq + len(made)}
    return state.model_copy(update={**changes, **told})


def entered(state: EnrollmentState, node: str, now: datetime) -> EnrollmentState:
    """The state standing at this node, to which the journey's own workflow leads it."""
    visit = state.visits.get(node, 0) + 1
    changes: dict[str, Any] = {"node": node, "visits": {**state.visits, node: visit}, "arrived_at": now}
    step = {"act": "entered", "node": node, "visit": visit}
    return left_by(state, [step], now, {**changes, "memory": {}, "pending": None})


def put_out(
    state: EnrollmentState, reason: str, now: datetime, facts: Mapping[str, Any] = _NO_FACTS
) -> EnrollmentState:
    """The enrollment ended where it stands, for this reason."""
    ended = state.model_copy(update={"ended": reason, "memory": {}, "pending": None, "recheck": False})
    return noted(ended, "ended", now, reason=reason, facts=facts)


def resumed(settings: JourneySettings, state: EnrollmentState, now: datetime) -> EnrollmentState:
    """The state with which an enrollment goes on when its journey is no longer paused.

    Nobody is dropped by a pause. What the journey's policy changes is only for what was due during it, a wait that was
    over or a message: `continue` goes on at once, `expire_overdue` ends it, `recheck` asks first whether the profile
    still belongs here. A message that was held is asked for anew, so that its exit criteria are, too.
    """
    pending = state.pending
    is_overdue = isinstance(pending, SleepUntil | WaitFor) and pending.until is not None and pending.until <= now
    if state.ended is not None or not (is_overdue or isinstance(pending, Deliver)):
        return state
    match settings.resume:
        case "expire_overdue":
            return put_out(state, EXPIRED_IN_PAUSE, now)
        case "recheck":
            return state.model_copy(update={"recheck": True})
        case "continue":
            return state if is_overdue else state.model_copy(update={"pending": None})
