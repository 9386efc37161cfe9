"""What a shop's webhook says, in our words, whichever shop system it runs on; and taking it in.

    products    brought up to date, with the names by which the shop calls them elsewhere
    readings    stock at a location, as of when the shop says
    orders      `Order Completed` for whoever ordered: her waits for what she bought end
    refunds     `Order Refunded` for whoever had ordered. Stock is not touched: the shop reports it by itself

What cannot be used becomes a dead letter that holds all that is needed to try it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.fields import Email, phone_number
from api.ingest.intake import take_inventory
from api.ingest.inventory import Inventory
from engine.store import catalog_updates, deadletters, orders
from engine.store.catalog_updates import ProductEntry
from engine.store.deadletters import Unusable
from engine.store.deliveries import Receipt
from engine.store.orders import Order, Refund
from engine.store.sources import SourceRow
from engine.store.statements import Executor
from engine.store.stock import Reading

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


@dataclass(frozen=True, slots=True)
class ShopReport:
    """What a webhook says. Each reading comes with the form in which a dead letter would keep it."""

    products: Sequence[ProductEntry] = ()
    readings: Sequence[tuple[Reading, dict[str, Any]]] = ()
    orders: Sequence[Order] = ()
    refunds: Sequence[tuple[Refund, dict[str, Any]]] = ()
    unusable: Sequence[Unusable] = ()
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What the shop's own bodies leave out: the currency of its prices and the address of its pages."""

    currency: str | None = None
    address: str | None = None


async def take_report(
    executor: Executor,
    report: ShopReport,
    source: SourceRow,
    *,
    delivery_id: str,
    retention: timedelta | None,
    now: datetime,
) -> Receipt:
    """Store what the webhook says, in the caller's transaction."""
    at = min(report.observed_at or now, now)
    if report.products:
        await catalog_updates.store_products(executor, source.id, report.products, at, by="webhook", now=now)
    inventory = Inventory(report.readings, report.unusable)
    receipt = await take_inventory(
        executor, inventory, source_id=source.id, delivery_id=delivery_id, retention=retention, now=now
    )
    await orders.take_orders(executor, report.orders, source_id=source.id, retention=retention, now=now)
    unknown = await orders.take_refunds(executor, [one for one, _ in report.refunds], source_id=source.id, now=now)
    letters = [
        Unusable("unknown_order", f"No order {one.order_id} of this shop is known; send it, then play this again.", raw)
        for one, raw in report.refunds
        if one.id in unknown
    ]
    await deadletters.put_aside(executor, source.id, delivery_id, letters, now)
    taken = len(report.products) + len(report.orders) + len(report.refunds) - len(letters)
    return Receipt(receipt.accepted + taken, receipt.dead_lettered + len(letters))


def email_of(typed: Any) -> str | None:
    """The mailbox that a shop tells, where it is one."""
    if not isinstance(typed, str) or not 0 < len(typed) <= 320:
        return None
    try:
        return _EMAIL.validate_python(typed)
    except ValidationError:
        return None


def phone_of(typed: Any, country: Any) -> str | None:
    """The phone number that a shop tells, where it is one."""
    if not isinstance(typed, str) or not 0 < len(typed) <= 40:
        return None
    locale = f"en-{country}" if isinstance(country, str) and len(country) == 2 and country.isalpha() else None
    try:
        return phone_number(typed, locale)
    except ValueError:
        return None
