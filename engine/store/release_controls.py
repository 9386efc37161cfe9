"""Pausing, resuming and stopping a release: written down first, then told to it through the outbox.

    running, holding ──pause──► paused ──resume──► running
            │                     │
            └────────stop─────────┴──► ended (stopped)

A release looks at its row before every batch, so a pause holds even where nobody could tell it.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from engine.store import outbox
from engine.store.errors import ReleaseOver, UnknownRecord
from engine.store.outbox import Fact
from engine.store.releases import STOPPED
from engine.store.statements import Executor, core
from engine.store.tables import Release

RELEASE_CHANGED = "release_changed"
"""The outbox kind of a release that somebody paused, resumed or stopped."""
Control = Literal["pause", "resume", "stop"]
_release = core(Release)


async def tell_releases(executor: Executor, journey_id: str | None, now: datetime) -> None:
    """Let the releases of a journey, or all of them, look again at whether they may go on."""
    statement = select(_release.c.id, _release.c.journey_id, _release.c.item).where(_release.c.status != "ended")
    if journey_id is not None:
        statement = statement.where(_release.c.journey_id == journey_id)
    facts = [
        Fact(RELEASE_CHANGED, row.id, {"journey": row.journey_id, "item": row.item})
        for row in await executor.execute(statement)
    ]
    await outbox.put_all(executor, facts, now)


async def control_release(executor: Executor, release_id: str, control: Control, now: datetime) -> None:
    """Pause, resume or stop a release. Doing it again changes nothing.

    Raises:
        UnknownRecord: there is none with this id.
        ReleaseOver: it has ended already.
    """
    row = (
        await executor.execute(
            select(_release.c.journey_id, _release.c.item, _release.c.status)
            .where(_release.c.id == release_id)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise UnknownRecord("release", release_id)
    if row.status == "ended":
        raise ReleaseOver(release_id)
    if control == "stop":
        values = {"status": "ended", "reason": STOPPED, "next_at": None, "ended_at": now}
    elif control == "pause":
        values = {"status": "paused", "reason": None, "next_at": None}
    elif row.status == "paused":
        values = {"status": "running", "reason": None, "next_at": None}
    else:
        return
    await executor.execute(update(_release).where(_release.c.id == release_id).values(values))
    await outbox.put(executor, RELEASE_CHANGED, release_id, {"journey": row.journey_id, "item": row.item}, now)
