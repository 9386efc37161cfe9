"""Shopify's webhooks, by topic, in our words.

    products/create, products/update   the product, and by which inventory items its variants are counted
    inventory_levels/update, connect   units of an inventory item at a location; a variant's are summed
    orders/create, orders/paid         an order
    refunds/create                     a refund

Stock is told by inventory item, and only the product says which variant that is: a level that comes before its product
waits as a dead letter. Other topics say nothing that is needed here.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from api.fields import Instant
from api.ingest.shop_bodies import Count, ShopBody, ShopId, minor_units, picture, stock_item
from api.ingest.shop_report import ShopFacts, ShopReport, email_of, phone_of
from engine.stock.levels import Level
from engine.store.catalog_updates import ProductEntry, VariantEntry
from engine.store.deadletters import Unusable
from engine.store.identity import Identifiers
from engine.store.orders import Order, Refund
from engine.store.stock import Reading

Text = Annotated[str | None, Field(max_length=100_000)]
LONGEST_DESCRIPTION = 20_000


class _Variant(ShopBody):
    id: ShopId
    title: Text = None
    sku: Text = None
    barcode: Text = None
    price: Any = None
    compare_at_price: Any = None
    option1: Text = None
    option2: Text = None
    option3: Text = None
    inventory_item_id: ShopId | None = None
    image_id: ShopId | None = None


class _Option(ShopBody):
    name: str


class _Product(ShopBody):
    id: ShopId
    title: Annotated[str, Field(min_length=1, max_length=500)]
    handle: Annotated[str, Field(min_length=1, max_length=500)]
    body_html: Text = None
    product_type: Text = None
    vendor: Text = None
    tags: Any = None
    status: Text = None
    updated_at: Instant | None = None
    variants: tuple[_Variant, ...] = ()
    options: tuple[_Option, ...] = ()
    image: Any = None
    images: tuple[dict[str, Any], ...] = ()


class _InventoryLevel(ShopBody):
    inventory_item_id: ShopId
    location_id: ShopId
    available: Count | None
    updated_at: Instant | None = None


class _Customer(ShopBody):
    id: ShopId | None = None
    email: Text = None
    phone: Text = None


class _Line(ShopBody):
    sku: Text = None
    variant_id: ShopId | None = None
    product_id: ShopId | None = None
    quantity: int = 1


class _Order(ShopBody):
    id: ShopId
    name: Text = None
    email: Text = None
    phone: Text = None
    created_at: Instant
    currency: Text = None
    total_price: Any = None
    customer: _Customer | None = None
    line_items: tuple[_Line, ...] = ()
    shipping_address: dict[str, Any] | None = None


class _Refund(ShopBody):
    id: ShopId
    order_id: ShopId
    created_at: Instant


def read(topic: str, body: Mapping[str, Any], facts: ShopFacts) -> ShopReport | None:
    """What a webhook of this topic says; None for a topic that says nothing here.

    Raises:
        ValidationError: the body is not what this topic sends.
    """
    reader = _TOPICS.get(topic)
    return None if reader is None else reader(body, facts)


def inventory_item(item_id: str) -> str:
    """The name by which stock reports call a variant."""
    return f"inventory_item:{item_id}"


def _product(body: Mapping[str, Any], facts: ShopFacts) -> ShopReport:
    product = _Product.model_validate(body)
    page = f"{facts.address or 'https://shop.invalid'}/products/{quote(product.handle)}"
    pictures = {str(image.get("id")): image for image in product.images}
    names = [option.name for option in product.options]
    entry = ProductEntry(
        id=product.id,
        title=product.title,
        url=page,
        description=(product.body_html or "")[:LONGEST_DESCRIPTION],
        image_url=picture(product.image, *product.images),
        attributes={
            name: value
            for name, value in {
                "category": product.product_type,
                "brand": product.vendor,
                "tags": product.tags,
                "status": product.status,
            }.items()
            if value
        },
        variants=[_variant(one, page, names, pictures, facts.currency) for one in product.variants],
    )
    return ShopReport(products=[entry], observed_at=product.updated_at)


def _variant(
    one: _Variant, page: str, names: list[str], pictures: Mapping[str, Any], currency: str | None
) -> VariantEntry:
    chosen = zip(names, (one.option1, one.option2, one.option3), strict=False)
    price = minor_units(one.price, currency)
    return VariantEntry(
        sku=(one.sku or "").strip()[:255] or one.id,
        title=(one.title or "")[:500],
        price=price,
        original_price=minor_units(one.compare_at_price, currency),
        currency=currency if price is not None else None,
        options={name: option for name, option in chosen if option},
        url=f"{page}?variant={one.id}",
        image_url=picture(pictures.get(one.image_id or "")),
        aliases=[
            one.id,
            *([inventory_item(one.inventory_item_id)] if one.inventory_item_id else []),
            *([one.barcode.strip()[:255]] if one.barcode and one.barcode.strip() else []),
        ],
    )


def _inventory(body: Mapping[str, Any], facts: ShopFacts) -> ShopReport:  # noqa: ARG001 - one shape for all topics
    level = _InventoryLevel.model_validate(body)
    name = inventory_item(level.inventory_item_id)
    if level.available is None:
        reason = (
            f"Shopify does not count {name} at location {level.location_id}. Turn on 'Track quantity' for it in "
            "Shopify, or dismiss this."
        )
        return ShopReport(unusable=[Unusable("uncounted_item", reason, {"item": dict(body)})])
    item = stock_item(name, level.available, level.location_id, level.updated_at)
    amount = Level(on_hand=item["on_hand"], reserved=item["reserved"])
    return ShopReport(readings=[(Reading(name, amount, level.location_id, level.updated_at), item)])


def _order(body: Mapping[str, Any], facts: ShopFacts) -> ShopReport:  # noqa: ARG001 - one shape for all topics
    order = _Order.model_validate(body)
    customer = order.customer or _Customer()
    country = (order.shipping_address or {}).get("country_code")
    who = Identifiers(
        external_id=customer.id,
        email=email_of(order.email or customer.email),
        phone=phone_of(order.phone or customer.phone, country),
    )
    if who == Identifiers():
        return ShopReport()
    products = [
        {key: value for key, value in one.model_dump().items() if value not in (None, "")} for one in order.line_items
    ]
    properties: dict[str, Any] = {
        "order_id": order.id,
        **({"order_number": order.name} if order.name else {}),
        "currency": order.currency,
        "total": order.total_price,
        "products": products,
    }
    names = [name for line in order.line_items if (name := line.sku or line.variant_id)]
    return ShopReport(orders=[Order(order.id, who, order.created_at, names, properties)])


def _refund(body: Mapping[str, Any], facts: ShopFacts) -> ShopReport:  # noqa: ARG001 - one shape for all topics
    refund = _Refund.model_validate(body)
    made = Refund(refund.id, refund.order_id, refund.created_at, {"order_id": refund.order_id})
    return ShopReport(refunds=[(made, {"shop": "shopify", "topic": "refunds/create", "body": dict(body)})])


_TOPICS: Mapping[str, Callable[[Mapping[str, Any], ShopFacts], ShopReport]] = {
    "products/create": _product,
    "products/update": _product,
    "inventory_levels/connect": _inventory,
    "inventory_levels/update": _inventory,
    "orders/create": _order,
    "orders/paid": _order,
    "refunds/create": _refund,
}
