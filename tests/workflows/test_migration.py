"""Publishing while profiles are inside: they keep the old version, move to the new one, or leave, as was chosen.

`WAITLINE_MIGRATING=1000` tries it with as many people as a release of the product is tried with.
"""

import os
from datetime import timedelta
from typing import Any

import pytest

from activities.errors import TemporaryDeliveryFailure
from engine.journey.migration import MigrationChoice
from engine.store.drafts import read_draft, save_draft
from engine.store.impact import Impact, read_impact
from engine.store.publishing import ready
from tests.builders import Json, node
from tests.workflows.running import (
    HELLO,
    JOURNEY,
    PUSH,
    a_day_then_push,
    change,
    joined,
    launch,
    publish,
    standing,
    walking,
)
from tests.workflows.stage import Stage

INSIDE = int(os.environ.get("WAITLINE_MIGRATING", "24"))
ENDS = ["push.sent > done", "push.not_sent > done"]
NEW_WORDS = {**HELLO, "push": {**HELLO["push"], "title": "Hello again"}}


def two_days_with_new_words() -> Json:
    drawn = joined(node("pause", "delay", duration="P2D"), PUSH, paths=["entry > pause > push", *ENDS])
    return {**drawn, "messages": NEW_WORDS}


async def let_in(stage: Stage, people: int) -> None:
    """So many people stand in the journey's first delay."""
    for number in range(people):
        await stage.person(f"p{number}")
        await stage.happens(f"p{number}", "Joined")
    await standing(stage, waiting=people)


async def impact(stage: Stage, document: Json, migration: dict[str, Any]) -> Impact:
    async with stage.database.transaction() as session:
        await save_draft(
            session,
            JOURNEY,
            document,
            (await read_draft(session, JOURNEY)).revision,
            by="Ada",
            now=stage.clock(),
        )
        return await read_impact(session, JOURNEY, ready(document, None), MigrationChoice.model_validate(migration))


async def titles(stage: Stage) -> list[str]:
    return [message.archived["title"] for _, message in stage.push.sent]


@pytest.mark.spec("J-005", "J-004")
@pytest.mark.parametrize("choice", ["keep", "move", "exit"])
async def test_everyone_inside_does_what_the_impact_list_says(stage: Stage, choice: str) -> None:
    await launch(stage, a_day_then_push())
    await let_in(stage, INSIDE)
    migration = {"standing": {"kind": choice}}

    listed = await impact(stage, two_days_with_new_words(), migration)
    launched = await publish(stage, two_days_with_new_words(), migration)

    outcome = {"keep": "stay", "move": "move", "exit": "exit"}[choice]
    assert [(line.node, line.enrollments, line.outcome) for line in listed.nodes] == [("pause", INSIDE, outcome)]
    assert (listed.total, launched.version) == (INSIDE, 2)
    assert launched.migrating == (0 if choice == "keep" else INSIDE)
    if choice == "exit":
        await standing(stage, ended=INSIDE)
        assert {row["exit_reason"] for row in await stage.enrollments()} == {"migrated_out"}
        assert stage.push.tries == 0
        return
    await walking(stage, 1 if choice == "keep" else 2)
    await stage.pass_time(timedelta(hours=25))
    await standing(stage, **({"ended": INSIDE} if choice == "keep" else {"waiting": INSIDE}))
    assert {row["version"] for row in await stage.enrollments()} == {1 if choice == "keep" else 2}
    await stage.pass_time(timedelta(hours=24))
    await standing(stage, ended=INSIDE)
    assert await titles(stage) == ["Hello" if choice == "keep" else "Hello again"] * INSIDE
    moved = [(row["act"], row["facts"]) for row in await stage.trail("p0") if row["act"] == "moved"]
    expected = {"from_version": 1, "to_version": 2, "to_node": "pause"}
    assert moved == ([] if choice == "keep" else [("moved", expected)])


@pytest.mark.spec("J-005")
async def test_those_on_a_node_that_is_gone_go_on_where_the_mapping_says(stage: Stage) -> None:
    await launch(stage, a_day_then_push())
    await let_in(stage, 2)
    renamed = joined(node("week", "delay", duration="P7D"), PUSH, paths=["entry > week > push", *ENDS])

    asked = await impact(stage, renamed, {"standing": {"kind": "move"}})
    mapping = {"standing": {"kind": "move"}, "nodes": {"pause": {"kind": "move", "node": "week"}}}
    await publish(stage, renamed, mapping)
    await walking(stage, 2, node="week")

    assert [(line.outcome, line.to) for line in asked.nodes] == [("needs_mapping", None)]
    await stage.pass_time(timedelta(days=6))
    assert stage.push.tries == 0
    await stage.pass_time(timedelta(days=2))
    await standing(stage, ended=2)
    assert len(stage.push.sent) == 2


@pytest.mark.spec("F-097")
@pytest.mark.parametrize("setting", ["adopt", "keep"])
async def test_those_inside_a_buffer_adopt_an_edit_unless_the_setting_says_otherwise(
    stage: Stage, setting: str
) -> None:
    def buffered(duration: str, messages: Json) -> Json:
        buffer = node("buffer", "delay", duration=duration, buffer=True)
        drawn = joined(buffer, PUSH, paths=["entry > buffer > push", *ENDS], settings={"buffer": setting})
        return {**drawn, "messages": messages}

    await launch(stage, buffered("PT1H", HELLO))
    await let_in(stage, 3)

    await publish(stage, buffered("PT3H", NEW_WORDS))
    await walking(stage, 2 if setting == "adopt" else 1)
    await stage.pass_time(timedelta(hours=2))

    await standing(stage, **({"waiting": 3} if setting == "adopt" else {"ended": 3}))
    await stage.pass_time(timedelta(hours=2))
    await standing(stage, ended=3)
    assert await titles(stage) == ["Hello again" if setting == "adopt" else "Hello"] * 3


async def test_a_notice_waits_for_the_send_that_is_under_way(stage: Stage) -> None:
    await launch(
        stage,
        joined(PUSH, node("rest", "delay", duration="P1D"), paths=["entry > push", "push.sent > rest > done", ENDS[1]]),
    )
    await stage.person("ada")
    stage.push.failures.append(TemporaryDeliveryFailure("busy", retry_after=timedelta(hours=1)))
    await stage.happens("ada", "Joined")
    shorter = joined(
        PUSH, node("rest", "delay", duration="PT1H"), paths=["entry > push", "push.sent > rest > done", ENDS[1]]
    )

    await publish(stage, shorter, {"standing": {"kind": "move"}})
    await stage.pass_time(timedelta(minutes=90))
    await stage.stands("ada", "rest")
    await stage.pass_time(timedelta(hours=2))

    assert await stage.finish("ada") == "completed"
    assert len(stage.push.sent) == 1, "once, although it moved while the provider was busy"
    assert [row["node"] for row in await stage.trail("ada") if row["act"] == "moved"] == ["rest"]


async def test_an_edit_reaches_those_whom_a_pause_holds_and_they_go_on_in_it(stage: Stage) -> None:
    await launch(stage, a_day_then_push())
    await let_in(stage, 2)
    await change(stage, "paused")
    await stage.pass_time(timedelta(hours=25))
    await standing(stage, parked=2)

    await publish(stage, two_days_with_new_words(), {"standing": {"kind": "move"}})
    await walking(stage, 2, node="pause")
    await standing(stage, parked=2)
    await change(stage, "active")
    await stage.pass_time(timedelta(hours=24))

    await standing(stage, ended=2)
    assert await titles(stage) == ["Hello again"] * 2
