"""`Back in Stock`: one event for each who waits, written by one statement."""

from datetime import datetime, timedelta

import pytest

from engine.store import restocks, waitlist
from engine.store.waitlist import Closing
from engine.store.waitlist_endings import Told, mark_sent
from tests.store.shop import NOW, RETENTION, Shop

DAY = timedelta(days=1)


async def _restock(shop: Shop, sku: str = "M", on_hand: int = 3, now: datetime = NOW) -> str:
    restock_id = (await shop.stock(sku, on_hand, now=now)).restock_id
    assert restock_id is not None
    return restock_id


async def _record(shop: Shop, restock_id: str, now: datetime = NOW) -> int:
    async with shop.database.connection() as connection:
        return await restocks.record_restock_events(connection, restock_id, now)


@pytest.mark.spec("F-013")
async def test_a_restock_writes_one_event_for_each_open_entry_of_the_variant_and_for_nobody_else(shop: Shop) -> None:
    await shop.add_people("ada", "ben", "cleo", "dora")
    waits = [(await shop.wait_for("M", "ada"))[0], (await shop.wait_for("M", "ben"))[0]]
    await shop.wait_for("L", "cleo")
    closed, _ = await shop.wait_for("M", "dora")
    async with shop.database.connection() as connection:
        await waitlist.close(connection, [closed.id], Closing("unsubscribed", NOW))

    restock_id = await _restock(shop)
    assert await _record(shop, restock_id) == 2

    events = await shop.events("Back in Stock")
    assert [(event.profile_id, event.waitlist_entry_id) for event in events] == [
        ("prf_ada", waits[0].id),
        ("prf_ben", waits[1].id),
    ]
    assert events[0].id == restocks.restock_event_id(restock_id, waits[0].id)
    assert (events[0].variant_id, events[0].restock_id, events[0].at) == ("var_M", restock_id, NOW)
    assert (events[0].source_id, events[0].delivery_id) == ("src_shop", "dlv_1")
    assert events[0].properties == {
        "sku": "M",
        "product_id": "shirt",
        "product": "Linen shirt",
        "variant": "Medium",
        "source": "My Shop",
        "quantity": 3,
        "restock_id": restock_id,
    }


async def test_recording_again_adds_only_what_is_missing(shop: Shop) -> None:
    await shop.add_people("ada", "ben")
    await shop.wait_for("M", "ada")
    restock_id = await _restock(shop)

    assert await _record(shop, restock_id) == 1
    assert await _record(shop, restock_id) == 0
    await shop.wait_for("M", "ben")
    assert await _record(shop, restock_id) == 1


@pytest.mark.spec("F-014")
async def test_an_entry_whose_time_ran_out_gets_none_even_before_housekeeping_closes_it(shop: Shop) -> None:
    await shop.add_people("ada", "ben")
    await shop.wait_for("M", "ada", now=NOW)
    await shop.wait_for("M", "ben", now=NOW + 2 * DAY)

    at_expiry = NOW + RETENTION
    restock_id = await _restock(shop, now=at_expiry)

    assert await _record(shop, restock_id, at_expiry) == 1
    assert [event.profile_id for event in await shop.events("Back in Stock")] == ["prf_ben"]


async def test_who_was_told_gets_the_next_event_only_after_asking_again(shop: Shop) -> None:
    await shop.add_people("ada")
    await shop.wait_for("M", "ada")
    async with shop.database.connection() as connection:
        await connection.run_sync(mark_sent, [Told("prf_ada", "var_M", NOW)])

    assert await _record(shop, await _restock(shop)) == 0
    await shop.stock("M", 0)
    await shop.wait_for("M", "ada", now=NOW + DAY)
    assert await _record(shop, await _restock(shop, now=NOW + 2 * DAY)) == 1


async def test_there_is_no_event_without_a_restock(shop: Shop) -> None:
    with pytest.raises(LookupError):
        await _record(shop, "rst_none")
