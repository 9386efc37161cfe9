"""Deciding again: an enrollment's stored history, run through today's code and the version that it walked.

    Temporal's history ──► Replayer ──► the same commands?      a change of what the workflow does is found here
                              │
                              └──► the trail that it makes  ──► the same as the trail that was stored?

The replayed workflow hands its activities the steps that it decided; the recorded answers come from the history, and
nothing is done. A step that a delivery records by itself is decided here from the recorded outcome, as the activity
does it. A history that is older than Temporal keeps is gone: then the stored trail is all that there is. Of a passage
of several runs the older ones go first; what they decided is left out, and counted.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from temporalio.client import Client, WorkflowHistory
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    WorkflowSerializationContext,
)
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

from activities.tasks import DeliverAnswer, DeliverTask, EnrollmentTask, ParkTask, RecordTask
from engine.journey.advance import advance
from engine.journey.facts import Facts
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyVersion
from engine.store.database import Database
from engine.store.errors import UnknownRecord
from engine.store.evidence import Step, read_enrollment
from engine.store.versions import UnknownVersion, VersionCatalogue
from workflows.enrollment import EnrollmentWorkflow
from workflows.own import JourneyWorkflow
from workflows.payloads import SharedPydanticConverter
from workflows.sealing import SealingConverter
from workflows.versions import VersionInterceptor

_COMPARED = ("node", "visit", "act", "outlet", "reason")


@dataclass(slots=True)
class Replayed:
    """What came out. `fault` is what Temporal's replay found, `differences` the steps that are decided otherwise.
    `forgotten` is how many steps of the trail stand in runs that Temporal no longer keeps; `steps` are the others.
    """

    enrollment: str
    runs: int = 0
    steps: int = 0
    forgotten: int = 0
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
    opened = await _opened(client, enrollment_id, histories)
    versions = VersionCatalogue(database)
    await versions.load(record.journey.id, record.version)
    found = await _decide(enrollment_id, record.trail, histories, versions, client.data_converter, own=own)
    found.histories += opened
    return found


async def read_histories(client: Client, enrollment_id: str) -> list[Mapping[str, Any]]:
    """What Temporal keeps of an enrollment, opened, as JSON: a history for each run; nothing, where it keeps none.

    Raises:
        KeyDestroyed: the person was erased.
    """
    return await _opened(client, enrollment_id, await _histories(client, enrollment_id))


async def replay_opened(
    enrollment_id: str,
    trail: Sequence[Step | TrailStep],
    histories: Iterable[Mapping[str, Any]],
    versions: Mapping[int, JourneyVersion],
    own: Iterable[type[JourneyWorkflow]] = (),
) -> Replayed:
    """Decide an enrollment again from histories as `read_histories` gives them. Neither database nor server is asked.

    Raises:
        ParseError: what is handed in is no history (`google.protobuf.json_format`).
    """
    read = [WorkflowHistory.from_json(enrollment_id, dict(one)) for one in histories]
    return await _decide(enrollment_id, trail, read, _Given(versions), _OPENED, own=own)


class _Versions(Protocol):
    """Where versions are looked up: `get` from any thread but the event loop's, `load` on it."""

    def get(self, journey: str, number: int) -> JourneyVersion: ...

    async def load(self, journey: str, number: int) -> JourneyVersion: ...


class _Given:
    """Versions that were handed in."""

    def __init__(self, versions: Mapping[int, JourneyVersion]) -> None:
        self._versions = versions

    def get(self, journey: str, number: int) -> JourneyVersion:
        version = self._versions.get(number)
        if version is None or version.journey != journey:
            raise UnknownVersion(journey, number)
        return version

    async def load(self, journey: str, number: int) -> JourneyVersion:
        return self.get(journey, number)


_OPENED = DataConverter(
    payload_converter_class=SharedPydanticConverter,
    failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
)


async def _decide(
    enrollment_id: str,
    trail: Sequence[Step | TrailStep],
    histories: Sequence[WorkflowHistory],
    versions: _Versions,
    converter: DataConverter,
    *,
    own: Iterable[type[JourneyWorkflow]],
) -> Replayed:
    heard = _Heard()
    replayer = Replayer(
        workflows=[EnrollmentWorkflow, *own],
        interceptors=[VersionInterceptor(versions.get), _Listener(heard)],
        data_converter=converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    first = await _first_step(enrollment_id, histories[0], converter) if histories else 0
    kept = [step for step in trail if step.seq >= first]
    found = Replayed(enrollment_id, runs=len(histories), steps=len(kept), forgotten=len(trail) - len(kept))
    for history in histories:
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            found.fault = str(result.replay_failure)
    found.differences = _differences(kept, await _decided(heard, versions))
    return found


async def _first_step(enrollment_id: str, history: WorkflowHistory, converter: DataConverter) -> int:
    """The number of the first step of this run: its beginning says where the run before had come to."""
    begun = history.events[0].workflow_execution_started_event_attributes
    if not begun.continued_execution_run_id:
        return 0
    context = WorkflowSerializationContext(namespace="", workflow_id=enrollment_id)
    task: EnrollmentTask = (await converter.with_context(context).decode(begun.input.payloads, [EnrollmentTask]))[0]
    return 0 if task.state is None else task.state.next_seq


async def _opened(client: Client, enrollment_id: str, histories: Iterable[WorkflowHistory]) -> list[Mapping[str, Any]]:
    told = [history.to_json_dict() for history in histories]
    converter = client.data_converter
    if not isinstance(converter, SealingConverter):
        return list(told)
    await converter.make_ready([enrollment_id])
    return [converter.opened(one, enrollment_id) for one in told]


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


async def _decided(heard: _Heard, versions: _Versions) -> dict[int, TrailStep]:
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


def _differences(trail: Sequence[Step | TrailStep], decided: Mapping[int, TrailStep]) -> list[str]:
    """Each stored step that was not decided again, or that is decided otherwise today."""
    found: list[str] = []
    for step in trail:
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
