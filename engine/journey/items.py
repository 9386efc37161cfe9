"""Which variant or product an event is about."""

from collections.abc import Mapping
from typing import Literal

from engine.journey.facts import EventFact
from engine.journey.values import values_at
from engine.journey.vocabulary import PRODUCT_PATHS, VARIANT_PATHS

Match = Literal["variant", "product"]
ITEM_PATHS: Mapping[Match, tuple[str, ...]] = {"variant": VARIANT_PATHS, "product": PRODUCT_PATHS}
"""Where an event may name its items."""


def item_of(event: EventFact, match: Match) -> str | None:
    """The variant or product that an event is about; None when it names none or several."""
    for path in ITEM_PATHS[match]:
        found = values_at(event.properties, path)
        if len(found) == 1 and isinstance(found[0], str):
            return found[0]
    return None


def items_of(event: EventFact, match: Match) -> frozenset[str]:
    """All variants or products that an event names."""
    found = (each for path in ITEM_PATHS[match] for each in values_at(event.properties, path))
    return frozenset(each for each in found if isinstance(each, str))


def variant_of(event: EventFact) -> str | None:
    """The variant that an event is about."""
    return item_of(event, "variant")
