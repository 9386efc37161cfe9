"""What a profile bought and returned, as far as the guard asks: the newest time, of the same thing only."""

from collections.abc import Iterable
from datetime import datetime

from engine.guardrails.products import Item
from engine.guardrails.settings import Recent
from engine.journey.facts import EventFact
from engine.journey.items import items_of


def newest(
    events: Iterable[EventFact], name: str, rule: Recent | None, item: Item | None, now: datetime
) -> datetime | None:
    """When an event called `name` about the same thing last occurred within the rule's span; None when it did not."""
    if rule is None or item is None:
        return None
    same = item.sku if rule.match == "variant" else item.product_id
    skus = {item.sku}
    found = (
        event.at
        for event in events
        if event.name == name
        and event.at > now - rule.within
        and (same in items_of(event, rule.match) or skus & items_of(event, "variant"))
    )
    return max(found, default=None)
