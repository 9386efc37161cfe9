"""When a variant is expected back: stated by its source, or estimated from what was seen."""

from datetime import timedelta

import httpx
import pytest

from engine.store.tables import StockMovement
from tests.api.conftest import HandClock
from tests.api.shopfront import Shopfront
from tests.api.world import World

DAY = timedelta(days=1)
PATH = "/v1/variants/M/expected"


async def test_a_statement_is_kept_replaced_and_withdrawn(shop: Shopfront, clock: HandClock) -> None:
    body = {"expected_at": (clock.now + 10 * DAY).isoformat(), "confidence": 0.7}
    stated = await shop.client.put(PATH, json=body, headers=shop.server)
    assert stated.status_code == 200, stated.text
    assert stated.json()["stated"] == {
        "expected_at": "2027-01-15T12:00:00Z",
        "confidence": 0.7,
        "stated_at": "2027-01-05T12:00:00Z",
    }
    later = {"expected_at": (clock.now + 20 * DAY).isoformat()}
    assert (await shop.client.put(PATH, json=later, headers=shop.server)).json()["stated"]["confidence"] is None
    assert (await shop.client.delete(PATH, headers=shop.server)).status_code == 204
    assert (await shop.client.get(PATH, headers=shop.server)).json() == {
        "stated": None,
        "estimate": None,
        "out_since": None,
        "restocks": 0,
    }


async def test_a_day_that_is_over_is_refused_and_a_page_may_not_state_any(shop: Shopfront, clock: HandClock) -> None:
    past = {"expected_at": (clock.now - DAY).isoformat()}
    refused = await shop.client.put(PATH, json=past, headers=shop.server)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "expected_at")
    assert (await shop.client.put(PATH, json=past, headers=shop.write)).status_code == 403


async def test_an_estimate_needs_five_past_restocks_and_says_what_it_rests_on(
    staff: httpx.AsyncClient, world: World, clock: HandClock
) -> None:
    await world.shop()
    at = clock.now - 200 * DAY
    for number, gap in enumerate([6, 8, 9, 10, 14]):
        for suffix, before, after in (("out", 3, 0), ("back", 0, 3)):
            row = StockMovement(
                id=f"mov_{number}_{suffix}",
                variant_id="var_m",
                available_before=before,
                available_after=after,
                source_id="src_1",
                at=at,
            )
            await world.add(row)
            at += gap * DAY if suffix == "out" else 20 * DAY
    known = (await staff.get("/v1/variants/FJELL-M/expected")).json()
    assert (known["estimate"], known["out_since"], known["restocks"]) == (None, None, 5), "it is in stock"

    out = StockMovement(
        id="mov_now", variant_id="var_m", available_before=3, available_after=0, source_id="src_1", at=clock.now
    )
    await world.add(out)
    guess = (await staff.get("/v1/variants/FJELL-M/expected")).json()["estimate"]
    assert guess == {
        "expected_at": "2027-01-14T12:00:00Z",
        "earliest": "2027-01-11T12:00:00Z",
        "latest": "2027-01-19T12:00:00Z",
        "confidence": pytest.approx(4 / 6),
        "gaps": 5,
    }
    clock.pass_by(7 * DAY)
    assert (await staff.get("/v1/variants/FJELL-M/expected")).json()["estimate"] is None, "four could still be as long"
