"""A history that grows long goes on in a new run, from where the enrollment stands; here it is long very early."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.names import ENROLLMENT_WORKFLOW, LISTEN, READ_EVENTS, RECORD, WAKE_SIGNAL
from activities.tasks import ArrivedEvents, EnrollmentTask, EventsTask, RecordTask
from engine.journey.facts import EventFact
from engine.journey.trail import TrailStep
from tests.builders import event, journey, node, version
from workflows.enrollment import EnrollmentWorkflow
from workflows.replaying import read_histories, replay_opened
from workflows.versions import VersionInterceptor
from workflows.worker import sandboxed

SUGGESTED_AT = 20
"""Events in a history from which on the server suggests a new run; ten thousand would take hours."""
A_RUN = 2 * SUGGESTED_AT
TICKS = 8
TICKING = version(
    journey(
        node("tick", "delay", duration="PT0.05S", max_visits=TICKS),
        paths=["entry > tick", "tick > tick", "tick.visits_over > done"],
    )
)
THIS_ONE = {"kind": "property", "property": "sku", "op": "equals", "value": "M"}
LISTENING = version(
    journey(
        node("visit", "wait_until", events=[{"event": "Product Viewed", "where": THIS_ONE}]),
        paths=["entry > visit", "visit.happened > done"],
    )
)


class Books:
    """What an enrollment records, and the events that it is told of."""

    def __init__(self) -> None:
        self.steps: dict[int, TrailStep] = {}
        self.listened = 0

    def keep(self, task: RecordTask) -> None:
        self.steps |= {step.seq: step for step in task.state.trail}

    @activity.defn(name=RECORD)
    async def record(self, task: RecordTask) -> bool:
        self.keep(task)
        return True

    @activity.defn(name=LISTEN)
    async def listen(self, task: RecordTask) -> ArrivedEvents:
        self.keep(task)
        self.listened += 1
        return ArrivedEvents()

    @activity.defn(name=READ_EVENTS)
    async def read_events(self, task: EventsTask) -> ArrivedEvents:
        now = datetime.now(UTC)
        return ArrivedEvents(
            events=tuple(
                EventFact(id=one, name="Product Viewed", at=now, properties={"sku": one[0]}) for one in task.ids
            )
        )


@pytest.fixture(scope="module")
async def server() -> AsyncGenerator[Client]:
    environment = await WorkflowEnvironment.start_local(  # pyright: ignore[reportUnknownMemberType] - the SDK leaves a type open
        data_converter=pydantic_data_converter,
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_log_level="error",
        dev_server_extra_args=[
            "--dynamic-config-value",
            f"limit.historyCount.suggestContinueAsNew={SUGGESTED_AT}",
        ],
    )
    async with environment:
        yield environment.client


async def started(client: Client, name: str) -> WorkflowHandle[Any, str]:
    task = EnrollmentTask(id=name, journey="j1", version=1, profile="prf_1", key="k", entry=event(at=datetime.now(UTC)))
    return await client.start_workflow(ENROLLMENT_WORKFLOW, task, id=name, task_queue=name, result_type=str)


def worker(client: Client, walked: Any, name: str, books: Books) -> Worker:
    return Worker(
        client,
        task_queue=name,
        workflows=[EnrollmentWorkflow],
        activities=[books.record, books.listen, books.read_events],
        interceptors=[VersionInterceptor(lambda journey, number: walked)],
        workflow_runner=sandboxed(),
    )


async def heard(books: Books, times: int) -> None:
    """Return when the enrollment has listened so often."""
    async with asyncio.timeout(120):
        while books.listened < times:  # noqa: ASYNC110 - a count is all that the books keep
            await asyncio.sleep(0.005)


async def runs(client: Client, name: str) -> list[int]:
    """How many events the history of each run has."""
    lengths: list[int] = []
    async for run in client.list_workflows(f"WorkflowId = '{name}'"):
        handle = client.get_workflow_handle(name, run_id=run.run_id)
        lengths.append(len((await handle.fetch_history()).events))
    return lengths


@pytest.mark.spec("J-009")
async def test_a_loop_of_delays_goes_on_in_new_runs_and_its_trail_has_no_gap(server: Client) -> None:
    books = Books()
    async with worker(server, TICKING, "ticking", books):
        handle = await started(server, "ticking")
        assert await handle.result() == "completed"

    lengths = await runs(server, "ticking")
    assert len(lengths) > 1
    assert max(lengths) < A_RUN
    assert sorted(books.steps) == list(range(len(books.steps)))
    ticks = [step.visit for step in books.steps.values() if (step.node, step.act) == ("tick", "entered")]
    assert ticks == list(range(1, TICKS + 1))
    await older_runs_may_be_forgotten(await read_histories(server, "ticking"), [*books.steps.values()])


@pytest.mark.spec("J-009")
async def test_one_who_is_woken_many_times_in_vain_still_hears_what_she_waits_for(server: Client) -> None:
    books = Books()
    async with worker(server, LISTENING, "listening", books):
        handle = await started(server, "listening")
        for number in range(25):
            await handle.signal(WAKE_SIGNAL, f"L{number}")
            await heard(books, number + 2)
        await handle.signal(WAKE_SIGNAL, "M")
        assert await handle.result() == "completed"

    lengths = await runs(server, "listening")
    assert len(lengths) > 1
    assert max(lengths) < A_RUN
    assert sorted(books.steps) == list(range(len(books.steps)))


async def older_runs_may_be_forgotten(histories: list[Mapping[str, Any]], trail: list[TrailStep]) -> None:
    """Steps in runs that Temporal no longer keeps are counted, and not held against the rest."""
    whole = await replay_opened("ticking", trail, histories, {1: TICKING})
    assert (whole.is_same, whole.steps, whole.forgotten) == (True, len(trail), 0), whole.differences

    left = await replay_opened("ticking", trail, histories[1:], {1: TICKING})
    assert (left.is_same, left.runs) == (True, len(histories) - 1), left.differences
    assert left.forgotten > 0
    assert left.steps + left.forgotten == len(trail)

    trail[-1] = trail[-1].model_copy(update={"reason": "another"})
    (difference,) = (await replay_opened("ticking", trail, histories[1:], {1: TICKING})).differences
    assert "reason was another, and is completed now" in difference, "what is kept is still compared"
