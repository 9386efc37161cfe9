"""The storefront widget in Chromium: when its button is there, where, and what asking does."""

from itertools import product

import pytest
from playwright.async_api import Page, expect

from api.storefront.offer import StorefrontConfig
from api.storefront.texts import CONSENT_TEXT_VERSION, ENGLISH, GERMAN
from tests.browser.conftest import VAPID_KEY, Shop

pytestmark = pytest.mark.browser
BUTTON = "waitline-notify >> .ask"


async def open_panel(page: Page, shop: Shop, query: str = "sku=JACKET-M") -> None:
    await page.goto(f"{shop.url}/?{query}")
    await page.locator(BUTTON).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def choose(page: Page, channel: str) -> None:
    await page.get_by_role("radio", name=channel).check()


@pytest.mark.spec("F-029", "F-031")
async def test_the_button_is_there_only_while_the_selected_variant_is_out_of_stock(page: Page, shop: Shop) -> None:
    await page.goto(f"{shop.url}/?sku=JACKET-M")
    await expect(page.locator(BUTTON)).to_have_text(ENGLISH["button"])

    await page.evaluate("Waitline.setVariant('JACKET-S')")
    await expect(page.locator("waitline-notify")).to_have_count(0)

    await page.evaluate("document.querySelector('script[data-key]').dataset.sku = 'JACKET-L'")
    await expect(page.locator(BUTTON)).to_be_visible()


async def test_the_last_pick_counts_when_a_shopper_clicks_through_the_sizes(page: Page, shop: Shop) -> None:
    await page.goto(f"{shop.url}/?sku=JACKET-M")
    await expect(page.locator(BUTTON)).to_be_visible()
    await page.evaluate("for (const sku of ['JACKET-S', 'JACKET-L', 'JACKET-S']) Waitline.setVariant(sku)")
    await expect(page.locator("waitline-notify")).to_have_count(0)


async def test_an_unknown_or_missing_variant_offers_nothing_and_breaks_nothing(page: Page, shop: Shop) -> None:
    for query in ("sku=NO-SUCH", "x=1"):
        async with page.expect_response(lambda answer: "/v1/storefront/config" in answer.url):
            await page.goto(f"{shop.url}/?{query}")
        await page.wait_for_load_state("networkidle")
        await expect(page.locator("waitline-notify")).to_have_count(0)
        await expect(page.locator("#buy")).to_be_visible()


@pytest.mark.spec("F-030")
async def test_the_button_shows_iff_the_offer_is_active_and_the_shop_does_not_sell_on_and_nothing_is_left(
    page: Page, shop: Shop
) -> None:
    for active, mode, available in product([True, False], ["deny", "continue"], [True, False]):
        shop.api.config = StorefrontConfig.model_validate(
            {"vapid_public_key": VAPID_KEY, "retention_days": 90, "offer_active": active, "inventory_mode": mode}
        )
        shop.api.available["JACKET-M"] = available
        await page.goto(f"{shop.url}/?sku=JACKET-M")
        await page.wait_for_load_state("networkidle")
        shown = active and mode == "deny" and not available
        await expect(page.locator(BUTTON)).to_have_count(1 if shown else 0)


async def test_beside_stands_after_the_shops_button_and_replace_stands_in_its_place(page: Page, shop: Shop) -> None:
    await page.goto(f"{shop.url}/?sku=JACKET-M&target=%23buy&placement=beside")
    await expect(page.locator("#buy + waitline-notify")).to_be_visible()
    await expect(page.locator("#buy")).to_be_visible()

    await page.goto(f"{shop.url}/?sku=JACKET-M&target=%23buy&placement=replace")
    await expect(page.locator("#buy + waitline-notify")).to_be_visible()
    await expect(page.locator("#buy")).to_be_hidden()

    await page.evaluate("Waitline.setVariant('JACKET-S')")
    await expect(page.locator("#buy")).to_be_visible()
    await expect(page.locator("waitline-notify")).to_have_count(0)


@pytest.mark.spec("F-034")
@pytest.mark.parametrize(("language", "texts"), [("en", ENGLISH), ("de", GERMAN), ("de-AT", GERMAN), ("fi", ENGLISH)])
async def test_the_confirmation_is_in_the_language_of_the_page(
    page: Page, shop: Shop, language: str, texts: dict[str, str]
) -> None:
    await open_panel(page, shop, f"sku=JACKET-M&lang={language}")
    await choose(page, texts["email"])
    await page.get_by_label(texts["email_label"]).fill(" ada@example.org ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text(texts["done_email"].format(contact="ada@example.org"))

    [posted] = shop.api.waitlist
    assert posted["locale"] == language
    await page.get_by_role("button", name=texts["close"]).click()
    await expect(page.locator(BUTTON)).to_have_text(texts["waiting"])


async def test_what_is_posted_names_the_variant_the_visitor_and_the_page(page: Page, shop: Shop) -> None:
    for number in ("+44 7700 900123", "+44 7700 900124"):
        await open_panel(page, shop, "sku=JACKET-M&customer=c-7")
        await choose(page, ENGLISH["sms"])
        await page.get_by_label(ENGLISH["sms_label"]).fill(number)
        await page.get_by_role("button", name=ENGLISH["submit"], exact=True).click()
        await expect(page.get_by_role("status")).to_be_visible()

    first, second = shop.api.waitlist
    assert len(first["profile"]["anonymous_id"]) == 32
    assert first == {
        "variant": "JACKET-M",
        "profile": {"anonymous_id": second["profile"]["anonymous_id"], "external_id": "c-7"},
        "phone": "+44 7700 900123",
        "consents": [{"channel": "sms", "text_version": CONSENT_TEXT_VERSION}],
        "source": "explicit",
        "locale": "en",
        "page_url": f"{shop.url}/?sku=JACKET-M&customer=c-7",
    }


@pytest.mark.parametrize(("channel", "wrongs"), [("email", ("", "ada", "ada@home")), ("sms", ("ring me", "12"))])
async def test_an_invalid_address_is_told_beside_the_field_and_nothing_is_sent(
    page: Page, shop: Shop, channel: str, wrongs: tuple[str, ...]
) -> None:
    for wrong in wrongs:
        await open_panel(page, shop)
        await choose(page, ENGLISH[channel])
        field = page.get_by_label(ENGLISH[f"{channel}_label"])
        await field.fill(wrong)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text(ENGLISH[f"invalid_{channel}"])
        await expect(field).to_be_focused()
        await expect(field).to_have_attribute("aria-invalid", "true")
    assert shop.api.waitlist == []


@pytest.mark.parametrize(("field", "key"), [("email", "invalid_email"), ("variant", "failed")])
async def test_what_the_server_refuses_is_told_in_the_panel(page: Page, shop: Shop, field: str, key: str) -> None:
    shop.api.refused_field = field
    await open_panel(page, shop)
    await choose(page, ENGLISH["email"])
    await page.get_by_label(ENGLISH["email_label"]).fill("ada@example.org")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(ENGLISH[key])


async def test_the_panel_works_by_keyboard_alone_and_keeps_the_focus_inside(page: Page, shop: Shop) -> None:
    await page.goto(f"{shop.url}/?sku=JACKET-M")
    await page.locator(BUTTON).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name=ENGLISH["title"])).to_be_visible()

    await page.evaluate("document.querySelector('#buy').focus()")
    assert await page.evaluate("document.activeElement.id") != "buy"

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(BUTTON)).to_be_focused()


async def test_a_visitor_who_prefers_less_motion_gets_none(page: Page, shop: Shop) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await open_panel(page, shop)
    assert await page.get_by_role("dialog").evaluate("panel => getComputedStyle(panel).animationName") == "none"
