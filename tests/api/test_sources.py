"""Sources, changes to the catalog, and dead letters that are played again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from engine.store.statements import core
from engine.store.tables import Product, Source, StockLevel, Variant
from tests.api.conftest import Doors, HandClock
from tests.api.shopfront import SHOP, Shopfront, product


async def rows(shop: Shopfront, model: Any) -> list[Any]:
    table = core(model)
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(table).order_by(*table.primary_key))).all())


async def letters(staff: httpx.AsyncClient) -> list[Any]:
    return (await staff.get("/v1/dead-letters")).json()["items"]


async def settle(staff: httpx.AsyncClient, how: str, found: list[Any]) -> Any:
    answer = await staff.post(f"/v1/dead-letters/{how}", json={"ids": [letter["id"] for letter in found]})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.spec("F-043")
async def test_a_dead_letter_is_played_again_once_its_product_is_known(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    await shop.deliver({"items": [{"sku": "SCARF", "on_hand": 4}, {"sku": "HAT", "on_hand": 1}, {"sku": "M"}]})
    assert await settle(staff, "replay", await letters(staff)) == {"settled": 0, "remaining": 3}

    await shop.put_catalog(product(id="scarf", variants=[{"sku": "SCARF", "title": "Scarf"}]))
    assert await settle(staff, "replay", await letters(staff)) == {"settled": 1, "remaining": 2}

    assert (await shop.put_stock("SCARF", 0)).json()["available_before"] == 4
    assert await settle(staff, "dismiss", await letters(staff)) == {"settled": 2, "remaining": 0}
    assert await letters(staff) == []


async def test_what_is_played_again_does_not_overwrite_what_came_later(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    await shop.deliver({"sku": "SCARF", "on_hand": 4})
    clock.pass_by(timedelta(hours=1))
    await shop.put_catalog(product(id="scarf", variants=[{"sku": "SCARF", "title": "Scarf"}]))
    await shop.put_stock("SCARF", 9)

    assert await settle(staff, "replay", await letters(staff)) == {"settled": 1, "remaining": 0}
    assert [level.on_hand for level in await rows(shop, StockLevel)] == [9]


async def test_who_may_settle_dead_letters(shop: Shopfront, doors: Doors, staff: httpx.AsyncClient) -> None:
    await shop.deliver({"sku": "SCARF", "on_hand": 4})
    ids = {"ids": [letter["id"] for letter in await letters(staff)]}
    support = await doors.signed_in("support")
    assert (await support.post("/v1/dead-letters/dismiss", json=ids)).status_code == 403
    developer = await doors.signed_in("developer")
    assert (await developer.post("/v1/dead-letters/dismiss", json=ids)).json()["settled"] == 1


async def test_a_source_is_made_signs_and_shows_its_health(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    made = await staff.post("/v1/sources", json={"name": "Outlet", "retention_days": 365})
    assert made.status_code == 201, made.text
    assert made.json()["webhook_secret"].startswith("whsec_")
    again = await staff.post("/v1/sources", json={"name": "Outlet"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")

    assert (await shop.deliver({"sku": "M", "on_hand": 1}, source="Outlet")).json()["dead_lettered"] == 1
    outlet = next(item for item in (await staff.get("/v1/sources")).json()["items"] if item["name"] == "Outlet")
    assert outlet == {
        "id": made.json()["id"],
        "name": "Outlet",
        "kind": "api",
        "retention_days": 365,
        "last_seen_at": "2027-01-05T12:00:00Z",
        "is_stale": False,
        "max_age_minutes": None,
        "hold_when_stale": False,
        "currency": None,
        "address": None,
        "feed": None,
        "pages": None,
        "priorities": {},
        "variants": 0,
        "open_dead_letters": 1,
    }


async def test_what_is_set_of_a_source_is_kept_until_it_is_changed(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    feed = {"url": "https://shop.example/products.xml", "every_minutes": 30, "format": "google_merchant"}
    await staff.patch(f"/v1/sources/{SHOP}", json={"currency": "EUR", "feed": feed, "max_age_minutes": 60})
    await staff.patch(f"/v1/sources/{SHOP}", json={"retention_days": 30})
    clock.pass_by(timedelta(minutes=61))

    answer = (await staff.get("/v1/sources")).json()
    [mine] = [item for item in answer["items"] if item["name"] == SHOP]
    assert (mine["currency"], mine["feed"], mine["retention_days"]) == ("EUR", feed, 30)
    assert (mine["is_stale"], mine["variants"]) == (True, 3)
    assert answer["routing"] == {"open": 0, "oldest_at": None, "failing": 0}
    await shop.put_catalog(product())
    assert [item["is_stale"] for item in (await staff.get("/v1/sources")).json()["items"]] == [False]
    await staff.patch(f"/v1/sources/{SHOP}", json={"feed": None})
    assert (await staff.get("/v1/sources")).json()["items"][0]["feed"] is None
    assert (await staff.get(f"/v1/sources/{SHOP}/imports")).json() == {"items": []}


async def test_a_replaced_secret_takes_effect_at_once(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    raw = '{"sku": "M", "on_hand": 1}'
    signed = await shop.signed(raw)
    shown = (await staff.get(f"/v1/sources/{SHOP}/secret")).json()["webhook_secret"]
    replaced = (await staff.post(f"/v1/sources/{SHOP}/secret")).json()["webhook_secret"]

    assert shown != replaced
    assert (await shop.deliver_signed(raw, signed)).status_code == 401
    assert (await shop.deliver({"sku": "M", "on_hand": 1})).status_code == 202


async def test_secrets_are_for_those_who_manage_sources(shop: Shopfront, doors: Doors) -> None:
    assert (await shop.client.get(f"/v1/sources/{SHOP}/secret", headers=shop.server)).status_code == 403
    marketer = await doors.signed_in("marketer")
    assert (await marketer.get(f"/v1/sources/{SHOP}/secret")).status_code == 403
    assert (await marketer.post("/v1/sources", json={"name": "X"})).status_code == 403
    assert "whsec_" not in (await marketer.get("/v1/sources")).text


@pytest.mark.spec("F-015")
async def test_a_longer_retention_extends_those_who_wait(shop: Shopfront, clock: HandClock) -> None:
    await shop.wait_for("M", email="early@example.org")
    clock.pass_by(timedelta(days=80))
    await shop.wait_for("M", email="ada@example.org")
    clock.pass_by(timedelta(days=10))

    changed = await shop.client.patch(f"/v1/sources/{SHOP}", json={"retention_days": 365}, headers=shop.server)
    assert changed.json()["extended"] == 1

    line = (await shop.client.get("/v1/variants/M/waitlist", headers=shop.server)).json()["entries"]
    assert line[0]["expires_at"] == "2027-04-05T12:00:00Z"
    assert line[1]["expires_at"] == "2028-03-25T12:00:00Z"
    late = await shop.wait_for("L", email="ben@example.org")
    assert late.json()["expires_at"] == "2028-04-04T12:00:00Z"


@pytest.mark.spec("F-050")
async def test_a_change_touches_only_what_it_names(shop: Shopfront, clock: HandClock) -> None:
    changes = {
        "source": SHOP,
        "products": [
            {
                "id": "shirt",
                "title": "Linen shirt, new",
                "variants": [
                    {"sku": "M", "price": {"amount": 3990, "currency": "EUR"}},
                    {"sku": "XXL", "title": "?"},
                ],
            },
            {"id": "coat", "title": "Coat"},
        ],
    }
    clock.pass_by(timedelta(minutes=1))
    for _ in range(2):
        answer = await shop.client.patch("/v1/catalog/items", json=changes, headers=shop.server)
        assert answer.json() == {
            "source": SHOP,
            "products": 1,
            "variants": 1,
            "unknown_products": ["coat"],
            "unknown_variants": ["XXL"],
        }

    [shirt] = await rows(shop, Product)
    assert (shirt.title, shirt.url, shirt.image_url) == (
        "Linen shirt, new",
        "https://shop.example/shirt",
        "https://shop.example/shirt.jpg",
    )
    medium = next(row for row in await rows(shop, Variant) if row.sku == "M")
    assert (medium.price_minor, medium.currency, medium.title, medium.options) == (3990, "EUR", "Medium", {"size": "M"})


async def test_an_older_change_never_overwrites_a_newer_one(shop: Shopfront, clock: HandClock) -> None:
    change = {"id": "shirt", "title": "Old name"}
    before = (clock.now - timedelta(seconds=1)).isoformat()
    body = {"source": SHOP, "products": [change], "observed_at": before}
    assert (await shop.client.patch("/v1/catalog/items", json=body, headers=shop.server)).status_code == 200
    assert [row.title for row in await rows(shop, Product)] == ["Linen shirt"]


async def test_what_a_product_needs_cannot_be_emptied(shop: Shopfront) -> None:
    body = {"source": SHOP, "products": [{"id": "shirt", "title": None}]}
    answer = await shop.client.patch("/v1/catalog/items", json=body, headers=shop.server)
    assert [error["field"] for error in answer.json()["errors"]] == ["products.0.title"]


@pytest.mark.spec("R-007")
async def test_the_secret_of_a_source_lies_sealed_in_the_database(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    chosen = "whsec_bWFueSBieXRlcyBvZiBzZWNyZXQ="
    await staff.post(f"/v1/sources/{SHOP}/secret", json={"webhook_secret": chosen})

    [kept] = [row.secret for row in await rows(shop, Source) if row.name == SHOP]

    assert kept.startswith("sealed:")
    assert (await staff.get(f"/v1/sources/{SHOP}/secret")).json()["webhook_secret"] == chosen
    assert (await shop.deliver({"items": [{"sku": "M", "on_hand": 1}]})).status_code == 202, (
        "what the shop signs with it is known"
    )
    for file in Path(str(shop.database.url.database)).parent.iterdir():
        assert not file.is_file() or chosen.encode() not in file.read_bytes()
