"""Carrying a notice to everyone inside a journey, batch by batch, however many there are and whoever dies meanwhile.

The enrollments are in the database and none of them is in this history; how far the notice came is on its row.
"""

from temporalio import workflow

from activities.names import NOTICE_WORKFLOW, TELL
from activities.tasks import NoticeTask
from workflows import options

BATCHES_A_RUN = 500


@workflow.defn(name=NOTICE_WORKFLOW)
class NoticeWorkflow:
    """One notice."""

    @workflow.run
    async def run(self, task: NoticeTask) -> None:
        """Tell batch after batch."""
        for _ in range(BATCHES_A_RUN):
            if await workflow.execute_activity(TELL, task, result_type=bool, **options.TELL):
                return
        workflow.continue_as_new(task)
