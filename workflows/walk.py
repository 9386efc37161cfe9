"""Where an enrollment stands during a run of its workflow, and how each thing that comes back moves it on.

Everything here is a call of the pure engine: the workflow carries out, this remembers.
"""

from datetime import datetime

from activities.tasks import EnrollmentTask, Notice
from engine.journey.advance import advance, begin
from engine.journey.decisions import AskFacts, Deliver, End, SleepUntil, WaitFor
from engine.journey.facts import Facts
from engine.journey.migration import migrated, plan
from engine.journey.standing import entered, put_out, resumed
from engine.journey.state import EnrollmentState
from engine.journey.steering import cancelled, hurried, placed
from workflows.versions import version_of

JOURNEY_ENDED = "journey_ended"
"""The exit reason of those who are inside when a journey ends that does not let them finish."""


class Walk:
    """A state, the decision that it holds, and the version that it walks.

    `recorded` says that the store knows where it stands. `stood` is where it stood in its last wait, as long as nothing
    but questions lies in between: a pause that holds it finds it there, and not half a step further.
    """

    def __init__(self, task: EnrollmentTask, now: datetime) -> None:
        self.task = task.model_copy(update={"state": None})
        self.version = version_of(task.journey, task.version)
        state = task.state or begin(self.version, profile=task.profile, key=task.key, entry=task.entry, now=now)
        self.state, self.decision = advance(self.version, state, Facts(entry=task.entry), now)
        self.recorded = False
        self.stood: EnrollmentState | None = None
        self.is_resuming = False
        self._steered: set[str] = set()

    @property
    def is_held_by_pause(self) -> bool:
        """Whether the next step is the first after a wait, which a pause would hold."""
        return self.stood is not None

    def go_on(self, facts: Facts, now: datetime, *, recorded: bool = False) -> None:
        """Take what came back; `recorded` says that the step that follows from it is in the store already."""
        state = self.state
        match self.decision:
            case SleepUntil() | WaitFor():
                state = self.stood = state.drain()[0]
            case Deliver():
                state, self.stood = state.drain()[0], None
            case AskFacts():
                pass
            case _:
                self.stood = None
        facts = facts.model_copy(update={"entry": self.task.entry})
        self._advance(self._after_pause(state, facts, now), facts, now)
        self.recorded = recorded
        if recorded:
            self.state, _ = self.state.drain()

    def enter(self, node: str, now: datetime) -> None:
        """Go to this node, because the journey's own workflow says so."""
        self.state, self.recorded, self.stood = entered(self.state, node, now), False, None
        self._advance(self.state, Facts(entry=self.task.entry), now)

    def leave(self, reason: str, now: datetime) -> None:
        """End here, because the journey's own workflow says so."""
        self.state, self.recorded, self.stood = put_out(self.state, reason, now), False, None
        self._advance(self.state, Facts(entry=self.task.entry), now)

    def rest(self) -> None:
        """A wait goes on after something else was heard; the store knows of it."""
        self.state, self.recorded = self.state.drain()[0], True

    def heed(self, notice: Notice, now: datetime) -> None:
        """Do what the notice says, between two steps."""
        if self._changed_by(notice, now):
            self._advance(self.state, Facts(entry=self.task.entry), now)

    def step_back(self) -> None:
        """Stand where it stood in its last wait, because a pause holds it."""
        if self.stood is not None:
            self.state, self.stood = self.stood, None
            self.decision = self.state.pending or self.decision

    def parked(self) -> None:
        """The store knows that it is held here."""
        self.state, _ = self.state.drain()

    def heed_parked(self, notice: Notice, now: datetime) -> bool:
        """Do what the notice says without going on; whether it may go on."""
        self._changed_by(notice, now)
        self.is_resuming = notice.kind == "resume"
        return self.is_resuming or self.state.ended is not None

    def set_off(self, now: datetime) -> None:
        """Go on after a pause. One that waited for events first hears what came meanwhile."""
        self.recorded, self.stood = False, None
        pending = self.state.pending
        if isinstance(pending, WaitFor) and self.state.ended is None:
            self.is_resuming = self.is_resuming and pending.until is not None and pending.until <= now
            self.decision = pending
            return
        self._advance(self._after_pause(self.state, Facts(), now), Facts(entry=self.task.entry), now)

    def _after_pause(self, state: EnrollmentState, facts: Facts, now: datetime) -> EnrollmentState:
        """What the journey's policy makes of what was due during the pause that has just ended."""
        if not self.is_resuming or facts.arrived:
            self.is_resuming = False
            return state
        self.is_resuming = False
        return resumed(self.version.document.settings, state, now)

    def _advance(self, state: EnrollmentState, facts: Facts, now: datetime) -> None:
        self.state, self.decision = advance(self.version, state, facts, now)

    def _changed_by(self, notice: Notice, now: datetime) -> bool:
        if self.state.ended is not None or isinstance(self.decision, End):
            return False
        match notice.kind:
            case "migrate":
                return self._migrate(notice, now)
            case "end":
                self.state = put_out(self.state, JOURNEY_ENDED, now)
            case "resume":
                return False
            case "cancel" | "skip" | "move":
                return self._steer(notice, now)
        self.recorded, self.stood = False, None
        return True

    def _steer(self, notice: Notice, now: datetime) -> bool:
        """Do what staff asked for this one enrollment, once, however often it is told."""
        if notice.id in self._steered:
            return False
        self._steered.add(notice.id)
        before = self.state
        match notice.kind, notice.node:
            case "cancel", _:
                self.state = cancelled(before, notice.id, now)
            case "skip", _:
                self.state = hurried(self.version, before, notice.id, now)
            case "move", str(node) if any(one.id == node for one in self.version.graph.nodes):
                self.state = placed(before, node, notice.id, now)
            case _:  # the version at hand has no such node: somebody moved it to another one meanwhile
                return False
        if self.state is before:
            return False
        self.recorded, self.stood = False, None
        return True

    def _migrate(self, notice: Notice, now: datetime) -> bool:
        """Keep the old version, move to the new one, or leave, as the author chose for those who stand here."""
        if notice.version is None or notice.version <= self.task.version:
            return False
        new = version_of(self.task.journey, notice.version)
        planned = plan(self.version.document, new.document, notice.choice, {self.state.node: 1})
        impact = planned.impacts[0]
        if impact.fate == "keep":
            return False
        self.state = migrated(self.state, impact, new, self.task.version, now)
        if impact.fate == "move":
            self.version = new
            self.task = self.task.model_copy(update={"version": new.number})
        self.recorded, self.stood = False, None
        return True
