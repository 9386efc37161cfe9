"""A message that may not be sent now is asked for again, with everything checked anew, when it may."""

from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.names import DELIVER_NOW, ENROLLMENT_WORKFLOW, RECORD
from activities.tasks import DeliverAnswer, DeliverTask, EnrollmentTask, RecordTask
from engine.journey.facts import DeliveryOutcome
from tests.builders import event, journey, node, version
from tests.workflows.stage import time_server
from workflows.enrollment import EnrollmentWorkflow
from workflows.versions import VersionInterceptor
from workflows.worker import sandboxed

PUSH = node("push", "message", channel="web_push", message="push")
ONE_PUSH = version(journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]))


class Night:
    """A messenger during whose first try it is night."""

    def __init__(self) -> None:
        self.tries: list[DeliverTask] = []
        self.ends: list[RecordTask] = []

    @activity.defn(name=DELIVER_NOW)
    async def deliver_now(self, task: DeliverTask) -> DeliverAnswer:
        self.tries.append(task)
        now = task.state.entered_at + timedelta(hours=8) * (len(self.tries) - 1)
        told = DeliveryOutcome(node="push", visit=1, status="sent", channel="web_push", at=now, send_id="snd_1")
        if len(self.tries) == 1:
            night = {"status": "later", "reason": "quiet_hours", "until": now + timedelta(hours=8), "send_id": None}
            told = told.model_copy(update=night)
        return DeliverAnswer(outcome=told)

    @activity.defn(name=RECORD)
    async def record(self, task: RecordTask) -> None:
        self.ends.append(task)


async def test_quiet_hours_put_a_message_off_and_the_enrollment_goes_on_after_them() -> None:
    night = Night()
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=time_server()
    )
    worker = Worker(
        environment.client,
        task_queue="night",
        workflows=[EnrollmentWorkflow],
        activities=[night.deliver_now, night.record],
        interceptors=[VersionInterceptor(lambda journey, number: ONE_PUSH)],
        workflow_runner=sandboxed(),
    )
    task = EnrollmentTask(
        id="enr_1", journey="j1", version=1, profile="prf_1", key="k", entry=event(at=datetime.now(UTC))
    )
    async with environment, worker:
        handle = await environment.client.start_workflow(
            ENROLLMENT_WORKFLOW, task, id="enr_1", task_queue="night", result_type=str
        )
        await environment.sleep(timedelta(hours=9))
        assert await handle.result() == "completed"

    first, second = night.tries
    assert first.decision == second.decision
    assert second.state.trail[0].seq > first.state.trail[-1].seq + 1, "what the first try recorded is not told again"
    assert night.ends == [], "the delivery recorded the end"
