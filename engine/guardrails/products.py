"""Product filters: which products a journey may be about, as a tree of conditions that the product must meet.

    {"kind": "all", "of": [{"kind": "drop", "at_least": 20},
                           {"kind": "original_price", "at_least": 1000, "currency": "EUR"}]}

Prices are minor units and compared in the item's own currency: a condition that names a currency holds only of items
in it. What is not known of a product does not meet a condition about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from engine.model import Frozen


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of the variant that a message is about. Prices are minor units of `currency`."""

    sku: str
    product_id: str
    price: int | None = None
    original_price: int | None = None
    currency: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def categories(self) -> frozenset[str]:
        """Its categories, from the attributes `category` and `categories`."""
        found: list[Any] = [self.attributes.get("category")]
        several = self.attributes.get("categories")
        found += cast("list[Any]", several) if isinstance(several, list) else [several]
        return frozenset(each for each in found if isinstance(each, str))

    @property
    def drop(self) -> float:
        """By how many per cent the price is below the original one."""
        if not self.original_price or self.price is None:
            return 0.0
        return max(0.0, (self.original_price - self.price) * 100 / self.original_price)

    def inputs(self) -> dict[str, Any]:
        """The item as JSON, for the ledger."""
        return {
            "sku": self.sku,
            "product_id": self.product_id,
            "price": self.price,
            "original_price": self.original_price,
            "currency": self.currency,
            "categories": sorted(self.categories),
        }


class Category(Frozen):
    """It is in one of these categories."""

    kind: Literal["category"] = "category"
    any_of: tuple[str, ...] = Field(min_length=1, max_length=500)

    def holds(self, item: Item) -> bool:
        """Whether any of its categories is named."""
        return not item.categories.isdisjoint(self.any_of)


class Products(Frozen):
    """It is one of these, by SKU or by the shop's id of the product."""

    kind: Literal["products"] = "products"
    any_of: tuple[str, ...] = Field(min_length=1, max_length=5_000)

    def holds(self, item: Item) -> bool:
        """Whether its SKU or its product is named."""
        return item.sku in self.any_of or item.product_id in self.any_of


class _Price(Frozen):
    at_least: int | None = Field(default=None, ge=0)
    below: int | None = Field(default=None, ge=0)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")

    def fits(self, amount: int | None, item: Item) -> bool:
        """Whether the amount lies within the bounds, in the currency that they are meant in."""
        if amount is None or (self.currency is not None and item.currency != self.currency):
            return False
        return (self.at_least is None or amount >= self.at_least) and (self.below is None or amount < self.below)


class OriginalPrice(_Price):
    """Its original price (its price, when it has no other) lies within these bounds."""

    kind: Literal["original_price"] = "original_price"

    def holds(self, item: Item) -> bool:
        """Compare in the item's own currency."""
        return self.fits(item.price if item.original_price is None else item.original_price, item)


class Price(_Price):
    """Its price lies within these bounds."""

    kind: Literal["price"] = "price"

    def holds(self, item: Item) -> bool:
        """Compare in the item's own currency."""
        return self.fits(item.price, item)


class Currency(Frozen):
    """It is priced in one of these currencies."""

    kind: Literal["currency"] = "currency"
    any_of: tuple[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], ...] = Field(min_length=1, max_length=200)

    def holds(self, item: Item) -> bool:
        """Whether its currency is named."""
        return item.currency in self.any_of


class OnSale(Frozen):
    """Its price is below its original price."""

    kind: Literal["on_sale"] = "on_sale"

    def holds(self, item: Item) -> bool:
        """Compare the two prices."""
        return item.price is not None and item.original_price is not None and item.price < item.original_price


class Drop(Frozen):
    """Its price is at least this many per cent below its original price."""

    kind: Literal["drop"] = "drop"
    at_least: float = Field(gt=0, le=100)

    def holds(self, item: Item) -> bool:
        """Compare the two prices."""
        return item.drop >= self.at_least


class ProductAttribute(Frozen):
    """An attribute of the product equals one of these values."""

    kind: Literal["attribute"] = "attribute"
    name: str = Field(min_length=1, max_length=120)
    any_of: tuple[str | int | float | bool, ...] = Field(min_length=1, max_length=500)

    def holds(self, item: Item) -> bool:
        """Look the attribute up."""
        return item.attributes.get(self.name) in self.any_of


class AllOf(Frozen):
    """It meets every one of these conditions."""

    kind: Literal["all"] = "all"
    of: tuple["ProductCondition", ...] = Field(max_length=50)

    def holds(self, item: Item) -> bool:
        """Every part holds."""
        return all(part.holds(item) for part in self.of)


class AnyOf(Frozen):
    """It meets at least one of these conditions."""

    kind: Literal["any"] = "any"
    of: tuple["ProductCondition", ...] = Field(max_length=50)

    def holds(self, item: Item) -> bool:
        """Some part holds."""
        return any(part.holds(item) for part in self.of)


class NotThat(Frozen):
    """It does not meet this condition."""

    kind: Literal["not"] = "not"
    of: "ProductCondition"

    def holds(self, item: Item) -> bool:
        """The opposite of its part."""
        return not self.of.holds(item)


ProductCondition = Annotated[
    Category | Products | OriginalPrice | Price | Currency | OnSale | Drop | ProductAttribute | AllOf | AnyOf | NotThat,
    Field(discriminator="kind"),
]

for _model in (AllOf, AnyOf, NotThat):
    _model.model_rebuild()
