"""Our own workflows take their steps where these arrive; what a developer wrote takes them in threads."""

import asyncio
import threading
from contextvars import ContextVar
from pathlib import Path

import pytest

from engine.store.database import Database
from tests.workflows.stage import staged
from workflows.in_place import InPlace

SECRET = "a secret of at least thirty-two characters"
NAME: ContextVar[str] = ContextVar("NAME", default="nobody")
MAY_BLOCK = """
from temporalio import workflow

from workflows.own import EnrollmentTask, JourneyWorkflow


@workflow.defn
class MayBlock(JourneyWorkflow):
    @workflow.run
    async def run(self, task: EnrollmentTask) -> str:
        return await self.follow(task)
"""


async def test_what_is_submitted_is_done_at_once_and_the_event_loop_stays() -> None:
    loop = asyncio.get_running_loop()
    NAME.set("somebody")

    def step(number: int) -> tuple[int, int, str]:
        asyncio._set_running_loop(None)  # as a workflow's own loop leaves it
        return number, threading.get_ident(), NAME.get()

    done = InPlace().submit(step, 7)
    assert done.done()
    assert done.result() == (7, threading.get_ident(), "nobody")
    assert asyncio.get_running_loop() is loop
    assert await loop.run_in_executor(InPlace(), step, 8) == (8, threading.get_ident(), "nobody")


async def test_an_error_is_for_who_waits_and_the_event_loop_stays() -> None:
    loop = asyncio.get_running_loop()

    def fail() -> None:
        asyncio._set_running_loop(None)
        raise ValueError("seven")

    with pytest.raises(ValueError, match="seven"):
        await loop.run_in_executor(InPlace(), fail)
    assert asyncio.get_running_loop() is loop


async def test_our_workflows_take_their_steps_in_place(sqlite_database: Database) -> None:
    async with staged(sqlite_database, secret=SECRET) as stage:
        assert isinstance(stage.parts.worker.config().get("workflow_task_executor"), InPlace)


async def test_where_a_developers_workflow_may_block_steps_are_taken_in_threads(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "may_block.py").write_text(MAY_BLOCK)
    async with staged(sqlite_database, secret=SECRET, plugins=tmp_path) as stage:
        assert stage.parts.worker.config().get("workflow_task_executor") is None
