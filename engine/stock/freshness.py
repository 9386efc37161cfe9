"""Which journeys go by which sources, so that inventory that nobody reported for too long is shown where it matters.

A journey whose trigger is about stock or prices goes by every source, unless its trigger asks for events of some.
"""

from collections.abc import Iterable

from engine.journey.conditions import All, AnyOf, Condition
from engine.journey.leaves import Property
from engine.journey.triggers import EventTrigger
from engine.journey.vocabulary import INVENTORY_EVENTS


def sources_used(trigger: object, sources: Iterable[str]) -> frozenset[str] | None:
    """Those of these sources, by name, that a journey with this trigger goes by; None where it is not about stock."""
    if not isinstance(trigger, EventTrigger) or trigger.event not in INVENTORY_EVENTS:
        return None
    asked = None if trigger.where is None else _asked(trigger.where)
    return frozenset(sources) if asked is None else frozenset(sources) & asked


def _asked(condition: Condition) -> frozenset[str] | None:
    """The sources of which one must be there for the condition to hold; None when any will do."""
    match condition:
        case Property(property="source", op="equals", value=str() as name):
            return frozenset({name})
        case All(of=parts):
            return next((asked for part in parts if (asked := _asked(part)) is not None), None)
        case AnyOf(of=parts):
            each = [_asked(part) for part in parts]
            return frozenset[str]().union(*(one for one in each if one is not None)) if None not in each else None
        case _:
            return None
