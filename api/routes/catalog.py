"""The catalog: a shop describes its products."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends
from pydantic import Field, FiniteFloat, StrictInt, field_validator, model_validator
from pydantic_core import PydanticCustomError

from api.answers import Answer
from api.bodies import Body
from api.fields import Instant, Sku, SourceName, WebAddress
from api.security import SERVER_KEY
from api.services import Now, TheDatabase
from engine.store import sources
from engine.store.catalog_updates import (
    Change,
    ProductEntry,
    VariantEntry,
    change_products,
    change_variants,
    store_products,
)

router = APIRouter(prefix="/v1/catalog", tags=["Catalog"], dependencies=[Depends(SERVER_KEY)])

MOST_PRODUCTS = 1_000
MOST_VARIANTS = 500
Attribute = str | StrictInt | FiniteFloat | bool | None


class Price(Body):
    """An amount in the smallest unit of its currency: 4990 of EUR is €49.90."""

    amount: Annotated[StrictInt, Field(ge=0, le=10**12, examples=[4990])]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["EUR"])]


class VariantItem(Body):
    """One purchasable variant. Barcode and aliases are other names by which stock reports may call it."""

    sku: Sku
    title: Annotated[str, Field(max_length=500, examples=["Size M"])] = ""
    price: Price | None = None
    original_price: Annotated[Price | None, Field(description="Before a reduction; in the currency of price.")] = None
    options: Annotated[dict[str, str], Field(default_factory=dict, max_length=20, examples=[{"size": "M"}])]
    image_url: WebAddress | None = None
    barcode: Annotated[str | None, Field(min_length=1, max_length=255, examples=["4006381333931"])] = None
    aliases: Annotated[tuple[Sku, ...], Field(max_length=50)] = ()
    url: Annotated[WebAddress | None, Field(description="Where this very variant is shown; else the product's.")] = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        if self.price and self.original_price and self.price.currency != self.original_price.currency:
            raise PydanticCustomError("currencies", "Price and original_price must have the same currency")
        return self

    def entry(self) -> VariantEntry:
        """The same, in the words of the store."""
        either = self.price or self.original_price
        return VariantEntry(
            sku=self.sku,
            title=self.title,
            price=self.price and self.price.amount,
            original_price=self.original_price and self.original_price.amount,
            currency=either and either.currency,
            options=self.options,
            url=self.url,
            image_url=self.image_url,
            aliases=[*self.aliases, *([self.barcode] if self.barcode else [])],
        )


class ProductItem(Body):
    """A product as its source describes it; `id` is the source's own."""

    id: Annotated[str, Field(min_length=1, max_length=255, examples=["fjell"])]
    title: Annotated[str, Field(min_length=1, max_length=500, examples=["Fjell jacket"])]
    description: Annotated[str, Field(max_length=20_000)] = ""
    url: WebAddress
    image_url: WebAddress | None = None
    attributes: Annotated[dict[str, Attribute], Field(default_factory=dict, max_length=200)]
    variants: Annotated[tuple[VariantItem, ...], Field(max_length=MOST_VARIANTS)] = ()

    def entry(self) -> ProductEntry:
        """The same, in the words of the store."""
        return ProductEntry(
            id=self.id,
            title=self.title,
            url=self.url,
            description=self.description,
            image_url=self.image_url,
            attributes=self.attributes,
            variants=[variant.entry() for variant in self.variants],
        )


class CatalogItems(Body):
    """Products of one source. A source that is not known yet is made."""

    source: SourceName
    products: Annotated[list[ProductItem], Field(min_length=1, max_length=MOST_PRODUCTS)]
    observed_at: Annotated[
        Instant | None, Field(description="When this was true; now when absent. Older never overwrites newer.")
    ] = None


def _not_null(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("not_null", "Leave it out to keep it; it cannot be empty")
    return value


class VariantChange(Body):
    """What is to change of a variant, by its SKU; what is left out stays."""

    sku: Sku
    title: Annotated[str | None, Field(max_length=500)] = None
    price: Price | None = None
    original_price: Price | None = None
    options: Annotated[dict[str, str] | None, Field(max_length=20)] = None
    image_url: WebAddress | None = None
    url: WebAddress | None = None

    _given = field_validator("title", "options")(_not_null)

    def change(self) -> Change:
        """The same, in the words of the store."""
        given = self.model_dump(include=self.model_fields_set & {"title", "options", "image_url", "url"})
        if "price" in self.model_fields_set:
            given["price_minor"] = self.price and self.price.amount
        if "original_price" in self.model_fields_set:
            given["original_price_minor"] = self.original_price and self.original_price.amount
        if either := self.price or self.original_price:
            given["currency"] = either.currency
        return Change(self.sku, given)


class ProductChange(Body):
    """What is to change of a product, by its source's id; what is left out stays."""

    id: Annotated[str, Field(min_length=1, max_length=255, examples=["fjell"])]
    title: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    description: Annotated[str | None, Field(max_length=20_000)] = None
    url: WebAddress | None = None
    image_url: WebAddress | None = None
    attributes: Annotated[dict[str, Attribute] | None, Field(max_length=200)] = None
    variants: Annotated[tuple[VariantChange, ...], Field(max_length=MOST_VARIANTS)] = ()

    _given = field_validator("title", "description", "url", "attributes")(_not_null)

    def change(self) -> Change:
        """The same, in the words of the store."""
        return Change(self.id, self.model_dump(include=self.model_fields_set - {"id", "variants"}))


class CatalogChanges(Body):
    """Changes to products of one source that is known."""

    source: SourceName
    products: Annotated[list[ProductChange], Field(min_length=1, max_length=MOST_PRODUCTS)]
    observed_at: Annotated[
        Instant | None, Field(description="When this was true; now when absent. Older never overwrites newer.")
    ] = None


class CatalogChanged(Answer):
    """What was changed, and what is not in the catalog: put those with all that belongs to them."""

    source: SourceName
    products: int
    variants: int
    unknown_products: list[str]
    unknown_variants: list[str]


class CatalogAnswer(Answer):
    """What was taken in."""

    source: SourceName
    products: int
    variants: int


@router.put("/items")
async def put_catalog_items(body: CatalogItems, database: TheDatabase, now: Now) -> CatalogAnswer:
    """Describe products and their variants; what is known already is brought up to date."""
    products = [product.entry() for product in body.products]
    async with database.transaction() as session:
        source = await sources.ensure_source(session, body.source, now)
        stored = await store_products(session, source.id, products, min(body.observed_at or now, now), now=now)
        await sources.note_seen(session, source, now)
    return CatalogAnswer(source=source.name, products=stored.products, variants=stored.variants)


@router.patch("/items")
async def change_catalog_items(body: CatalogChanges, database: TheDatabase, now: Now) -> CatalogChanged:
    """Change some fields of products and variants, and leave the others."""
    products = [product.change() for product in body.products]
    variants = [variant.change() for product in body.products for variant in product.variants]
    observed_at = min(body.observed_at or now, now)
    async with database.transaction() as session:
        source = await sources.find_source(session, body.source)
        unknown_products = await change_products(session, source.id, products, observed_at)
        unknown_variants = await change_variants(session, source.id, variants, observed_at, now=now)
        await sources.note_seen(session, source, now)
    return CatalogChanged(
        source=source.name,
        products=len(products) - len(unknown_products),
        variants=len(variants) - len(unknown_variants),
        unknown_products=unknown_products,
        unknown_variants=unknown_variants,
    )
