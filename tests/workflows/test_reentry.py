"""Entering again: once ever, once for each item, again after a while, every time. And one event lets in once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from engine.store import outbox
from engine.store.tables import Enrollment
from tests.builders import Json
from tests.workflows.running import PUSH, joined, launch
from tests.workflows.stage import Stage

ENDS = ["push.sent > done", "push.not_sent > done"]


def entered_under(rule: Json) -> Json:
    return joined(PUSH, paths=["entry > push", *ENDS], settings={"reentry": rule})


async def entries(stage: Stage) -> int:
    """How often ada has entered; what she began has ended, so that only the rule keeps her out."""
    for row in await stage.enrollments("ada"):
        await stage.client.get_workflow_handle(row["id"]).result()
    return len(await stage.enrollments("ada"))


async def begun(stage: Stage, rule: Json) -> None:
    await launch(stage, entered_under(rule))
    await stage.person("ada")
    await stage.happens("ada", "Joined", sku="M")


@pytest.mark.spec("J-006")
async def test_once_ever(stage: Stage) -> None:
    await begun(stage, {"kind": "once"})
    await stage.pass_time(timedelta(days=400))
    await stage.happens("ada", "Joined", sku="L")

    assert await entries(stage) == 1


@pytest.mark.spec("J-006")
async def test_once_for_each_variant(stage: Stage) -> None:
    await begun(stage, {"kind": "once_per_key"})
    await stage.happens("ada", "Joined", sku="M")
    assert await entries(stage) == 1
    await stage.happens("ada", "Joined", sku="L")

    assert await entries(stage) == 2


@pytest.mark.spec("J-006")
async def test_again_after_some_days(stage: Stage) -> None:
    await begun(stage, {"kind": "after", "wait": "P7D"})
    await stage.pass_time(timedelta(days=6))
    await stage.happens("ada", "Joined", sku="L")
    assert await entries(stage) == 1
    await stage.pass_time(timedelta(days=2))
    await stage.happens("ada", "Joined", sku="M")

    assert await entries(stage) == 2


@pytest.mark.spec("J-006")
async def test_every_time(stage: Stage) -> None:
    await begun(stage, {"kind": "always"})
    await stage.happens("ada", "Joined", sku="M")

    assert await entries(stage) == 2


RULES: list[Any] = [{"kind": "always"}, {"kind": "after", "wait": "P7D"}, {"kind": "once_per_key"}, {"kind": "once"}]


@pytest.mark.spec("J-006")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["kind"])
async def test_one_event_that_is_routed_many_times_at_once_lets_in_once(stage: Stage, rule: Json) -> None:
    await begun(stage, rule)
    (event,) = [row["event_id"] for row in await stage.rows(Enrollment)]
    told = {"name": "Joined", "profile_id": "prf_ada"}
    async with stage.database.connection() as connection:
        for _ in range(8):
            await outbox.put(connection, "event", event, told, stage.clock())

    await asyncio.gather(stage.route(), stage.route())

    assert await entries(stage) == 1
    assert len(stage.push.sent) == 1


@pytest.mark.spec("J-006")
@pytest.mark.parametrize("rule", RULES[1:], ids=lambda rule: rule["kind"])
async def test_two_events_at_the_same_moment_let_in_once_where_the_rule_allows_one_entry(
    stage: Stage, rule: Json
) -> None:
    await launch(stage, entered_under(rule))
    await stage.person("ada")

    await asyncio.gather(*(stage.happens("ada", "Joined", sku="M") for _ in range(4)))

    assert await entries(stage) == 1
