"""Whom a release lets in: audience and the rule for entering again hold for restocks; who is refused waits on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from engine.store.tables import ReleaseExclusion
from engine.store.timeline.reading import read_timeline
from tests.builders import Json
from tests.workflows.stage import Stage
from tests.workflows.test_release import entered, line, one_push, release_is, stock, vip

TIERS = {"tiers": [{"segment": "vip", "head_start": "PT1M"}]}


async def refused(stage: Stage) -> dict[str, str]:
    """Whom a release passed by, and why; one row a person."""
    rows = await stage.rows(ReleaseExclusion)
    told = {row["profile_id"].removeprefix("prf_"): row["reason"] for row in rows}
    assert len(told) == len(rows)
    return told


@pytest.mark.spec("F-062")
@pytest.mark.parametrize("release", [{}, TIERS], ids=["at once", "by tiers"])
@pytest.mark.parametrize(("audience", "wanted"), [("include", ["ben", "eve"]), ("exclude", ["ada", "cleo", "dan"])])
async def test_a_release_lets_in_the_audience_and_the_others_wait_on(
    stage: Stage, release: Json, audience: str, wanted: list[str]
) -> None:
    await stage.publish(one_push(audience={audience: ["vip"]}, release=release))
    await line(stage, ["ada", "ben", "cleo", "dan", "eve"])
    await stage.waits("ada", "M", "wishlist")
    await vip(stage, "ben", "eve")

    await stock(stage, 9)
    if release and audience == "include":
        await release_is(stage, "holding", "head_start")
    if release:
        await stage.pass_time(timedelta(minutes=2))
    await release_is(stage, "ended", "line_empty")

    assert sorted(await entered(stage)) == wanted
    left = {"ada", "ben", "cleo", "dan", "eve"} - set(wanted)
    assert await refused(stage) == dict.fromkeys(left, "not_in_audience")
    one = min(left)
    assert {entry["state"] for entry in await stage.entries(one)} == {"pending"}
    async with stage.database.snapshot() as session:
        items = (await read_timeline(session, f"prf_{one}")).items
    assert [(item.reason, item.title) for item in items if item.kind == "skip"] == [
        ("not_in_audience", "Not let in: not in the journey's audience")
    ]


RULES: list[Any] = [
    ({"kind": "once"}, [1, 1, 1], "already_entered"),
    ({"kind": "after", "wait": "P7D"}, [1, 1, 2], "too_soon_again"),
    ({"kind": "once_per_key"}, [1, 2, 3], None),
    ({"kind": "always"}, [1, 2, 3], None),
]


@pytest.mark.spec("J-006")
@pytest.mark.parametrize(("rule", "counts", "reason"), RULES, ids=["once", "after", "once_per_key", "always"])
async def test_the_rule_for_entering_again_holds_for_restocks(
    stage: Stage, rule: Json, counts: list[int], reason: str | None
) -> None:
    """Three restocks, a day and a week apart; before each, ada asks anew where she was told."""
    await stage.publish(one_push(reentry=rule))
    await stage.person("ada")
    found: list[int] = []
    for pause in (timedelta(), timedelta(days=1), timedelta(days=7)):
        await stage.pass_time(pause)
        await stage.waits("ada", "M")
        await stage.restock("M", 3)
        for row in await stage.enrollments("ada"):
            await stage.client.get_workflow_handle(row["id"]).result()
        found.append(len(await stage.enrollments("ada")))
        await stage.restock("M", 0)

    assert found == counts
    assert {row["reason"] for row in await stage.rows(ReleaseExclusion)} == ({reason} if reason else set())
    waits = [entry["state"] for entry in await stage.entries("ada") if entry["state"] == "pending"]
    assert waits == (["pending"] if rule["kind"] == "once" else []), "who is refused keeps her place"


async def test_a_journey_for_everyone_asks_nothing_more(stage: Stage) -> None:
    said: list[str] = []

    def hear(*executed: Any) -> None:
        said.append(executed[2])

    await stage.publish(one_push())
    await line(stage, ["ada"])
    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await stage.restock("M", 3)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)

    assert await entered(stage) == ["ada"]
    assert any("FROM waitlist_entry" in one for one in said), "the line itself was asked"
    assert not [one for one in said if "release_exclusion" in one or "FROM segment" in one or "max(" in one]
