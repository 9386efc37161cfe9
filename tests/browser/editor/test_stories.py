"""Two stories from an empty canvas: one by mouse, walked by a real person; one by the keyboard alone."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.editor.easel import Easel
from tests.stack import Stack

pytestmark = pytest.mark.browser

FOCUSABLE = 250
"""More than any page has places that take the focus."""


async def test_vip_early_access_is_composed_by_mouse_and_somebody_walks_it(stack: Stack, elsewhere: Page) -> None:
    page = elsewhere
    easel = Easel(page, stack.url)
    await easel.follow((stack.home / "sign-in-link").read_text().strip())

    await easel.begin("VIP early access")
    await easel.add(easel.open_end("Entry", "Next"), "Branch")
    await easel.name_step("Loyal?")
    await easel.panel().get_by_role("textbox", name="Name of the way").fill("Loyal customers")
    await easel.panel().get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Segment").click()
    await easel.panel().get_by_role("button", name="New segment").click()
    dialog = page.get_by_role("dialog", name="New segment")
    await dialog.get_by_label("Name").fill("VIP")
    await dialog.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Attribute of the person").click()
    await dialog.get_by_label("Attribute", exact=True).fill("tier")
    await dialog.get_by_label("Value", exact=True).fill("gold")
    await dialog.get_by_role("button", name="Create the segment").click()
    await expect(dialog).to_be_hidden()

    await easel.add(easel.open_end("Loyal?", "Loyal customers"), "E-mail")
    await easel.name_step("Early access")
    await easel.add(easel.open_end("Loyal?", "Otherwise"), "E-mail")
    await easel.name_step("Everyone else")
    await easel.add(easel.between("Loyal?", "Otherwise", "Everyone else"), "Delay")
    await easel.panel().get_by_label("How long", exact=True).fill("2")
    await expect(easel.node("Wait 2 hours")).to_be_visible()
    await easel.add(easel.open_end("Early access", "Sent"), "Exit")
    await expect(easel.node("Ends as")).to_be_visible()
    for step, outlet in [("Early access", "not_sent"), ("Everyone else", "sent"), ("Everyone else", "not_sent")]:
        await page.get_by_role("toolbar").get_by_role("button", name="Show the whole journey").click()
        await expect(easel.node("Ends as")).to_be_in_viewport()
        await easel.connect(step, outlet, "Ends as")
    await easel.is_saved()
    await easel.launch()
    await page.get_by_role("link", name="Watch it live").click()
    await expect(easel.node("Entry").get_by_role("definition").first).to_have_text("0")

    ((sku,), *_) = stack.query(
        "SELECT v.sku FROM variant v JOIN stock_level l ON l.variant_id = v.id WHERE l.on_hand = 0 ORDER BY 1"
    )
    wish = {"variant": sku, "email": "ada@example.org", "consents": [{"channel": "email", "text_version": "1"}]}
    (await stack.shopper().post("/v1/waitlist", json=wish)).raise_for_status()
    (await stack.raise_stock(sku, 3)).raise_for_status()

    await expect(easel.node("Entry").get_by_role("definition").first).to_have_text("1", timeout=60_000)
    waiting = easel.node("Wait 2 hours").get_by_role("button", name="Waiting: show the person")
    await waiting.click()
    await expect(easel.details().get_by_role("list", name="People").get_by_role("listitem")).to_have_count(1)


@pytest.mark.spec("E-011")
async def test_a_journey_is_composed_and_launched_by_the_keyboard_alone(easel: Easel) -> None:
    page, keys = easel.page, easel.page.keyboard

    async def reach(goal: Locator) -> None:
        """Press Tab until it has the focus."""
        await expect(goal).to_be_visible()
        for _ in range(FOCUSABLE):
            if await goal.evaluate("goal => goal === document.activeElement"):
                return
            await keys.press("Tab")
        pytest.fail(f"no Tab leads to {goal}")

    async def add(step: str) -> None:
        await keys.press("a")
        await page.get_by_role("combobox", name="Search for a step…").press_sequentially(step)
        await keys.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)

    await reach(page.get_by_role("button", name="New journey"))
    await keys.press("Enter")
    await reach(page.get_by_label("Name"))
    await keys.press("Control+a")
    await keys.type("By keyboard")
    await keys.press("Enter")
    await expect(easel.button("Add the entry")).to_be_visible()
    await add("what lets people in")
    await add("e-mail")
    await add("the journey ends here")
    await expect(easel.node("Ends as: Completed")).to_be_visible()

    await reach(easel.node("E-mail"))
    await keys.press("Enter")
    for outlet in ("Not sent", "No channel"):
        await keys.press("c")
        await expect(page.get_by_role("radio", name=outlet)).to_be_checked()
        await page.get_by_role("combobox", name="Which step comes next?").press_sequentially("ends as")
        await keys.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)

    await keys.press("Control+d")
    await expect(easel.node("E-mail")).to_have_count(2)
    await keys.press("Delete")
    await expect(easel.node("E-mail")).to_have_count(1)
    await keys.press("Control+z")
    await expect(easel.node("E-mail")).to_have_count(2)
    await keys.press("Control+Shift+z")
    await expect(easel.node("E-mail")).to_have_count(1)

    await reach(easel.node("Entry"))
    await keys.press("Enter")
    await keys.press("ArrowDown")
    await expect(easel.panel().get_by_role("heading", name="E-mail")).to_be_visible()
    await easel.is_saved()
    await reach(page.get_by_role("tab", name="Launch"))
    await keys.press("Enter")
    for name in ("Continue", "Launch"):
        button = easel.panel().get_by_role("button", name=name, exact=True)
        await expect(button).to_be_enabled()
        await reach(button)
        await keys.press("Enter")
    await expect(easel.panel().get_by_role("heading", name="Version 1 is live")).to_be_visible()
    assert easel.complaints == []
