"""Catalog updates: products, variants and aliases as a source describes them, written in bulk and as often as it likes.

Ids follow from the source and its own names, so that the same description twice is the same row. A description that was
observed before the one that is stored changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, select, update

from engine.store.ids import id_from
from engine.store.statements import Executor, core, in_chunks, insert_into
from engine.store.tables import Product, Variant, VariantAlias
from engine.store.tables.base import Table


@dataclass(frozen=True, slots=True)
class VariantEntry:
    """A variant as its source describes it. Prices are integer minor units of `currency` (ISO 4217)."""

    sku: str
    title: str
    price: int | None = None
    original_price: int | None = None
    currency: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    url: str | None = None
    image_url: str | None = None
    aliases: Sequence[str] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product as its source describes it; `id` is the source's own.

    An outline counts only where nothing is known of the product: a variation knows it by halves.
    """

    id: str
    title: str
    url: str
    description: str = ""
    image_url: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    variants: Sequence[VariantEntry] = ()
    is_outline: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """How much was written."""

    products: int
    variants: int


def product_id(source_id: str, external_id: str) -> str:
    """Our id of a source's product."""
    return id_from("prd", source_id, external_id)


def variant_id(source_id: str, sku: str) -> str:
    """Our id of a source's variant."""
    return id_from("var", source_id, sku)


async def store_products(
    executor: Executor, source_id: str, products: Sequence[ProductEntry], observed_at: datetime
) -> Stored:
    """Write these products with their variants and aliases; of equal ones the last counts."""
    full = [product for product in products if not product.is_outline]
    product_rows = _by_id(_product_row(source_id, product, observed_at) for product in full)
    outlines = _by_id(_product_row(source_id, product, observed_at) for product in products if product.is_outline)
    variants = [(product, variant) for product in products for variant in product.variants]
    variant_rows = _by_id(_variant_row(source_id, product, variant, observed_at) for product, variant in variants)
    aliases = {
        alias: {"source_id": source_id, "alias": alias, "variant_id": variant_id(source_id, variant.sku)}
        for _, variant in variants
        for alias in variant.aliases
    }
    await _upsert(executor, Product, ["source_id", "external_id"], product_rows)
    if outlines:
        await executor.execute(insert_into(Product, executor).on_conflict_do_nothing(), outlines)
    await _upsert(executor, Variant, ["source_id", "sku"], variant_rows)
    await _upsert(executor, VariantAlias, ["source_id", "alias"], list(aliases.values()))
    return Stored(len(product_rows) + len(outlines), len(variant_rows))


def _by_id(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({row["id"]: row for row in rows}.values())


def _product_row(source_id: str, product: ProductEntry, observed_at: datetime) -> dict[str, Any]:
    return {
        "id": product_id(source_id, product.id),
        "source_id": source_id,
        "external_id": product.id,
        "title": product.title,
        "description": product.description,
        "url": product.url,
        "image_url": product.image_url,
        "attributes": dict(product.attributes),
        "updated_at": observed_at,
    }


def _variant_row(source_id: str, product: ProductEntry, variant: VariantEntry, observed_at: datetime) -> dict[str, Any]:
    return {
        "id": variant_id(source_id, variant.sku),
        "product_id": product_id(source_id, product.id),
        "source_id": source_id,
        "sku": variant.sku,
        "title": variant.title,
        "price_minor": variant.price,
        "original_price_minor": variant.original_price,
        "currency": variant.currency,
        "options": dict(variant.options),
        "attributes": dict(variant.attributes),
        "url": variant.url,
        "image_url": variant.image_url,
        "updated_at": observed_at,
    }


async def _upsert(executor: Executor, model: type[Table], key: list[str], rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    table = core(model)
    insert = insert_into(model, executor)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in {*key, "id"}}
    is_newer = table.c.updated_at <= insert.excluded.updated_at if "updated_at" in rows[0] else None
    statement = insert.on_conflict_do_update(index_elements=key, set_=changed, where=is_newer)
    for chunk in in_chunks(sorted(rows, key=lambda row: [str(row[name]) for name in key])):
        await executor.execute(statement, list(chunk))


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some columns of one product (by its source's id) or variant (by its SKU)."""

    name: str
    values: Mapping[str, Any]


async def change_products(
    executor: Executor, source_id: str, changes: Sequence[Change], observed_at: datetime
) -> list[str]:
    """Change these columns of products, and leave the others; the names of those that do not exist."""
    return await _change(executor, core(Product).c.external_id, source_id, changes, observed_at)


async def change_variants(
    executor: Executor, source_id: str, changes: Sequence[Change], observed_at: datetime
) -> list[str]:
    """Change these columns of variants, and leave the others; the SKUs of those that do not exist."""
    return await _change(executor, core(Variant).c.sku, source_id, changes, observed_at)


async def _change(
    executor: Executor, name: Column[Any], source_id: str, changes: Sequence[Change], observed_at: datetime
) -> list[str]:
    table = name.table
    known: set[str] = set()
    for chunk in in_chunks([change.name for change in changes]):
        known.update(await executor.scalars(select(name).where(table.c.source_id == source_id, name.in_(chunk))))
    for change in changes:
        if change.name in known and change.values:
            await executor.execute(
                update(table)
                .where(table.c.source_id == source_id, name == change.name, table.c.updated_at <= observed_at)
                .values({**change.values, "updated_at": observed_at})
            )
    return [change.name for change in changes if change.name not in known]
