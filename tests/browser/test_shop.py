"""The demo shop in Chromium: picking a size, the deep link, the widget beside it, and the shop keeper's drawer."""

import base64
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from api.shop import create_shop
from api.shop.catalog import initial_stock
from api.storefront.offer import StorefrontConfig
from api.storefront.texts import ENGLISH
from tests.browser.conftest import VAPID_KEY
from tests.fakes.serving import serving
from tests.fakes.storefront_api import WRITE_KEY, StorefrontDouble

pytestmark = pytest.mark.browser

SECRET = "whsec_" + base64.b64encode(b"a demo shop's own secret").decode()
ASK = "waitline-notify >> .ask"


@dataclass
class Opened:
    """The demo shop on one origin, and Waitline on another."""

    url: str
    waitline: StorefrontDouble


@pytest.fixture
async def demo() -> AsyncGenerator[Opened]:
    waitline = StorefrontDouble(StorefrontConfig(vapid_public_key=VAPID_KEY, retention_days=90))
    waitline.available = {sku: on_hand > 0 for sku, on_hand in initial_stock().items()}
    async with serving(waitline.app()) as api:
        app = create_shop(base_url=api, browser_base_url=api, write_key=WRITE_KEY, webhook_secret=SECRET)
        async with serving(app, host="localhost") as url:
            yield Opened(url, waitline)


@pytest.mark.spec("F-029", "F-114")
async def test_picking_a_size_changes_the_address_and_what_the_widget_offers(page: Page, demo: Opened) -> None:
    await page.goto(f"{demo.url}/shop/products/fjell?variant=FJELL-M")
    await expect(page.locator("[aria-current=true]")).to_have_attribute("data-sku", "FJELL-M")
    await expect(page.locator(ASK)).to_have_text(ENGLISH["button"])
    await expect(page.locator("#buy")).to_be_hidden()
    await expect(page.locator("#stock")).to_have_text("Sold out for now")

    await page.locator(".pick[data-sku='FJELL-L']").click()

    await expect(page).to_have_url(re.compile(r"\?variant=FJELL-L$"))
    await expect(page.locator("waitline-notify")).to_have_count(0)
    await expect(page.locator("#buy")).to_be_enabled()
    await expect(page.locator("#stock")).to_have_text("Only 3 left")

    await page.go_back()
    await expect(page.locator("[aria-current=true]")).to_have_attribute("data-sku", "FJELL-M")
    await expect(page.locator(ASK)).to_be_visible()


async def test_the_keepers_knob_sends_a_webhook_and_the_page_sells_again(page: Page, demo: Opened) -> None:
    await page.goto(f"{demo.url}/shop/products/snurr?variant=SNURR-BERRY")
    await expect(page.locator(ASK)).to_be_visible()

    await page.get_by_role("button", name="Shop keeper", exact=True).click()
    await page.get_by_role("button", name="One more of SNURR-BERRY").click()

    await expect(page.locator("#said")).to_have_text("SNURR-BERRY: 1 on hand. Webhook taken as d1.")
    await expect(page.locator("waitline-notify")).to_have_count(0)
    assert len(demo.waitline.webhooks) == 1
    await page.keyboard.press("Escape")
    await expect(page.locator("#drawer")).to_be_hidden()

    await page.locator("#buy").click()
    await expect(page.locator("#bag")).to_have_text("Bag 1")


async def test_no_page_reports_a_fault(page: Page, demo: Opened) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    for address in ("/shop", "/shop/products/lykt", "/shop/products/tur?variant=TUR-SLATE"):
        await page.goto(f"{demo.url}{address}")
        await page.wait_for_load_state("networkidle")
    assert faults == []
