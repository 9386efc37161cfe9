"""What the widget makes of a shop's pages in Chromium: their types, and what a product page says."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.storefront.offer import StorefrontConfig, StorefrontPages
from engine.stock.pages import USUAL_RULES, PageRule
from tests.fakes.serving import serving
from tests.fakes.storefront_api import PAGE_SAYS, WRITE_KEY, StorefrontDouble

pytestmark = pytest.mark.browser
JACKET = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "BreadcrumbList"},
        {
            "@type": "ProductGroup",
            "productGroupID": "jacket",
            "name": "Wool jacket",
            "description": "Warm when wet.",
            "hasVariant": [
                {"@type": "Product", "sku": "JACKET-S", "offers": {"price": 99, "priceCurrency": "EUR"}},
                {
                    "@type": "Product",
                    "sku": "JACKET-M",
                    "name": "Wool jacket, M",
                    "image": ["https://shop.example/jacket.jpg"],
                    "offers": [{"@type": "Offer", "price": "129.90", "priceCurrency": "eur"}],
                },
            ],
        },
    ],
}
CANONICAL = '<link rel="canonical" href="https://shop.example/products/jacket">'
STRUCTURED = f'{CANONICAL}<script type="application/ld+json">{json.dumps(JACKET)}</script>'
OPEN_GRAPH = f"""{CANONICAL}<meta property="og:type" content="product"><meta property="og:title" content="Wool jacket">
<meta property="og:description" content="Warm when wet."><meta property="og:image" content="/jacket.jpg">
<meta property="product:price:amount" content="129.90"><meta property="product:price:currency" content="EUR">"""
BROKEN = '<script type="application/ld+json">{"@type": "Product", </script>'
OWN_RULES = (
    PageRule(type="wishlist", path="/account", selector=".saved-items"),
    PageRule(type="cart", selector="form[data-basket]"),
    PageRule(type="product", selector="][ no selector"),
    PageRule(type="product", path="/p/*.html"),
)
FIXTURES: list[tuple[tuple[PageRule, ...], str, str, str, str | None]] = [
    (USUAL_RULES, "/products/jacket", "", "", "product"),
    (USUAL_RULES, "/de/Product/jacke", "", "", "product"),
    (USUAL_RULES, "/jacket.html", OPEN_GRAPH, "", "product"),
    (USUAL_RULES, "/jacket", BROKEN, '<div itemscope itemtype="https://schema.org/Product"></div>', "product"),
    (USUAL_RULES, "/cart", "", "", "cart"),
    (USUAL_RULES, "/checkout/cart/", OPEN_GRAPH, "", "cart"),
    (USUAL_RULES, "/account/wishlist", "", "", "wishlist"),
    (USUAL_RULES, "/checkout/order-received/77", "", "", "purchase"),
    (USUAL_RULES, "/pages/thank-you", "", "", "purchase"),
    (USUAL_RULES, "/blog/how-we-knit", "", "", None),
    (OWN_RULES, "/account", "", "<ul class='saved-items'></ul>", "wishlist"),
    (OWN_RULES, "/account", "", "", None),
    (OWN_RULES, "/anything", "", "<form data-basket></form>", "cart"),
    (OWN_RULES, "/p/jacket.html", "", "", "product"),
    (OWN_RULES, "/p/jacketXhtml", "", "", None),
]


@pytest.fixture
async def double() -> StorefrontDouble:
    double = StorefrontDouble(StorefrontConfig(vapid_public_key=None, retention_days=90))
    double.available = {"JACKET-M": True}
    return double


def shop(api: str, shown: dict[str, str]) -> Starlette:
    """Serves the one page that is `shown` at every path, with the widget of `api` on it."""

    async def page(_: Request) -> Response:
        return HTMLResponse(
            f"""<!doctype html><html lang="en"><head><title>Shop</title>{shown["head"]}</head><body>{shown["body"]}
            <script src="{api}/storefront/widget.js" data-key="{WRITE_KEY}" {shown["tag"]} async></script>
            </body></html>"""
        )

    return Starlette(routes=[Route("/{path:path}", page)])


def rules(double: StorefrontDouble, chosen: tuple[PageRule, ...]) -> None:
    pages = StorefrontPages(source="My Shop", rules=chosen)
    double.config = double.config.model_copy(update={"pages": pages})


async def classified(page: Page) -> str | None:
    """The type of the page that is open, once the widget knows it."""
    await page.wait_for_function("window.Waitline && window.Waitline.pageType !== undefined")
    return await page.evaluate("Waitline.pageType")


@pytest.mark.spec("F-048")
async def test_rules_over_address_and_content_tell_product_cart_wishlist_and_purchase(
    page: Page, double: StorefrontDouble
) -> None:
    shown: dict[str, str] = {"tag": ""}
    found: list[str | None] = []
    async with serving(double.app()) as api, serving(shop(api, shown), host="localhost") as url:
        for chosen, path, head, body, _ in FIXTURES:
            rules(double, chosen)
            shown.update(head=head, body=body)
            await page.goto(f"{url}{path}")
            found.append(await classified(page))
    assert found == [expected for *_, expected in FIXTURES]
    assert {"product", "cart", "wishlist", "purchase", None} == set(found)


@pytest.mark.spec("F-047")
async def test_a_product_page_is_told_as_it_describes_itself_once_a_visit(page: Page, double: StorefrontDouble) -> None:
    rules(double, USUAL_RULES)
    shown = {"head": STRUCTURED, "body": "", "tag": 'data-sku="JACKET-M"'}
    async with serving(double.app()) as api, serving(shop(api, shown), host="localhost") as url:
        for _ in range(2):
            await page.goto(f"{url}/products/jacket")
            assert await classified(page) == "product"
        [told] = double.pages
        assert told.pop("observed_at").endswith("Z")
        assert told == PAGE_SAYS

        shown["head"] = OPEN_GRAPH.replace("129.90", "99.90")
        await page.goto(f"{url}/products/jacket")
        assert await classified(page) == "product"
        cheaper: dict[str, Any] = double.pages[1]
        assert cheaper["price"] == {"amount": "99.90", "currency": "EUR"}
        assert (cheaper["name"], cheaper["image_url"]) == ("Wool jacket", f"{url}/jacket.jpg")
        assert double.calls == [], "nothing is told of the visitor"


async def test_visits_are_told_only_where_the_visitor_agreed(page: Page, double: StorefrontDouble) -> None:
    rules(double, USUAL_RULES)
    shown = {"head": STRUCTURED, "body": "", "tag": 'data-sku="JACKET-M" data-views="granted"'}
    async with serving(double.app()) as api, serving(shop(api, shown), host="localhost") as url:
        for path in ("/products/jacket", "/cart", "/wishlist", "/about"):
            shown["head"] = STRUCTURED if "jacket" in path else ""
            await page.goto(f"{url}{path}")
            await classified(page)
    told = [(call["call"], call.get("event") or call["name"]) for call in double.calls]
    assert told == [("track", "Product Viewed"), ("track", "Cart Viewed"), ("page", "wishlist")]
    assert double.calls[0]["properties"]["sku"] == "JACKET-M"
    assert len({call["anonymousId"] for call in double.calls}) == 1


async def test_a_shop_whose_pages_are_not_read_tells_nothing(page: Page, double: StorefrontDouble) -> None:
    shown = {"head": STRUCTURED, "body": "", "tag": 'data-sku="JACKET-M" data-views="granted"'}
    async with serving(double.app()) as api, serving(shop(api, shown), host="localhost") as url:
        await page.goto(f"{url}/products/jacket")
        await page.wait_for_load_state("networkidle")
        await expect(page.locator("waitline-notify")).to_have_count(0)
    assert (double.pages, double.calls) == ([], [])
