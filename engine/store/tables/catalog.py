"""What can be waited for: sources, products, variants, their stock and its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, Index, UniqueConstraint

from engine.store.columns import Instant, JsonColumn
from engine.store.tables.base import Table


class Source(Table, table=True):
    """A shop or feed that tells us about products and stock. `secret` signs its webhooks, and is sealed."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    kind: str
    secret: str | None = None
    retention_days: int | None = None
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    created_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime | None = Field(default=None, sa_type=Instant)


class Product(Table, table=True):
    """A product of a source, identified there by `external_id`. `told` says who told which attribute, and when."""

    __table_args__ = (UniqueConstraint("source_id", "external_id"),)

    id: str = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id")
    external_id: str
    title: str
    description: str = ""
    url: str
    image_url: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    told: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    updated_at: datetime = Field(sa_type=Instant)


class Variant(Table, table=True):
    """One purchasable SKU of a product. Prices are integer minor units of `currency`; `attributes` are its own."""

    __table_args__ = (UniqueConstraint("source_id", "sku"),)

    id: str = Field(primary_key=True)
    product_id: str = Field(foreign_key="product.id", index=True)
    source_id: str = Field(foreign_key="source.id")
    sku: str = Field(index=True)
    title: str
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    original_price_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    options: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    url: str | None = None
    image_url: str | None = None
    told: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    updated_at: datetime = Field(sa_type=Instant)


class VariantAlias(Table, table=True):
    """Another name by which a source calls a variant (barcode, shop id)."""

    source_id: str = Field(foreign_key="source.id", primary_key=True)
    alias: str = Field(primary_key=True)
    variant_id: str = Field(foreign_key="variant.id", index=True)


class StockLevel(Table, table=True):
    """Units of a variant at one location, as last observed. Available = on_hand - reserved, summed over locations."""

    variant_id: str = Field(foreign_key="variant.id", primary_key=True)
    location: str = Field(primary_key=True)
    on_hand: int
    reserved: int = 0
    observed_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class StockMovement(Table, table=True):
    """One change of a variant's available quantity, with the delivery that told us. Rows are only ever added."""

    __table_args__ = (Index("ix_stock_movement_variant_at", "variant_id", "at"),)

    id: str = Field(primary_key=True)
    variant_id: str = Field(foreign_key="variant.id")
    available_before: int
    available_after: int
    source_id: str = Field(foreign_key="source.id")
    delivery_id: str | None = None
    at: datetime = Field(sa_type=Instant)


class Restock(Table, table=True):
    """A movement from `available_before` up to `available_after` that crosses at least the threshold of one."""

    __table_args__ = (Index("ix_restock_variant_at", "variant_id", "at"),)

    id: str = Field(primary_key=True)
    variant_id: str = Field(foreign_key="variant.id")
    movement_id: str = Field(foreign_key="stock_movement.id", unique=True)
    available_before: int
    available_after: int
    at: datetime = Field(sa_type=Instant)


class RestockExpectation(Table, table=True):
    """When a source says that a variant will be back, and how sure it is (0 to 1, unknown when it did not say)."""

    variant_id: str = Field(foreign_key="variant.id", primary_key=True)
    expected_at: datetime = Field(sa_type=Instant)
    confidence: float | None = None
    stated_at: datetime = Field(sa_type=Instant)
