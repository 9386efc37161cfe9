"""Low stock: those who want a variant are told when it falls below a threshold.

Told are owners of a cart that holds it and those who put it on a list in the last 90 days; and, whenever it becomes
less, enrollments about it that wait for what low stock may change.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.journey.vocabulary import LOW_STOCK
from engine.store import events
from engine.store.catalog import describe_variants
from engine.store.events import NewEvent
from engine.store.statements import Executor
from engine.store.wanting import who_listen, who_want


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
    wanting = await who_want(executor, variant_id, now) if passed else frozenset[str]()
    waiting = await who_listen(executor, variant_id, LOW_STOCK)
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
