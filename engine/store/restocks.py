"""Restocks: each person who waited for the variant gets one `Back in Stock` event, and nobody else does."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, bindparam, func, literal, or_, select

from engine.store.catalog import describe_variants
from engine.store.columns import Instant, JsonColumn
from engine.store.prepared import Prepared
from engine.store.statements import Executor, core
from engine.store.tables import PENDING, Event, Restock, StockMovement, Variant, WaitlistEntry

BACK_IN_STOCK = "Back in Stock"
_entry = core(WaitlistEntry)
_movement = core(StockMovement)
_restock = core(Restock)
_variant = core(Variant)
_RESTOCK = Prepared(
    select(
        _restock.c.variant_id, _restock.c.available_after, _restock.c.at, _movement.c.source_id, _movement.c.delivery_id
    )
    .join_from(_restock, _movement, _movement.c.id == _restock.c.movement_id)
    .where(_restock.c.id == bindparam("restock"))
)
_BACK: ColumnElement[str] = bindparam("variant", type_=String())
_PRODUCT = select(_variant.c.product_id).where(_variant.c.id == _BACK).scalar_subquery()


def _recorded(waits: ColumnElement[bool]) -> Prepared:
    """Writes the event of everybody whose entry waits so, and did when the restock happened."""
    at: ColumnElement[datetime] = bindparam("at", type_=Instant())
    waiting = {
        "id": bindparam("begins", type_=String()) + func.substr(_entry.c.id, len("wle_") + 1),
        "name": literal(BACK_IN_STOCK),
        "profile_id": _entry.c.profile_id,
        "variant_id": _BACK,
        "restock_id": bindparam("restock", type_=String()),
        "waitlist_entry_id": _entry.c.id,
        "source_id": bindparam("source", type_=String()),
        "delivery_id": bindparam("delivery", type_=String()),
        "properties": bindparam("properties", type_=JsonColumn),
        "at": at,
        "received_at": bindparam("now", type_=Instant()),
    }
    told = select(*(column.label(f"its_{name}") for name, column in waiting.items())).where(
        waits, _entry.c.state == PENDING, or_(_entry.c.expires_at.is_(None), _entry.c.expires_at > at)
    )
    return Prepared(lambda insert: insert(Event).from_select(list(waiting), told).on_conflict_do_nothing())


_RECORD = _recorded(_entry.c.variant_id == _BACK)
_RECORD_OF_PRODUCT = _recorded(_entry.c.variant_id.in_(select(_variant.c.id).where(_variant.c.product_id == _PRODUCT)))


async def record_restock_events(
    executor: Executor, restock_id: str, now: datetime, *, whole_product: bool = False
) -> int:
    """Write one `Back in Stock` for each entry that waited when the restock happened; how many were new.

    With `whole_product` also for who waits for another variant of the product; the event tells of the one that is back.

    One statement however long the line is. The event's id follows from restock and entry (`restock_event_id`), so
    running it again adds only what is missing. An entry whose time ran out before the restock gets none.

    Raises:
        LookupError: there is no such restock.
    """
    found = await _RESTOCK.ask(executor, {"restock": restock_id})
    if not found:
        raise LookupError(f"There is no restock {restock_id!r}.")
    restock = found[0]
    card = (await describe_variants(executor, [restock["variant_id"]]))[restock["variant_id"]]
    shared = {
        "begins": restock_event_id(restock_id, ""),
        "variant": restock["variant_id"],
        "restock": restock_id,
        "source": restock["source_id"],
        "delivery": restock["delivery_id"],
        "properties": card.event_properties | {"quantity": restock["available_after"], "restock_id": restock_id},
        "at": restock["at"],
        "now": now,
    }
    return await (_RECORD_OF_PRODUCT if whole_product else _RECORD).affect(executor, shared)


def restock_event_id(restock_id: str, entry_id: str) -> str:
    """The id of the `Back in Stock` event that this restock gives this waitlist entry."""
    return f"bis_{restock_id.removeprefix('rst_')}_{entry_id.removeprefix('wle_')}"
