"""Interest: which behaviour counts as waiting for a variant, besides asking to be told.

    Product Added to Wishlist   ──► wishlist
    Product Favorited           ──► favorite
    Product Viewed, often enough while it is out of stock   ──► view
    in the cart when it sells out                           ──► cart

Each journey says which of them it wants. What no live journey wants opens no entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import Field

from engine.model import Frozen
from engine.stock.waiting import WaitSource

WISHLISTED = "Product Added to Wishlist"
FAVORITED = "Product Favorited"
VIEWED = "Product Viewed"
SOURCE_OF_EVENT: Mapping[str, WaitSource] = {WISHLISTED: "wishlist", FAVORITED: "favorite", VIEWED: "view"}


class InterestRule(Frozen):
    """A journey's rule. `views` in `view_window` make a view count; `window` is the greatest age at a restock."""

    sources: frozenset[WaitSource] = frozenset({"explicit"})
    views: int = Field(default=1, ge=1, le=1_000)
    view_window: timedelta = Field(default=timedelta(days=30), gt=timedelta(0))
    window: timedelta | None = Field(default=None, gt=timedelta(0))

    def lets_in(self, source: WaitSource, since: datetime, restocked_at: datetime) -> bool:
        """Whether an entry of this source and age may enter the journey after a restock."""
        return source in self.sources and self.is_fresh(since, restocked_at)

    def is_fresh(self, since: datetime, restocked_at: datetime) -> bool:
        """Whether the interest was young enough when the variant came back."""
        return self.window is None or restocked_at - since <= self.window


def is_wanted(rules: Iterable[InterestRule], source: WaitSource) -> bool:
    """Whether any journey wants entries of this source."""
    return any(source in rule.sources for rule in rules)


def is_viewed_enough(rules: Iterable[InterestRule], views: Sequence[datetime], now: datetime) -> bool:
    """Whether these views make an interest by any journey's rule."""
    return any(
        sum(now - rule.view_window <= view <= now for view in views) >= rule.views
        for rule in rules
        if "view" in rule.sources
    )


def longest_view_window(rules: Iterable[InterestRule]) -> timedelta:
    """How far back views matter to any journey."""
    return max((rule.view_window for rule in rules if "view" in rule.sources), default=timedelta(0))
