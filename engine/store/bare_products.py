"""Products that lack some of what a product block shows: name, description, image and link."""

from sqlalchemy import case, or_, select

from engine.journey.catalogue import BareProduct
from engine.store.statements import Executor, core
from engine.store.tables import Product, Source, Variant

MOST = 500
"""Variants that are looked at; where more are bare, those that are shown are enough to go by."""
_product, _variant, _source = core(Product), core(Variant), core(Source)
_FIELDS = {
    "name": _product.c.title == "",
    "description": _product.c.description == "",
    "image": case((_variant.c.image_url.is_not(None), False), else_=_product.c.image_url.is_(None)),
    "link": _product.c.url == "",
}


async def bare_products(executor: Executor) -> tuple[BareProduct, ...]:
    """Variants whose product is bare, with what is missing."""
    statement = (
        select(
            _product.c.title,
            _product.c.external_id,
            _product.c.attributes,
            _variant.c.sku,
            _variant.c.price_minor,
            _variant.c.original_price_minor,
            _variant.c.currency,
            _source.c.name.label("source"),
            *(lacks.label(f"no_{field}") for field, lacks in _FIELDS.items()),
        )
        .join_from(_variant, _product, _product.c.id == _variant.c.product_id)
        .join(_source, _source.c.id == _variant.c.source_id)
        .where(or_(*_FIELDS.values()))
        .order_by(_product.c.id, _variant.c.sku)
        .limit(MOST)
    )
    return tuple(
        BareProduct(
            name=row["title"] or row["sku"],
            source=row["source"],
            missing=tuple(field for field in _FIELDS if row[f"no_{field}"]),
            sku=row["sku"],
            product_id=row["external_id"],
            price=row["price_minor"],
            original_price=row["original_price_minor"],
            currency=row["currency"],
            attributes=row["attributes"],
        )
        for row in (await executor.execute(statement)).mappings()
    )
