"""Where a store adds an item to a cart or a wishlist: one address pattern a store and act.

A pattern is an address with places in braces: `{sku}` and `{product_id}` stand for the store's own names of the variant
and its product, `{variant_id}` for the number that Shopify puts behind `?variant=` in the address of the item's page,
`{url}` for that page. Every other character stays as it is.

    https://shop.example/cart/{variant_id}:1          Shopify: a cart with one of it
    https://shop.example/?add-to-cart={product_id}    WooCommerce
    {url}#wishlist                                    the product page itself
"""

import re
from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import Field, model_validator

from engine.messages.links import MAX_URL_LENGTH, absolute_host
from engine.model import Frozen

_PLACE = re.compile(r"\{([^{}]*)\}")
PLACES = frozenset({"sku", "product_id", "variant_id", "url"})
Pattern = Annotated[str, Field(min_length=1, max_length=MAX_URL_LENGTH, examples=["https://shop.example/cart/{sku}:1"])]


class StoreLinks(Frozen):
    """The patterns of one store; what has none leads to the product."""

    wishlist: Pattern | None = None
    add_to_cart: Pattern | None = None

    @model_validator(mode="after")
    def _lead_to_addresses(self) -> Self:
        sample = {**dict.fromkeys(PLACES, "1"), "url": "https://shop.example/product"}
        for pattern in filter(None, (self.wishlist, self.add_to_cart)):
            unknown = set(_PLACE.findall(pattern)) - PLACES
            if unknown:
                raise ValueError(
                    f"There is no {{{min(unknown)}}}; a pattern may hold {{sku}}, {{product_id}}, {{url}}."
                )
            if absolute_host(filled(pattern, sample) or "") is None:
                raise ValueError("A pattern is an absolute https address, or begins with {url}.")
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that staff wrote into the patterns: links made from data may lead there."""
        found = (urlsplit(_PLACE.sub("1", one)).hostname for one in (self.wishlist, self.add_to_cart) if one)
        return tuple(filter(None, found))


def item_links(links: StoreLinks, *, sku: str, product_id: str, url: str) -> dict[str, str | None]:
    """The addresses of one item, by their fields in merge tags."""
    numbers = parse_qs(urlsplit(url).query).get("variant", [None])
    names = {"sku": sku, "product_id": product_id, "variant_id": numbers[0], "url": url}
    patterns = {"wishlist_url": links.wishlist, "add_to_cart_url": links.add_to_cart}
    return {field: filled(pattern, names) for field, pattern in patterns.items() if pattern is not None}


def filled(pattern: str, names: Mapping[str, str | None]) -> str | None:
    """The address for one item; None when the item has no such name."""
    wanted = _PLACE.findall(pattern)
    if any(not names.get(name) for name in wanted):
        return None
    return _PLACE.sub(lambda found: _put(found[1], str(names[found[1]])), pattern)


def _put(name: str, value: str) -> str:
    return value if name == "url" else quote(value, safe="")
