"""Composing on the canvas, by mouse and by the keyboard: every way to put steps where they belong."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.editor.easel import Easel

pytestmark = pytest.mark.browser

ENOUGH_FOR_A_MAP = 12
"""From this many steps on, the canvas has an overview in its corner."""


def canvas(easel: Easel, journey: str) -> Locator:
    return easel.page.get_by_label(f"Canvas of {journey}")


async def middle(easel: Easel, step: Locator) -> float:
    box = await easel.place(step)
    return box["x"] + box["width"] / 2


@pytest.mark.spec("E-001")
async def test_a_canvas_is_composed_by_mouse(easel: Easel) -> None:
    page = easel.page
    await easel.begin("By mouse")
    steps = page.get_by_role("toolbar", name="Steps")
    board = canvas(easel, "By mouse")

    await steps.get_by_role("button", name="Delay").drag_to(board, target_position={"x": 640, "y": 560})
    await expect(easel.node("Delay")).to_be_visible()
    await expect(easel.open_end("Entry", "Next")).to_be_visible()

    await easel.connect("Entry", "next", "Delay")
    await easel.add(easel.between("Entry", "Next", "Delay"), "SMS")
    await expect(easel.between("SMS", "Sent", "Delay")).to_be_visible()

    before = await easel.place(easel.node("Delay"))
    await page.mouse.move(before["x"] + 60, before["y"] + 14)
    await page.mouse.down()
    await page.mouse.move(before["x"] + 160, before["y"] + 64, steps=8)
    await page.mouse.up()
    after = await easel.place(easel.node("Delay"))
    assert after["x"] > before["x"] + 50
    assert after["y"] > before["y"] + 20

    await easel.node("SMS").click()
    await easel.panel().get_by_role("button", name="Delete").click()
    await expect(easel.node("SMS")).to_have_count(0)
    await expect(easel.between("Entry", "Next", "Delay")).to_be_visible()

    await easel.node("Delay").click()
    await easel.panel().get_by_role("button", name="Duplicate").click()
    await expect(easel.node("Delay")).to_have_count(2)
    await easel.node("Delay").first.click()
    await easel.node("Delay").last.click(modifiers=["Control"])
    await expect(easel.panel().get_by_role("heading", name="2 steps chosen")).to_be_visible()

    await easel.button("Tidy up").click()
    await expect(easel.node("Delay")).to_have_count(2)
    above = await middle(easel, easel.node("Entry"))
    places = [await middle(easel, easel.node("Delay").nth(place)) for place in range(2)]
    assert min(abs(place - above) for place in places) < 2
    await easel.is_saved()
    assert easel.complaints == []


@pytest.mark.spec("E-001")
async def test_a_canvas_is_composed_and_carried_to_another_journey_by_the_keyboard(easel: Easel) -> None:
    page, keys = easel.page, easel.page.keyboard
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await easel.begin("One")
    for step in ("let time pass", "send a text"):
        await keys.press("a")
        await page.get_by_role("combobox", name="Search for a step…").press_sequentially(step)
        await keys.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(easel.node("SMS")).to_be_visible()

    await easel.node("Delay").focus()
    await keys.press("Enter")
    before = await easel.place(easel.node("Delay"))
    for _ in range(3):
        await keys.press("Alt+ArrowRight")
    assert (await easel.place(easel.node("Delay")))["x"] > before["x"] + 20
    await keys.press("Shift+T")
    assert abs(await middle(easel, easel.node("Entry")) - await middle(easel, easel.node("Delay"))) < 2

    await keys.press("Shift+ArrowDown")
    await expect(easel.panel().get_by_role("heading", name="2 steps chosen")).to_be_visible()
    await keys.press("Control+c")
    await easel.is_saved()
    await easel.open("/journeys")
    await easel.begin("Two")
    for pasted in range(1, 7):
        await keys.press("Control+v")
        await expect(easel.node("SMS")).to_have_count(pasted)
    await expect(easel.panel().get_by_role("heading", name="2 steps chosen")).to_be_visible()
    await keys.press("Delete")
    await expect(easel.node("SMS")).to_have_count(5)
    await keys.press("Control+a")
    await expect(easel.panel().get_by_role("heading", name="11 steps chosen")).to_be_visible()
    await keys.press("Control+d")
    await expect(easel.node("SMS")).to_have_count(10)

    everything = canvas(easel, "Two").get_by_role("group", name="Delay")
    await expect(everything).to_have_count(10)
    overview = page.get_by_role("img", name="Overview of the journey")
    assert await overview.locator("rect").count() >= ENOUGH_FOR_A_MAP
    for _ in range(3):
        await keys.press("+")
    await expect(easel.node("Delay").first.or_(easel.node("Delay").last).first).to_be_attached()
    await keys.press("Shift+1")
    for place in range(10):
        await expect(everything.nth(place)).to_be_in_viewport(ratio=0.99)
    await easel.is_saved()
    assert easel.complaints == []
