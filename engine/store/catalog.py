"""The catalog: products and variants as their sources describe them, and the names by which a variant is found.

A variant is known by its SKU, its aliases (barcode, the shop's own id) and, in our own addresses, its id. Within a
source a name means one variant; without a source it must mean one variant over all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, union_all

from engine.store.errors import AmbiguousVariant, UnknownVariant
from engine.store.prepared import IDS, Prepared, Texts, is_among
from engine.store.statements import Executor, core, in_chunks
from engine.store.tables import Product, Source, Variant, VariantAlias

_source = core(Source)
_product = core(Product)
_variant = core(Variant)
_alias = core(VariantAlias)
_NAMES = bindparam("names", type_=Texts())
_FOUND = (_variant.c.id, _variant.c.sku, _variant.c.product_id, _variant.c.source_id)
_BY_SKU = select(_variant.c.sku.label("name"), *_FOUND).where(is_among(_variant.c.sku, _NAMES))
_BY_ALIAS = (
    select(_alias.c.alias.label("name"), *_FOUND)
    .join_from(_alias, _variant, _variant.c.id == _alias.c.variant_id)
    .where(is_among(_alias.c.alias, _NAMES))
)
_NAMED = Prepared(union_all(_BY_SKU, _BY_ALIAS))
_NAMED_BY_SOURCE = Prepared(
    union_all(
        _BY_SKU.where(_variant.c.source_id == bindparam("source")),
        _BY_ALIAS.where(_alias.c.source_id == bindparam("source")),
    )
)
_CARDS = Prepared(
    select(
        _variant.c.id,
        _variant.c.sku,
        _variant.c.title,
        _product.c.external_id.label("product_id"),
        _product.c.title.label("product_title"),
        func.coalesce(_variant.c.url, _product.c.url).label("url"),
        func.coalesce(_variant.c.image_url, _product.c.image_url).label("image_url"),
        _source.c.id.label("source_id"),
        _source.c.name.label("source_name"),
        _source.c.retention_days,
    )
    .join_from(_variant, _product, _product.c.id == _variant.c.product_id)
    .join(_source, _source.c.id == _variant.c.source_id)
    .where(is_among(_variant.c.id, IDS))
)


class VariantRef(NamedTuple):
    """A variant that was found, and where it belongs."""

    id: str
    sku: str
    product_id: str
    source_id: str


async def find_variant(executor: Executor, name: str, source_id: str | None = None) -> VariantRef:
    """The variant with this SKU or alias; a SKU wins over another variant's alias.

    Raises:
        UnknownVariant: there is none.
        AmbiguousVariant: no source was named and several have one.
    """
    found = await _named(executor, [name], source_id)
    by_source: dict[str, VariantRef] = {}
    for _, ref in found:
        by_source.setdefault(ref.source_id, ref)
    if not by_source:
        raise UnknownVariant(name)
    if len(by_source) > 1:
        raise AmbiguousVariant(name)
    return next(iter(by_source.values()))


async def find_variants(executor: Executor, names: Iterable[str], source_id: str) -> dict[str, VariantRef]:
    """The variants of one source by the names that were asked for; unknown names are missing."""
    found: dict[str, VariantRef] = {}
    for chunk in in_chunks(sorted(set(names))):
        for name, ref in await _named(executor, chunk, source_id):
            found.setdefault(name, ref)
    return found


async def find_unique_variants(executor: Executor, names: Iterable[str]) -> dict[str, VariantRef]:
    """The variants by names that mean one variant over all sources; unknown and ambiguous names are missing."""
    found: dict[str, dict[str, VariantRef]] = {}
    for chunk in in_chunks(sorted(set(names))):
        for name, ref in await _named(executor, chunk, None):
            found.setdefault(name, {}).setdefault(ref.source_id, ref)
    return {name: next(iter(refs.values())) for name, refs in found.items() if len(refs) == 1}


async def _named(executor: Executor, names: Sequence[str], source_id: str | None) -> list[tuple[str, VariantRef]]:
    asked = {"names": names} if source_id is None else {"names": names, "source": source_id}
    rows = await (_NAMED if source_id is None else _NAMED_BY_SOURCE).ask(executor, asked)
    return [(row["name"], VariantRef(row["id"], row["sku"], row["product_id"], row["source_id"])) for row in rows]


async def variants_of_its_product(executor: Executor, variant_id: str) -> list[str]:
    """The ids of all variants of the product that this one belongs to, itself among them, in a steady order."""
    product = select(_variant.c.product_id).where(_variant.c.id == variant_id).scalar_subquery()
    found = select(_variant.c.id).where(_variant.c.product_id == product).order_by(_variant.c.sku, _variant.c.id)
    return list(await executor.scalars(found))


@dataclass(frozen=True, slots=True)
class VariantCard:
    """A variant as events and pages speak of it. `product_id` is the shop's own id of the product."""

    id: str
    sku: str
    title: str
    product_id: str
    product_title: str
    url: str
    image_url: str | None
    source_id: str
    source_name: str
    retention_days: int | None

    @property
    def event_properties(self) -> dict[str, Any]:
        """What an event about this variant says of it."""
        return {
            "sku": self.sku,
            "product_id": self.product_id,
            "product": self.product_title,
            "variant": self.title,
            "source": self.source_name,
        }


async def describe_variants(executor: Executor, variant_ids: Iterable[str]) -> dict[str, VariantCard]:
    """The cards of these variants by id.

    Raises:
        UnknownVariant: one of the ids is not in the catalog.
    """
    wanted = sorted(set(variant_ids))
    cards = {row["id"]: VariantCard(**row) for row in await _CARDS.ask(executor, {"ids": wanted})}
    for variant_id in wanted:
        if variant_id not in cards:
            raise UnknownVariant(variant_id)
    return cards
