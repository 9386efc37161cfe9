"""The plain way's workflow, in a module that its sandbox can load."""

from datetime import timedelta

from temporalio import workflow

LIMIT = timedelta(seconds=30)


@workflow.defn
class PlainWorkflow:
    """Ask, send, record."""

    @workflow.run
    async def run(self, profile: str) -> None:
        """One person."""
        was_told = await workflow.execute_activity("was_told", profile, start_to_close_timeout=LIMIT)
        if not was_told:
            await workflow.execute_activity("send", profile, start_to_close_timeout=LIMIT)
        await workflow.execute_activity("record", profile, start_to_close_timeout=LIMIT)
