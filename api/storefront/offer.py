"""What the widget may offer on a shop's pages: the answer of ``GET /v1/storefront/config``.

The widget shows its button exactly when the offer is active, the shop does not sell what it does not have
(``inventory_mode`` "deny"; a shop that "continues" selling lets people buy instead of wait), and the selected variant
is out of stock.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.storefront.texts import CONSENT_TEXT_VERSION, TEXTS
from engine.stock.pages import PageRule

InventoryMode = Literal["deny", "continue"]
Channel = Literal["web_push", "email", "sms"]


class StorefrontPages(BaseModel):
    """The source whose pages are read, and the rules by which the widget knows them."""

    model_config = ConfigDict(frozen=True)

    source: str
    rules: tuple[PageRule, ...]


class StorefrontConfig(BaseModel):
    """The widget's configuration; ``retention_days`` None means that a request stays open until it is ended."""

    model_config = ConfigDict(frozen=True)

    vapid_public_key: str | None
    channels: tuple[Channel, ...] = ("web_push", "email", "sms")
    offer_active: bool = True
    inventory_mode: InventoryMode = "deny"
    texts: Mapping[str, Mapping[str, str]] = TEXTS
    consent_text_version: str = CONSENT_TEXT_VERSION
    retention_days: int | None
    pages: StorefrontPages | None = None


def storefront_config(
    vapid_public_key: str | None, retention: timedelta | None, pages: StorefrontPages | None = None
) -> StorefrontConfig:
    """The offer that stands without any further setting: every channel (web push needs a key), as entries are kept."""
    return StorefrontConfig(
        vapid_public_key=vapid_public_key,
        channels=("web_push", "email", "sms") if vapid_public_key else ("email", "sms"),
        retention_days=retention.days if retention else None,
        pages=pages,
    )
