"""One profile's passage through one version of one journey, as a durable workflow.

It carries out decisions and nothing else: what to do next is `engine.journey.advance`'s to say, and every act is an
activity. The version comes from the worker's catalogue, because a published version never changes.

    advance ──► Deliver      one local activity: guard, claim, send, record. When the provider is not available, an
      ▲   │                  ordinary activity takes over and keeps trying for as long as the message is worth it
      │   ├───► SleepUntil   record, then a timer
      │   ├───► WaitFor      record and listen, then a timer or the signal that names an event
      │   ├───► AskFacts     one local activity that answers from the database
      │   ├───► UpdateProfile, ChangeWaitlist, StartJourney: one local activity that acts
      │   └───► End          record, unless the last delivery already did
      └───────── what came back

A delivery records the trail up to the decision that follows from its outcome, so the workflow need not. A wait that has
been looked at so often that its history grows long goes on in a new run, from the state in which it stands.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar, assert_never

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.names import (
    ACT,
    ASK_FACTS,
    DELIVER_NOW,
    DELIVER_PATIENTLY,
    ENROLLMENT_WORKFLOW,
    LISTEN,
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
    RecordTask,
)
from engine.journey.advance import advance, begin
from engine.journey.decisions import (
    AskFacts,
    ChangeWaitlist,
    Decision,
    Deliver,
    End,
    SleepUntil,
    StartJourney,
    UpdateProfile,
    WaitFor,
)
from engine.journey.facts import ActOutcome, DeliveryOutcome, EventFact, Facts
from engine.journey.state import EnrollmentState
from workflows import options
from workflows.versions import version_of

Result = TypeVar("Result")


@workflow.defn(name=ENROLLMENT_WORKFLOW)
class EnrollmentWorkflow:
    """Walks one profile through one version."""

    def __init__(self) -> None:
        """Nobody has called yet."""
        self._woken_by: list[str] = []

    @workflow.signal(name=WAKE_SIGNAL)
    def wake(self, event_id: str) -> None:
        """An event that this enrollment listens for has arrived."""
        if event_id not in self._woken_by:
            self._woken_by.append(event_id)

    @workflow.run
    async def run(self, task: EnrollmentTask) -> str:
        """Walk until the end; the exit reason."""
        version = version_of(task.journey, task.version)
        now = workflow.now()
        state = task.state or begin(version, profile=task.profile, key=task.key, entry=task.entry, now=now)
        state, decision = advance(version, state, Facts(entry=task.entry), now)
        task = task.model_copy(update={"state": None})
        recorded = False
        while True:
            facts, now = Facts(entry=task.entry), workflow.now()
            was_recorded, recorded = recorded, False
            match decision:
                case Deliver():
                    outcome = await _deliver(task, state, decision)
                    facts, now, recorded = facts.model_copy(update={"delivered": outcome}), outcome.at, True
                case SleepUntil(until=until):
                    if not was_recorded:
                        await _record(task, state, decision)
                    await workflow.sleep(max(until - workflow.now(), timedelta()))
                    now = max(workflow.now(), until)
                case WaitFor():
                    arrived, now = await self._wait(task, state, decision)
                    facts = facts.model_copy(update={"arrived": arrived})
                case AskFacts():
                    answers = await _local(ASK_FACTS, AskTask(enrollment=task, decision=decision), Answers)
                    facts, now = facts.model_copy(update={"answers": answers.answers}), answers.at
                case UpdateProfile() | ChangeWaitlist() | StartJourney():
                    acted = await _local(ACT, ActTask(enrollment=task, decision=decision), ActOutcome)
                    facts, now = facts.model_copy(update={"acted": acted}), acted.at
                case End(reason=reason):
                    if not was_recorded:
                        await _record(task, state, decision)
                    return reason
                case _:
                    assert_never(decision)
            waited = isinstance(decision, Deliver | SleepUntil | WaitFor)
            state, decision = advance(version, state.drain()[0] if waited else state, facts, now)
            if recorded:
                state, _ = state.drain()

    async def _wait(
        self, task: EnrollmentTask, state: EnrollmentState, decision: WaitFor
    ) -> tuple[tuple[EventFact, ...], datetime]:
        """The events that ended the wait, and when it ended; no events when it timed out."""
        missed = await _local(LISTEN, RecordTask(enrollment=task, state=state, decision=decision), ArrivedEvents)
        heard = {*decision.heard, *(event.id for event in missed.events)}
        self._woken_by = [event for event in self._woken_by if event not in heard]
        if missed.events:
            return missed.events, workflow.now()
        if not self._woken_by and workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(task.model_copy(update={"state": state.drain()[0]}))
        timeout = None if decision.until is None else max(decision.until - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(lambda: bool(self._woken_by), timeout=timeout)
        except TimeoutError:
            return (), workflow.now() if decision.until is None else max(workflow.now(), decision.until)
        ids, self._woken_by = tuple(self._woken_by), []
        return (await _local(READ_EVENTS, EventsTask(ids=ids), ArrivedEvents)).events, workflow.now()


async def _local(activity: str, argument: Any, result: type[Result]) -> Result:
    return await workflow.execute_local_activity(activity, argument, result_type=result, **options.LOCAL)


async def _record(task: EnrollmentTask, state: EnrollmentState, decision: Decision) -> None:
    await workflow.execute_local_activity(
        RECORD, RecordTask(enrollment=task, state=state, decision=decision), **options.LOCAL
    )


async def _deliver(task: EnrollmentTask, state: EnrollmentState, decision: Deliver) -> DeliveryOutcome:
    """The outcome of the delivery: at once if the provider is well, otherwise from the patient activity."""
    delivery = DeliverTask(enrollment=task, state=state, decision=decision)
    try:
        answer = await workflow.execute_local_activity(
            DELIVER_NOW, delivery, result_type=DeliverAnswer, **options.DELIVER_NOW
        )
        if answer.outcome is not None:
            return answer.outcome
        if answer.later is not None:
            await workflow.sleep(max(answer.later - workflow.now(), timedelta()))
    except ActivityError:
        workflow.logger.warning("The first try of a delivery failed; the patient activity takes over.")
    answer = await workflow.execute_activity(
        DELIVER_PATIENTLY, delivery, result_type=DeliverAnswer, **options.deliver_patiently(decision.channel)
    )
    if answer.outcome is None:
        raise RuntimeError("The patient delivery ended without an outcome.")
    return answer.outcome
