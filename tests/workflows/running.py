"""What people do to a journey while profiles are inside, as the API does it; and waiting until all have been told."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from engine.journey.admission import JourneyStatus
from engine.journey.migration import MigrationChoice
from engine.store import kill_switch, lifecycle
from engine.store.drafts import read_draft, save_draft
from engine.store.lifecycle import Dates
from engine.store.publishing import create_journey, set_status
from engine.store.publishing import publish as publish_draft
from engine.store.statements import core
from engine.store.tables import Enrollment, Notice
from tests.builders import Json, journey, node
from tests.workflows.stage import MESSAGES, Stage

JOURNEY = "jny_test"
JOINED = node("entry", "entry", trigger={"kind": "event", "event": "Joined"})
PUSH = node("push", "message", channel="web_push", message="push")


def joined(*nodes: Json, paths: list[str], **more: Any) -> Json:
    """A journey that the event `Joined` enters, about no variant."""
    drawn = journey(JOINED, *nodes, paths=paths, **more)
    return {**drawn, "messages": HELLO}


HELLO = {
    "push": {"channel": "web_push", "title": "Hello", "link": "https://shop.example/"},
    "mail": MESSAGES["mail"],
}


def a_day_then_push(**settings: Any) -> Json:
    """A day's delay, then a push."""
    return joined(
        node("pause", "delay", duration="P1D"),
        PUSH,
        paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        settings=settings,
    )


async def launch(stage: Stage, document: Mapping[str, Any]) -> None:
    """Publish a new journey and let people in."""
    now = stage.clock()
    async with stage.database.connection() as connection:
        await create_journey(connection, JOURNEY, document, now)
        await publish_draft(connection, JOURNEY, by="Ada", now=now)
        await set_status(connection, JOURNEY, "active", now)


async def publish(
    stage: Stage, document: Mapping[str, Any], migration: Mapping[str, Any] | None = None, *, dates: Dates | None = None
) -> lifecycle.Launched:
    """Save this draft and publish it; everyone whom it concerns has heard of it when this returns."""
    now = stage.clock()
    async with stage.database.transaction() as session:
        revision = (await read_draft(session, JOURNEY)).revision
        saved = await save_draft(session, JOURNEY, document, revision, by="Ada", now=now)
        choice = MigrationChoice.model_validate(migration or {})
        launched = await lifecycle.launch(
            session, JOURNEY, saved.revision, choice=choice, by="Ada", now=now, dates=dates
        )
    await told(stage)
    return launched


async def change(stage: Stage, status: JourneyStatus) -> None:
    """Change the journey's status; everyone whom it concerns has heard of it when this returns."""
    async with stage.database.transaction() as session:
        await lifecycle.change_status(session, JOURNEY, status, by="Ada", now=stage.clock())
    await told(stage)


async def turn(stage: Stage, *, on: bool) -> None:
    """Turn the kill switch; everyone whom it held has heard of it when this returns."""
    async with stage.database.transaction() as session:
        await kill_switch.turn_switch(session, on=on, reason="a test", by="Ada", now=stage.clock())
    await told(stage)


async def told(stage: Stage) -> None:
    """Route every notice and wait until it has reached everyone."""
    await stage.route()
    table = core(Notice)
    async with asyncio.timeout(120):
        while True:
            async with stage.database.engine.connect() as connection:
                statement = select(func.count()).select_from(table).where(table.c.finished_at.is_(None))
                if not await connection.scalar(statement):
                    return
            await asyncio.sleep(0.02)


async def walking(stage: Stage, version: int, *, node: str | None = None) -> None:
    """Return when everyone who is inside walks this version, at this node."""
    async with asyncio.timeout(120):
        while True:
            inside = [row for row in await stage.enrollments() if row["ended_at"] is None]
            if all(row["version"] == version and node in {None, row["node"]} for row in inside):
                return
            await asyncio.sleep(0.02)


async def standing(stage: Stage, **wanted: int) -> None:
    """Return when so many enrollments have each status: `parked=3, ended=1`."""
    table = core(Enrollment)
    async with asyncio.timeout(120):
        while True:
            async with stage.database.engine.connect() as connection:
                statement = select(table.c.status, func.count().label("n")).group_by(table.c.status)
                found: dict[str, int] = {row.status: row.n for row in await connection.execute(statement)}
            if all(found.get(status, 0) == n for status, n in wanted.items()):
                return
            await asyncio.sleep(0.02)
