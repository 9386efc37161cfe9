"""One import of a source's feed. A Temporal Schedule starts it; the file and what it changes are the activity's."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.feed_tasks import FEED_WORKFLOW, IMPORT_FEED, FeedReport, FeedTask


@workflow.defn(name=FEED_WORKFLOW)
class FeedWorkflow:
    """Imports a feed once."""

    @workflow.run
    async def run(self, task: FeedTask) -> FeedReport:
        """Import it; what is wrong with the file itself is in the report.

        A worker that dies leaves the file to the next one, which skips as unchanged what was imported already.
        """
        return await workflow.execute_activity(
            IMPORT_FEED,
            task,
            result_type=FeedReport,
            start_to_close_timeout=timedelta(hours=2),
            heartbeat_timeout=timedelta(minutes=2),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=1), maximum_attempts=5
            ),
        )
