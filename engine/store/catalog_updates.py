"""Catalog updates: products, variants and aliases as a source describes them, written in bulk and as often as it likes.

Ids follow from the source and its own names, so that the same description twice is the same row. Which part of a
description counts is decided attribute by attribute (`engine.store.catalog_merging`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.stock.description import CatalogWay, Priorities, Told
from engine.store.bulk import Bulk
from engine.store.catalog_merging import (
    PRODUCTS,
    VARIANTS,
    Kind,
    Row,
    known_rows,
    merged,
    priorities_of,
    rewrite,
    tell_price_drops,
    whole,
    write,
)
from engine.store.ids import id_from
from engine.store.statements import Executor, in_chunks, insert_into
from engine.store.tables import Product, VariantAlias

NOTHING: Mapping[str, Any] = MappingProxyType({})
_ALIASES = Bulk(VariantAlias, "source_id", "alias", "variant_id", key=("source_id", "alias"))


class VariantEntry(NamedTuple):
    """A variant as its source describes it. Prices are integer minor units of `currency` (ISO 4217)."""

    sku: str
    title: str
    price: int | None = None
    original_price: int | None = None
    currency: str | None = None
    options: Mapping[str, Any] = NOTHING
    url: str | None = None
    image_url: str | None = None
    aliases: Sequence[str] = ()
    attributes: Mapping[str, Any] = NOTHING


class ProductEntry(NamedTuple):
    """A product as its source describes it; `id` is the source's own.

    An outline counts only where nothing is known of the product: a variation knows it by halves.
    """

    id: str
    title: str
    url: str
    description: str = ""
    image_url: str | None = None
    attributes: Mapping[str, Any] = NOTHING
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
    executor: Executor,
    source_id: str,
    products: Sequence[ProductEntry],
    observed_at: datetime,
    *,
    by: CatalogWay = "api",
    now: datetime | None = None,
) -> Stored:
    """Write these products with their variants and aliases; of equal ones the last counts.

    `now` is left out where they were observed just now.
    """
    told, priorities = Told(by, observed_at), await priorities_of(executor, source_id)
    product_rows: dict[str, dict[str, Any]] = {}
    outlines: dict[str, dict[str, Any]] = {}
    variant_rows: dict[str, dict[str, Any]] = {}
    aliases: dict[str, dict[str, Any]] = {}
    for product in products:
        row = _product_row(source_id, product)
        (outlines if product.is_outline else product_rows)[row["id"]] = row
        for variant in product.variants:
            named = variant_id(source_id, variant.sku)
            variant_rows[named] = _variant_row(source_id, row["id"], named, variant)
            for alias in variant.aliases:
                aliases[alias] = {"source_id": source_id, "alias": alias, "variant_id": named}
    await _upsert(executor, PRODUCTS, source_id, list(product_rows.values()), told=told, priorities=priorities)
    if outlines:
        rows = [dict(whole(row, told)) for row in outlines.values()]
        await executor.execute(insert_into(Product, executor).on_conflict_do_nothing(), rows)
    variants = list(variant_rows.values())
    known, written = await _upsert(executor, VARIANTS, source_id, variants, told=told, priorities=priorities)
    await tell_price_drops(executor, known, written, now or observed_at)
    await _name(executor, list(aliases.values()))
    return Stored(len(product_rows) + len(outlines), len(variant_rows))


async def _upsert(
    executor: Executor,
    kind: Kind,
    source_id: str,
    rows: Sequence[dict[str, Any]],
    *,
    told: Told,
    priorities: Priorities,
) -> tuple[dict[str, Row], list[Row]]:
    """Write these rows; those that were known before, by name, and all as they are now."""
    if not rows:
        return {}, []
    known = await known_rows(executor, kind, source_id, (row[kind.name] for row in rows))
    written: list[Row] = []
    for row in rows:
        before = known.get(row[kind.name])
        written.append(whole(row, told) if before is None else merged(before, row, told, priorities))
    await write(executor, kind, [row for row in written if row != known.get(row[kind.name])])
    return known, written


async def _name(executor: Executor, aliases: Sequence[dict[str, Any]]) -> None:
    """Give variants these other names."""
    for chunk in in_chunks(sorted(aliases, key=itemgetter("alias"))):
        await _ALIASES.renew(executor, chunk)


def _product_row(source_id: str, product: ProductEntry) -> dict[str, Any]:
    return {
        "id": product_id(source_id, product.id),
        "source_id": source_id,
        "external_id": product.id,
        "title": product.title,
        "description": product.description,
        "url": product.url,
        "image_url": product.image_url,
        "attributes": dict(product.attributes),
    }


def _variant_row(source_id: str, product: str, variant_id: str, variant: VariantEntry) -> dict[str, Any]:
    return {
        "id": variant_id,
        "product_id": product,
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
    }


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some columns of one product (by its source's id) or variant (by its SKU)."""

    name: str
    values: Mapping[str, Any]


async def change_products(
    executor: Executor,
    source_id: str,
    changes: Sequence[Change],
    observed_at: datetime,
    *,
    by: CatalogWay = "api",
) -> list[str]:
    """Change these columns of products, and leave the others; the names of those that do not exist."""
    known, _ = await _change(executor, PRODUCTS, source_id, changes, Told(by, observed_at))
    return [change.name for change in changes if change.name not in known]


async def change_variants(
    executor: Executor,
    source_id: str,
    changes: Sequence[Change],
    observed_at: datetime,
    *,
    by: CatalogWay = "api",
    now: datetime | None = None,
) -> list[str]:
    """Change these columns of variants, and leave the others; the SKUs of those that do not exist."""
    known, rows = await _change(executor, VARIANTS, source_id, changes, Told(by, observed_at))
    await tell_price_drops(executor, known, rows.values(), now or observed_at)
    return [change.name for change in changes if change.name not in known]


async def _change(
    executor: Executor, kind: Kind, source_id: str, changes: Sequence[Change], told: Told
) -> tuple[dict[str, Row], dict[str, Row]]:
    """The rows by name as they were and, where they changed, as they are now."""
    priorities = await priorities_of(executor, source_id)
    known = await known_rows(executor, kind, source_id, (change.name for change in changes))
    rows: dict[str, Row] = {}
    for change in changes:
        before = rows.get(change.name, known.get(change.name))
        if before is not None and change.values:
            rows[change.name] = merged(before, change.values, told, priorities)
    await rewrite(executor, kind, [row for name, row in rows.items() if row != known[name]])
    return known, rows
