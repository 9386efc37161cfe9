"""Inventory webhooks: one item, or a list of which each is judged by itself.

    {"sku": "FJELL-M", "on_hand": 3}
    {"items": [{"sku": "FJELL-M", "on_hand": 3, "reserved": 1, "location": "berlin", "observed_at": "…Z"}, …]}

A body that is not one of these is refused, naming the field. In a list, an item that cannot be used is put aside and
the others count: its sender would otherwise repeat all of them until somebody looks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import Field, ValidationError
from pydantic_core import from_json

from api.bodies import Body, is_storable
from api.errors import FieldProblem, MalformedRequest, ValidationFailed
from api.fields import Instant, Location, Sku, Units
from engine.stock.levels import Level
from engine.store.deadletters import Unusable
from engine.store.stock import Reading

MOST_ITEMS = 10_000
_TOO_LONG = 2**63
_MUCH_TOO_LONG = 10**4000
ITEM = "item"
"""Where a dead letter's payload holds the item that it is about."""


class StockReport(Body):
    """Units of a variant at a location. Those `reserved` are on hand, and promised already."""

    on_hand: Units
    reserved: Units = 0
    location: Location = "default"
    observed_at: Annotated[
        Instant | None,
        Field(description="When this was true; now when absent. Older than what is known changes nothing."),
    ] = None

    def reading(self, sku: str) -> Reading:
        """The same, in the words of the store."""
        return Reading(sku, Level(on_hand=self.on_hand, reserved=self.reserved), self.location, self.observed_at)


class InventoryItem(StockReport):
    """Units of a variant at a location, as a webhook reports them."""

    sku: Sku


def inventory_schema() -> dict[str, Any]:
    """The JSON schema of a delivery's body."""
    item = InventoryItem.model_json_schema()
    items = {"type": "array", "items": item, "minItems": 1, "maxItems": MOST_ITEMS}
    several = {"type": "object", "properties": {"items": items}, "required": ["items"], "additionalProperties": False}
    return {"anyOf": [item, several]}


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a delivery holds: readings with the item that each came from, and items that cannot be used."""

    readings: Sequence[tuple[Reading, dict[str, Any]]]
    unusable: Sequence[Unusable]


def parse_inventory(body: str) -> Inventory:
    """Read a delivery's body.

    Raises:
        MalformedRequest: it is not JSON.
        ValidationFailed: it is neither an item nor a list of items.
    """
    try:
        given: Any = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise MalformedRequest("The body is not valid JSON; check it and send it again.") from None
    if isinstance(given, dict) and "items" in given:
        return _read_items(cast("dict[str, Any]", given))
    try:
        item = InventoryItem.model_validate(given)
    except ValidationError as error:
        raise ValidationFailed(errors=field_problems(error)) from None
    return Inventory([(item.reading(item.sku), cast("dict[str, Any]", given))], [])


def _read_items(given: dict[str, Any]) -> Inventory:
    items: Any = given["items"]
    if not isinstance(items, list) or not 0 < len(cast("list[Any]", items)) <= MOST_ITEMS:
        detail = f"A list of 1 to {MOST_ITEMS} items is needed."
        raise ValidationFailed(errors=[FieldProblem("items", "list", detail)])
    if unknown := sorted(given.keys() - {"items"}):
        raise ValidationFailed(
            errors=[FieldProblem(name, "extra_forbidden", "This field is not known here.") for name in unknown]
        )
    readings: list[tuple[Reading, dict[str, Any]]] = []
    unusable: list[Unusable] = []
    for item in cast("list[Any]", items):
        try:
            found = InventoryItem.model_validate(item)
        except ValidationError as error:
            reason = " ".join(f"{problem.field}: {problem.detail}" for problem in field_problems(error))
            unusable.append(Unusable("invalid_item", reason, {ITEM: storable(item)}))
        else:
            readings.append((found.reading(found.sku), cast("dict[str, Any]", item)))
    return Inventory(readings, unusable)


def parse_item(item: Any, received_at: datetime) -> Reading | None:
    """An item that was put aside, as of the time when it came; None when it cannot be read."""
    try:
        found = InventoryItem.model_validate(item)
    except ValidationError:
        return None
    reading = found.reading(found.sku)
    return reading._replace(observed_at=reading.observed_at or received_at)


def field_problems(error: ValidationError) -> list[FieldProblem]:
    """The fields that could not be used, by their paths."""
    return [
        FieldProblem(".".join(str(part) for part in one["loc"]) or "body", one["type"], f"{one['msg']}.")
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def storable(value: Any) -> Any:
    """The same JSON in a form that every database takes: characters and numbers that none does are replaced."""
    match value:
        case str():
            return value if is_storable(value) else value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        case float():
            return value if math.isfinite(value) else str(value)
        case int() if abs(value) >= _TOO_LONG:
            return str(value) if abs(value) < _MUCH_TOO_LONG else hex(value)
        case dict():
            held = cast("dict[str, Any]", value)
            return {storable(key): storable(one) for key, one in held.items()}
        case list():
            return [storable(one) for one in cast("list[Any]", value)]
        case _:
            return value
