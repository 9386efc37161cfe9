"""Webhooks of Shopify and WooCommerce: signed, taken once, and understood."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.ingest import shopify, woocommerce
from api.ingest.shop_report import ShopFacts
from api.ingest.shop_webhooks import SHOPS, read_report
from engine.store.sources import SourceRow
from engine.store.statements import core
from engine.store.tables import Event, Identity, Product, StockLevel, StockMovement, Variant, WaitlistEntry
from tests import recorded
from tests.api.shopfront import Shopfront
from tests.api.world import both_databases
from tests.recorded import SHOPIFY_SECRET, WOOCOMMERCE_SECRET, body, from_shopify, from_woocommerce

PRODUCT = "products/update"
LEVEL = "inventory_levels/update"


@dataclass
class Senders:
    """A Shopify shop and a WooCommerce shop, each known as a source with the secret that it signs with."""

    shop: Shopfront
    deliveries: int = 0

    async def shopify(self, topic: str, raw: bytes, delivery: str | None = None, secret: str = SHOPIFY_SECRET) -> Any:
        self.deliveries += 1
        headers = from_shopify(raw, topic, delivery or f"d-{self.deliveries}", secret)
        return await self.shop.client.post("/v1/webhooks/shopify/Nordlys", content=raw, headers=dict(headers))

    async def woocommerce(self, topic: str, raw: bytes, delivery: str | None = None) -> Any:
        self.deliveries += 1
        headers = from_woocommerce(raw, topic, delivery or f"d-{self.deliveries}")
        return await self.shop.client.post("/v1/webhooks/woocommerce/Fjellbua", content=raw, headers=dict(headers))

    async def rows(self, model: Any) -> list[Any]:
        table = core(model)
        async with self.shop.database.snapshot() as session:
            return list((await session.execute(select(table).order_by(*table.primary_key))).all())

    async def available(self) -> dict[str, int]:
        """Units by location."""
        return {level.location: level.on_hand - level.reserved for level in await self.rows(StockLevel)}


@pytest.fixture
async def senders(shop: Shopfront, staff: httpx.AsyncClient) -> Senders:
    for name, kind, secret in (
        ("Nordlys", "shopify", SHOPIFY_SECRET),
        ("Fjellbua", "woocommerce", WOOCOMMERCE_SECRET),
    ):
        source = {"name": name, "kind": kind, "webhook_secret": secret, "currency": "EUR"}
        assert (await staff.post("/v1/sources", json=source)).status_code == 201
    return Senders(shop)


async def test_shopify_tells_a_product_with_its_prices_pictures_and_names(senders: Senders) -> None:
    answer = await senders.shopify(PRODUCT, body("shopify_products_update"))
    assert answer.status_code == 202, answer.text

    product = next(one for one in await senders.rows(Product) if one.external_id == "9788032119674292922")
    assert (product.title, product.attributes["category"], product.image_url) == (
        "Fjell jacket",
        "Jackets",
        "https://cdn.shopify.com/s/files/1/fjell.png",
    )
    medium, large = sorted(
        (one for one in await senders.rows(Variant) if one.product_id == product.id), key=lambda one: one.url
    )
    assert (medium.sku, medium.price_minor, medium.original_price_minor, medium.currency, medium.options) == (
        "FJELL-M",
        19900,
        24900,
        "EUR",
        {"Size": "M"},
    )
    assert medium.url == "https://nordlys.myshopify.com/products/fjell-jacket?variant=42000000000000001"
    assert large.sku == "42000000000000003", "a variant without a SKU goes by its id"


async def test_units_of_a_shopify_variant_are_summed_over_its_locations(senders: Senders) -> None:
    await senders.shopify(PRODUCT, body("shopify_products_update"))
    await senders.shopify(LEVEL, body("shopify_inventory_levels_update"))
    await senders.shopify(LEVEL, body("shopify_inventory_levels_update", location_id=7, available=-1))
    await senders.shopify(
        LEVEL, body("shopify_inventory_levels_update", available=9, updated_at="2027-01-01T10:00:00+01:00")
    )
    assert await senders.available() == {"24826418": 4, "7": -1}, "older than known changes nothing"
    assert [move.available_after for move in await senders.rows(StockMovement)][-1] == 3


async def test_a_level_before_its_product_waits_as_a_dead_letter_and_plays_again(
    senders: Senders, staff: httpx.AsyncClient
) -> None:
    await senders.shopify(LEVEL, body("shopify_inventory_levels_update"))
    [letter] = (await staff.get("/v1/dead-letters")).json()["items"]
    assert (letter["code"], letter["payload"]["item"]["sku"]) == (
        "unknown_variant",
        "inventory_item:271878346596884015",
    )

    await senders.shopify(PRODUCT, body("shopify_products_update"))
    answer = await staff.post("/v1/dead-letters/replay", json={"ids": [letter["id"]]})
    assert answer.json() == {"settled": 1, "remaining": 0}
    assert await senders.available() == {"24826418": 4}


async def test_an_order_ends_the_wait_of_whoever_left_her_address(senders: Senders) -> None:
    await senders.shopify(PRODUCT, body("shopify_products_update"))
    await senders.shop.wait_for("FJELL-M", email="ada@example.org")
    await senders.shopify("orders/create", body("shopify_orders_create"))
    await senders.shopify("orders/paid", body("shopify_orders_create"))

    [entry] = await senders.rows(WaitlistEntry)
    assert entry.state == "purchased"
    ordered = [event for event in await senders.rows(Event) if event.name == "Order Completed"]
    assert entry.profile_id in {event.profile_id for event in ordered}
    assert len({event.message_id for event in ordered}) == len(ordered) <= 2
    names = {(row.kind, row.value) for row in await senders.rows(Identity)}
    assert {("external_id", "115310627314723954"), ("email", "ada@example.org")} <= names

    await senders.shopify("refunds/create", body("shopify_refunds_create"))
    refunds = [event for event in await senders.rows(Event) if event.name == "Order Refunded"]
    assert [refund.profile_id in {event.profile_id for event in ordered} for refund in refunds] == [True]


async def test_a_refund_before_its_order_waits_as_a_dead_letter(senders: Senders, staff: httpx.AsyncClient) -> None:
    await senders.shopify("refunds/create", body("shopify_refunds_create"))
    [letter] = (await staff.get("/v1/dead-letters")).json()["items"]
    assert letter["code"] == "unknown_order"
    replay = {"ids": [letter["id"]]}
    assert (await staff.post("/v1/dead-letters/replay", json=replay)).json() == {"settled": 0, "remaining": 1}
    await senders.shopify("orders/create", body("shopify_orders_create"))
    assert (await staff.post("/v1/dead-letters/replay", json=replay)).json() == {"settled": 1, "remaining": 0}
    assert (await staff.get("/v1/dead-letters")).json()["items"] == []


async def test_woocommerce_tells_a_product_with_its_stock_and_an_order(senders: Senders) -> None:
    await senders.woocommerce("product.updated", body("woocommerce_product_updated", stock_quantity=0))
    await senders.shop.wait_for("FJELL", email="ada@example.org")
    later = {"date_modified_gmt": "2027-01-02T09:00:00"}
    await senders.woocommerce("product.updated", body("woocommerce_product_updated", **later))
    await senders.woocommerce("product.updated", body("woocommerce_product_updated", stock_quantity=0))

    variant = next(one for one in await senders.rows(Variant) if one.sku == "FJELL")
    assert (variant.price_minor, variant.original_price_minor, variant.currency) == (19900, 24900, "EUR")
    assert await senders.available() == {"default": 4}, "the older copy that came last changes nothing"
    await senders.woocommerce("order.created", body("woocommerce_order_created"))
    await senders.woocommerce("order.updated", body("woocommerce_order_created"))
    assert [entry.state for entry in await senders.rows(WaitlistEntry)] == ["purchased"]
    assert len([event for event in await senders.rows(Event) if event.name == "Order Completed"]) == 1


@pytest.mark.parametrize(
    ("changes", "available"),
    [
        ({"manage_stock": False, "stock_quantity": None}, 1),
        ({"manage_stock": False, "stock_quantity": None, "stock_status": "outofstock"}, 0),
        ({"manage_stock": False, "stock_quantity": None, "stock_status": "onbackorder"}, 0),
        ({"stock_quantity": -2}, -2),
    ],
)
async def test_woocommerce_stock_that_is_not_counted_is_there_or_not(
    senders: Senders, changes: dict[str, Any], available: int
) -> None:
    await senders.woocommerce("product.updated", body("woocommerce_product_updated", **changes))
    assert await senders.available() == {"default": available}


async def test_a_variation_is_a_variant_of_its_product_and_leaves_its_name_alone(senders: Senders) -> None:
    await senders.woocommerce("product.updated", body("woocommerce_product_updated", type="variable", id=700, sku=""))
    size = {"type": "variation", "parent_id": 700, "name": "Fjell jacket - L", "id": 701, "sku": "FJELL-L"}
    choice = {"attributes": [{"id": 1, "name": "Size", "option": "L"}]}
    await senders.woocommerce("product.updated", body("woocommerce_product_updated", **size, **choice))
    product = next(one for one in await senders.rows(Product) if one.external_id == "700")
    [variant] = [one for one in await senders.rows(Variant) if one.product_id == product.id]
    assert (product.title, variant.sku, variant.title) == ("Fjell jacket", "FJELL-L", "L")


async def test_a_delivery_that_comes_again_has_no_effect(senders: Senders) -> None:
    await senders.shopify(PRODUCT, body("shopify_products_update"))
    raw = body("shopify_inventory_levels_update")
    first = await senders.shopify(LEVEL, raw, "same")
    again = await senders.shopify(LEVEL, body("shopify_inventory_levels_update", available=0), "same")
    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)
    assert await senders.available() == {"24826418": 4}


async def test_a_body_that_was_signed_with_another_secret_is_refused(senders: Senders) -> None:
    answer = await senders.shopify(PRODUCT, body("shopify_products_update"), secret="another")
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_signature")
    answer = await senders.shop.client.post("/v1/webhooks/woocommerce/Fjellbua", content=b"{}")
    assert answer.status_code == 401


async def test_woocommerce_asks_once_without_a_signature_whether_somebody_is_there(senders: Senders) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    url = "/v1/webhooks/woocommerce/Fjellbua"
    assert (await senders.shop.client.post(url, content=b"webhook_id=142", headers=form)).is_success
    assert not (await senders.shop.client.post(url, content=b"webhook_id=142&x=1", headers=form)).is_success


@pytest.mark.parametrize(
    "changes", [{"available": None}, {"available": "many"}, {"available": 2**40}, {"inventory_item_id": None}]
)
async def test_a_level_that_cannot_be_used_is_kept_with_its_reason(
    senders: Senders, staff: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    await senders.shopify(PRODUCT, body("shopify_products_update"))
    answer = await senders.shopify(LEVEL, body("shopify_inventory_levels_update", **changes))
    assert (answer.status_code, answer.json()["dead_lettered"]) == (202, 1)
    [letter] = (await staff.get("/v1/dead-letters")).json()["items"]
    assert letter["reason"]
    assert await senders.available() == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
TOPICS = [
    ("shopify", "products/update", "shopify_products_update"),
    ("shopify", "inventory_levels/update", "shopify_inventory_levels_update"),
    ("shopify", "orders/create", "shopify_orders_create"),
    ("shopify", "refunds/create", "shopify_refunds_create"),
    ("woocommerce", "product.updated", "woocommerce_product_updated"),
    ("woocommerce", "order.created", "woocommerce_order_created"),
]
UNKNOWN_SHOP = SourceRow("src_1", "Nordlys", "shopify", None, None, None, {"currency": "EUR"})


@pytest.mark.parametrize(("system", "topic", "name"), TOPICS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_body_breaks_the_reader(system: str, topic: str, name: str, data: st.DataObject) -> None:
    fields: dict[str, Any] = json.loads(recorded.body(name))
    for field in data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=3)):
        fields[field] = data.draw(JSON)
    report = read_report(SHOPS[system], topic, fields, "nordlys.myshopify.com", UNKNOWN_SHOP)
    assert all(one.reason for one in report.unusable)


NUMBERS = (-1, 2**31, 2**63, 10**30, 0.5, 1e308)
ODD = (None, True, *NUMBERS, "", "\x00", "\ud800", "x" * 100_000, "199,00", [], {}, [[]], [None], {"a": {}})
"""Values that no shop sends: wrong types, numbers and texts that no column holds."""


def spoilt(value: Any, chance: Random) -> Any:
    """The same body with some fields of it, at any depth, replaced by something odd."""
    if chance.random() < 0.12:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {name: spoilt(inner, chance) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [spoilt(inner, chance) for inner in cast("list[Any]", value)]
    return value


@both_databases
@pytest.mark.spec("R-004")
async def test_fuzzed_webhooks_are_answered_and_never_stop_the_import(senders: Senders) -> None:
    chance = Random(4)
    for system, topic, name in TOPICS:
        whole = recorded.body(name)
        bodies = [json.dumps(spoilt(json.loads(whole), chance)).encode() for _ in range(8)]
        bodies += [whole[: chance.randrange(len(whole))], chance.randbytes(200), b"[]", b"{" * 10_000]
        for raw in bodies:
            answer = await getattr(senders, system)(topic, raw)
            assert answer.status_code < 500, (topic, raw[:2_000])
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"]

    product = json.loads(body("shopify_products_update"))
    sku = product["variants"][0]["sku"]
    assert (await senders.shopify(PRODUCT, json.dumps({**product, "title": "Sound"}).encode())).is_success
    assert (await senders.shopify(LEVEL, body("shopify_inventory_levels_update"))).is_success
    assert "Sound" in {row.title for row in await senders.rows(Product)}, "what is sound is imported afterwards"
    assert sku in {row.sku for row in await senders.rows(Variant)}


def test_topics_that_say_nothing_here_are_let_pass() -> None:
    assert shopify.read("themes/publish", {}, ShopFacts()) is None
    assert woocommerce.read("coupon.created", {}, ShopFacts()) is None


def test_a_shop_without_a_currency_tells_no_prices() -> None:
    fields: dict[str, Any] = json.loads(body("shopify_products_update"))
    report = shopify.read(PRODUCT, fields, ShopFacts())
    assert report is not None
    assert {variant.price for variant in report.products[0].variants} == {None}
