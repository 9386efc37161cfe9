"""A browser turns out to be somebody we know, before, during and after a journey: she is told once."""

from datetime import timedelta

import pytest

from engine.store.merging import merge
from tests.builders import journey, node
from tests.workflows.stage import Stage

PUSH = node("push", "message", channel="web_push", message="push")
AT_ONCE = journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"])
LATER = journey(
    node("pause", "delay", duration="PT2H"),
    PUSH,
    paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
)


async def log_in(stage: Stage) -> None:
    """The browser's profile becomes Ada's."""
    async with stage.database.connection() as connection:
        await merge(connection, "prf_browser", "prf_ada", stage.clock())


async def both_wait(stage: Stage) -> None:
    await stage.person("browser")
    await stage.person("ada", browsers=0)
    await stage.waits("browser", "M")


@pytest.mark.spec("F-177")
async def test_an_anonymous_wait_that_became_somebodys_is_one_enrollment_and_one_message(stage: Stage) -> None:
    await stage.publish(AT_ONCE)
    await both_wait(stage)
    await stage.waits("ada", "M")
    await log_in(stage)
    assert len(await stage.entries("ada")) == 1

    await stage.restock("M", 3)
    assert await stage.finish("ada") == "completed"
    assert (len(await stage.enrollments()), len(stage.push.sent)) == (1, 1)


@pytest.mark.spec("F-177")
async def test_who_logs_in_on_the_way_is_not_let_in_again_and_is_reached_as_herself(stage: Stage) -> None:
    await stage.publish(LATER)
    await both_wait(stage)
    await stage.restock("M", 3)
    await stage.stands("browser", "pause")
    await log_in(stage)

    await stage.restock("M", 0)
    await stage.restock("M", 4)
    assert len(await stage.enrollments()) == 1

    await stage.pass_time(timedelta(hours=3))
    assert await stage.finish("browser") == "completed"
    assert len(stage.push.sent) == 1
    assert [entry["state"] for entry in await stage.entries("ada")] == ["sent"]


@pytest.mark.spec("F-177", "F-018")
async def test_who_was_told_as_a_browser_is_not_told_again_after_logging_in(stage: Stage) -> None:
    await stage.publish(AT_ONCE)
    await both_wait(stage)
    await stage.waits("ada", "M")
    await stage.restock("M", 3)
    await stage.finish("browser")
    await stage.finish("ada")
    assert len(stage.push.sent) == 1  # Ada herself has no browser yet
    await log_in(stage)

    await stage.waits("ada", "L")
    await stage.restock("M", 0)
    await stage.restock("M", 5)
    assert len(stage.push.sent) == 1
