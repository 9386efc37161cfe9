"""Letting the next ones in line into a journey: pick, write down, start.

Whether to go on is judged anew for every batch: the journey must run, nothing may be switched off, and there must be
stock. Whoever is not reached keeps her place.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from temporalio import activity

from activities.names import RELEASE_BATCH
from activities.starting import Starter
from activities.tasks import EnrollmentTask, ReleaseReport, ReleaseTask
from engine.journey.facts import EventFact
from engine.store import releases
from engine.store.database import Database
from engine.store.releases import Prepared, Situation
from engine.store.restocks import BACK_IN_STOCK, restock_event_id
from engine.store.versions import VersionCatalogue

STARTS_A_HEARTBEAT = 64


class Releaser:
    """Carries releases out, batch by batch."""

    def __init__(
        self, database: Database, versions: VersionCatalogue, starter: Starter, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock

    @activity.defn(name=RELEASE_BATCH)
    async def release_batch(self, task: ReleaseTask) -> ReleaseReport:
        """Start the enrollments of the next `limit` people in line, if the release may go on."""
        now = self._clock()
        situation, left, shared = await self._database.run(lambda connection: _read(connection, task), writes=False)
        if situation is None or situation.version is None:
            return ReleaseReport(started=0, stopped="journey_not_published")
        resumed = await self._start(task, left, situation, shared)
        stopped = await self._must_stop(task, situation)
        if stopped is None:
            prepared, stopped = await self._prepare(task, situation, situation.version, now)
            started = await self._start(task, prepared, situation, shared)
        else:
            started = 0
        if stopped is not None:
            await self._finish(task, stopped)
        return ReleaseReport(started=resumed + started, stopped=stopped)

    async def _must_stop(self, task: ReleaseTask, situation: Situation) -> str | None:
        if situation.kill_switch:
            return "kill_switch"
        if situation.journey_status not in releases.OPEN_JOURNEYS:
            return "journey_not_active"
        version = await self._versions.load(task.journey, situation.version or 0)
        return "stock_too_low" if situation.available < version.document.settings.threshold else None

    async def _prepare(
        self, task: ReleaseTask, situation: Situation, version: int, now: datetime
    ) -> tuple[list[Prepared], str | None]:
        def take(connection: Connection) -> tuple[list[Prepared], bool]:
            places, is_last = releases.next_in_line(
                connection,
                journey=task.journey,
                variant=task.variant,
                restock=task.restock,
                limit=task.limit,
                now=now,
            )
            if not places:
                return [], True
            prepared = releases.prepare(
                connection,
                places,
                journey=task.journey,
                version=version,
                variant=task.variant,
                restock=task.restock,
                released_before=situation.released,
                now=now,
            )
            return prepared, is_last

        prepared, is_last = await self._database.run(take, writes=True)
        return prepared, "line_empty" if is_last else None

    async def _start(self, task: ReleaseTask, prepared: list[Prepared], situation: Situation, shared: Any) -> int:
        started = 0
        for first in range(0, len(prepared), STARTS_A_HEARTBEAT):
            some = prepared[first : first + STARTS_A_HEARTBEAT]
            started += await self._starter.enroll(
                EnrollmentTask(
                    id=one.enrollment_id,
                    journey=task.journey,
                    version=one.version,
                    profile=one.profile_id,
                    key=task.restock,
                    variant=task.variant,
                    waitlist_entry=one.entry_id,
                    entry=EventFact(
                        id=restock_event_id(task.restock, one.entry_id or ""),
                        name=BACK_IN_STOCK,
                        at=situation.restocked_at,
                        properties=shared,
                    ),
                )
                for one in some
            )
            if not activity.info().is_local:
                activity.heartbeat(first)
        return started

    async def _finish(self, task: ReleaseTask, reason: str) -> None:
        now = self._clock()
        await self._database.run(
            lambda connection: releases.finish(
                connection, journey=task.journey, restock=task.restock, reason=reason, now=now
            ),
            writes=True,
        )


def _read(connection: Connection, task: ReleaseTask) -> tuple[Situation | None, list[Prepared], Mapping[str, Any]]:
    """How things stand, who was left behind by an interrupted run, and what all their events share."""
    return (
        releases.situation(connection, journey=task.journey, variant=task.variant, restock=task.restock),
        releases.left_starting(connection, journey=task.journey, restock=task.restock),
        releases.restock_properties(connection, task.restock),
    )
