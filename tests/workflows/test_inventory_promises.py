"""What inventory lets a journey say: nothing out of date, and nothing about a cart while a restock speaks."""

from datetime import timedelta
from typing import Any

import pytest

from engine.store import events, sources
from engine.store.freshness import stale_inventory
from tests.builders import journey, node
from tests.workflows.stage import Stage
from tests.workflows.test_release import line, one_push

HOUR = timedelta(hours=1)
SOURCE = "src_shop"
PAUSE = node("pause", "delay", duration="PT1H")
PUSH = node("push", "message", channel="web_push", message="push")
AN_HOUR_THEN_PUSH = ["entry > pause > push", "push.sent > done", "push.not_sent > done"]


async def set_source(stage: Stage, **settings: Any) -> None:
    async with stage.database.connection() as connection:
        await sources.change_source(connection, SOURCE, settings=settings)


async def source_speaks(stage: Stage) -> None:
    async with stage.database.connection() as connection:
        await sources.note_seen(connection, await sources.find_source(connection, SOURCE), stage.clock())


async def stale_journeys(stage: Stage) -> list[tuple[str, bool, list[str]]]:
    async with stage.database.snapshot() as session:
        found = await stale_inventory(session, stage.clock())
    return [(one.name, one.holds_sends, one.journeys) for one in found]


async def into_cart(stage: Stage, name: str) -> None:
    now = stage.clock()
    put = events.NewEvent("Product Added", f"prf_{name}", now, variant_id="var_M", properties={"sku": "M"})
    async with stage.database.connection() as connection:
        await events.record(connection, [put], now)
    await stage.route()


async def answers(stage: Stage, name: str, journey_id: str) -> list[str | None]:
    """What became of the messages of this journey to this person."""
    if journey_id not in {row["journey_id"] for row in await stage.enrollments(name)}:
        return []
    took = [row for row in await stage.trail(name, journey_id) if row["act"] == "took" and row["node"] == "push"]
    return [row["reason"] for row in took]


@pytest.mark.spec("F-056")
async def test_a_silent_source_is_shown_at_its_journeys_and_holds_their_messages_until_it_speaks(stage: Stage) -> None:
    await stage.publish(journey(PAUSE, PUSH, paths=AN_HOUR_THEN_PUSH))
    other = {"kind": "property", "property": "source", "op": "equals", "value": "Outlet"}
    entry = node("entry", "entry", trigger={"kind": "event", "event": "Back in Stock", "where": other})
    await stage.publish(journey(entry, PUSH, paths=["entry > push", *AN_HOUR_THEN_PUSH[1:]], name="Outlet"), "jny_else")
    await set_source(stage, max_age="PT30M", hold_when_stale=True)
    await line(stage, ["ada"])
    await source_speaks(stage)
    assert await stale_journeys(stage) == []

    await stage.restock("M", 3)
    await stage.stands("ada", "pause")
    await stage.pass_time(HOUR)
    await stage.stands("ada", "push")
    assert await stale_journeys(stage) == [("My Shop", True, ["jny_test"])]
    await stage.pass_time(HOUR)
    assert stage.push.sent == []
    held = next(row for row in await stage.trail("ada") if row["act"] == "waiting" and row["node"] == "push")
    assert (held["reason"], held["facts"]["verdict"]["stale_source"]) == ("stale_inventory", "My Shop")

    await source_speaks(stage)
    await stage.pass_time(HOUR / 3)
    assert await stage.finish("ada") == "completed"
    assert len(stage.push.sent) == 1

    await set_source(stage, max_age="PT30M")
    await line(stage, ["ben"], "L")
    await stage.restock("L", 3)
    await stage.stands("ben", "pause")
    await stage.pass_time(HOUR)
    assert await stage.finish("ben") == "completed"
    assert await stale_journeys(stage) == [("My Shop", False, ["jny_test"])]
    assert len(stage.push.sent) == 2, "without the setting it is shown, and nothing is held"


@pytest.mark.spec("F-060")
async def test_of_a_cart_and_a_restock_journey_one_speaks_about_a_variant_and_the_restock_goes_first(
    stage: Stage,
) -> None:
    added = node("entry", "entry", trigger={"kind": "event", "event": "Product Added"})
    await stage.publish(one_push(interest={"sources": ["explicit", "wishlist"]}), "jny_restock")
    await stage.publish(journey(added, PAUSE, PUSH, paths=AN_HOUR_THEN_PUSH, name="Cart"), "jny_cart")
    for name in ("told", "asks", "cart", "lists"):
        await stage.person(name)
        await into_cart(stage, name)
        await stage.stands(name, "pause")
    await stage.waits("lists", "M", "wishlist")
    await stage.waits("told", "M")
    await stage.waits("asks", "L")

    await stage.restock("M", 9)
    await stage.until(lambda: answers(stage, "told", "jny_restock"), ["accepted"])
    await stage.waits("asks", "M")
    await stage.pass_time(HOUR + timedelta(minutes=1))

    await stage.until(lambda: answers(stage, "cart", "jny_cart"), ["accepted"])
    await stage.until(lambda: answers(stage, "told", "jny_cart"), ["restock_first"])
    await stage.until(lambda: answers(stage, "asks", "jny_cart"), ["restock_first"])
    await stage.until(lambda: answers(stage, "lists", "jny_cart"), ["restock_first"])
    assert len(stage.push.sent) == 3, "each was told once: two of the restock, one of her cart"
