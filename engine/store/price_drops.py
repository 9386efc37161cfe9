"""Price drops: those who want a variant are told that it costs less. Stock is not touched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.journey.vocabulary import PRICE_DROPPED
from engine.stock.prices import PriceDrop
from engine.store import events, outbox
from engine.store.catalog import describe_variants
from engine.store.events import NewEvent
from engine.store.ids import new_id
from engine.store.statements import Executor
from engine.store.wanting import who_listen, who_wait, who_want

PRICE_FELL = "price_fell"
"""The outbox kind of a variant's price that became less."""


def fact(variant_id: str, drop: PriceDrop) -> outbox.Fact:
    """The word to the relay that this variant costs less."""
    return outbox.Fact(PRICE_FELL, new_id("prc"), {"variant_id": variant_id, **drop._asdict()})


async def record_price_drop(
    executor: Executor, change: str, payload: Mapping[str, Any], now: datetime, *, begins_journeys: bool
) -> int:
    """Write one `Price Dropped` for each person concerned; how many were new.

    Concerned is who listens for it and, where a journey begins with it, who wants or waits for the variant. The
    event's id follows from change and profile, so that it may be repeated.
    """
    drop = PriceDrop(payload["before"], payload["after"], payload["currency"])
    variant_id = payload["variant_id"]
    card = (await describe_variants(executor, [variant_id]))[variant_id]
    told = await who_listen(executor, variant_id, PRICE_DROPPED)
    if begins_journeys:
        told |= await who_want(executor, variant_id, now) | await who_wait(executor, variant_id)
    said = {
        **card.event_properties,
        "price": drop.in_units(drop.after),
        "original_price": drop.in_units(drop.before),
        "currency": drop.currency,
        "percentage": drop.percentage,
    }
    happened = [
        NewEvent(
            name=PRICE_DROPPED,
            profile_id=profile,
            at=now,
            message_id=f"price-drop/{change}/{profile}",
            variant_id=variant_id,
            source_id=card.source_id,
            properties=said,
        )
        for profile in sorted(told)
    ]
    return len(await events.record(executor, happened, now))
