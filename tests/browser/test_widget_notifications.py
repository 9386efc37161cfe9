"""The storefront widget where the browser shows notifications: as a way to be told, unless the visitor blocked them."""

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, Page, expect

from api.storefront.texts import CONSENT_TEXT_VERSION, ENGLISH
from tests.browser.conftest import Shop
from tests.browser.tabs import opened_tab
from tests.browser.test_widget import choose, open_panel

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(notifying_browser: Browser) -> AsyncGenerator[Page]:
    async with opened_tab(notifying_browser) as page:
        yield page


@pytest.mark.spec("F-180")
async def test_each_choice_states_its_channel_its_frequency_and_when_it_ends(page: Page, shop: Shop) -> None:
    await page.context.grant_permissions(["notifications"], origin=shop.url)
    await open_panel(page, shop)
    stated = await page.get_by_role("dialog").locator(".choice").all_inner_texts()
    assert [text.split("\n") for text in stated] == [
        [ENGLISH[channel], f"{ENGLISH[f'{channel}_terms']} Your request ends after 90 days."]
        for channel in ("web_push", "email", "sms")
    ]
    await choose(page, ENGLISH["email"])
    await page.get_by_label(ENGLISH["email_label"]).fill("ada@example.org")
    await page.get_by_role("button", name=ENGLISH["submit"], exact=True).click()
    await expect(page.get_by_role("status")).to_be_visible()
    assert shop.api.waitlist[0]["consents"] == [{"channel": "email", "text_version": CONSENT_TEXT_VERSION}]


async def test_blocked_notifications_leave_the_other_ways(page: Page, shop: Shop) -> None:
    await page.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
    await open_panel(page, shop)
    await expect(page.get_by_role("radio")).to_have_count(2)
    await expect(page.get_by_label(ENGLISH["email_label"])).to_be_visible()
