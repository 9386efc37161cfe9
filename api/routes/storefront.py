"""What the widget on a shop's pages reads: its configuration, and whether a variant can be bought."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from activities.channels.vapid import VapidKey
from api.answers import Answer
from api.fields import Sku, SourceName
from api.security import WRITE_KEY
from api.services import TheDatabase, TheSettings
from api.storefront.offer import StorefrontConfig, storefront_config
from engine.settings import Settings
from engine.stock.transitions import IN_STOCK
from engine.store import catalog, sources, stock

router = APIRouter(prefix="/v1/storefront", tags=["Storefront"], dependencies=[Depends(WRITE_KEY)])


class StorefrontVariant(Answer):
    """A variant as the widget shows it."""

    sku: Sku
    title: Annotated[str, Field(examples=["Size M"])]
    product_title: Annotated[str, Field(examples=["Fjell jacket"])]
    available: Annotated[bool, Field(description="Whether at least one unit can be bought now.")]
    url: str
    image_url: str | None


@router.get("/config")
async def get_storefront_config(settings: TheSettings) -> StorefrontConfig:
    """Read what the widget may offer, and the words that it shows."""
    return storefront_config(_vapid_public_key(settings), settings.waitlist_retention)


@router.get("/variants/{sku:path}")
async def get_storefront_variant(
    sku: Annotated[str, Path(min_length=1, max_length=255, description="SKU or alias of the variant.")],
    database: TheDatabase,
    source: Annotated[SourceName | None, Query(description="The source; needed when several know this SKU.")] = None,
) -> StorefrontVariant:
    """Read whether a variant can be bought."""
    async with database.snapshot() as session:
        source_id = (await sources.find_source(session, source)).id if source is not None else None
        variant = await catalog.find_variant(session, sku, source_id)
        card = (await catalog.describe_variants(session, [variant.id]))[variant.id]
        available = await stock.available_now(session, variant.id)
    return StorefrontVariant(
        sku=card.sku,
        title=card.title,
        product_title=card.product_title,
        available=available >= IN_STOCK,
        url=card.url,
        image_url=card.image_url,
    )


def _vapid_public_key(settings: Settings) -> str | None:
    private = settings.vapid_private_key
    return None if private is None else _public_half(private.get_secret_value())


@lru_cache(maxsize=4)
def _public_half(private: str) -> str:
    return VapidKey.from_text(private).public_text
