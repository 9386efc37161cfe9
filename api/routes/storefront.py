"""The widget on a shop's pages: its configuration, whether a variant can be bought, and what a page says of it."""

from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from activities.channels.vapid import VapidKey
from api.answers import Answer
from api.bodies import Body
from api.errors import Conflict, FieldProblem, ValidationFailed
from api.fields import Instant, Sku, SourceName, WebAddress
from api.ingest.shop_bodies import minor_units
from api.security import WRITE_KEY
from api.services import Now, TheDatabase, TheSettings
from api.storefront.offer import StorefrontConfig, StorefrontPages, storefront_config
from engine.settings import Settings
from engine.stock.sourcing import SourceSettings
from engine.stock.transitions import IN_STOCK
from engine.store import catalog, sources, stock
from engine.store.page_reports import SeenProduct, take_page

router = APIRouter(prefix="/v1/storefront", tags=["Storefront"], dependencies=[Depends(WRITE_KEY)])


class PagePrice(Body):
    """A price as a page writes it: 49.90."""

    amount: Annotated[str, Field(pattern=r"^\d{1,10}(\.\d{1,3})?$", examples=["49.90"])]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["EUR"])]


class ProductPage(Body):
    """What a product page of a source says of the variant that it shows. What it leaves out stays as it is known."""

    source: SourceName
    sku: Sku
    url: WebAddress
    product_id: Annotated[str | None, Field(min_length=1, max_length=255, description="The shop's own.")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    description: Annotated[str | None, Field(max_length=20_000)] = None
    image_url: WebAddress | None = None
    price: PagePrice | None = None
    observed_at: Annotated[
        Instant | None, Field(description="When the page said so; now when absent. Older never overwrites newer.")
    ] = None

    def seen(self) -> SeenProduct:
        """The same, in the words of the store."""
        price = self.price
        return SeenProduct(
            sku=self.sku,
            url=self.url,
            product_id=self.product_id,
            name=self.name,
            description=self.description,
            image_url=self.image_url,
            price=price and minor_units(price.amount, price.currency),
            currency=price and price.currency,
        )


class PageTaken(Answer):
    """That what the page said was taken in, as far as nothing better was known."""

    sku: Sku
    is_new: Annotated[bool, Field(description="Whether the variant was not in the catalog before.")]


class StorefrontVariant(Answer):
    """A variant as the widget shows it."""

    sku: Sku
    title: Annotated[str, Field(examples=["Size M"])]
    product_title: Annotated[str, Field(examples=["Fjell jacket"])]
    available: Annotated[bool, Field(description="Whether at least one unit can be bought now.")]
    url: str
    image_url: str | None


@router.get("/config")
async def get_storefront_config(
    settings: TheSettings,
    database: TheDatabase,
    source: Annotated[SourceName | None, Query(description="Whose pages these are, where several are read.")] = None,
) -> StorefrontConfig:
    """Read what the widget may offer, the words that it shows, and by which rules it knows the shop's pages."""
    async with database.snapshot() as session:
        found = await sources.read_pages(session, source)
    pages = found and StorefrontPages(source=found[0], rules=found[1].rules)
    return storefront_config(_vapid_public_key(settings), settings.waitlist_retention, pages)


@router.post("/pages", status_code=202)
async def report_page(body: ProductPage, database: TheDatabase, now: Now) -> PageTaken:
    """Tell what a product page says. Anybody can call this: other ways into the catalog go first, unless set so."""
    async with database.transaction() as session:
        source = await sources.find_source(session, body.source)
        settings = SourceSettings.model_validate(source.settings)
        if settings.pages is None:
            raise Conflict(f"The pages of {source.name} are not read; turn them on in its settings.")
        if settings.address is None or _host(body.url) != _host(settings.address):
            detail = "It must lie on the address that the settings of the source name."
            raise ValidationFailed(errors=[FieldProblem("url", "foreign_page", detail)])
        at = min(body.observed_at or now, now)
        is_new = await take_page(session, source.id, body.seen(), at, now)
        if is_new is None:
            detail = "A product that is not in the catalog needs its name."
            raise ValidationFailed(errors=[FieldProblem("name", "missing", detail)])
    return PageTaken(sku=body.sku, is_new=is_new)


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


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _vapid_public_key(settings: Settings) -> str | None:
    private = settings.vapid_private_key
    return None if private is None else _public_half(private.get_secret_value())


@lru_cache(maxsize=4)
def _public_half(private: str) -> str:
    return VapidKey.from_text(private).public_text
