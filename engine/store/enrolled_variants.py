"""Which variant a journey means by a SKU: the one that the enrollment is about, then one of the same source."""

from sqlalchemy import select

from engine.store.catalog import find_variant, find_variants
from engine.store.errors import AmbiguousVariant, UnknownVariant
from engine.store.statements import Executor, core
from engine.store.tables import Variant

_variant = core(Variant)


async def variant_meant(executor: Executor, name: str, variant_id: str | None) -> str | None:
    """The id of the variant with this SKU or alias, for an enrollment about `variant_id`; None when that is unclear."""
    enrolled = None
    if variant_id is not None:
        which = select(_variant.c.sku, _variant.c.source_id).where(_variant.c.id == variant_id)
        enrolled = (await executor.execute(which)).one_or_none()
    if enrolled is not None:
        if enrolled.sku == name:
            return variant_id
        nearby = (await find_variants(executor, [name], enrolled.source_id)).get(name)
        if nearby is not None:
            return nearby.id
    try:
        return (await find_variant(executor, name)).id
    except (AmbiguousVariant, UnknownVariant):
        return None
