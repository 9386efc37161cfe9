"""Restocks: each person who waited for the variant gets one `Back in Stock` event, and nobody else does."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select

from engine.store.catalog import describe_variants
from engine.store.columns import Instant, JsonColumn
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import Event, Restock, StockMovement, Variant, WaitlistEntry

BACK_IN_STOCK = "Back in Stock"
_entry = core(WaitlistEntry)
_movement = core(StockMovement)
_restock = core(Restock)
_variant = core(Variant)


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
    restock = await _restock_row(executor, restock_id)
    card = (await describe_variants(executor, [restock.variant_id]))[restock.variant_id]
    properties = card.event_properties | {"quantity": restock.available_after, "restock_id": restock_id}
    event = insert_into(Event, executor)
    waiting = select(
        (literal(restock_event_id(restock_id, "")) + func.substr(_entry.c.id, len("wle_") + 1)).label("id"),
        literal(BACK_IN_STOCK),
        _entry.c.profile_id,
        literal(restock.variant_id),
        literal(restock_id),
        _entry.c.id.label("entry_id"),
        literal(restock.source_id),
        literal(restock.delivery_id),
        literal(properties, JsonColumn),
        literal(restock.at, Instant()),
        literal(now, Instant()),
    ).where(
        _waits_for(restock.variant_id, whole_product=whole_product),
        _entry.c.state == "pending",
        (_entry.c.expires_at.is_(None)) | (_entry.c.expires_at > restock.at),
    )
    columns = [
        "id",
        "name",
        "profile_id",
        "variant_id",
        "restock_id",
        "waitlist_entry_id",
        "source_id",
        "delivery_id",
        "properties",
        "at",
        "received_at",
    ]
    return affected(await executor.execute(event.from_select(columns, waiting).on_conflict_do_nothing()))


def restock_event_id(restock_id: str, entry_id: str) -> str:
    """The id of the `Back in Stock` event that this restock gives this waitlist entry."""
    return f"bis_{restock_id.removeprefix('rst_')}_{entry_id.removeprefix('wle_')}"


def _waits_for(variant_id: str, *, whole_product: bool) -> ColumnElement[bool]:
    if not whole_product:
        return _entry.c.variant_id == variant_id
    product = select(_variant.c.product_id).where(_variant.c.id == variant_id).scalar_subquery()
    return _entry.c.variant_id.in_(select(_variant.c.id).where(_variant.c.product_id == product))


async def _restock_row(executor: Executor, restock_id: str) -> Row[Any, Any, Any, Any, Any]:
    statement = (
        select(
            _restock.c.variant_id,
            _restock.c.available_after,
            _restock.c.at,
            _movement.c.source_id,
            _movement.c.delivery_id,
        )
        .join_from(_restock, _movement, _movement.c.id == _restock.c.movement_id)
        .where(_restock.c.id == restock_id)
    )
    row = (await executor.execute(statement)).one_or_none()
    if row is None:
        raise LookupError(f"There is no restock {restock_id!r}.")
    return row
