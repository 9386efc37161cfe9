"""What is set of a source: what its own bodies leave out, where its feed is, and how old its word may become."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from engine.model import Frozen
from engine.stock.description import CatalogAttribute, CatalogWay
from engine.stock.pages import PageSettings

FeedFormat = Literal["google_merchant"]


class FeedSettings(Frozen):
    """A file that is fetched again and again: products as Google Merchant XML."""

    url: str
    every: timedelta = Field(default=timedelta(hours=1), ge=timedelta(minutes=1), le=timedelta(days=7))
    format: FeedFormat = "google_merchant"


class SourceSettings(Frozen):
    """The settings of a source.

    `currency` (ISO 4217) is the one of its prices, `address` where its pages are. A source that was silent for longer
    than `max_age` is stale; `hold_when_stale` then holds what would be sent about its variants. `priorities` says for
    an attribute which ways into its catalog go before which (`engine.stock.description`). `pages` is there where the
    widget tells what the shop's pages say of products.
    """

    currency: str | None = None
    address: str | None = None
    feed: FeedSettings | None = None
    max_age: timedelta | None = Field(default=None, gt=timedelta(0))
    hold_when_stale: bool = False
    pages: PageSettings | None = None
    priorities: dict[CatalogAttribute, tuple[CatalogWay, ...]] = Field(
        default_factory=dict[CatalogAttribute, tuple[CatalogWay, ...]]
    )

    def is_stale(self, last_seen_at: datetime | None, now: datetime) -> bool:
        """Whether the source was silent for too long to be believed."""
        if self.max_age is None:
            return False
        return last_seen_at is None or now - last_seen_at > self.max_age
