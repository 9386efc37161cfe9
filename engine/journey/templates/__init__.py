"""Templates: whole journeys to begin from, as data beside this module, one JSON file each.

A template is a draft like any other. `needs` names what the workspace must have before it can be launched
(`segment:vip`).
"""

import json
from functools import lru_cache
from importlib.resources import files

from engine.journey.version import JourneyDocument
from engine.model import Frozen

_ORDER = (
    "back_in_stock",
    "single_alert",
    "waiting_on_stock_confirmation",
    "vip_early_access",
    "second_reminder",
    "price_drop",
    "abandoned_cart",
    "low_stock_nudge",
    "course_seat_reopened",
)


class Template(Frozen):
    """A journey to begin from, and a sentence on what it does."""

    id: str
    title: str
    summary: str
    needs: tuple[str, ...] = ()
    document: JourneyDocument


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """All templates, in the order in which a gallery shows them."""
    here = files(__name__)
    found = {file.name.removesuffix(".json"): file for file in here.iterdir() if file.name.endswith(".json")}
    names = [*_ORDER, *sorted(set(found) - set(_ORDER))]
    return tuple(Template.model_validate(json.loads(found[name].read_text(encoding="utf-8"))) for name in names)
