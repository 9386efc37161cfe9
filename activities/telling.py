"""Telling those inside a journey what concerns them: a new version, the end of a pause, the end of the journey."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.names import TELL
from activities.starting import Starter
from activities.tasks import Notice, NoticeTask
from engine.journey.migration import MigrationChoice
from engine.store import notices
from engine.store.database import Database

BATCH = 200
AT_ONCE = 50


class Teller:
    """Carries notices, a batch at a time, and remembers how far each came."""

    def __init__(self, database: Database, starter: Starter, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._starter = starter
        self._clock = clock
        self._slots = asyncio.Semaphore(AT_ONCE)

    @activity.defn(name=TELL)
    async def tell(self, task: NoticeTask) -> bool:
        """Tell the next batch; whether everyone has been told now."""
        async with self._database.snapshot() as session:
            row = await notices.read_notice(session, task.notice)
            concerned = [] if row is None or row.finished_at else await notices.next_to_tell(session, row, BATCH)
        if row is None or row.finished_at is not None:
            return True
        choice = MigrationChoice.model_validate(row.content.get("choice", {}))
        notice = Notice(id=row.id, kind=row.kind, version=row.version, choice=choice)
        await asyncio.gather(*(self._tell(enrollment, notice) for enrollment in concerned))
        is_over = len(concerned) < BATCH
        async with self._database.connection() as connection:
            await notices.note_progress(
                connection,
                row.id,
                reached=concerned[-1] if concerned else row.reached,
                told=len(concerned),
                finished_at=self._clock() if is_over else None,
            )
        return is_over

    async def _tell(self, enrollment: str, notice: Notice) -> None:
        async with self._slots:
            await self._starter.tell(enrollment, notice)
