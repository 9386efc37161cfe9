"""Orders as a shop's own system reports them: an event for whoever ordered, and the end of her waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.store import events, identity, interest
from engine.store.catalog import find_variants
from engine.store.events import NewEvent, event_id
from engine.store.identity import Identifiers
from engine.store.interest import ORDERED, Act
from engine.store.statements import Executor, core
from engine.store.tables import Event

REFUNDED = "Order Refunded"
_event = core(Event)


@dataclass(frozen=True, slots=True)
class Order:
    """An order; `id` is the shop's own, `names` are the SKUs or aliases of what was bought."""

    id: str
    who: Identifiers
    at: datetime
    names: Sequence[str] = ()
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of an order, or of a part of it."""

    id: str
    order_id: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def take_orders(
    executor: Executor, orders: Sequence[Order], *, source_id: str, retention: timedelta | None, now: datetime
) -> int:
    """Write `Order Completed` for each that is new, and end the waits that it fulfils; how many were new.

    Where the account and the address of an order lead to two profiles, both hear of it: either may be waiting.
    """
    if not orders:
        return 0
    variants = await find_variants(executor, [name for order in orders for name in order.names], source_id)
    new = 0
    for order in orders:
        found = await identity.find_or_create(executor, order.who, now)
        bought = [variants[name].id for name in order.names if name in variants]
        at = min(order.at, now)
        for number, profile in enumerate(dict.fromkeys((found.addressee, found.visitor))):
            event = NewEvent(
                name=ORDERED,
                profile_id=profile,
                at=at,
                message_id=_order_message(source_id, order.id, number),
                variant_id=bought[0] if len(bought) == 1 else None,
                source_id=source_id,
                properties=order.properties,
            )
            if await events.record(executor, [event], now):
                new += number == 0
                await interest.notice(executor, [Act(ORDERED, profile, bought, at)], retention=retention, now=now)
    return new


async def take_refunds(
    executor: Executor, refunds: Sequence[Refund], *, source_id: str, now: datetime
) -> frozenset[str]:
    """Write `Order Refunded` for whoever had ordered; the ids of refunds whose order is not known."""
    unknown: set[str] = set()
    for refund in refunds:
        message = _order_message(source_id, refund.order_id, 0)
        order = (_event.c.id == event_id(message)) & (_event.c.message_id == message)  # erased events have none
        profile = await executor.scalar(select(_event.c.profile_id).where(order))
        if profile is None:
            unknown.add(refund.id)
            continue
        event = NewEvent(
            name=REFUNDED,
            profile_id=profile,
            at=min(refund.at, now),
            message_id=f"{source_id}:refund:{refund.id}",
            source_id=source_id,
            properties=refund.properties,
        )
        await events.record(executor, [event], now)
    return frozenset(unknown)


def _order_message(source_id: str, order_id: str, number: int) -> str:
    return f"{source_id}:order:{order_id}" + (f":{number}" if number else "")
