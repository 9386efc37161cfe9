"""A theatre: real enrollment workflows on the time-skipping server, in worlds that the simulator's scripts describe.

The workflow, its timers and its signals are real; behind the names of its activities stands a `World`, the same that a
simulation has. What is to happen at an instant is signalled at that instant, by a conductor that sleeps in the same
skipped time. So a trail can be compared step by step with the simulated one, for many journeys in one environment.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

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
from engine.journey.advance import advance
from engine.journey.decisions import Decision, WaitFor
from engine.journey.facts import ActOutcome, EventFact, Facts
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyVersion
from engine.simulation.script import Script
from engine.simulation.world import World
from tests.workflows.stage import ServerClock, time_server
from workflows.enrollment import EnrollmentWorkflow
from workflows.versions import VersionInterceptor

QUEUE = "theatre"
IS_LISTENING = "is_listening"
MONTH = timedelta(days=30)


@workflow.defn(name="Conductor")
class Conductor:
    """Lets the events of one enrollment happen when they are due, for whoever listens then."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, str]] = []

    @workflow.signal
    def expect(self, at: datetime, event: str) -> None:
        """This event happens at this instant."""
        self._due.append((at, event))

    @workflow.run
    async def run(self, enrollment: str, due: list[tuple[datetime, str]]) -> None:
        """For as long as the enrollment can be signalled."""
        self._due += due
        while True:
            await workflow.wait_condition(lambda: bool(self._due))
            self._due.sort()
            at, event = self._due[0]
            known = len(self._due)
            try:
                await workflow.wait_condition(
                    lambda known=known: len(self._due) != known, timeout=max(at - workflow.now(), timedelta())
                )
                continue
            except TimeoutError:
                self._due.remove((at, event))
            listens = await workflow.execute_local_activity(
                IS_LISTENING, args=[enrollment, event], result_type=bool, start_to_close_timeout=timedelta(seconds=120)
            )
            if listens:
                handle = workflow.get_external_workflow_handle(enrollment)
                try:
                    await handle.signal(WAKE_SIGNAL, event)
                except ApplicationError:
                    return


@dataclass
class Role:
    """One enrollment on the stage: its version, its world, what it listens for, and the trail that it left."""

    version: JourneyVersion
    world: World
    conductor: WorkflowHandle[Any, Any] | None = None
    listens: tuple[str, ...] = ()
    trail: dict[int, TrailStep] = field(default_factory=dict[int, TrailStep])
    told: set[str] = field(default_factory=set[str])

    def record(self, steps: tuple[TrailStep, ...], decision: Decision) -> None:
        """Store a step as the desk does."""
        for step in steps:
            self.trail.setdefault(step.seq, step)
        self.listens = decision.events if isinstance(decision, WaitFor) else ()


class Theatre:
    """The activities of all enrollments, and the way to begin one."""

    def __init__(self, environment: WorkflowEnvironment, clock: ServerClock) -> None:
        self._environment = environment
        self.clock = clock
        self.roles: dict[str, Role] = {}

    async def begin(self, name: str, version: JourneyVersion, entry: EventFact, script: Script, profile: str) -> None:
        """Start the enrollment `name` and its conductor."""
        role = self.roles[name] = Role(version, World(script, entry, version.document.settings.zone))
        now = self.clock()
        ahead = [(event.at, event.id) for event in role.world.events if event.at > now]
        role.told.update(event for _, event in ahead)
        client = self._environment.client
        task = EnrollmentTask(
            id=name, journey=version.journey, version=version.number, profile=profile, key=entry.id, entry=entry
        )
        role.conductor = await client.start_workflow(
            Conductor.run, args=[name, ahead], id=f"conductor-{name}", task_queue=QUEUE
        )
        await client.start_workflow(ENROLLMENT_WORKFLOW, task, id=name, task_queue=QUEUE)

    async def end(self, name: str) -> list[TrailStep]:
        """Skip time until the enrollment has ended; its trail."""
        handle = self._environment.client.get_workflow_handle(name)
        while (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
            await self._environment.sleep(MONTH)
        role = self.roles[name]
        if role.conductor is not None:
            await role.conductor.terminate()
        return [role.trail[seq] for seq in sorted(role.trail)]

    @activity.defn(name=RECORD)
    async def record(self, task: RecordTask) -> None:
        self.roles[task.enrollment.id].record(task.state.trail, task.decision)

    @activity.defn(name=LISTEN)
    async def listen(self, task: RecordTask) -> ArrivedEvents:
        role, decision = self.roles[task.enrollment.id], task.decision
        assert isinstance(decision, WaitFor)
        role.record(task.state.trail, decision)
        return ArrivedEvents(events=role.world.missed(decision, self.clock()))

    @activity.defn(name=READ_EVENTS)
    async def read_events(self, task: EventsTask) -> ArrivedEvents:
        role = self.roles[activity.info().workflow_id or ""]
        return ArrivedEvents(events=tuple(event for event in role.world.events if event.id in task.ids))

    @activity.defn(name=ASK_FACTS)
    async def ask(self, task: AskTask) -> Answers:
        now = self.clock()
        return Answers(answers=self.roles[task.enrollment.id].world.answer(task.decision, now), at=now)

    @activity.defn(name=ACT)
    async def act(self, task: ActTask) -> ActOutcome:
        return self.roles[task.enrollment.id].world.act(task.decision, self.clock())

    @activity.defn(name=DELIVER_NOW)
    async def deliver(self, task: DeliverTask) -> DeliverAnswer:
        role = self.roles[task.enrollment.id]
        outcome = role.world.deliver(task.decision, self.clock())
        state, following = advance(role.version, task.state, Facts(delivered=outcome), outcome.at)
        role.record(state.trail, following)
        await self._expect(role)
        return DeliverAnswer(outcome=outcome)

    @activity.defn(name=IS_LISTENING)
    async def is_listening(self, enrollment: str, event_id: str) -> bool:
        role = self.roles[enrollment]
        return any(event.name in role.listens for event in role.world.events if event.id == event_id)

    async def _expect(self, role: Role) -> None:
        """Tell the conductor of reactions that are now to come."""
        for event in role.world.events:
            if event.id not in role.told and event.at > self.clock():
                role.told.add(event.id)
                assert role.conductor is not None
                await role.conductor.signal(Conductor.expect, args=[event.at, event.id])

    def version_of(self, journey: str, number: int) -> JourneyVersion:
        """What the workflow walks: journeys are told apart by their names."""
        return next(
            role.version
            for role in self.roles.values()
            if (role.version.journey, role.version.number) == (journey, number)
        )


@asynccontextmanager
async def opened() -> AsyncGenerator[Theatre]:
    """A theatre with a worker, over one time-skipping server."""
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=time_server()
    )
    with ServerClock(environment.client.service_client.config.target_host) as clock:
        theatre = Theatre(environment, clock)
        deliver_patiently = activity.defn(name=DELIVER_PATIENTLY)(_never)
        worker = Worker(
            environment.client,
            task_queue=QUEUE,
            workflows=[EnrollmentWorkflow, Conductor],
            activities=[
                theatre.record,
                theatre.listen,
                theatre.read_events,
                theatre.ask,
                theatre.act,
                theatre.deliver,
                theatre.is_listening,
                deliver_patiently,
            ],
            interceptors=[VersionInterceptor(theatre.version_of)],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        async with environment:
            working = asyncio.create_task(worker.run())
            try:
                yield theatre
            finally:
                await worker.shutdown()
                await working


async def _never(task: DeliverTask) -> DeliverAnswer:
    raise AssertionError(f"{task.decision.node} was delivered at once")
