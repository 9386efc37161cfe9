"""Taking inventory in: readings are stored, and what cannot be used is put aside."""

from datetime import datetime, timedelta
from typing import Any

from api.ingest.inventory import ITEM, Inventory, storable
from engine.store import deadletters, interest, stock
from engine.store.deadletters import Unusable
from engine.store.deliveries import Receipt
from engine.store.statements import Executor


async def take_inventory(
    executor: Executor,
    inventory: Inventory,
    *,
    source_id: str,
    delivery_id: str,
    retention: timedelta | None,
    now: datetime,
) -> Receipt:
    """Store the readings of a delivery, and keep as dead letters what cannot be used."""
    readings = [reading for reading, _ in inventory.readings]
    observed = await stock.observe_all(executor, readings, source_id=source_id, delivery_id=delivery_id, now=now)
    await interest.notice_sold_out(executor, observed, retention=retention, now=now)
    unknown = [
        _unknown_variant(reading.sku, item)
        for (reading, item), one in zip(inventory.readings, observed, strict=True)
        if one is None
    ]
    unusable = [*inventory.unusable, *unknown]
    await deadletters.put_aside(executor, source_id, delivery_id, unusable, now)
    return Receipt(accepted=len(readings) - len(unknown), dead_lettered=len(unusable))


def _unknown_variant(sku: str, item: Any) -> Unusable:
    reason = f"No variant of this source is named {sku!r}; send its product to the catalog, then play this again."
    return Unusable("unknown_variant", reason, {ITEM: storable(item)})
