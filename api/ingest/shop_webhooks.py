"""A shop's webhook, from its raw body to what it changed. One entry of `SHOPS` says how a shop system speaks.

A body that is not what its topic sends is kept as a dead letter and answered as taken: the shop would otherwise repeat
it for days and then switch the webhook off.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from pydantic import ValidationError
from pydantic_core import from_json

from api.errors import MalformedRequest
from api.ingest import shopify, woocommerce
from api.ingest.inventory import field_problems, storable
from api.ingest.shop_report import ShopFacts, ShopReport, take_report
from engine.stock.sourcing import SourceSettings
from engine.store.deadletters import Unusable
from engine.store.deliveries import Receipt
from engine.store.sources import SourceRow
from engine.store.statements import Executor

SHOP = "shop"
"""Where a dead letter's payload names the shop system whose webhook it holds."""


@dataclass(frozen=True, slots=True)
class ShopSystem:
    """How a shop system sends: the names of its headers, where its pages are, and who reads its bodies."""

    name: Literal["shopify", "woocommerce"]
    title: str
    signature: str
    delivery: str
    topic: str
    domain: str
    read: Callable[[str, Mapping[str, Any], ShopFacts], ShopReport | None]


SHOPS: Mapping[str, ShopSystem] = {
    one.name: one
    for one in (
        ShopSystem(
            "shopify",
            "Shopify",
            "x-shopify-hmac-sha256",
            "x-shopify-webhook-id",
            "x-shopify-topic",
            "x-shopify-shop-domain",
            shopify.read,
        ),
        ShopSystem(
            "woocommerce",
            "WooCommerce",
            "x-wc-webhook-signature",
            "x-wc-webhook-delivery-id",
            "x-wc-webhook-topic",
            "x-wc-webhook-source",
            woocommerce.read,
        ),
    )
}


async def take_webhook(
    executor: Executor,
    system: ShopSystem,
    headers: Mapping[str, str],
    raw: bytes,
    source: SourceRow,
    *,
    delivery_id: str,
    retention: timedelta | None,
    now: datetime,
) -> Receipt:
    """Store what this body says.

    Raises:
        MalformedRequest: it is not a JSON object.
    """
    try:
        body: Any = from_json(raw, allow_inf_nan=False)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise MalformedRequest("The body is not a JSON object; send it as the shop system does.")
    topic, fields = headers.get(system.topic, "").lower(), cast("dict[str, Any]", storable(body))
    report = read_report(system, topic, fields, headers.get(system.domain), source)
    return await take_report(executor, report, source, delivery_id=delivery_id, retention=retention, now=now)


def read_report(
    system: ShopSystem, topic: str, body: Mapping[str, Any], domain: str | None, source: SourceRow
) -> ShopReport:
    """What the body says; one that cannot be read says only that, as a dead letter."""
    settings = SourceSettings.model_validate(source.settings)
    facts = ShopFacts(settings.currency, settings.address or _address(domain))
    try:
        return system.read(topic, body, facts) or ShopReport()
    except ValidationError as error:
        reason = " ".join(f"{each.field}: {each.detail}" for each in field_problems(error))
        letter = {SHOP: system.name, "topic": topic, "domain": domain, "body": body}
        return ShopReport(unusable=[Unusable("invalid_webhook", reason, letter)])


def _address(domain: str | None) -> str | None:
    """The shop's address by what its header says: a bare domain, or the address itself."""
    if not domain:
        return None
    return (domain if domain.startswith(("https://", "http://")) else f"https://{domain}").rstrip("/")
