"""What staff may do with one enrollment: take it out, let it wait no longer, put it on another node.

Each is a change of the state between two steps, noted in the trail with the audit's id of who did it and why; what
follows is decided as always. A message that is asked for anew by a move is another visit, so the guard is asked again.
"""

from datetime import datetime
from typing import Literal

from engine.journey.decisions import SleepUntil, WaitFor
from engine.journey.nodes import WaitUntil
from engine.journey.standing import noted, put_out
from engine.journey.state import EnrollmentState
from engine.journey.version import JourneyVersion

Steering = Literal["cancel", "skip", "move"]
CANCELLED = "cancelled"


def cancelled(state: EnrollmentState, audit: str, now: datetime) -> EnrollmentState:
    """The enrollment taken out where it stands."""
    return put_out(state, CANCELLED, now, {"audit": audit})


def may_skip(version: JourneyVersion, node: str) -> bool:
    """Whether a wait at this node can be over before its time: not where only an event ends it."""
    standing = version.graph.node(node)
    return not (isinstance(standing, WaitUntil) and standing.timeout is None)


def hurried(version: JourneyVersion, state: EnrollmentState, audit: str, now: datetime) -> EnrollmentState:
    """The state with its wait over at this moment; unchanged when it does not wait, or only an event ends the wait."""
    if not isinstance(state.pending, SleepUntil | WaitFor) or not may_skip(version, state.node):
        return state
    node = version.graph.node(state.node)
    changes: dict[str, object] = {"pending": None}
    if isinstance(node, WaitUntil) and node.timeout is not None:
        changes |= {"arrived_at": min(state.arrived_at, now - node.timeout), "memory": {"told": True}}
    else:
        changes |= {"memory": {**state.memory, "until": now.isoformat()}}
    return noted(state, "moved", now, reason="wait_skipped", facts={"audit": audit}).model_copy(update=changes)


def placed(state: EnrollmentState, node: str, audit: str, now: datetime) -> EnrollmentState:
    """The state standing anew at this node, as if it had just come there."""
    moved = noted(state, "moved", now, reason="by_staff", facts={"audit": audit, "to_node": node})
    return moved.model_copy(
        update={
            "node": node,
            "arrived_at": now,
            "listening_since": now,
            "visits": {**state.visits, node: state.visits.get(node, 0) + 1},
            "memory": {},
            "pending": None,
            "recheck": False,
        }
    )
