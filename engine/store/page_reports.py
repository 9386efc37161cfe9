"""What product pages say: attributes of the variant that a page shows, told by the widget on it.

Pages are one way into a source's catalog among others, and unless the source says so the last that is believed
(`engine.stock.description`). Of a variant that is known they change only what counts; one that nobody knows is made.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.store.catalog import find_variants
from engine.store.catalog_updates import (
    Change,
    ProductEntry,
    VariantEntry,
    change_products,
    change_variants,
    store_products,
)
from engine.store.statements import Executor, core
from engine.store.tables import Product

_product = core(Product)


@dataclass(frozen=True, slots=True)
class SeenProduct:
    """A variant as a page shows it. The price is in minor units; what the page does not say is None."""

    sku: str
    url: str
    product_id: str | None = None
    name: str | None = None
    description: str | None = None
    image_url: str | None = None
    price: int | None = None
    currency: str | None = None


async def take_page(
    executor: Executor, source_id: str, seen: SeenProduct, observed_at: datetime, now: datetime
) -> bool | None:
    """Take in what a page says; whether the variant is new. None when it is, and the page has no name for it."""
    known = (await find_variants(executor, [seen.sku], source_id)).get(seen.sku)
    if known is None:
        if seen.name is None:
            return None
        await store_products(executor, source_id, [_entry(seen, seen.name)], observed_at, by="pages", now=now)
        return True
    told = {"title": seen.name, "description": seen.description, "url": seen.url, "image_url": seen.image_url}
    about = {name: value for name, value in told.items() if value is not None}
    product = await executor.scalar(select(_product.c.external_id).where(_product.c.id == known.product_id))
    await change_products(executor, source_id, [Change(str(product), about)], observed_at, by="pages")
    if seen.price is not None:
        price: dict[str, Any] = {"price_minor": seen.price, "currency": seen.currency}
        await change_variants(executor, source_id, [Change(known.sku, price)], observed_at, by="pages", now=now)
    return False


def _entry(seen: SeenProduct, name: str) -> ProductEntry:
    variant = VariantEntry(seen.sku, "", price=seen.price, currency=seen.currency, url=seen.url)
    return ProductEntry(
        id=seen.product_id or seen.sku,
        title=name,
        url=seen.url,
        description=seen.description or "",
        image_url=seen.image_url,
        variants=[variant],
    )
