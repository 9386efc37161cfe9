"""Prices that fall. A price says nothing about stock: a drop is a trigger of its own, and never a restock."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from engine.currencies import minor_unit_places


class PriceDrop(NamedTuple):
    """A price that became less, in minor units of one currency."""

    before: int
    after: int
    currency: str

    @property
    def percentage(self) -> float:
        """By how much of what it was, in percent with one decimal place."""
        share = Decimal(100) * (self.before - self.after) / self.before
        return float(share.quantize(Decimal("0.1"), ROUND_HALF_UP))

    def in_units(self, amount: int) -> float:
        """An amount as events tell it: 39.9 for 3990 cents."""
        return float(Decimal(amount).scaleb(-minor_unit_places(self.currency)))


def price_drop(
    before: int | None, before_currency: str | None, after: int | None, after_currency: str | None
) -> PriceDrop | None:
    """The drop between two prices; None where the second is not less, or in another currency."""
    if before is None or after is None or after_currency is None or before_currency != after_currency:
        return None
    return PriceDrop(before, after, after_currency) if after < before else None
