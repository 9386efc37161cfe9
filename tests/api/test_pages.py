"""What product pages say, as the widget on them tells it, and which way into the catalog is believed."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from engine.stock.merchant_feed import FeedItem
from engine.store import feed_imports, sources
from engine.store.statements import core
from engine.store.tables import Product, Variant
from tests.api.conftest import HandClock
from tests.api.shopfront import SHOP, Shopfront
from tests.engine.stock.test_merchant_feed import item, read
from tests.fakes.storefront_api import PAGE_SAYS

MINUTE = timedelta(minutes=1)
PATH = "/v1/storefront/pages"


@pytest.fixture
async def reading(shop: Shopfront, staff: httpx.AsyncClient) -> Shopfront:
    """A shop whose pages are read."""
    answer = await staff.patch(f"/v1/sources/{SHOP}", json={"address": "https://shop.example", "pages": {}})
    assert answer.status_code == 200, answer.text
    return shop


async def tell(shop: Shopfront, **says: Any) -> httpx.Response:
    body = {**PAGE_SAYS, "observed_at": shop.clock.now.isoformat(), **says}
    return await shop.client.post(PATH, json=body, headers=shop.write)


async def jacket(shop: Shopfront, external_id: str = "jacket", sku: str = "JACKET-M") -> tuple[Any, Any]:
    async with shop.database.snapshot() as session:
        product = (await session.execute(select(core(Product)).where(core(Product).c.external_id == external_id))).one()
        variant = (await session.execute(select(core(Variant)).where(core(Variant).c.sku == sku))).one()
    return product, variant


@pytest.mark.spec("F-047")
async def test_a_page_makes_and_updates_its_product_and_what_it_said_earlier_never_overwrites(
    reading: Shopfront, clock: HandClock
) -> None:
    first = await tell(reading)
    assert (first.status_code, first.json()) == (202, {"sku": "JACKET-M", "is_new": True}), first.text
    product, variant = await jacket(reading)
    assert (product.title, product.description, product.image_url, product.url) == (
        "Wool jacket",
        "Warm when wet.",
        "https://shop.example/jacket.jpg",
        "https://shop.example/products/jacket",
    )
    assert (variant.product_id, variant.price_minor, variant.currency) == (product.id, 12990, "EUR")

    clock.pass_by(MINUTE)
    newer = {"name": "Wool jacket 2", "price": {"amount": "99", "currency": "EUR"}, "description": None}
    assert (await tell(reading, **newer)).json() == {"sku": "JACKET-M", "is_new": False}
    older = (clock.now - timedelta(seconds=1)).isoformat()
    stale = await tell(reading, observed_at=older, name="Old", price={"amount": "5", "currency": "EUR"})
    assert stale.status_code == 202
    product, variant = await jacket(reading)
    assert (product.title, product.description, variant.price_minor) == ("Wool jacket 2", "Warm when wet.", 9900)

    same_moment = await tell(reading, name="Wool jacket 3", observed_at=(clock.now + MINUTE).isoformat())
    assert same_moment.status_code == 202, "a browser whose clock runs ahead does not shut out the rest"
    clock.pass_by(timedelta(seconds=1))
    await tell(reading, name="Wool jacket 4")
    assert (await jacket(reading))[0].title == "Wool jacket 4"


async def put_price(shop: Shopfront, amount: int) -> None:
    shirt = {
        "id": "shirt",
        "title": "New name",
        "variants": [{"sku": "M", "price": {"amount": amount, "currency": "EUR"}}],
    }
    body = {"source": SHOP, "products": [shirt]}
    answer = await shop.client.patch("/v1/catalog/items", json=body, headers=shop.server)
    assert answer.status_code == 200, answer.text


async def import_feed(shop: Shopfront, price: str) -> None:
    """The feed names the shirt, and lists M at this price."""
    listed = item("M", item_group_id="shirt", title="Feed's name", description="As the feed says.", price=price)
    found = [one for one in read(listed) if isinstance(one, FeedItem)]
    async with shop.database.connection() as connection:
        source, now = await sources.find_source(connection, SHOP), shop.clock.now
        progress = await feed_imports.begin(connection, source.id, retention=None, now=now)
        await feed_imports.take_items(connection, progress, found, observed_at=now, now=now)


@pytest.mark.spec("F-051")
async def test_whoever_the_source_puts_first_for_an_attribute_is_believed(
    reading: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    says = {"sku": "M", "product_id": None, "description": "As the page says.", "name": "Page's name"}
    clock.pass_by(MINUTE)
    await tell(reading, **says)
    product, variant = await jacket(reading, "shirt", "M")
    assert (product.title, variant.price_minor) == ("Linen shirt", 4990), "unless it is set, pages come last"
    assert product.description == "As the page says.", "and fill what nobody else told"

    clock.pass_by(MINUTE)
    await import_feed(reading, "60.00 EUR")
    product, variant = await jacket(reading, "shirt", "M")
    assert (product.title, product.description) == ("Feed's name", "As the feed says.")
    assert variant.price_minor == 6000, "the API and the feed go by time"

    order = {"priorities": {"price": ["api", "feed"], "description": ["pages"]}}
    assert (await staff.patch(f"/v1/sources/{SHOP}", json=order)).status_code == 200
    [shown] = [one for one in (await staff.get("/v1/sources")).json()["items"] if one["name"] == SHOP]
    assert shown["priorities"] == order["priorities"]
    await put_price(reading, 3000)
    await tell(reading, **says)
    clock.pass_by(MINUTE)
    await import_feed(reading, "70.00 EUR")
    product, variant = await jacket(reading, "shirt", "M")
    assert variant.price_minor == 3000, "the API's price beats the feed's, although that is newer"
    assert (product.title, product.description) == ("Feed's name", "As the page says.")


async def test_pages_are_read_only_where_the_source_says_so_and_only_its_own(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    config = (await shop.client.get("/v1/storefront/config", headers=shop.write)).json()
    assert config["pages"] is None
    assert (await tell(shop)).json()["code"] == "conflict"
    without_address = await staff.patch(f"/v1/sources/{SHOP}", json={"pages": {}})
    assert [error["field"] for error in without_address.json()["errors"]] == ["address"]

    rules = [{"type": "product", "path": "/p/*"}, {"type": "cart", "selector": ".basket"}]
    await staff.patch(f"/v1/sources/{SHOP}", json={"address": "https://shop.example", "pages": {"rules": rules}})
    config = (await shop.client.get(f"/v1/storefront/config?source={SHOP}", headers=shop.write)).json()
    assert config["pages"]["source"] == SHOP
    assert [rule["type"] for rule in config["pages"]["rules"]] == ["product", "cart"]
    empty = await staff.patch(f"/v1/sources/{SHOP}", json={"pages": {"rules": [{"type": "cart"}]}})
    assert empty.json()["errors"][0]["field"] == "pages.rules.0"

    for wrong, field in (
        ({"url": "https://evil.example/products/jacket"}, "url"),
        ({"name": None}, "name"),
        ({"price": {"amount": "12,90", "currency": "EUR"}}, "price.amount"),
    ):
        answer = await tell(shop, **wrong)
        assert [error["field"] for error in answer.json()["errors"]] == [field], answer.text
    assert (await tell(shop, source="Nobody")).json()["code"] == "unknown_source"
