"""The shelf: variants looked up with their stock, its history and who waits."""

from datetime import timedelta

import httpx
import pytest

from tests.api.conftest import HandClock
from tests.api.shopfront import Shopfront


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ({}, ["A/B", "L", "M"]),
        ({"search": "linen med"}, ["M"]),
        ({"search": "LINEN"}, ["A/B", "L", "M"]),
        ({"search": "4006381333931"}, ["L"]),
        ({"search": "100%"}, []),
        ({"stock": "in_stock"}, ["M"]),
        ({"stock": "out_of_stock"}, ["L"]),
        ({"stock": "unknown"}, ["A/B"]),
        ({"source": "My Shop", "limit": 1}, ["A/B"]),
    ],
)
async def test_variants_are_found_by_words_alias_source_and_stock(
    shop: Shopfront, staff: httpx.AsyncClient, query: dict[str, str | int], skus: list[str]
) -> None:
    await shop.put_stock("M", 3)
    await shop.put_stock("L", 0)
    answer = await staff.get("/v1/shelf", params=query)
    assert answer.status_code == 200, answer.text
    assert [item["sku"] for item in answer.json()["items"]] == skus


async def test_pages_follow_one_another_and_a_foreign_cursor_is_refused(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    first = (await staff.get("/v1/shelf", params={"limit": 2})).json()
    second = (await staff.get("/v1/shelf", params={"limit": 2, "cursor": first["next"]})).json()
    assert ([item["sku"] for item in second["items"]], second["next"]) == (["M"], None)
    assert (await staff.get("/v1/shelf", params={"cursor": "WyJ4Il0"})).json()["code"] == "invalid_cursor"


async def test_a_variant_is_shown_with_its_levels_and_how_its_stock_moved(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    await shop.wait_for("M", email="ada@example.org")
    for units, location in ((0, "berlin"), (4, "berlin"), (2, "oslo")):
        clock.pass_by(timedelta(hours=1))
        await shop.put_stock("M", units, location=location)
    [item] = (await staff.get("/v1/shelf", params={"search": "Medium"})).json()["items"]
    assert (item["available"], item["waiting"], item["price"]) == (6, 1, {"amount": 4990, "currency": "EUR"})

    card = (await staff.get(f"/v1/shelf/{item['id']}")).json()
    assert [(level["location"], level["on_hand"]) for level in card["levels"]] == [("berlin", 4), ("oslo", 2)]
    assert [(move["before"], move["after"]) for move in card["movements"]] == [(0, 4), (4, 6)]
    assert (card["options"], card["url"]) == ({"size": "M"}, "https://shop.example/shirt")
    assert (await staff.get("/v1/shelf/var_none")).status_code == 404
