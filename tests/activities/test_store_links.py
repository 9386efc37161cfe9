"""Links that put the item into the cart or on the wishlist of its own store."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from engine.authoring.checking import document_problems
from engine.messages.content import WebPushContent
from engine.messages.store_links import StoreLinks
from engine.store.store_links import write_store_links
from tests.activities.post import NOON, PostOffice
from tests.builders import journey, node

CART = "https://cart.shop.example/{variant_id}:1?from={sku}"
PUSH: dict[str, Any] = {
    "channel": "web_push",
    "title": "Back",
    "link": {"kind": "product"},
    "actions": [
        {"title": "Buy", "link": {"kind": "add_to_cart"}},
        {"title": "Later", "link": {"kind": "wishlist", "fallback": "https://shop.example/wishes"}},
    ],
    "utm": {"source": "waitline"},
}


async def links_of(post: PostOffice, sku: str) -> list[str]:
    """Where a click on the push about this variant leads: its body, its first and its second button."""
    assert await post.reason("ada", sku=sku, run=sku) == "sent"
    return [link.url for link in post.channels["web_push"].sent[-1][1].links]


@pytest.mark.spec("F-118")
async def test_links_lead_to_the_product_the_wishlist_and_the_cart_as_each_store_has_them(post: PostOffice) -> None:
    await post.person("ada")
    await post.price("S", url="https://shop.example/shirt?variant=41")
    await post.shop.add_source("src_other", "Other shop")
    await post.shop.add_product("prd_cup", "cup/1", "Cup", source="src_other")
    await post.shop.add_variants(product="prd_cup", source="src_other", CUP="Cup")
    async with post.database.connection() as connection:
        both = StoreLinks(add_to_cart=CART, wishlist="{url}&wish=1")
        await write_store_links(connection, "src_shop", both, NOON)
        await write_store_links(connection, "src_other", StoreLinks(add_to_cart="{url}?add={product_id}"), NOON)
    for sku in ("S", "L"):
        await post.shop.stock(sku, 50, now=post.now)
    await replace(post.shop, source="src_other").stock("CUP", 50, now=post.now)
    await post.publish(messages={"push": PUSH})

    assert await links_of(post, "S") == [
        "https://shop.example/shirt?variant=41&utm_source=waitline",
        "https://cart.shop.example/41:1?from=S&utm_source=waitline",
        "https://shop.example/shirt?variant=41&wish=1&utm_source=waitline",
    ]
    cup = await links_of(post, "src_other_CUP")
    assert cup[1] == "https://shop.example/cup/1?add=cup%2F1&utm_source=waitline", "each store has its own pattern"
    # M has no number for this store's cart: the product, or the fallback where the author gave one.
    await post.price("M", url=None)
    assert (await links_of(post, "M"))[1] == "https://shop.example/shirt?utm_source=waitline"

    async with post.database.connection() as connection:
        await write_store_links(connection, "src_shop", StoreLinks(), NOON)
    assert await links_of(post, "L") == [
        "https://shop.example/shirt?utm_source=waitline",
        "https://shop.example/shirt?utm_source=waitline",
        "https://shop.example/wishes?utm_source=waitline",
    ]


def test_a_pattern_that_leads_nowhere_and_a_link_without_any_are_refused() -> None:
    for wrong in ("http://shop.example/{sku}", "/cart/{sku}", "https://shop.example/{size}", ""):
        with pytest.raises(ValidationError):
            StoreLinks(add_to_cart=wrong)
    with pytest.raises(ValidationError, match="A link has a url, or a kind"):
        WebPushContent.model_validate({"title": "x", "link": {"fallback": "https://shop.example"}})


def test_a_link_by_its_kind_is_ready_to_launch_without_a_fallback() -> None:
    shape = journey(
        node("push", "message", channel="web_push", message="push"),
        paths=["entry > push", "push.sent > done", "push.not_sent > done"],
        messages={"push": PUSH},
    )

    assert [one for one in document_problems(shape) if one.code.startswith("content")] == []
