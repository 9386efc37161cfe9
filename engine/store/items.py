"""Variants as product filters see them: prices, currency, categories."""

from collections.abc import Iterable

from sqlalchemy import Connection, Executable, select

from engine.guardrails.products import Item
from engine.store.statements import Executor, core
from engine.store.tables import Product, Variant

_product, _variant = core(Product), core(Variant)


def read_items(connection: Connection, variants: Iterable[str]) -> dict[str, Item]:
    """The items with these variant ids."""
    return {row.id: Item(*row[1:]) for row in connection.execute(_items(variants))}


async def find_items(executor: Executor, variants: Iterable[str]) -> dict[str, Item]:
    """The same, for whoever is not in a thread."""
    return {row.id: Item(*row[1:]) for row in await executor.execute(_items(variants))}


def _items(variants: Iterable[str]) -> Executable:
    return (
        select(
            _variant.c.id,
            _variant.c.sku,
            _product.c.external_id,
            _variant.c.price_minor,
            _variant.c.original_price_minor,
            _variant.c.currency,
            _product.c.attributes,
        )
        .join_from(_variant, _product, _product.c.id == _variant.c.product_id)
        .where(_variant.c.id.in_(list(variants)))
    )
