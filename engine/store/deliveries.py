"""Deliveries: each webhook is taken once, however often its sender repeats it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from engine.store.prepared import Prepared
from engine.store.statements import Executor, affected, core
from engine.store.tables import InboundDelivery

_delivery = core(InboundDelivery)
_THIS = (_delivery.c.source_id == bindparam("source"), _delivery.c.delivery_id == bindparam("delivery"))
_TAKE = Prepared(
    lambda insert: insert(InboundDelivery).on_conflict_do_nothing().returning(_delivery.c.delivery_id),
)
_RECEIPT = Prepared(select(_delivery.c.accepted, _delivery.c.dead_lettered).where(*_THIS))
_FINISH = Prepared(
    update(_delivery).where(*_THIS).values(accepted=bindparam("taken"), dead_lettered=bindparam("aside"))
)


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
    if await _TAKE.ask(executor, row):
        return None
    (found,) = await _RECEIPT.ask(executor, {"source": source_id, "delivery": delivery_id})
    return Receipt(**found)


async def finish(executor: Executor, source_id: str, delivery_id: str, receipt: Receipt) -> None:
    """Keep the receipt beside the delivery's id."""
    counted = {"taken": receipt.accepted, "aside": receipt.dead_lettered}
    await _FINISH.tell(executor, [{"source": source_id, "delivery": delivery_id, **counted}])


async def forget(executor: Executor, before: datetime) -> int:
    """Delete receipts from before this instant: a repetition that old is refused by its timestamp anyway."""
    return affected(await executor.execute(delete(_delivery).where(_delivery.c.received_at < before)))
