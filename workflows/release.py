"""Releasing those who wait for one variant or product into one journey, for as long as there is someone to release.

    first batch, local and small ──► more? ──► batches by ordinary activities ───► line empty or stock too low ──► end
                                      ▲  │                ▲
                                      │  └──► held ───────┘ at its time, or when stock moves, or someone resumes it
            another restock (signal) ─┘

The line is in the database and nobody in it is in this history, so a million people do not make it grow. A release that
ends leaves those who still wait in their places; the next restock goes on with them.

Where everybody is let in at once, several batches are under way at a time, in `lanes`: on a queue from which each
process takes one at a time, so that every core has its share. One that goes by tiers or a ration keeps to one lane.
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.names import RELEASE_BATCH, RELEASE_CHANGED_SIGNAL, RELEASE_WORKFLOW, RESTOCKED_SIGNAL, release_queue
from activities.tasks import ReleaseReport, ReleaseTask
from workflows import options

FIRST_BATCH = 16
BATCH = 500
BATCHES_A_RUN = 200


@workflow.defn(name=RELEASE_WORKFLOW)
class ReleaseWorkflow:
    """One release at a time for a (journey, variant) or (journey, product)."""

    def __init__(self) -> None:
        """No restock is waiting yet."""
        self._restocks: list[str] = []
        self._changed = False

    @workflow.run
    async def run(self, task: ReleaseTask) -> None:
        """Release batch after batch, restock after restock."""
        self._restocks = [task.restock, *task.pending, *self._restocks]
        batches = 0
        while self._restocks:
            restock = self._restocks[0]
            self._changed = False
            report = await _first(task, restock)
            while report.stopped is None:
                if report.held:
                    await self._hold(report.until)
                batches += 1
                if batches >= BATCHES_A_RUN:
                    await self._go_on_elsewhere(task)
                self._changed = False
                report = await _next(task, restock, tuple(self._restocks[1:]), report.lanes)
            self._restocks.remove(restock)

    async def _hold(self, until: datetime | None) -> None:
        """Wait until then, or for word of a change or of another restock."""
        known = len(self._restocks)
        patience = None if until is None else max(until - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(lambda: self._changed or len(self._restocks) > known, timeout=patience)
        except TimeoutError:
            return

    async def _go_on_elsewhere(self, task: ReleaseTask) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        first, *rest = self._restocks
        workflow.continue_as_new(args=[task.model_copy(update={"restock": first, "pending": tuple(rest)})])

    @workflow.signal(name=RESTOCKED_SIGNAL)
    def restocked(self, restock: str) -> None:
        """Another restock of the same came; it follows the one in hand."""
        if restock not in self._restocks:
            self._restocks.append(restock)

    @workflow.signal(name=RELEASE_CHANGED_SIGNAL)
    def changed(self) -> None:
        """The stock moved, or someone paused, resumed or stopped the release."""
        self._changed = True


async def _first(task: ReleaseTask, restock: str) -> ReleaseReport:
    batch = task.model_copy(update={"restock": restock, "limit": FIRST_BATCH, "pending": ()})
    try:
        return await workflow.execute_local_activity(
            RELEASE_BATCH, batch, result_type=ReleaseReport, **options.RELEASE_NOW
        )
    except ActivityError:
        return ReleaseReport(started=0)


async def _next(task: ReleaseTask, restock: str, behind: tuple[str, ...], lanes: int) -> ReleaseReport:
    """A batch in each lane; what they say together."""
    update = {"restock": restock, "limit": BATCH, "pending": behind, "lanes": lanes}
    batch = task.model_copy(update=update)
    queue = release_queue(workflow.info().task_queue) if lanes > 1 else None
    reports = await asyncio.gather(
        *(
            workflow.execute_activity(
                RELEASE_BATCH, batch, result_type=ReleaseReport, task_queue=queue, **options.RELEASE
            )
            for _ in range(lanes)
        )
    )
    first = next((report for report in reports if report.stopped is not None or report.held), reports[0])
    return first.model_copy(update={"started": sum(report.started for report in reports)})
