"""WooCommerce's webhooks, by topic, in our words.

    product.created, product.updated   a product, or a variation of one, with its stock
    order.created, order.updated       an order that is paid or being handled; one that was refunded

A product whose stock WooCommerce does not count says only whether there is any: `instock` counts as one unit, so that
it can come back. Other topics say nothing that is needed here.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from api.ingest.shop_bodies import Count, ShopBody, ShopId, UtcTime, is_web_address, minor_units, picture, stock_item
from api.ingest.shop_report import ShopFacts, ShopReport, email_of, phone_of
from engine.stock.levels import Level
from engine.store.catalog_updates import ProductEntry, VariantEntry
from engine.store.identity import Identifiers
from engine.store.orders import Order, Refund
from engine.store.stock import Reading

UNCOUNTED = 1
"""Units that there are at least of a product that is in stock and not counted."""
LOCATION = "default"
LONGEST_DESCRIPTION = 20_000
_ORDERED = frozenset({"processing", "completed", "on-hold"})
Text = Annotated[str | None, Field(max_length=200_000)]


class _Named(ShopBody):
    name: Text = None
    option: Text = None


class _Product(ShopBody):
    id: ShopId
    name: Annotated[str, Field(min_length=1, max_length=500)]
    type: Text = None
    permalink: Annotated[str, Field(max_length=2_000)]
    description: Text = None
    short_description: Text = None
    sku: Text = None
    global_unique_id: Text = None
    price: Any = None
    regular_price: Any = None
    manage_stock: bool | Literal["parent"] = False
    stock_quantity: Count | None = None
    stock_status: Text = None
    parent_id: ShopId | None = None
    date_modified_gmt: UtcTime | None = None
    categories: tuple[_Named, ...] = ()
    attributes: tuple[_Named, ...] = ()
    images: tuple[dict[str, Any], ...] = ()
    image: dict[str, Any] | None = None

    @property
    def is_variation(self) -> bool:
        """Whether it is one choice of another product."""
        return self.type == "variation" or self.parent_id not in (None, "0")


class _Billing(ShopBody):
    email: Text = None
    phone: Text = None
    country: Text = None


class _Line(ShopBody):
    sku: Text = None
    product_id: ShopId | None = None
    variation_id: ShopId | None = None
    quantity: int = 1


class _Order(ShopBody):
    id: ShopId
    number: Text = None
    status: str
    currency: Text = None
    total: Any = None
    customer_id: ShopId | None = None
    date_created_gmt: UtcTime
    date_modified_gmt: UtcTime | None = None
    billing: _Billing = _Billing()
    line_items: tuple[_Line, ...] = ()


def read(topic: str, body: Mapping[str, Any], facts: ShopFacts) -> ShopReport | None:
    """What a webhook of this topic says; None for a topic that says nothing here.

    Raises:
        ValidationError: the body is not what this topic sends.
    """
    reader = _TOPICS.get(topic)
    return None if reader is None else reader(body, facts)


def _product(body: Mapping[str, Any], facts: ShopFacts) -> ShopReport:
    product = _Product.model_validate(body)
    if not is_web_address(product.permalink):
        product = product.model_copy(update={"permalink": facts.address or "https://shop.invalid"})
    sold = product.type not in {"variable", "grouped"}
    shown = picture(product.image, *product.images)
    categories = [one.name for one in product.categories if one.name]
    entry = ProductEntry(
        id=product.parent_id or product.id if product.is_variation else product.id,
        title=product.name,
        url=product.permalink,
        description=(product.description or product.short_description or "")[:LONGEST_DESCRIPTION],
        image_url=shown,
        attributes={"category": categories[0], "categories": categories} if categories else {},
        variants=[_variant(product, shown, facts.currency)] if sold else [],
        is_outline=product.is_variation,
    )
    return ShopReport(
        products=[entry], readings=_readings(product) if sold else [], observed_at=product.date_modified_gmt
    )


def _sku(product: _Product) -> str:
    return (product.sku or "").strip()[:255] or product.id


def _variant(product: _Product, shown: str | None, currency: str | None) -> VariantEntry:
    price = minor_units(product.price, currency)
    options = {one.name: one.option for one in product.attributes if one.name and one.option}
    barcode = (product.global_unique_id or "").strip()[:255]
    return VariantEntry(
        sku=_sku(product),
        title=" / ".join(options.values())[:500],
        price=price,
        original_price=minor_units(product.regular_price, currency),
        currency=currency if price is not None else None,
        options=options,
        url=product.permalink,
        image_url=shown,
        aliases=[product.id, *([barcode] if barcode else [])],
    )


def _readings(product: _Product) -> list[tuple[Reading, dict[str, Any]]]:
    if product.manage_stock == "parent":
        return []
    if product.manage_stock and product.stock_quantity is not None:
        units = product.stock_quantity
    elif product.stock_status is not None:
        units = UNCOUNTED if product.stock_status == "instock" else 0
    else:
        return []
    item = stock_item(_sku(product), units, LOCATION, product.date_modified_gmt)
    level = Level(on_hand=item["on_hand"], reserved=item["reserved"])
    return [(Reading(item["sku"], level, LOCATION, product.date_modified_gmt), item)]


def _order(body: Mapping[str, Any], facts: ShopFacts) -> ShopReport:  # noqa: ARG001 - one shape for all topics
    order = _Order.model_validate(body)
    if order.status == "refunded":
        made = Refund(order.id, order.id, order.date_modified_gmt or order.date_created_gmt, {"order_id": order.id})
        return ShopReport(refunds=[(made, {"shop": "woocommerce", "topic": "order.updated", "body": dict(body)})])
    who = Identifiers(
        external_id=order.customer_id if order.customer_id != "0" else None,
        email=email_of(order.billing.email),
        phone=phone_of(order.billing.phone, order.billing.country),
    )
    if order.status not in _ORDERED or who == Identifiers():
        return ShopReport()
    names = [line.sku or _item_of(line) for line in order.line_items]
    products = [
        {key: value for key, value in one.model_dump().items() if value not in (None, "", "0")}
        for one in order.line_items
    ]
    properties: dict[str, Any] = {
        "order_id": order.id,
        **({"order_number": order.number} if order.number else {}),
        "currency": order.currency,
        "total": order.total,
        "products": products,
    }
    known = [name for name in names if name]
    return ShopReport(orders=[Order(order.id, who, order.date_created_gmt, known, properties)])


def _item_of(line: _Line) -> str | None:
    return line.variation_id if line.variation_id not in (None, "0") else line.product_id


_TOPICS: Mapping[str, Callable[[Mapping[str, Any], ShopFacts], ShopReport]] = {
    "product.created": _product,
    "product.restored": _product,
    "product.updated": _product,
    "order.created": _order,
    "order.updated": _order,
}
