"""Leaving early, on real parts: by a goal, an exit event, an unsubscription, a segment; waiting and before a send."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.store import events
from engine.store.segments import SegmentRow
from engine.store.statements import core
from engine.store.tables import Profile
from tests.builders import Json
from tests.workflows.running import a_day_then_push, launch
from tests.workflows.stage import Stage

GOLD: Json = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}
WAYS_OUT: list[tuple[Json, str, str]] = [
    ({"goals": [{"id": "bought", "event": "Order Completed"}]}, "Order Completed", "goal:bought"),
    ({"exits": [{"kind": "event", "event": "Order Completed", "reason": "purchased"}]}, "Order Completed", "purchased"),
    ({"exits": [{"kind": "unsubscribed"}]}, "Unsubscribed", "unsubscribed"),
    ({"exits": [{"kind": "segment_left", "segment": "gold"}]}, "Segment Left", "segment_left"),
]
ways_out = pytest.mark.parametrize(("settings", "event", "reason"), WAYS_OUT, ids=[reason for *_, reason in WAYS_OUT])


async def inside(stage: Stage, settings: Json) -> None:
    """Ada, who is a gold customer, stands in the delay before the push."""
    now = stage.clock()
    async with stage.database.connection() as connection:
        row = {"id": "gold", "name": "Gold", "condition": GOLD, "created_at": now, "updated_at": now}
        await connection.execute(insert(core(SegmentRow)), row)
    await launch(stage, a_day_then_push(**settings))
    await stage.person("ada")
    await is_in_tier(stage, "gold")
    await stage.parts.watch.sweep_due()
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")


async def is_in_tier(stage: Stage, tier: str) -> None:
    table = core(Profile)
    async with stage.database.connection() as connection:
        await connection.execute(update(table).where(table.c.id == "prf_ada").values(attributes={"tier": tier}))


async def record(stage: Stage, name: str, **properties: Any) -> None:
    """Write the event down and route nothing."""
    new = events.NewEvent(name, "prf_ada", stage.clock(), properties=properties)
    async with stage.database.connection() as connection:
        await events.record(connection, [new], stage.clock())


@pytest.mark.spec("J-007")
@ways_out
async def test_one_who_waits_leaves_at_once(stage: Stage, settings: Json, event: str, reason: str) -> None:
    await inside(stage, settings)

    if reason == "segment_left":
        await is_in_tier(stage, "silver")
        await stage.pass_time(timedelta(hours=2))
        await stage.parts.watch.sweep_due()
        await stage.route()
    else:
        await stage.happens("ada", event)

    assert await stage.finish("ada") == reason
    (enrollment,) = await stage.enrollments("ada")
    assert enrollment["node"] == "pause"
    assert enrollment["ended_at"] < enrollment["entered_at"] + timedelta(hours=3)
    assert stage.push.tries == 0


@pytest.mark.spec("J-007")
@ways_out
async def test_what_was_recorded_and_not_heard_is_found_before_the_send(
    stage: Stage, settings: Json, event: str, reason: str
) -> None:
    await inside(stage, settings)

    if reason == "segment_left":
        await is_in_tier(stage, "silver")
    else:
        await record(stage, event)
    await stage.pass_time(timedelta(hours=25))

    assert await stage.finish("ada") == reason
    (enrollment,) = await stage.enrollments("ada")
    assert enrollment["node"] == "push"
    assert stage.push.tries == 0


async def test_who_meets_none_of_them_is_sent_to(stage: Stage) -> None:
    every = [criterion for settings, *_ in WAYS_OUT for criterion in settings.get("exits", [])]
    await inside(stage, {"exits": every, "goals": WAYS_OUT[0][0]["goals"]})
    await stage.pass_time(timedelta(hours=25))

    assert await stage.finish("ada") == "completed"
    assert len(stage.push.sent) == 1
