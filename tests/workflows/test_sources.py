"""One SKU in two shops: two items, each with its own stock, and a journey that is about one shop only."""

import pytest

from engine.stock.levels import Level
from engine.store import stock, waitlist
from engine.store.stock import Reading
from engine.store.waitlist import Wish
from tests.builders import journey, node
from tests.workflows.stage import Stage
from tests.workflows.test_back_in_stock import PUSH


@pytest.mark.spec("F-053")
async def test_a_journey_about_one_shop_leaves_the_same_sku_of_another_alone(stage: Stage) -> None:
    where = {"kind": "property", "property": "source", "op": "equals", "value": "My Shop"}
    entry = node("entry", "entry", trigger={"kind": "event", "event": "Back in Stock", "where": where})
    await stage.publish(journey(entry, PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]))
    await stage.shop.add_source("src_outlet", "Outlet")
    await stage.shop.add_product("prd_outlet", "shirt", "Linen shirt", source="src_outlet")
    await stage.shop.add_variants(product="prd_outlet", source="src_outlet", M="Medium")
    await stage.person("ada")
    await stage.person("bo")
    await stage.waits("ada", "M")
    now = stage.clock()
    async with stage.database.connection() as connection:
        await waitlist.open_entry(connection, Wish("prf_bo", "var_src_outlet_M"), retention=None, now=now)
        reading = Reading("M", Level(on_hand=3))
        await stock.observe(connection, reading, source_id="src_outlet", delivery_id="dlv_2", now=now)
    await stage.route()
    await stage.restock("M", 3)

    assert await stage.finish("ada") == "completed"
    assert await stage.enrollments("bo") == []
    assert [entry["state"] for entry in await stage.entries("bo")] == ["pending"]
    assert len(stage.push.sent) == 1
