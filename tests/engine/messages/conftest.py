"""One restock, as merge tags see it."""

from typing import Any

import pytest

from engine.messages.context import RenderContext
from engine.messages.links import LinkPolicy
from engine.messages.money import Money

SEND_ID = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
EMOJI = "🧥 \N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL} é \N{RIGHT-TO-LEFT MARK}\N{HEBREW LETTER ALEF}"


def click_link(target: str, url: str) -> str:
    """A click link that shows its target."""
    return f"https://waitline.example/c/{SEND_ID}-{target}"


def tags(**roots: dict[str, Any]) -> dict[str, Any]:
    """The usual roots, with fields replaced or added by root."""
    usual: dict[str, dict[str, Any]] = {
        "profile": {"first_name": "Åsa", "tier": None, "email": "asa@example.org"},
        "product": {
            "name": "Fjell jacket",
            "price": Money(amount=14900, currency="EUR"),
            "original_price": None,
            "url": "https://shop.example/products/fjell?variant=FJELL-M",
            "image_url": "https://cdn.example/fjell.jpg",
        },
        "variant": {"sku": "FJELL-M", "title": "M"},
        "event": {"items": [{"name": "Hat"}, {"name": "Scarf"}]},
        "journey": {"name": "Back in stock"},
    }
    return {root: {**fields, **roots.get(root, {})} for root, fields in usual.items()}


def make_context(*, allowed: tuple[str, ...] = ("shop.example",), **roots: dict[str, Any]) -> RenderContext:
    """The usual context, with fields replaced or added by root."""
    return RenderContext(
        send_id=SEND_ID,
        link_for=click_link,
        link_policy=LinkPolicy(allowed_domains=allowed),
        links={"unsubscribe": "https://waitline.example/u/1"},
        **tags(**roots),
    )


@pytest.fixture
def context() -> RenderContext:
    return make_context()
