"""Record the stories that have no file yet; an existing recording is never overwritten."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from activities.errors import TemporaryDeliveryFailure
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.store.database import Database
from engine.store.schema import upgrade
from tests.builders import journey, node
from tests.replay.recordings import FOLDER, Recording
from tests.workflows.stage import MESSAGES, Stage, staged

PUSH = node("push", "message", channel="web_push", message="push")
MAIL = node("mail", "message", channel="email", message="mail")
Play = Callable[[Stage], Awaitable[None]]


async def _restocked(stage: Stage) -> None:
    await stage.person("ada")
    await stage.waits("ada", "M")
    await stage.restock("M", 3)


async def _restocked_and_a_week_later(stage: Stage) -> None:
    await _restocked(stage)
    await stage.pass_time(timedelta(days=100))


async def _restocked_without_a_browser(stage: Stage) -> None:
    await stage.person("ada", browsers=0)
    await stage.waits("ada", "M")
    await stage.restock("M", 3)


async def _restocked_while_the_provider_is_busy(stage: Stage) -> None:
    stage.push.failures.extend([TemporaryDeliveryFailure("busy"), TemporaryDeliveryFailure("busy")])
    await _restocked(stage)


STORIES: Mapping[str, tuple[Mapping[str, Any], Play]] = {
    "message": (journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]), _restocked),
    "message_by_a_busy_provider": (
        journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]),
        _restocked_while_the_provider_is_busy,
    ),
    "delay_of_90_days": (
        journey(
            node("pause", "delay", duration="P90D"),
            PUSH,
            paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        ),
        _restocked_and_a_week_later,
    ),
    "message_on_another_channel": (
        journey(
            PUSH,
            MAIL,
            paths=["entry > push", "push.sent > done", "push.no_channel > mail", "mail.sent > done"],
        ),
        _restocked_without_a_browser,
    ),
}


async def record(name: str) -> None:
    """Play one story on a real worker and keep the history of its enrollment."""
    document, play = STORIES[name]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'waitline.db'}", durability="process_kill")
        await upgrade(database)
        async with staged(database) as stage:
            await stage.publish(document)
            await play(stage)
            await stage.finish("ada")
            (enrollment,) = await stage.enrollments("ada")
            history = await stage.client.get_workflow_handle(enrollment["id"]).fetch_history()
        await database.close()
    kept = {**document, "messages": MESSAGES}
    version = JourneyVersion(journey="jny_test", number=1, document=JourneyDocument.model_validate(kept))
    Recording(name, enrollment["id"], version, history).write(kept)


if __name__ == "__main__":
    for story in STORIES:
        if not (FOLDER / f"{story}.json").exists():
            asyncio.run(record(story))
