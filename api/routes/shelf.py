"""The shelf: variants as the people of the house look them up, with their stock and its history."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import Answer, Page
from api.cursors import CursorText, Limit, from_text, to_text
from api.fields import Instant, SourceName
from api.routes.catalog import Price
from api.security import staff
from api.services import TheDatabase
from engine.store import catalog_pages, sources
from engine.store.catalog_pages import ShelfRow, StockFilter

router = APIRouter(prefix="/v1/shelf", tags=["Catalog"], dependencies=[Depends(staff("see_catalog"))])


class ShelfItem(Answer):
    """A variant, what there is of it, and how many wait. Null where nobody said anything of its stock."""

    id: Annotated[str, Field(examples=["var_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    sku: str
    title: str
    product_title: str
    image_url: str | None
    source: SourceName
    price: Price | None
    original_price: Price | None
    available: int | None
    observed_at: Instant | None
    waiting: int


class ShelfPageAnswer(Page):
    """Variants by product and SKU."""

    items: list[ShelfItem]


class LevelItem(Answer):
    """Units at a location."""

    location: str
    on_hand: int
    reserved: int
    observed_at: Instant


class MovementItem(Answer):
    """One change of the available quantity, and the delivery that told of it."""

    at: Instant
    before: int
    after: int
    delivery_id: str | None


class ShelfVariant(Answer):
    """A variant with all that is known of it; the newest 500 movements, oldest first."""

    variant: ShelfItem
    description: str
    url: str
    options: Mapping[str, Any]
    attributes: Mapping[str, Any]
    aliases: Sequence[str]
    levels: Sequence[LevelItem]
    movements: Sequence[MovementItem]


@router.get("")
async def list_shelf(
    *,
    database: TheDatabase,
    search: Annotated[str | None, Query(max_length=200, description="Words of the names, a SKU or an alias.")] = None,
    source: Annotated[SourceName | None, Query(description="Only those of this source.")] = None,
    stock: Annotated[StockFilter | None, Query(description="Only those in this state.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> ShelfPageAnswer:
    """List variants with their stock."""
    async with database.snapshot() as session:
        source_id = (await sources.find_source(session, source)).id if source is not None else None
        page = await catalog_pages.list_shelf(
            session, search=search, source_id=source_id, stock=stock, after=from_text(cursor), limit=limit
        )
    return ShelfPageAnswer(items=[_item(row) for row in page.items], next=to_text(page.next))


@router.get("/{variant_id}")
async def read_shelf(
    variant_id: Annotated[str, Path(min_length=1, max_length=64, description="Our id of the variant.")],
    database: TheDatabase,
) -> ShelfVariant:
    """Read one variant with its levels and how its stock moved."""
    async with database.snapshot() as session:
        card = await catalog_pages.read_shelf(session, variant_id)
    return ShelfVariant(
        variant=_item(card.row),
        description=card.description,
        url=card.url,
        options=card.options,
        attributes=card.attributes,
        aliases=card.aliases,
        levels=[LevelItem.model_validate(level) for level in card.levels],
        movements=[MovementItem.model_validate(move) for move in card.movements],
    )


def _item(row: ShelfRow) -> ShelfItem:
    return ShelfItem(
        id=row.id,
        sku=row.sku,
        title=row.title,
        product_title=row.product_title,
        image_url=row.image_url,
        source=row.source,
        price=_price(row.price, row.currency),
        original_price=_price(row.original_price, row.currency),
        available=row.available,
        observed_at=row.observed_at,
        waiting=row.waiting,
    )


def _price(amount: int | None, currency: str | None) -> Price | None:
    return None if amount is None or currency is None else Price(amount=amount, currency=currency)
