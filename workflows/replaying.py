"""Deciding again: an enrollment's stored history, run through today's code and the version that it walked.

    Temporal's history ──► Replayer ──► the same commands?      a change of what the workflow does is found here
                              │
                              └──► the trail that it makes  ──► the same as the trail that was stored?

The replayed workflow hands its activities the steps that it decided; the recorded answers come from the history, and
nothing is done. A step that a delivery records by itself is decided here from the recorded outcome, as the activity
does it. A history that is older than Temporal keeps is gone: then the stored trail is all that there is.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.tasks import DeliverAnswer, DeliverTask, ParkTask, RecordTask
from engine.journey.advance import advance
from engine.journey.facts import Facts
from engine.journey.trail import TrailStep
from engine.store.database import Database
from engine.store.errors import UnknownRecord
from engine.store.evidence import EnrollmentRecord, read_enrollment
from engine.store.versions import VersionCatalogue
from workflows.enrollment import EnrollmentWorkflow
from workflows.own import JourneyWorkflow
from workflows.sealing import SealingConverter
from workflows.versions import VersionInterceptor

_COMPARED = ("node", "visit", "act", "outlet", "reason")


@dataclass(slots=True)
class Replayed:
    """What came out. `fault` is what Temporal's replay found, `differences` the steps that are decided otherwise."""

    enrollment: str
    runs: int = 0
    steps: int = 0
    fault: str | None = None
    differences: list[str] = field(default_factory=list[str])
    histories: list[Mapping[str, Any]] = field(default_factory=list["Mapping[str, Any]"])

    @property
    def is_same(self) -> bool:
        """Whether everything is decided as it was."""
        return self.runs > 0 and self.fault is None and not self.differences


@dataclass(slots=True)
class _Heard:
    """What the replayed runs handed to their local activities, and what these had answered."""

    calls: list[tuple[Any, ActivityHandle[Any]]] = field(default_factory=list["tuple[Any, ActivityHandle[Any]]"])


class _Listener(Interceptor):
    """Keeps what a replayed workflow hands to its local activities."""

    def __init__(self, heard: _Heard) -> None:
        self._heard = heard

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002 - the SDK's signature
    ) -> type[WorkflowInboundInterceptor] | None:
        """An interceptor for each workflow, which listens to what goes out."""
        heard = self._heard

        class Outbound(WorkflowOutboundInterceptor):
            def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
                handle = super().start_local_activity(input)
                heard.calls.append((input.args[0], handle))
                return handle

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


async def replay(
    client: Client, database: Database, enrollment_id: str, own: Iterable[type[JourneyWorkflow]] = ()
) -> Replayed:
    """Decide an enrollment again from what was recorded, and compare. `own` are the workflows of developers.

    Raises:
        UnknownRecord: there is no such enrollment, or Temporal keeps its history no longer.
    """
    async with database.snapshot() as session:
        record = await read_enrollment(session, enrollment_id)
    histories = await _histories(client, enrollment_id)
    if not histories:
        raise UnknownRecord("history of the enrollment", enrollment_id)
    converter = client.data_converter if isinstance(client.data_converter, SealingConverter) else None
    if converter is not None:
        await converter.make_ready([enrollment_id])
    versions, heard = VersionCatalogue(database), _Heard()
    await versions.load(record.journey.id, record.version)
    replayer = Replayer(
        workflows=[EnrollmentWorkflow, *own],
        interceptors=[VersionInterceptor(versions.get), _Listener(heard)],
        data_converter=client.data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    found = Replayed(enrollment_id, runs=len(histories))
    for history in histories:
        told = history.to_json_dict()
        found.histories.append(converter.opened(told, enrollment_id) if converter is not None else told)
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            found.fault = str(result.replay_failure)
    decided = await _decided(heard, versions)
    found.steps = len(record.trail)
    found.differences = _differences(record, decided)
    return found


async def _histories(client: Client, enrollment_id: str) -> list[WorkflowHistory]:
    """The histories of all runs of the enrollment, oldest first."""
    found: list[WorkflowHistory] = []
    run: str | None = None
    while True:
        try:
            history = await client.get_workflow_handle(enrollment_id, run_id=run).fetch_history()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return found
            raise
        found.insert(0, history)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run:
            return found


async def _decided(heard: _Heard, versions: VersionCatalogue) -> dict[int, TrailStep]:
    """The trail that the replayed runs made."""
    steps: dict[int, TrailStep] = {}
    for task, handle in heard.calls:
        if not isinstance(task, RecordTask | ParkTask | DeliverTask):
            continue
        steps.update((step.seq, step) for step in task.state.trail)
        if not isinstance(task, DeliverTask) or not handle.done() or handle.cancelled() or handle.exception():
            continue
        answer: DeliverAnswer = handle.result()
        if answer.outcome is None:
            continue
        version = await versions.load(task.enrollment.journey, task.enrollment.version)
        facts = Facts(delivered=answer.outcome, entry=task.enrollment.entry)
        after, _ = advance(version, task.state.drain()[0], facts, answer.outcome.at)
        steps.update((step.seq, step) for step in after.trail)
    return steps


def _differences(record: EnrollmentRecord, decided: Mapping[int, TrailStep]) -> list[str]:
    """Each stored step that was not decided again, or that is decided otherwise today."""
    found: list[str] = []
    for step in record.trail:
        again = decided.get(step.seq)
        if again is None:
            found.append(f"step {step.seq} at {step.node} ({step.act}) is not decided again")
            continue
        found += [
            f"step {step.seq} at {step.node}: {name} was {getattr(step, name)}, and is {getattr(again, name)} now"
            for name in _COMPARED
            if getattr(step, name) != getattr(again, name)
        ]
        if _as_json(step.facts) != _as_json(again.model_dump(mode="json")["facts"]):
            found.append(f"step {step.seq} at {step.node}: the facts that were read differ")
    return found


def _as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, default=str)
