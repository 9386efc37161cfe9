"""Starting enrollments and releases, and waking those that wait, with the eager start that makes the fast path fast.

An eager start hands the first workflow task back in the answer to the start request, to a worker of the same process.
That works while only a few starts are under way at once. And work that is let in faster than it is finished only makes
everyone wait longer. So an enrollment holds its slot from its start until its first step is recorded.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Protocol, runtime_checkable

from temporalio.client import Client
from temporalio.common import TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.names import (
    ENROLLMENT_WORKFLOW,
    NOTICE_SIGNAL,
    NOTICE_WORKFLOW,
    RELEASE_CHANGED_SIGNAL,
    RELEASE_WORKFLOW,
    RESTOCKED_SIGNAL,
    WAKE_SIGNAL,
    notice_workflow_id,
    release_workflow_id,
)
from activities.search_attributes import search_attributes
from activities.tasks import EnrollmentTask, Notice, NoticeTask, ReleaseTask
from engine.store.erasure import ERASED

REMEMBERED = 20_000
CROWD = 8
"""So many enrollments under way at a time are a burst."""
FIRST_STEP_SECONDS = 2.0


@runtime_checkable
class KeysAtOnce(Protocol):
    """A data converter that reads the keys of many workflows at once (`workflows.sealing`)."""

    async def make_ready(self, workflows: Collection[str]) -> None:
        """Have them at hand."""
        ...


class Starter:
    """Starts workflows on the task queue of this process's own worker.

    `tagged` enrollments carry search attributes; the namespace must know these.
    """

    def __init__(self, client: Client, task_queue: str, *, concurrency: int, tagged: bool = False) -> None:
        self._client = client
        self._task_queue = task_queue
        self._tagged = tagged
        self._slots = asyncio.Semaphore(concurrency)
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._under_way: dict[str, asyncio.Event] = {}

    def is_crowded(self) -> bool:
        """Whether many enrollments are on their way to their first step."""
        return len(self._under_way) >= CROWD

    def step_recorded(self, enrollment: str) -> None:
        """The first step of this enrollment is recorded: its slot is free."""
        if (event := self._under_way.get(enrollment)) is not None:
            event.set()

    async def enroll(self, tasks: Iterable[EnrollmentTask]) -> int:
        """Start these enrollments and wait until each is accepted. Those that run or ran already are left alone."""
        fresh = [task for task in tasks if task.id not in self._recent]
        if isinstance(self._client.data_converter, KeysAtOnce):
            await self._client.data_converter.make_ready([task.id for task in fresh])
        await asyncio.gather(*(self._enroll(task) for task in fresh))
        return len(fresh)

    async def _enroll(self, task: EnrollmentTask) -> None:
        async with self._slots:
            recorded = self._under_way[task.id] = asyncio.Event()
            try:
                handle = await self._client.start_workflow(
                    task.workflow or ENROLLMENT_WORKFLOW,
                    task,
                    id=task.id,
                    task_queue=self._task_queue,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    search_attributes=self._tags(task),
                    request_eager_start=True,
                )
                if getattr(handle, "__temporal_eagerly_started", False):
                    async with asyncio.timeout(FIRST_STEP_SECONDS):
                        await recorded.wait()
            except (WorkflowAlreadyStartedError, TimeoutError):
                pass  # it runs or ran already, or its provider is slow and others should not wait for it
            finally:
                del self._under_way[task.id]
        self._recent[task.id] = None
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def start(self, task: EnrollmentTask) -> None:
        """Start one enrollment on behalf of another. It takes no slot: the other may hold the last one meanwhile."""
        with suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(
                task.workflow or ENROLLMENT_WORKFLOW,
                task,
                id=task.id,
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=self._tags(task),
            )

    def _tags(self, task: EnrollmentTask) -> TypedSearchAttributes | None:
        return search_attributes(task) if self._tagged else None

    async def wake(self, enrollment: str, event: str) -> None:
        """Tell a waiting enrollment that this event came; one that has ended meanwhile need not know."""
        try:
            await self._client.get_workflow_handle(enrollment).signal(WAKE_SIGNAL, event)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def tell(self, enrollment: str, notice: Notice) -> bool:
        """Give an enrollment this notice; whether it is there to hear it: it may have ended, or be yet to start."""
        try:
            await self._client.get_workflow_handle(enrollment).signal(NOTICE_SIGNAL, notice)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    async def terminate(self, enrollment: str) -> None:
        """End an enrollment at once, because its profile was erased; one that has ended, or never began, is as well."""
        try:
            await self._client.get_workflow_handle(enrollment).terminate(ERASED)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def carry(self, notice: str) -> None:
        """See to it that this notice is carried to everyone whom it concerns."""
        with suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(
                NOTICE_WORKFLOW,
                NoticeTask(notice=notice),
                id=notice_workflow_id(notice),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )

    async def release(self, task: ReleaseTask) -> None:
        """See to it that a release of (journey, variant or product) runs and knows of this restock."""
        workflow_id = release_workflow_id(task.journey, task.item or task.variant)
        while True:
            try:
                await self._client.start_workflow(
                    RELEASE_WORKFLOW, task, id=workflow_id, task_queue=self._task_queue, request_eager_start=True
                )
                return
            except WorkflowAlreadyStartedError:
                try:
                    await self._client.get_workflow_handle(workflow_id).signal(RESTOCKED_SIGNAL, task.restock)
                    return
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise

    async def tell_release(self, journey: str, item: str) -> None:
        """Tell a release that something changed that it may be held for; one that is over need not know."""
        try:
            await self._client.get_workflow_handle(release_workflow_id(journey, item)).signal(RELEASE_CHANGED_SIGNAL)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
