"""The status of a journey decides who enters and who is sent anything, on real parts."""

from datetime import timedelta

import pytest

from engine.journey.admission import JourneyStatus
from engine.store.publishing import set_status
from engine.store.testers import add_tester
from tests.builders import journey
from tests.workflows.running import JOURNEY, PUSH, a_day_then_push, change, joined, launch
from tests.workflows.stage import Stage

ENDS = ["push.sent > done", "push.not_sent > done"]


async def entered_under(stage: Stage, status: JourneyStatus) -> dict[str, bool]:
    """Who entered when a tester and another person did what starts the journey."""
    async with stage.database.transaction() as session:
        await set_status(session, JOURNEY, status, stage.clock())
    for name in ("tester", "other"):
        await stage.happens(name, "Joined")
    return {name: bool(await stage.enrollments(name)) for name in ("tester", "other")}


async def tested(stage: Stage) -> None:
    """A journey with one push, a tester of it, and another person."""
    await launch(stage, joined(PUSH, paths=["entry > push", *ENDS]))
    for name in ("tester", "other"):
        await stage.person(name)
    async with stage.database.transaction() as session:
        await add_tester(session, JOURNEY, "prf_tester", by="Ada", now=stage.clock())


@pytest.mark.spec("F-135")
async def test_a_draft_lets_nobody_in(stage: Stage) -> None:
    await tested(stage)

    assert await entered_under(stage, "draft") == {"tester": False, "other": False}
    assert stage.push.tries == 0


@pytest.mark.spec("F-136")
async def test_an_active_journey_lets_everybody_in_who_is_eligible(stage: Stage) -> None:
    await tested(stage)

    assert await entered_under(stage, "active") == {"tester": True, "other": True}
    assert [await stage.finish(name) for name in ("tester", "other")] == ["completed", "completed"]
    assert len(stage.push.sent) == 2
    assert [row["is_test"] for row in await stage.enrollments()] == [False, False]


@pytest.mark.spec("F-137")
async def test_under_test_only_testers_enter_and_only_what_they_began_sends(stage: Stage) -> None:
    await tested(stage)

    assert await entered_under(stage, "test") == {"tester": True, "other": False}
    assert await stage.finish("tester") == "completed"
    assert len(stage.push.sent) == 1
    assert [row["is_test"] for row in await stage.enrollments()] == [True]


@pytest.mark.spec("F-137")
async def test_who_was_inside_when_a_test_began_waits_until_it_is_over(stage: Stage) -> None:
    await launch(stage, a_day_then_push())
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")

    await change(stage, "test")
    await stage.pass_time(timedelta(days=2))
    await stage.stands("ada", "pause", status="parked")
    assert stage.push.tries == 0
    await change(stage, "active")

    assert await stage.finish("ada") == "completed"
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-137")
async def test_under_test_a_restock_lets_in_the_testers_who_wait_and_nobody_else(stage: Stage) -> None:
    await stage.publish(journey(PUSH, paths=["entry > push", *ENDS]))
    for name in ("tester", "other"):
        await stage.person(name)
        await stage.waits(name, "M")
    async with stage.database.transaction() as session:
        await add_tester(session, JOURNEY, "prf_tester", by="Ada", now=stage.clock())
        await set_status(session, JOURNEY, "test", stage.clock())

    await stage.restock("M", 9)

    assert await stage.finish("tester") == "completed"
    assert await stage.enrollments("other") == []
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-139")
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_restock_outside_the_journeys_dates_lets_nobody_in(stage: Stage, moment: str) -> None:
    hour = timedelta(hours=1)
    dates = {"starts_at": stage.clock() + hour} if moment == "before" else {"ends_at": stage.clock() - hour}
    settings = {name: instant.isoformat() for name, instant in dates.items()}
    await stage.publish(journey(PUSH, paths=["entry > push", *ENDS], settings=settings))
    await stage.person("ada")
    await stage.waits("ada", "M")

    await stage.restock("M", 9)

    assert await stage.enrollments() == []
