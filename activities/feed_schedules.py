"""Feed schedules: each source that has a feed has a Temporal Schedule, which outlives every process of ours.

What is set of a source is in the database; the schedules follow it. One process at a time looks every few seconds, so a
change made in any other process takes hold while whoever made it looks on, and a new feed is imported at once. Temporal
is asked only when there is something to change.
"""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.feed_tasks import FEED_WORKFLOW, FeedTask, feed_schedule_id
from engine.stock.sourcing import FeedSettings
from engine.store import sources
from engine.store.database import Database
from engine.store.leadership import lead

EVERY_SECONDS = 5.0
log = structlog.get_logger(__name__)


class FeedSchedules:
    """Keeps the schedules as the sources want them."""

    def __init__(self, client: Client, database: Database, task_queue: str) -> None:
        self._client = client
        self._database = database
        self._task_queue = task_queue
        self._known: dict[str, FeedSettings] = {}
        self._is_settled = False

    async def run(self) -> None:
        """Compare every few seconds, for ever; what is away is tried again at the next round."""
        async with lead(self._database, "feed schedules"):
            while True:
                try:
                    await self.follow()
                except (DBAPIError, RPCError) as error:
                    log.error("feed_schedules.failed", error=repr(error))
                await asyncio.sleep(EVERY_SECONDS)

    async def follow(self) -> None:
        """Make the schedules what the sources want now."""
        async with self._database.snapshot() as session:
            wanted = await sources.feeds(session)
        if self._is_settled and wanted == self._known:
            return
        self._is_settled = False
        for source, feed in wanted.items():
            if self._known.get(source) != feed:
                await self._set(source, feed)
                self._known[source] = feed
        for source in await self._scheduled() - wanted.keys():
            await self._client.get_schedule_handle(feed_schedule_id(source)).delete()
            self._known.pop(source, None)
        self._is_settled = True

    async def _scheduled(self) -> set[str]:
        prefix = feed_schedule_id("")
        return {
            listed.id.removeprefix(prefix)
            async for listed in await self._client.list_schedules()
            if listed.id.startswith(prefix)
        }

    async def _set(self, source: str, feed: FeedSettings) -> None:
        handle = self._client.get_schedule_handle(feed_schedule_id(source))
        schedule = self._schedule(source, feed)
        try:
            described = await handle.describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await self._client.create_schedule(handle.id, schedule, trigger_immediately=True)
            return
        same = [one.every for one in described.schedule.spec.intervals] == [feed.every]
        if not same:
            await handle.update(lambda _: _updated(schedule))
        if source in self._known or not same:
            await handle.trigger()

    def _schedule(self, source: str, feed: FeedSettings) -> Schedule:
        return Schedule(
            action=ScheduleActionStartWorkflow(
                FEED_WORKFLOW, FeedTask(source=source), id=f"feed/{source}", task_queue=self._task_queue
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=feed.every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
        )


def _updated(schedule: Schedule) -> ScheduleUpdate:
    return ScheduleUpdate(schedule)
