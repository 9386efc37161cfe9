"""The catalog through the API, and what the widget reads of it."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from activities.channels.vapid import VapidKey
from api.storefront.texts import CONSENT_TEXT_VERSION
from engine.settings import Settings
from engine.store import sources
from engine.store.statements import core
from engine.store.tables import Product, Variant
from tests.api.conftest import HandClock
from tests.api.shopfront import SHOP, Shopfront, product
from tests.api.test_journey_lifecycle import complete, made, publish, save

HAT = {"sku": "HAT", "title": "One size"}
VAPID = VapidKey.generate()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings.model_validate({**settings.model_dump(), "vapid_private_key": VAPID.private_text})


async def rows(shop: Shopfront, model: Any) -> list[Any]:
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(core(model)).order_by(core(model).c.id))).all())


@pytest.mark.spec("F-050")
async def test_describing_products_is_idempotent(shop: Shopfront) -> None:
    before = await rows(shop, Product), await rows(shop, Variant)
    answer = await shop.put_catalog(product())

    assert (answer.status_code, answer.json()) == (200, {"source": SHOP, "products": 1, "variants": 3})
    assert (await rows(shop, Product), await rows(shop, Variant)) == before


async def test_name_description_image_and_link_are_kept(shop: Shopfront) -> None:
    await shop.put_catalog(product(description="Light and cool.", title="Linen shirt, new"))
    [shirt] = await rows(shop, Product)
    assert (shirt.title, shirt.description) == ("Linen shirt, new", "Light and cool.")
    assert (shirt.url, shirt.image_url) == ("https://shop.example/shirt", "https://shop.example/shirt.jpg")


@pytest.mark.spec("F-052")
async def test_a_journey_with_a_product_block_needs_name_description_image_and_link_of_its_products(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    fields = set(core(Product).c.keys())
    assert {"title", "description", "image_url", "url"} <= fields, "columns, not attributes among others"
    mail = {"channel": "email", "subject": "Back", "blocks": [{"type": "product_card"}]}
    plain = {"channel": "email", "subject": "Back", "blocks": [{"type": "text", "text": "It is back."}]}
    with_block, without = complete("With a block"), complete("Without one")
    with_block["messages"] = {**with_block["messages"], "restock_email": mail}
    without["messages"] = {**without["messages"], "restock_email": plain}
    without_one, journey = await made(staff, without), await made(staff, with_block)

    async def problem() -> str | None:
        answer = await publish(staff, journey)
        if answer.status_code == 200:
            return None
        assert answer.json()["code"] == "journey_not_ready"
        [found] = [error for error in answer.json()["errors"] if error["code"] == "product_incomplete"]
        assert found["field"] == "mail.messages.restock_email"
        return str(found["detail"])

    assert (await publish(staff, without_one)).status_code == 200
    assert "Linen shirt (description)." in (await problem() or "")
    ready = (await staff.get(f"{journey}/readiness")).json()
    assert [item["code"] for item in ready["items"] if not item["ok"]] == ["messages"]

    await shop.put_catalog(
        product(description="Light and cool.", image_url=None), product(id="hat", title="Hat", variants=[HAT])
    )
    assert "Linen shirt (image), Hat (description)." in (await problem() or "")
    sale = {"guardrails": {"products": {"kind": "products", "any_of": ["shirt"]}}}
    await save(staff, journey, {**with_block, "settings": {**with_block.get("settings", {}), **sale}})
    assert "Linen shirt (image)." in (await problem() or ""), "the hat is left out by the product filter"
    await shop.put_catalog(product(description="Light and cool."))
    assert await problem() is None


async def test_a_thousand_products_fit_into_one_call(shop: Shopfront) -> None:
    many = [product(id=f"p{number}", variants=[{"sku": f"P{number}", "title": "One size"}]) for number in range(1_000)]
    answer = await shop.put_catalog(*many)
    assert answer.json() == {"source": SHOP, "products": 1_000, "variants": 1_000}


async def test_a_new_source_is_made_with_a_secret_and_seen(shop: Shopfront, clock: HandClock) -> None:
    await shop.put_catalog(product(), source="Outlet")
    async with shop.database.snapshot() as session:
        outlet = await sources.find_source(session, "Outlet")
    assert outlet.secret is not None
    assert outlet.last_seen_at == clock.now


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (product(url="/shirt"), "products.0.url"),
        (product(url="javascript:alert(1)"), "products.0.url"),
        (product(title=""), "products.0.title"),
        (product(variants=[{"title": "no sku"}]), "products.0.variants.0.sku"),
        (
            product(variants=[{"sku": "M", "price": {"amount": 49.9, "currency": "EUR"}}]),
            "products.0.variants.0.price.amount",
        ),
        (
            product(variants=[{"sku": "M", "price": {"amount": 4990, "currency": "euro"}}]),
            "products.0.variants.0.price.currency",
        ),
        (
            product(
                variants=[
                    {
                        "sku": "M",
                        "price": {"amount": 4990, "currency": "EUR"},
                        "original_price": {"amount": 5990, "currency": "USD"},
                    }
                ]
            ),
            "products.0.variants.0",
        ),
    ],
)
async def test_a_product_that_cannot_be_used_names_its_field(shop: Shopfront, item: dict[str, Any], field: str) -> None:
    answer = await shop.put_catalog(item)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_the_widget_reads_whether_a_variant_can_be_bought(shop: Shopfront) -> None:
    async def ask(sku: str) -> Any:
        return (await shop.client.get(f"/v1/storefront/variants/{sku}", headers=shop.write)).json()

    assert await ask("L") == {
        "sku": "L",
        "title": "Large",
        "product_title": "Linen shirt",
        "available": False,
        "url": "https://shop.example/shirt?v=L",
        "image_url": "https://shop.example/shirt.jpg",
    }
    await shop.put_stock("L", 2, reserved=2)
    assert (await ask("L"))["available"] is False
    await shop.put_stock("L", 2, reserved=1)
    assert (await ask("L"))["available"] is True
    assert (await ask("M"))["url"] == "https://shop.example/shirt"
    assert (await ask("XXL"))["code"] == "unknown_variant"


async def test_the_widget_reads_its_configuration(shop: Shopfront) -> None:
    config = (await shop.client.get("/v1/storefront/config", headers=shop.write)).json()
    assert config["vapid_public_key"] == VAPID.public_text
    assert config["channels"] == ["web_push", "email", "sms"]
    assert (config["retention_days"], config["consent_text_version"]) == (90, CONSENT_TEXT_VERSION)
    assert (await shop.client.get("/v1/storefront/config")).status_code == 401
