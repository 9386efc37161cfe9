"""The demo shop: its pages, its pictures, and the signed webhook that leaves it when its keeper changes a level."""

import base64
import json
import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
import pytest
from httpx import ASGITransport, AsyncClient
from standardwebhooks import Webhook

from api.routes.catalog import CatalogItems
from api.shop import create_shop
from api.shop.catalog import PRODUCTS, demo_catalog, initial_stock
from api.storefront.offer import StorefrontConfig
from tests.fakes.serving import serving
from tests.fakes.storefront_api import WRITE_KEY, StorefrontDouble

SECRET = "whsec_" + base64.b64encode(b"a demo shop's own secret").decode()


@dataclass
class Opened:
    """The shop, and the Waitline that it talks to."""

    client: AsyncClient
    waitline: StorefrontDouble

    async def set_level(self, sku: str, on_hand: object) -> httpx.Response:
        return await self.client.put(f"/shop/stock/{sku}", json={"on_hand": on_hand})


@pytest.fixture
async def shop() -> AsyncGenerator[Opened]:
    waitline = StorefrontDouble(StorefrontConfig(vapid_public_key="key", retention_days=90))
    waitline.available = {sku: on_hand > 0 for sku, on_hand in initial_stock().items()}
    async with serving(waitline.app()) as address:
        app = create_shop(base_url=address, write_key=WRITE_KEY, webhook_secret=SECRET)
        async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.test") as client:
            yield Opened(client, waitline)


async def test_the_front_page_shows_every_product(shop: Opened) -> None:
    page = await shop.client.get("/shop")
    assert page.status_code == 200
    for product in PRODUCTS:
        assert f"/shop/products/{product.handle}" in page.text
        assert product.title in page.text


@pytest.mark.spec("F-114")
async def test_a_deep_link_lands_with_its_variant_selected_and_the_widget_on_it(shop: Opened) -> None:
    for product in PRODUCTS:
        for variant in product.variants:
            page = (await shop.client.get(f"/shop/products/{product.handle}?variant={variant.sku}")).text
            assert page.count('aria-current="true"') == 1
            assert f'<b id="chosen">{variant.title}</b>' in page
            assert f'data-key="{WRITE_KEY}" data-sku="{variant.sku}"' in page


@pytest.mark.parametrize("query", ["", "?variant=NO-SUCH", "?variant="])
async def test_without_a_known_variant_the_first_that_can_be_bought_is_selected(shop: Opened, query: str) -> None:
    page = (await shop.client.get(f"/shop/products/lyng{query}")).text
    assert 'data-sku="LYNG-38" data-target' in page


async def test_an_unknown_product_is_a_page_of_its_own(shop: Opened) -> None:
    page = await shop.client.get("/shop/products/no-such")
    assert (page.status_code, "not on our shelves" in page.text) == (404, True)


async def test_a_changed_level_leaves_as_a_signed_webhook(shop: Opened) -> None:
    answer = await shop.set_level("FJELL-M", 5)
    assert (answer.status_code, answer.json()) == (200, {"sku": "FJELL-M", "on_hand": 5, "delivery_id": "d1"})

    [(headers, body)] = shop.waitline.webhooks
    report = Webhook(SECRET).verify(body.decode(), headers)
    assert report == json.loads(body)
    assert (report["sku"], report["on_hand"]) == ("FJELL-M", 5)


@pytest.mark.parametrize("wrong", [-1, 10_001, 1.5, "5", None, True])
async def test_a_level_that_is_no_whole_number_in_range_is_refused_and_nothing_is_sent(
    shop: Opened, wrong: object
) -> None:
    answer = await shop.set_level("FJELL-M", wrong)
    assert answer.status_code == 422
    assert "whole number" in answer.json()["problem"]
    assert shop.waitline.webhooks == []


async def test_an_unknown_sku_and_a_form_of_another_site_change_nothing(shop: Opened) -> None:
    assert (await shop.set_level("NO-SUCH", 5)).status_code == 404
    form = await shop.client.put(
        "/shop/stock/FJELL-M", content='{"on_hand": 5}', headers={"content-type": "text/plain"}
    )
    assert form.status_code == 404
    assert shop.waitline.webhooks == []


async def test_while_waitline_is_away_a_change_fails_by_name_and_the_pages_still_open() -> None:
    app = create_shop(base_url="http://127.0.0.1:9", write_key=WRITE_KEY, webhook_secret=SECRET)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop.test") as client:
        answer = await client.put("/shop/stock/FJELL-M", json={"on_hand": 5})
        assert answer.status_code == 502
        assert "could not be reached" in answer.json()["problem"]
        page = await client.get("/shop/products/fjell?variant=FJELL-M")
        assert '"on_hand": 0, "sku": "FJELL-M"' in page.text


async def test_the_pages_follow_what_waitline_was_told_by_somebody_else(shop: Opened) -> None:
    shop.waitline.available |= {"FJELL-M": True, "FJELL-S": False}
    page = (await shop.client.get("/shop/products/fjell")).text
    assert '"on_hand": 1, "sku": "FJELL-M"' in page
    assert '"on_hand": 0, "sku": "FJELL-S"' in page


async def test_every_variant_has_a_picture_that_is_drawn_in_its_colour(shop: Opened) -> None:
    for product in PRODUCTS:
        for variant in product.variants:
            picture = await shop.client.get(f"/shop/pictures/{variant.sku}.svg")
            assert picture.headers["content-type"] == "image/svg+xml"
            assert ET.fromstring(picture.text).tag == "{http://www.w3.org/2000/svg}svg"
            assert variant.dye.base in picture.text
            assert picture.headers["cross-origin-resource-policy"] == "cross-origin", "letters show it, in frames"
    assert (await shop.client.get("/shop/pictures/NO-SUCH.svg")).status_code == 404


async def test_the_service_worker_file_is_one_line(shop: Opened) -> None:
    worker = await shop.client.get("/shop/waitline-sw.js")
    assert worker.text == 'importScripts("/storefront/service-worker.js");\n'
    assert worker.headers["content-type"].startswith("text/javascript")


async def test_pages_hold_no_inline_script_or_style_so_that_a_strict_policy_fits(shop: Opened) -> None:
    for address in ("/shop", "/shop/products/fjell", "/shop/products/no-such"):
        page = (await shop.client.get(address)).text
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count("<script src=")


def test_the_catalog_is_one_that_the_catalog_route_takes() -> None:
    products = demo_catalog("http://127.0.0.1:8400")
    assert len(products) == 8
    items = CatalogItems.model_validate(
        {
            "source": "demo-shop",
            "products": [
                {
                    "id": product.id,
                    "title": product.title,
                    "description": product.description,
                    "url": product.url,
                    "image_url": product.image_url,
                    "variants": [
                        {
                            "sku": variant.sku,
                            "title": variant.title,
                            "price": {"amount": variant.price, "currency": variant.currency},
                            "options": dict(variant.options),
                            "url": variant.url,
                            "image_url": variant.image_url,
                        }
                        for variant in product.variants
                    ],
                }
                for product in products
            ],
        }
    )
    assert [item.entry().id for item in items.products] == [product.handle for product in PRODUCTS]
    skus = [variant.sku for product in products for variant in product.variants]
    assert sorted(skus) == sorted(initial_stock())
    assert len(set(skus)) == len(skus)
    assert all(2 <= len(product.variants) <= 5 for product in products)
    assert 0 in initial_stock().values()
