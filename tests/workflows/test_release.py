"""How a line is let in: by tiers, batches and rations, on a real worker with a real database, in skipped time."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.store import waitlist
from engine.store.statements import core
from engine.store.tables import Event, Profile, Release, ReleaseExclusion, Restock, Segment
from tests.builders import Json, journey, node
from tests.workflows.stage import Stage

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
PATHS = ["entry > push", "push.sent > done", "push.not_sent > done"]
PUSH = node("push", "message", channel="web_push", message="push")


def one_push(**settings: Any) -> Json:
    return journey(PUSH, paths=PATHS, settings=settings)


async def line(stage: Stage, names: Sequence[str], sku: str = "M") -> None:
    """These people wait, in this order, a minute apart."""
    for name in names:
        await stage.person(name)
        await stage.waits(name, sku)
        await stage.pass_time(MINUTE)


async def entered(stage: Stage) -> list[str]:
    """Who was let in, in the order of the releases."""
    rows = [row for row in await stage.enrollments() if row["position"] is not None]
    return [
        row["profile_id"].removeprefix("prf_") for row in sorted(rows, key=lambda r: (r["entered_at"], r["position"]))
    ]


async def release_is(stage: Stage, status: str, reason: str | None = None, number: int = 0) -> Mapping[str, Any]:
    """Return when a release stands so; the first one unless the test says which."""
    async with asyncio.timeout(120):
        while True:
            rows = sorted(await stage.rows(Release), key=lambda row: row["started_at"])
            if len(rows) > number and (rows[number]["status"], rows[number]["reason"]) == (status, reason):
                return rows[number]
            await asyncio.sleep(0.02)


async def stock(stage: Stage, on_hand: int, sku: str = "M") -> None:
    """The stock is told and routed; nobody waits for releases to end."""
    await stage.shop.stock(sku, on_hand, now=stage.clock())
    await stage.route()


async def vip(stage: Stage, *names: str) -> None:
    """A segment `vip` with these people in it."""
    now = stage.clock()
    condition = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "vip"}
    row = {"id": "vip", "name": "VIP", "condition": condition, "created_at": now, "updated_at": now}
    profile = core(Profile)
    async with stage.database.connection() as connection:
        await connection.execute(insert(core(Segment)), row)
        for name in names:
            values = {"attributes": {"tier": "vip"}}
            await connection.execute(update(profile).where(profile.c.id == f"prf_{name}").values(values))


async def buys(stage: Stage, name: str, sku: str = "M") -> None:
    async with stage.database.connection() as connection:
        closing = waitlist.Closing("purchased", stage.clock())
        await waitlist.close_waits(connection, f"prf_{name}", f"var_{sku}", closing)


@pytest.mark.spec("F-070")
async def test_five_units_at_two_each_let_exactly_ten_in_and_the_rest_wait(stage: Stage) -> None:
    await stage.publish(one_push(release={"per_unit": 2}))
    names = [f"p{number:02d}" for number in range(13)]
    await line(stage, names)

    await stock(stage, 5)
    held = await release_is(stage, "holding", "allotted")
    assert held["released"] == 10
    assert await entered(stage) == names[:10]
    for name in names[10:]:
        assert [entry["state"] for entry in await stage.entries(name)] == ["pending"]

    await stock(stage, 6)
    await stage.until(lambda: entered(stage), names[:12])
    for name in names[:12]:
        await stage.finish(name)
    await stock(stage, 0)
    await release_is(stage, "ended", "stock_too_low")
    assert await entered(stage) == names[:12]


@pytest.mark.spec("F-070")
async def test_the_next_restock_goes_on_with_the_rest_of_the_line(stage: Stage) -> None:
    await stage.publish(one_push(release={"per_unit": 1}))
    await line(stage, ["ada", "ben", "cleo"])
    await stock(stage, 2)
    await release_is(stage, "holding", "allotted")
    await stock(stage, 0)
    await release_is(stage, "ended", "stock_too_low")

    await stock(stage, 1)
    await release_is(stage, "ended", "line_empty", number=1)
    assert await entered(stage) == ["ada", "ben", "cleo"]


@pytest.mark.spec("F-071")
async def test_below_the_threshold_nobody_is_let_in_until_the_stock_passes_it(stage: Stage) -> None:
    await stage.publish(one_push(threshold=5))
    await line(stage, ["ada"])

    await stock(stage, 3)
    assert await stage.enrollments() == []
    assert await stage.rows(Release) == []
    await stage.restock("M", 6)
    assert await stage.finish("ada") == "completed"


async def test_a_fall_through_a_threshold_is_no_restock(stage: Stage) -> None:
    await stage.publish(one_push(threshold=5))
    await stock(stage, 9)
    await line(stage, ["ada"])

    await stock(stage, 2)
    assert await stage.rows(Event, name="Back in Stock") == []
    assert len(await stage.rows(Restock)) == 1


@pytest.mark.spec("F-072")
async def test_batches_go_one_after_the_other_with_the_stock_read_before_each(stage: Stage) -> None:
    await stage.publish(one_push(release={"mode": "batches", "batch": 2, "every": "PT30M"}, threshold=2))
    names = ["ada", "ben", "cleo", "dora", "eve", "finn", "gus"]
    await line(stage, names)

    await stock(stage, 9)
    held = await release_is(stage, "holding", "next_batch")
    assert await entered(stage) == names[:2]
    assert held["next_at"] - held["started_at"] == pytest.approx(30 * MINUTE, abs=timedelta(seconds=5))

    await stage.pass_time(29 * MINUTE)
    assert await entered(stage) == names[:2]
    await stage.pass_time(2 * MINUTE)
    await stage.until(lambda: entered(stage), names[:4])

    await stage.shop.stock("M", 1, now=stage.clock())  # nobody is told: the next batch has to look itself
    await stage.pass_time(31 * MINUTE)
    await release_is(stage, "ended", "stock_too_low")
    assert await entered(stage) == names[:4]
    for name in names[4:]:
        assert [entry["state"] for entry in await stage.entries(name)] == ["pending"]


@pytest.mark.spec("F-086")
async def test_a_tier_has_its_head_start_before_everyone_else(stage: Stage) -> None:
    await stage.publish(one_push(release={"tiers": [{"segment": "vip", "head_start": "PT2H"}]}))
    await line(stage, ["ada", "ben", "cleo"])
    await vip(stage, "ben")

    await stock(stage, 9)
    await release_is(stage, "holding", "head_start")
    assert await entered(stage) == ["ben"]
    await stage.pass_time(119 * MINUTE)
    assert await entered(stage) == ["ben"]
    await stage.pass_time(2 * MINUTE)
    await release_is(stage, "ended", "line_empty")
    assert await entered(stage) == ["ben", "ada", "cleo"]


@pytest.mark.spec("F-086")
async def test_an_exhausted_tier_lets_the_next_one_in_before_its_time_if_stock_remains(stage: Stage) -> None:
    await stage.publish(one_push(release={"tiers": [{"segment": "vip", "head_start": "PT2H"}]}))
    await line(stage, ["ada", "ben"])
    await vip(stage, "ben")
    await stock(stage, 2)
    await release_is(stage, "holding", "head_start")
    await stage.finish("ben")

    await buys(stage, "ben")
    await stock(stage, 1)
    await release_is(stage, "ended", "line_empty")
    assert await entered(stage) == ["ben", "ada"]


@pytest.mark.spec("F-086")
async def test_a_tier_that_buys_everything_leaves_nothing_to_release(stage: Stage) -> None:
    await stage.publish(one_push(release={"tiers": [{"segment": "vip", "head_start": "PT2H"}]}))
    await line(stage, ["ada", "ben"])
    await vip(stage, "ben")
    await stock(stage, 1)
    await release_is(stage, "holding", "head_start")
    await buys(stage, "ben")
    await stock(stage, 0)
    await release_is(stage, "ended", "stock_too_low")
    assert await entered(stage) == ["ben"]


@pytest.mark.spec("F-088")
async def test_the_order_is_tier_intent_score_age_and_is_recorded(stage: Stage) -> None:
    rule = {"tiers": [{"segment": "vip", "head_start": "PT1M"}], "score": "likelihood"}
    await stage.publish(one_push(release=rule, interest={"sources": ["explicit", "wishlist"]}))
    await line(stage, ["old", "likely", "vip", "asked"])
    await stage.person("wished")
    await stage.waits("wished", "M", "wishlist")
    await vip(stage, "vip")
    profile = core(Profile)
    async with stage.database.connection() as connection:
        for name, score in (("likely", 0.9), ("wished", 1.0)):
            values = {"attributes": {"purchase_likelihood": score}}
            await connection.execute(update(profile).where(profile.c.id == f"prf_{name}").values(values))

    await stock(stage, 9)
    await release_is(stage, "holding", "head_start")
    await stage.pass_time(2 * MINUTE)
    await release_is(stage, "ended", "line_empty")

    assert await entered(stage) == ["vip", "likely", "old", "asked", "wished"]
    recorded = sorted(await stage.enrollments(), key=lambda row: row["position"])
    assert [row["position"] for row in recorded] == [1, 2, 3, 4, 5]
    assert [(row["tier"], row["score"]) for row in recorded] == [(0, 0), (1, 0.9), (1, 0), (1, 0), (1, 1.0)]


@pytest.mark.spec("F-008", "F-010")
async def test_only_listed_sources_and_interest_within_the_window_enter(stage: Stage) -> None:
    await stage.publish(one_push(interest={"sources": ["explicit"], "window": "P30D"}))
    for name in ("late", "ada", "wished"):
        await stage.person(name)
    now = stage.clock()
    await stage.shop.wait_for("M", "late", now=now - timedelta(days=30, seconds=1))
    await stage.shop.wait_for("M", "ada", now=now - timedelta(days=29, hours=23))
    await stage.shop.wait_for("M", "wished", "wishlist", now=now)

    await stage.shop.stock("M", 3, now=now)
    await stage.route()
    await stage.releases_end("M")

    assert await entered(stage) == ["ada"]
    (left_out,) = await stage.rows(ReleaseExclusion)
    assert (left_out["profile_id"], left_out["reason"]) == ("prf_late", "interest_expired")


@pytest.mark.spec("F-042")
async def test_a_journey_that_matches_products_lets_everyone_in_once_whichever_variant_is_back(stage: Stage) -> None:
    await stage.publish(one_push(match="product", release={"again_within": "P1D"}))
    await stage.person("ada")
    for sku in ("M", "L"):
        await stage.waits("ada", sku)
    await line(stage, ["ben"], "S")

    await stock(stage, 3, "M")
    await stage.product_release_ends()
    for name in ("ada", "ben"):
        assert await stage.finish(name) == "completed"
    assert sorted(await entered(stage)) == ["ada", "ben"]
    assert {row["variant_id"] for row in await stage.enrollments()} == {"var_M"}
    assert [entry["state"] for entry in await stage.entries("ben")] == ["sent"]

    await stock(stage, 3, "L")
    await stage.product_release_ends()
    assert len(await stage.enrollments("ada")) == 1

    await stage.waits("ben", "S")
    await stage.pass_time(timedelta(days=2))
    await stock(stage, 3, "S")
    await stage.product_release_ends()
    assert len(await stage.enrollments("ben")) == 2


@pytest.mark.spec("F-046")
async def test_stock_that_comes_and_goes_within_the_hold_announces_nothing(stage: Stage) -> None:
    await stage.publish(one_push(release={"stable_for": "PT10M"}))
    await line(stage, ["ada"])

    await stock(stage, 5)
    await stage.pass_time(5 * MINUTE)
    await stock(stage, 0)
    await stage.pass_time(6 * MINUTE)
    await stage.route()
    assert await stage.rows(Event, name="Back in Stock") == []
    assert await stage.enrollments() == []

    await stock(stage, 5)
    await stage.pass_time(9 * MINUTE)
    await stage.route()
    assert await stage.enrollments() == []
    await stage.pass_time(2 * MINUTE)
    await stage.route()
    await stage.releases_end("M")
    assert await stage.finish("ada") == "completed"


async def test_a_flip_within_the_hold_is_not_stable_even_if_the_stock_is_back(stage: Stage) -> None:
    await stage.publish(one_push(release={"stable_for": "PT10M"}))
    await line(stage, ["ada"])
    await stock(stage, 5)
    await stage.pass_time(4 * MINUTE)
    await stock(stage, 0)
    await stage.pass_time(2 * MINUTE)
    await stock(stage, 5)

    await stage.pass_time(5 * MINUTE)
    await stage.route()
    assert await stage.enrollments() == []
    await stage.pass_time(6 * MINUTE)
    await stage.route()
    await stage.releases_end("M")
    assert await entered(stage) == ["ada"]


async def test_a_trigger_that_asks_for_one_sku_lets_only_its_restocks_in(stage: Stage) -> None:
    where = {"kind": "property", "property": "sku", "op": "equals", "value": "L"}
    entry = node("entry", "entry", trigger={"kind": "event", "event": "Back in Stock", "where": where})
    await stage.publish(journey(entry, PUSH, paths=PATHS))
    await line(stage, ["ada"], "M")
    await line(stage, ["ben"], "L")
    await stage.restock("M", 3)
    await stage.restock("L", 3)
    assert await entered(stage) == ["ben"]


async def test_an_immediate_release_has_no_batch_and_no_delay_and_reaches_everyone_eligible(stage: Stage) -> None:
    await stage.publish(one_push())
    names = [f"p{number:02d}" for number in range(40)]
    for name in names:
        await stage.person(name)
        await stage.waits(name, "M")
    before = stage.clock()

    await stage.restock("M", 1)
    for name in names:
        assert await stage.finish(name) == "completed"

    assert await entered(stage) == names
    assert len(stage.push.sent) == 40
    (release,) = await stage.rows(Release)
    assert (release["released"], release["reason"], release["batch_end"]) == (40, "line_empty", None)
    assert release["ended_at"] - before < MINUTE
