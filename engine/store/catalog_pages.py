"""The catalog as pages show it: variants with their stock, and one of them with all that is known. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, or_, select

from engine.stock.transitions import IN_STOCK
from engine.store.errors import UnknownVariant
from engine.store.paging import Cursor, StaleCursor
from engine.store.statements import Executor, core
from engine.store.tables import (
    PENDING,
    Product,
    Source,
    StockLevel,
    StockMovement,
    Variant,
    VariantAlias,
    WaitlistEntry,
)

StockFilter = Literal["in_stock", "out_of_stock", "unknown"]
MOST_MOVEMENTS = 500
_variant, _product, _source = core(Variant), core(Product), core(Source)
_level, _movement, _alias, _entry = core(StockLevel), core(StockMovement), core(VariantAlias), core(WaitlistEntry)


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A variant in the list. `available` and `observed_at` are None where nobody said anything of its stock."""

    id: str
    sku: str
    title: str
    product_title: str
    image_url: str | None
    source: str
    price: int | None
    original_price: int | None
    currency: str | None
    available: int | None
    observed_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """Variants by product and SKU, and where the next page begins."""

    items: tuple[ShelfRow, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class ShelfLevel:
    """Units at a location."""

    location: str
    on_hand: int
    reserved: int
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of the available quantity, and the delivery that told of it."""

    at: datetime
    before: int
    after: int
    delivery_id: str | None


@dataclass(frozen=True, slots=True)
class ShelfCard:
    """A variant with all that is known of it; movements oldest first, the newest of them."""

    row: ShelfRow
    description: str
    url: str
    options: Mapping[str, Any]
    attributes: Mapping[str, Any]
    aliases: Sequence[str]
    levels: Sequence[ShelfLevel]
    movements: Sequence[Movement]


async def list_shelf(
    executor: Executor,
    *,
    search: str | None = None,
    source_id: str | None = None,
    stock: StockFilter | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> ShelfPage:
    """Variants that have these words in their names, SKU or aliases.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    statement = _rows()
    if search:
        statement = statement.where(_matches(search))
    if source_id is not None:
        statement = statement.where(_variant.c.source_id == source_id)
    if stock is not None:
        statement = statement.where(_has(stock))
    offset = _offset(after)
    found = (await executor.execute(statement.order_by(*_ORDER).offset(offset).limit(limit + 1))).all()
    items = tuple(ShelfRow(*row) for row in found[:limit])
    return ShelfPage(items, (offset + limit,) if len(found) > limit else None)


async def read_shelf(executor: Executor, variant_id: str) -> ShelfCard:
    """One variant.

    Raises:
        UnknownVariant: there is none with this id.
    """
    found = (await executor.execute(_rows().where(_variant.c.id == variant_id))).one_or_none()
    if found is None:
        raise UnknownVariant(variant_id)
    words = (
        await executor.execute(
            select(
                _product.c.description,
                func.coalesce(_variant.c.url, _product.c.url),
                _variant.c.options,
                _variant.c.attributes,
                _product.c.attributes,
            )
            .join_from(_variant, _product, _product.c.id == _variant.c.product_id)
            .where(_variant.c.id == variant_id)
        )
    ).one()
    aliases = await executor.scalars(
        select(_alias.c.alias).where(_alias.c.variant_id == variant_id).order_by(_alias.c.alias)
    )
    levels = await executor.execute(
        select(_level.c.location, _level.c.on_hand, _level.c.reserved, _level.c.observed_at)
        .where(_level.c.variant_id == variant_id)
        .order_by(_level.c.location)
    )
    movements = await executor.execute(
        select(_movement.c.at, _movement.c.available_before, _movement.c.available_after, _movement.c.delivery_id)
        .where(_movement.c.variant_id == variant_id)
        .order_by(_movement.c.at.desc(), _movement.c.id.desc())
        .limit(MOST_MOVEMENTS)
    )
    return ShelfCard(
        row=ShelfRow(*found),
        description=words[0],
        url=words[1],
        options=words[2] or {},
        attributes={**(words[4] or {}), **(words[3] or {})},
        aliases=list(aliases),
        levels=[ShelfLevel(*row) for row in levels],
        movements=[Movement(*row) for row in movements][::-1],
    )


_AVAILABLE = (
    select(func.sum(_level.c.on_hand - _level.c.reserved)).where(_level.c.variant_id == _variant.c.id).scalar_subquery()
)
_OBSERVED = select(func.max(_level.c.observed_at)).where(_level.c.variant_id == _variant.c.id).scalar_subquery()
_WAITING = select(func.count()).where(_entry.c.variant_id == _variant.c.id, _entry.c.state == PENDING).scalar_subquery()
_ORDER = (_product.c.title, _product.c.id, _variant.c.sku, _variant.c.id)


def _rows() -> Any:
    return (
        select(
            _variant.c.id,
            _variant.c.sku,
            _variant.c.title,
            _product.c.title.label("product_title"),
            func.coalesce(_variant.c.image_url, _product.c.image_url),
            _source.c.name,
            _variant.c.price_minor,
            _variant.c.original_price_minor,
            _variant.c.currency,
            _AVAILABLE,
            _OBSERVED,
            _WAITING,
        )
        .join_from(_variant, _product, _product.c.id == _variant.c.product_id)
        .join(_source, _source.c.id == _variant.c.source_id)
    )


def _matches(search: str) -> ColumnElement[bool]:
    """Every word stands somewhere in the names; or all of it is an alias."""
    named = [
        or_(
            *(
                column.icontains(word, autoescape=True)
                for column in (_product.c.title, _variant.c.title, _variant.c.sku)
            )
        )
        for word in search.split()[:8]
    ]
    by_alias = _variant.c.id.in_(select(_alias.c.variant_id).where(_alias.c.alias == search.strip()))
    return or_(by_alias, *([] if not named else [_all_of(named)]))


def _all_of(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = conditions[0]
    for condition in conditions[1:]:
        found = found & condition
    return found


def _has(stock: StockFilter) -> ColumnElement[bool]:
    match stock:
        case "unknown":
            return _AVAILABLE.is_(None)
        case "in_stock":
            return _AVAILABLE >= IN_STOCK
        case "out_of_stock":
            return _AVAILABLE < IN_STOCK


def _offset(after: Cursor | None) -> int:
    if after is None:
        return 0
    if len(after) != 1 or not isinstance(after[0], int) or not 0 <= after[0] <= 10**9:
        raise StaleCursor
    return after[0]
