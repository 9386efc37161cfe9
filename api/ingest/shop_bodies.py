"""Reading what shop systems send: their prices are text, their ids are numbers beyond 2^53, their times are local."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.fields import MOST_UNITS, Instant
from engine.currencies import minor_unit_places

_LARGEST_AMOUNT = 10**12


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_utc(value: Any) -> Any:
    """A time without a zone, as the fields that end in `_gmt` have it."""
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            return value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
    return value


ShopId = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=64)]
"""An id of the shop, which sends it as a number."""
UtcTime = Annotated[Instant, BeforeValidator(_in_utc)]
Count = Annotated[int, Field(ge=-MOST_UNITS, le=MOST_UNITS, strict=True)]
"""Units; below zero when more was sold than there is."""


class ShopBody(BaseModel):
    """A part of a webhook's body. Shops send many fields more, which are let pass."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def minor_units(price: Any, currency: str | None) -> int | None:
    """The price in the currency's minor units; None when it is none, or when nobody said which currency it is in."""
    if currency is None or price in (None, ""):
        return None
    try:
        amount = Decimal(str(price)).scaleb(minor_unit_places(currency))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= _LARGEST_AMOUNT:
        return None
    return int(amount.to_integral_value())


def stock_item(sku: str, units: int, location: str, observed_at: datetime | None) -> dict[str, Any]:
    """Units as an inventory item, which is how a dead letter keeps them. What is oversold counts as reserved."""
    item: dict[str, Any] = {
        "sku": sku,
        "on_hand": max(0, units),
        "reserved": max(0, -units),
        "location": location,
    }
    return item if observed_at is None else item | {"observed_at": observed_at.isoformat()}


def picture(*candidates: Any) -> str | None:
    """The address of the first picture that has one."""
    for one in candidates:
        source: Any = one.get("src") if isinstance(one, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON
        if isinstance(source, str) and is_web_address(source):
            return source
    return None


def is_web_address(text: str) -> bool:
    """Whether this is an absolute http(s) address that can be linked to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = len(text) <= 2_000 and all(character > " " for character in text)
    return plain and parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None
