"""The inspector: a form for each step, which offers what the data really has."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.editor.easel import Easel

pytestmark = pytest.mark.browser

FILTERS = {
    "Purchased": ("Order Completed", False, None),
    "Viewed a product": ("Product Viewed", True, None),
    "Viewed the cart": ("Cart Viewed", False, 30),
    "Added to the wishlist": ("Product Added to Wishlist", True, 7),
}
"""The ready-made filters: the event of each, whether this audience leaves such people out, and days other than 90."""


async def stored(easel: Easel) -> dict[str, Any]:
    """The draft on the canvas, as the server has it."""
    await easel.is_saved()
    journey = re.search(r"jny_\w+", easel.page.url)
    assert journey is not None
    answer = await easel.page.request.get(f"{easel.url}/v1/journeys/{journey[0]}/draft")
    return (await answer.json())["document"]


@pytest.mark.spec("F-063")
async def test_an_audience_is_put_together_from_ready_made_filters(easel: Easel) -> None:
    await easel.begin("Filtered")
    await easel.page.keyboard.press("Escape")
    audience = easel.panel().get_by_role("group", name="Who may enter", exact=True)
    for name, (_, is_excluded, days) in FILTERS.items():
        await audience.get_by_role("button", name="Add a condition").click()
        await easel.page.get_by_role("menuitem", name=name, exact=True).click()
        card = audience.get_by_role("group", name=name, exact=True)
        reach = card.get_by_label("In the last … days")
        await expect(reach).to_have_value("90 days")
        if is_excluded:
            await card.get_by_text("Exclude", exact=True).click()
        if days is not None:
            await reach.fill(str(days))
        await expect(audience.get_by_role("status")).to_contain_text("people match now")

    condition = (await stored(easel))["settings"]["audience"]["condition"]

    expected: list[dict[str, Any]] = []
    for event, is_excluded, days in FILTERS.values():
        occurred = {"kind": "has_occurred", "event": event, "within": f"P{days or 90}D"}
        expected.append({"kind": "not", "of": occurred} if is_excluded else occurred)
    assert condition == {"kind": "all", "of": expected}

    await reach.fill("120")
    await reach.press("Tab")
    assert int((await reach.input_value()).split()[0]) <= 90, "history is kept for 90 days"

    await easel.add(easel.open_end("Entry", "Next"), "Branch")
    await easel.panel().get_by_role("button", name="Add a condition").click()
    for name in FILTERS:
        await expect(easel.page.get_by_role("menuitem", name=name, exact=True)).to_be_visible()
    assert easel.complaints == []
