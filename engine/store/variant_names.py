"""What people call a variant: `Fjell jacket, size M`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.store.statements import Executor, core, in_chunks
from engine.store.tables import Product, Variant

_variant = core(Variant)
_product = core(Product)


@dataclass(frozen=True, slots=True)
class VariantName:
    """A variant by its SKU and in words."""

    sku: str
    title: str


async def name_variants(executor: Executor, variant_ids: Iterable[str]) -> dict[str, VariantName]:
    """The names of these variants by id; what the catalog does not have is left out."""
    statement = select(
        _variant.c.id, _variant.c.sku, _variant.c.title, _variant.c.options, _product.c.title.label("product")
    ).join_from(_variant, _product, _product.c.id == _variant.c.product_id)
    names: dict[str, VariantName] = {}
    for chunk in in_chunks(sorted(set(variant_ids))):
        for row in await executor.execute(statement.where(_variant.c.id.in_(chunk))):
            names[row.id] = VariantName(row.sku, variant_title(row.product, row.title, row.options))
    return names


def variant_title(product: str, variant: str, options: Mapping[str, object]) -> str:
    """The product's title and what sets the variant apart: its options, or its own title when it has none."""
    if options:
        return ", ".join([product, *(f"{name.lower()} {value}" for name, value in options.items())])
    return product if variant in {"", product} else f"{product}, {variant}"
