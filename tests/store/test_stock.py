"""Stock as it is observed: levels, movements, restocks, and what the relay is told."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.stock.transitions import crossings
from engine.store import restocks, stock
from engine.store.errors import AmbiguousVariant, UnknownVariant
from engine.store.statements import core
from engine.store.tables import Restock, StockMovement
from tests.store.shop import NOW, Shop

MINUTE = timedelta(minutes=1)


async def _restocks(shop: Shop) -> list[tuple[int, int]]:
    table = core(Restock)
    async with shop.database.snapshot() as session:
        rows = await session.execute(select(table.c.available_before, table.c.available_after))
        return [(row[0], row[1]) for row in rows]


@pytest.mark.spec("F-039")
async def test_from_nothing_to_one_is_one_restock_and_more_is_none(shop: Shop) -> None:
    nothing = await shop.stock("M", 0)
    restocked = await shop.stock("M", 1)
    more = await shop.stock("M", 5)

    assert (nothing.movement_id, nothing.restock_id) == (None, None)
    assert (restocked.before, restocked.after) == (0, 1)
    assert restocked.restock_id is not None
    assert (more.before, more.after, more.restock_id) == (1, 5, None)
    assert await _restocks(shop) == [(0, 1)]


async def test_each_change_of_the_available_quantity_is_a_movement_that_the_relay_hears_of(shop: Shop) -> None:
    observation = await shop.stock("M", 3)
    await shop.stock("M", 3)

    [told] = await shop.outbox("stock_moved")
    assert told.subject_id == observation.movement_id
    assert told.payload == {
        "variant_id": "var_M",
        "before": 0,
        "after": 3,
        "restock_id": observation.restock_id,
        "source_id": "src_shop",
        "delivery_id": "dlv_1",
    }


@pytest.mark.spec("F-055")
async def test_a_reservation_lowers_what_is_available(shop: Shop) -> None:
    await shop.stock("M", 5, reserved=5)
    assert await _restocks(shop) == []

    freed = await shop.stock("M", 5, reserved=3)
    assert (freed.before, freed.after) == (0, 2)
    assert await _restocks(shop) == [(0, 2)]

    same = await shop.stock("M", 6, reserved=4)
    assert same.movement_id is None, "one unit more and one promised more changes nothing for those who wait"
    async with shop.database.snapshot() as session:
        assert await stock.available_now(session, "var_M") == 2


async def test_locations_are_summed(shop: Shop) -> None:
    await shop.stock("M", 2, location="berlin")
    both = await shop.stock("M", 3, location="paris")
    assert (both.before, both.after) == (2, 5)

    await shop.stock("M", 0, location="berlin")
    none = await shop.stock("M", 0, location="paris")
    assert (none.before, none.after) == (3, 0)
    assert await _restocks(shop) == [(0, 2)]


async def test_what_was_observed_earlier_changes_nothing(shop: Shop) -> None:
    await shop.stock("M", 0, observed_at=NOW - MINUTE)
    late = await shop.stock("M", 7, observed_at=NOW - 2 * MINUTE)

    assert (late.before, late.after, late.movement_id) == (0, 0, None)
    assert await shop.outbox("stock_moved") == []


async def test_a_source_whose_clock_runs_ahead_does_not_shut_out_later_readings(shop: Shop) -> None:
    await shop.stock("M", 0, observed_at=NOW + timedelta(hours=5))
    later = await shop.stock("M", 2, now=NOW + MINUTE)

    assert later.restock_id is not None


async def test_oversold_stock_has_to_climb_out_first(shop: Shop) -> None:
    await shop.stock("M", -2)
    assert (await shop.stock("M", 0)).restock_id is None
    assert (await shop.stock("M", 1)).restock_id is not None


@pytest.mark.spec("F-041")
async def test_a_restock_of_one_size_says_nothing_about_another(shop: Shop) -> None:
    await shop.add_people("ada", "ben")
    await shop.wait_for("M", "ada")
    await shop.wait_for("L", "ben")

    observation = await shop.stock("L", 4)
    assert observation.restock_id is not None
    async with shop.database.connection() as connection:
        assert await restocks.record_restock_events(connection, observation.restock_id, NOW) == 1

    assert [event.profile_id for event in await shop.events("Back in Stock")] == ["prf_ben"]


async def test_a_sku_must_be_known_and_unique_where_no_source_is_named(shop: Shop) -> None:
    await shop.add_source("src_other", "Other shop")
    await shop.add_product("prd_other", "shirt", "Shirt", source="src_other")
    await shop.add_variants(product="prd_other", source="src_other", M="Medium", XL="Huge")
    level = stock.Level(on_hand=1)

    async with shop.database.connection() as connection:
        only_there = await stock.observe(
            connection, stock.Reading("XL", level), source_id=None, delivery_id=None, now=NOW
        )
        with pytest.raises(AmbiguousVariant):
            await stock.observe(connection, stock.Reading("M", level), source_id=None, delivery_id=None, now=NOW)
        with pytest.raises(UnknownVariant):
            await stock.observe(connection, stock.Reading("XL", level), source_id="src_shop", delivery_id=None, now=NOW)

    assert only_there.variant_id == "var_src_other_XL"


async def test_many_readings_are_taken_in_order_and_unknown_ones_are_named(shop: Shop) -> None:
    levels = [("M", 2), ("nowhere", 9), ("S", 1), ("M", 0), ("M", 3)]
    readings = [stock.Reading(sku, stock.Level(on_hand=on_hand)) for sku, on_hand in levels]

    async with shop.database.connection() as connection:
        found = await stock.observe_all(connection, readings, source_id="src_shop", delivery_id="dlv_9", now=NOW)

    assert [one and (one.variant_id, one.before, one.after) for one in found] == [
        ("var_M", 0, 2),
        None,
        ("var_S", 0, 1),
        ("var_M", 2, 0),
        ("var_M", 0, 3),
    ]
    assert [row.payload["after"] for row in await shop.outbox("stock_moved")] == [2, 1, 0, 3]


async def test_readings_of_two_locations_at_once_see_each_other(shop: Shop) -> None:
    await asyncio.gather(*(shop.stock("M", 1, location=f"store {number}") for number in range(10)))

    table = core(StockMovement)
    async with shop.database.snapshot() as session:
        rows = await session.execute(select(table.c.available_before, table.c.available_after))
        assert sorted((row[0], row[1]) for row in rows) == [(n, n + 1) for n in range(10)]
        assert await stock.available_now(session, "var_M") == 10
    assert await _restocks(shop) == [(0, 1)]


@pytest.mark.spec("F-040")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quantities=st.lists(st.integers(-2, 4), max_size=12), threshold=st.integers(1, 4))
async def test_every_upward_crossing_of_a_history_can_be_told_from_what_the_relay_hears(
    shop: Shop, quantities: list[int], threshold: int
) -> None:
    start = (await shop.stock("S", 0)).after
    told_before = len(await shop.outbox("stock_moved"))
    restocks_before = len(await _restocks(shop))
    for quantity in quantities:
        await shop.stock("S", quantity)

    told = [row.payload for row in await shop.outbox("stock_moved")][told_before:]
    upward = sum(payload["before"] < threshold <= payload["after"] for payload in told)
    assert upward == crossings([start, *quantities], threshold).count("up")
    assert len(await _restocks(shop)) - restocks_before == crossings([start, *quantities]).count("up")
