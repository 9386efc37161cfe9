"""Bodies of other systems' webhooks, written from their documentation, and how those systems sign and send them."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SHOPIFY_SECRET = "hush, says the shop"
WOOCOMMERCE_SECRET = "woo, says the shop"


def body(name: str, /, **changes: Any) -> bytes:
    """A recorded body, with some fields changed."""
    recorded: dict[str, Any] = json.loads((Path(__file__).parent / f"{name}.json").read_text())
    return json.dumps(recorded | changes).encode()


def _signature(secret: str, raw: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()


def from_shopify(raw: bytes, topic: str, delivery: str, secret: str = SHOPIFY_SECRET) -> Mapping[str, str]:
    """The headers that Shopify sends with this body."""
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": _signature(secret, raw),
        "X-Shopify-Shop-Domain": "nordlys.myshopify.com",
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": delivery,
        "X-Shopify-Triggered-At": "2027-01-02T09:00:00.123456789Z",
    }


def from_woocommerce(raw: bytes, topic: str, delivery: str, secret: str = WOOCOMMERCE_SECRET) -> Mapping[str, str]:
    """The headers that WooCommerce sends with this body."""
    resource, _, event = topic.partition(".")
    return {
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": "https://shop.example/",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": _signature(secret, raw),
        "X-WC-Webhook-ID": "142",
        "X-WC-Webhook-Delivery-ID": delivery,
    }


Signer = Callable[[bytes, str, str], Mapping[str, str]]
