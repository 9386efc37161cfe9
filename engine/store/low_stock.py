"""Low stock: those who want a variant are told when it falls below a threshold.

Told are owners of a cart that holds it and those who put it on a list in the last 90 days; and, whenever it becomes
less, enrollments about it that wait for what low stock may change.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.journey.vocabulary import LOW_STOCK, WISHLISTED
from engine.store import events
from engine.store.catalog import describe_variants
from engine.store.events import NewEvent
from engine.store.statements import Executor, core
from engine.store.tables import CartLine, Enrollment, Event, Profile

WANTED_FOR = timedelta(days=90)
LISTED = (WISHLISTED, "Product Favorited")
_cart, _event, _enrollment, _profile = core(CartLine), core(Event), core(Enrollment), core(Profile)


async def record_low_stock(
    executor: Executor, movement: str, payload: Mapping[str, Any], thresholds: Iterable[int], now: datetime
) -> int:
    """Write one `Low Stock` for each profile and each threshold that was passed; how many were new.

    The event's id follows from movement, profile and threshold, so that it may be repeated.
    """
    variant_id, before, after = payload["variant_id"], payload["before"], payload["after"]
    card = (await describe_variants(executor, [variant_id]))[variant_id]
    said = {**card.event_properties, "quantity": after, "before": before}
    passed = sorted(thresholds)
    wanting = await _wanting(executor, variant_id, now) if passed else frozenset[str]()
    waiting = await _waiting(executor, variant_id)
    happened = [
        NewEvent(
            name=LOW_STOCK,
            profile_id=profile,
            at=now,
            message_id=f"low-stock/{movement}/{profile}/{threshold}",
            variant_id=variant_id,
            source_id=card.source_id,
            properties={**said, "threshold": threshold},
        )
        for threshold in passed or [0]
        for profile in sorted(wanting | waiting if threshold else waiting)
    ]
    return len(await events.record(executor, happened, now))


async def _wanting(executor: Executor, variant_id: str, now: datetime) -> frozenset[str]:
    carts = await executor.execute(select(_cart.c.profile_id).where(_cart.c.variant_id == variant_id))
    listed = await executor.execute(
        select(_event.c.profile_id).where(
            _event.c.name.in_(LISTED),
            _event.c.variant_id == variant_id,
            _event.c.at >= now - WANTED_FOR,
            _event.c.profile_id.is_not(None),
        )
    )
    return frozenset(carts.scalars()) | frozenset(listed.scalars())


async def _waiting(executor: Executor, variant_id: str) -> frozenset[str]:
    """The people whose enrollments about this variant listen for low stock."""
    rows = await executor.execute(
        select(func.coalesce(_profile.c.merged_into, _profile.c.id), _enrollment.c.listens)
        .join_from(_enrollment, _profile, _profile.c.id == _enrollment.c.profile_id)
        .where(_enrollment.c.listens.is_not(None), _enrollment.c.variant_id == variant_id)
    )
    return frozenset(person for person, listens in rows if LOW_STOCK in listens)
