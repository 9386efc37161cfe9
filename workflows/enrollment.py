"""One profile's passage through one version of one journey, as a durable workflow.

It carries out decisions and nothing else: what to do next is `engine.journey.advance`'s to say, and every act is an
activity. The version comes from the worker's catalogue, because a published version never changes.

    advance ──► Deliver      one local activity: guard, claim, send, record. When the provider is not available, an
      ▲   │                  ordinary activity takes over and keeps trying for as long as the message is worth it
      │   ├───► SleepUntil   record, then a timer
      │   ├───► WaitFor      record and listen, then a timer or the signal that names an event
      │   ├───► AskFacts     one local activity that answers from the database
      │   ├───► UpdateProfile, ChangeWaitlist, StartJourney: one local activity that acts
      │   ├───► Perform      record, then an ordinary activity in which a plugin does its step
      │   └───► End          record, unless the last delivery already did
      │   └───► HandBack     record; a workflow that a developer wrote says where to go (`workflows.own`)
      └───────── what came back

A delivery records the trail up to the decision that follows from its outcome, so the workflow need not. A wait that has
been looked at so often that its history grows long goes on in a new run, from the state in which it stands.

What concerns the whole journey comes as a notice, which is heeded between two steps and never in the middle of a send.
A pause is found out by the activity that was about to do something: it does nothing, and the enrollment is parked where
it stands, until a notice says that the journey goes on.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar, assert_never

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.names import (
    ACT,
    ASK_FACTS,
    DELIVER_NOW,
    DELIVER_PATIENTLY,
    ENROLLMENT_WORKFLOW,
    LISTEN,
    NOTICE_SIGNAL,
    PARK,
    PERFORM,
    READ_EVENTS,
    RECORD,
    WAKE_SIGNAL,
)
from activities.tasks import (
    ActTask,
    Answers,
    ArrivedEvents,
    AskTask,
    DeliverAnswer,
    DeliverTask,
    EnrollmentTask,
    EventsTask,
    Notice,
    ParkTask,
    Performed,
    PerformTask,
    RecordTask,
)
from engine.journey.decisions import (
    AskFacts,
    ChangeWaitlist,
    Deliver,
    End,
    HandBack,
    Perform,
    SleepUntil,
    StartJourney,
    UpdateProfile,
    WaitFor,
)
from engine.journey.facts import ActOutcome, DeliveryOutcome, Facts
from workflows import options, patches
from workflows.walk import Walk

Result = TypeVar("Result")


@workflow.defn(name=ENROLLMENT_WORKFLOW)
class EnrollmentWorkflow:
    """Walks one profile through one version."""

    may_begin_anew: ClassVar[bool] = True
    """Whether a long history may go on in a new run, from the state alone."""

    def __init__(self) -> None:
        """Nobody has called yet."""
        self._woken_by: list[str] = []
        self._notices: list[Notice] = []

    @workflow.signal(name=WAKE_SIGNAL)
    def wake(self, event_id: str) -> None:
        """An event that this enrollment listens for has arrived."""
        if event_id not in self._woken_by:
            self._woken_by.append(event_id)

    @workflow.signal(name=NOTICE_SIGNAL)
    def notice(self, notice: Notice) -> None:
        """Something about the whole journey is to be heeded, between two steps."""
        if notice not in self._notices:
            self._notices.append(notice)

    @workflow.run
    async def run(self, task: EnrollmentTask) -> str:
        """Walk until the end; the exit reason."""
        decision = await self._walk_on(Walk(task, workflow.now()))
        if isinstance(decision, HandBack):
            raise RuntimeError(f"Only the journey's own workflow knows what comes behind {decision.node}.")
        return decision.reason

    async def _walk_on(self, walk: Walk) -> End | HandBack:
        """Walk until the end, or until the journey's own workflow has to say what comes next; all of it is recorded."""
        while True:
            while self._notices:
                walk.heed(self._notices.pop(0), workflow.now())
            try:
                await self._carry_out(walk)
            except _Held:
                await self._park(walk)
            if isinstance(walk.decision, End | HandBack) and walk.recorded:
                return walk.decision

    async def _carry_out(self, walk: Walk) -> None:
        """Do what the walk has decided, and let it go on by what came back.

        Raises:
            _Held: a pause or the kill switch holds it here.
        """
        decision = walk.decision
        match decision:
            case Deliver():
                outcome = await _deliver(walk, decision)
                walk.go_on(Facts(delivered=outcome), outcome.at, recorded=True)
            case SleepUntil(until=until):
                await _record(walk)
                self._go_on_elsewhere(walk)
                if await self._hears_a_notice(until):
                    walk.rest()
                else:
                    walk.go_on(Facts(), max(workflow.now(), until))
            case WaitFor():
                await self._wait(walk, decision)
            case AskFacts():
                asked = AskTask(enrollment=walk.task, decision=decision, is_held_by_pause=walk.is_held_by_pause)
                answers = _unless_held(await _local(ASK_FACTS, asked, Answers | None))
                walk.go_on(Facts(answers=answers.answers), answers.at)
            case UpdateProfile() | ChangeWaitlist() | StartJourney():
                act = ActTask(enrollment=walk.task, decision=decision, is_held_by_pause=walk.is_held_by_pause)
                acted = _unless_held(await _local(ACT, act, ActOutcome | None))
                walk.go_on(Facts(acted=acted), acted.at)
            case Perform():
                await _record(walk)
                done = _unless_held((await _perform(walk, decision)).outcome)
                walk.go_on(Facts(acted=done), done.at)
            case HandBack():
                await _record(walk)
                walk.rest()
            case End():
                await _record(walk)
                walk.recorded = True
            case _:
                assert_never(decision)

    async def _wait(self, walk: Walk, decision: WaitFor) -> None:
        """Wait for one of the events, or until the time is over."""
        listening = RecordTask(
            enrollment=walk.task, state=walk.state, decision=decision, is_held_by_pause=walk.is_held_by_pause
        )
        missed = _unless_held(await _local(LISTEN, listening, ArrivedEvents | None))
        heard = {*decision.heard, *(event.id for event in missed.events)}
        self._woken_by = [event for event in self._woken_by if event not in heard]
        if missed.events:
            walk.go_on(Facts(arrived=missed.events), workflow.now())
            return
        if (
            not self._woken_by
            and not self._notices
            and self.may_begin_anew
            and workflow.info().is_continue_as_new_suggested()
        ):
            workflow.continue_as_new(walk.task.model_copy(update={"state": walk.state.drain()[0]}))
        timeout = None if decision.until is None else max(decision.until - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(lambda: bool(self._woken_by or self._notices), timeout=timeout)
        except TimeoutError:
            walk.go_on(Facts(), workflow.now() if decision.until is None else max(workflow.now(), decision.until))
            return
        if not self._woken_by:
            walk.rest()
            return
        ids, self._woken_by = tuple(self._woken_by), []
        arrived = await _local(READ_EVENTS, EventsTask(ids=ids), ArrivedEvents)
        walk.go_on(Facts(arrived=arrived.events), workflow.now())

    async def _hears_a_notice(self, until: datetime) -> bool:
        """Sleep until then, unless a notice comes before."""
        timeout = max(until - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(lambda: bool(self._notices), timeout=timeout)
        except TimeoutError:
            return False
        return True

    def _go_on_elsewhere(self, walk: Walk) -> None:
        """Sleep in a new run, when a loop of delays has made the history of this one long."""
        if (
            not self._notices
            and self.may_begin_anew
            and workflow.info().is_continue_as_new_suggested()
            and workflow.patched(patches.SLEEP_IN_A_NEW_RUN)
        ):
            workflow.continue_as_new(walk.task.model_copy(update={"state": walk.state.drain()[0]}))

    async def _park(self, walk: Walk) -> None:
        """Stay where it stands until it may go on. Nobody is dropped by a pause."""
        walk.step_back()
        while await _local(PARK, ParkTask(enrollment=walk.task, state=walk.state), bool):
            walk.parked()
            await workflow.wait_condition(lambda: bool(self._notices))
            if walk.heed_parked(self._notices.pop(0), workflow.now()):
                break
        walk.set_off(workflow.now())


class _Held(Exception):
    """A pause or the kill switch holds this enrollment."""


def _unless_held(answer: Result | None) -> Result:
    """What an activity answered, unless it did nothing because of a pause."""
    if answer is None:
        raise _Held
    return answer


async def _local(activity: str, argument: Any, result: Any) -> Any:
    return await workflow.execute_local_activity(activity, argument, result_type=result, **options.LOCAL)


async def _record(walk: Walk) -> None:
    """Let the store know where the walk stands, unless it does."""
    if walk.recorded:
        return
    task = RecordTask(
        enrollment=walk.task, state=walk.state, decision=walk.decision, is_held_by_pause=walk.is_held_by_pause
    )
    is_recorded: object = await workflow.execute_local_activity(RECORD, task, **options.LOCAL)
    if is_recorded is False:  # older histories hold no answer here
        raise _Held


async def _perform(walk: Walk, decision: Perform) -> Performed:
    """What a plugin's step came to."""
    task = PerformTask(enrollment=walk.task, decision=decision)
    return await workflow.execute_activity(
        PERFORM, task, result_type=Performed, summary=f"Step {decision.node}", **options.PERFORM
    )


async def _deliver(walk: Walk, decision: Deliver) -> DeliveryOutcome:
    """The outcome of the delivery: at once if the provider is well, otherwise from the patient activity."""
    delivery = DeliverTask(enrollment=walk.task, state=walk.state, decision=decision)
    try:
        answer = await workflow.execute_local_activity(
            DELIVER_NOW, delivery, result_type=DeliverAnswer, **options.DELIVER_NOW
        )
        if answer.outcome is not None:
            return answer.outcome
        if answer.parked:
            raise _Held
        if answer.later is not None:
            await workflow.sleep(max(answer.later - workflow.now(), timedelta()))
    except ActivityError:
        workflow.logger.warning("The first try of a delivery failed; the patient activity takes over.")
    answer = await workflow.execute_activity(
        DELIVER_PATIENTLY, delivery, result_type=DeliverAnswer, **options.deliver_patiently(decision.channel)
    )
    if answer.parked:
        raise _Held
    if answer.outcome is None:
        raise RuntimeError("The patient delivery ended without an outcome.")
    return answer.outcome
