"""Pausing a journey, stopping everything, ending: nobody is messaged, nobody goes on, and nobody is lost."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.store.statements import core
from engine.store.tables import Profile, SendOutcome, WaitlistEntry
from tests.builders import journey, node
from tests.workflows.running import PUSH, a_day_then_push, change, joined, launch, publish, standing, turn
from tests.workflows.stage import Stage

ENDS = ["push.sent > done", "push.not_sent > done"]


async def acts(stage: Stage, name: str) -> list[tuple[str, str]]:
    return [(row["node"], row["act"]) for row in await stage.trail(name)]


@pytest.mark.spec("F-138")
async def test_a_paused_journey_lets_nobody_in_sends_nothing_and_everyone_stays_where_they_are(stage: Stage) -> None:
    await launch(stage, a_day_then_push())
    for name in ("ada", "ben"):
        await stage.person(name)
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    before = await acts(stage, "ada")

    await change(stage, "paused")
    await stage.happens("ben", "Joined")
    await stage.pass_time(timedelta(days=3))
    await stage.stands("ada", "pause", status="parked")

    assert await stage.enrollments("ben") == []
    assert (stage.push.tries, await stage.rows(SendOutcome)) == (0, [])
    assert await acts(stage, "ada") == before, "nobody goes on while it is paused"
    await change(stage, "active")
    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "pause", "push.sent", "done"]
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-138")
@pytest.mark.parametrize(
    ("policy", "reason", "sent"),
    [("continue", "completed", 1), ("expire_overdue", "expired_in_pause", 0), ("recheck", "no_longer_in_audience", 0)],
)
async def test_after_a_pause_the_journeys_policy_says_what_becomes_of_what_was_due(
    stage: Stage, policy: str, reason: str, sent: int
) -> None:
    audience = {"condition": {"kind": "attribute", "attribute": "vip", "op": "equals", "value": True}}
    await launch(stage, a_day_then_push(resume=policy, audience=audience))
    await stage.person("ada")
    await has(stage, "ada", vip=True)
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    await change(stage, "paused")
    await stage.pass_time(timedelta(days=2))
    await stage.stands("ada", "pause", status="parked")
    await has(stage, "ada", vip=False)

    await change(stage, "active")

    assert await stage.finish("ada") == reason
    assert len(stage.push.sent) == sent


async def has(stage: Stage, name: str, **attributes: Any) -> None:
    """The person has these attributes from now on."""
    table = core(Profile)
    async with stage.database.connection() as connection:
        await connection.execute(update(table).where(table.c.id == f"prf_{name}").values(attributes=attributes))


@pytest.mark.parametrize("policy", ["continue", "expire_overdue", "recheck"])
async def test_a_wait_that_is_not_over_when_the_pause_ends_goes_on_as_if_nothing_had_been(
    stage: Stage, policy: str
) -> None:
    await launch(stage, a_day_then_push(resume=policy))
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    await change(stage, "paused")
    await stage.pass_time(timedelta(hours=12))
    await change(stage, "active")

    await stage.pass_time(timedelta(hours=13))

    assert await stage.finish("ada") == "completed"
    assert len(stage.push.sent) == 1


async def test_what_happened_during_a_pause_is_heard_after_it(stage: Stage) -> None:
    exits = [{"kind": "event", "event": "Order Completed", "reason": "purchased"}]
    await launch(stage, a_day_then_push(exits=exits))
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    await change(stage, "paused")
    await stage.happens("ada", "Order Completed")
    await stage.stands("ada", "pause", status="parked")
    await stage.pass_time(timedelta(days=2))

    await change(stage, "active")

    assert await stage.finish("ada") == "purchased"
    assert stage.push.tries == 0


@pytest.mark.spec("F-097")
async def test_nobody_inside_the_buffer_is_messaged_after_a_pause_and_they_stop_within_a_second(stage: Stage) -> None:
    buffered = joined(
        node("buffer", "delay", duration="PT1H", buffer=True), PUSH, paths=["entry > buffer > push", *ENDS]
    )
    await launch(stage, buffered)
    for number in range(20):
        await stage.person(f"p{number}")
        await stage.happens(f"p{number}", "Joined")
    await standing(stage, waiting=20)

    await change(stage, "paused")
    await stage.pass_time(timedelta(hours=2))
    await standing(stage, parked=20)

    assert {row["node"] for row in await stage.enrollments()} == {"buffer"}
    assert stage.push.tries == 0


@pytest.mark.spec("F-146", "F-097")
@pytest.mark.parametrize("brake", ["kill switch", "pause"])
async def test_every_send_stops_within_a_second_and_nobody_is_lost(stage: Stage, brake: str) -> None:
    people = 60
    await launch(stage, joined(PUSH, paths=["entry > push", *ENDS]))
    begun: list[float] = []

    async def slowly(_: str) -> None:
        begun.append(time.monotonic())
        await asyncio.sleep(0.02)

    stage.push.reaction = slowly
    for number in range(people):
        await stage.person(f"p{number}")

    async def let_in() -> None:
        for number in range(people):
            await stage.happens(f"p{number}", "Joined")

    entering = asyncio.create_task(let_in())
    while len(begun) < people // 6:  # noqa: ASYNC110 - a list is all that the channel keeps
        await asyncio.sleep(0.005)
    await (turn(stage, on=True) if brake == "kill switch" else change(stage, "paused"))
    stopped = time.monotonic()
    await entering
    inside = len(await stage.enrollments())
    sent = len(stage.push.sent)
    await standing(stage, ended=sent, parked=inside - sent)

    assert max(begun) < stopped + 1
    assert 0 < len(stage.push.sent) < people
    stage.push.reaction = None
    await (turn(stage, on=False) if brake == "kill switch" else change(stage, "active"))
    await standing(stage, ended=inside)
    keys = [key for key, _ in stage.push.sent]
    assert len(keys) == len(set(keys)) == inside, "everyone inside is told, once"
    assert inside == people or brake == "pause", "the kill switch lets people in, a pause does not"


@pytest.mark.spec("F-139")
@pytest.mark.parametrize(("at_end", "reason", "sent"), [("finish", "completed", 1), ("exit", "journey_ended", 0)])
async def test_between_start_and_end_people_enter_and_at_the_end_those_inside_finish_or_leave(
    stage: Stage, at_end: str, reason: str, sent: int
) -> None:
    await launch(stage, a_day_then_push(at_end=at_end))
    start, end = stage.clock() + timedelta(hours=1), stage.clock() + timedelta(hours=12)
    await publish(stage, a_day_then_push(at_end=at_end), dates={"starts_at": start, "ends_at": end})
    for name in ("early", "ada", "late"):
        await stage.person(name)

    await stage.happens("early", "Joined")
    await stage.pass_time(timedelta(hours=2))
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    assert await stage.parts.timekeeper.end_journeys() == []
    await stage.pass_time(timedelta(hours=11))
    await stage.happens("late", "Joined")
    assert await stage.parts.timekeeper.end_journeys() == ["jny_test"]
    await stage.route()
    await stage.pass_time(timedelta(days=1))

    assert await stage.finish("ada") == reason
    assert len(stage.push.sent) == sent
    assert await stage.enrollments("early") == await stage.enrollments("late") == []


@pytest.mark.spec("F-138", "F-146")
@pytest.mark.parametrize("brake", ["kill switch", "pause"])
async def test_a_release_that_is_held_lets_the_rest_of_its_line_in_when_it_goes_on(stage: Stage, brake: str) -> None:
    people = 40
    about = journey(PUSH, paths=["entry > push", *ENDS])
    await stage.publish({**about, "name": "Back in stock"})
    for number in range(people):
        await stage.person(f"p{number}")
        await stage.waits(f"p{number}", "M")

    async def brake_at_the_fifth(_: str) -> None:
        if len(stage.push.sent) == 5:
            await (turn(stage, on=True) if brake == "kill switch" else change(stage, "paused"))

    stage.push.reaction = brake_at_the_fifth
    await stage.shop.stock("M", 100, now=stage.clock())
    await stage.route()
    async with asyncio.timeout(120):
        while len(stage.push.sent) < 5:  # noqa: ASYNC110 - a list is all that the channel keeps
            await asyncio.sleep(0.02)
    await standing(stage, active=0, starting=0)
    held = len(stage.push.sent)
    assert held < people

    await (turn(stage, on=False) if brake == "kill switch" else change(stage, "active"))

    await standing(stage, ended=people)
    assert len({key for key, _ in stage.push.sent}) == len(stage.push.sent) == people
    assert {row["state"] for row in await stage.rows(WaitlistEntry)} == {"sent"}
