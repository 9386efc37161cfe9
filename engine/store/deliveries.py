"""Deliveries: each webhook is taken once, however often its sender repeats it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import InboundDelivery

_delivery = core(InboundDelivery)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery: items taken in, and items put aside as dead letters."""

    accepted: int
    dead_lettered: int


async def begin(executor: Executor, source_id: str, delivery_id: str, now: datetime) -> Receipt | None:
    """Take this delivery: None when it is ours to handle now, its receipt when it was handled before.

    A second copy that comes while the first is still being handled waits until that one's transaction ends.
    """
    row = {
        "source_id": source_id,
        "delivery_id": delivery_id,
        "received_at": now,
        "accepted": 0,
        "dead_lettered": 0,
    }
    taken = await executor.execute(insert_into(InboundDelivery, executor).on_conflict_do_nothing().values(row))
    if affected(taken):
        return None
    whose = (_delivery.c.source_id == source_id, _delivery.c.delivery_id == delivery_id)
    found = await executor.execute(select(_delivery.c.accepted, _delivery.c.dead_lettered).where(*whose))
    return Receipt(*found.one())


async def finish(executor: Executor, source_id: str, delivery_id: str, receipt: Receipt) -> None:
    """Keep the receipt beside the delivery's id."""
    whose = (_delivery.c.source_id == source_id, _delivery.c.delivery_id == delivery_id)
    values = {"accepted": receipt.accepted, "dead_lettered": receipt.dead_lettered}
    await executor.execute(update(_delivery).where(*whose).values(values))


async def forget(executor: Executor, before: datetime) -> int:
    """Delete receipts from before this instant: a repetition that old is refused by its timestamp anyway."""
    return affected(await executor.execute(delete(_delivery).where(_delivery.c.received_at < before)))
