"""A journey of 200 steps stays as easy to move about in as a small one."""

import pytest
from playwright.async_api import expect

from tests.browser.editor.easel import Easel
from tests.browser.editor.large import STEPS, draft_large_journey, pan
from tests.browser.staff.conftest import Office

pytestmark = pytest.mark.browser

FLUENT = 30
"""Frames a second."""
TRIES = 3
"""What else a machine does only ever takes frames away: the best of so many counts."""
NEARBY = 60
"""Steps that are at most drawn of the 200, where words can be read."""


@pytest.mark.alone
@pytest.mark.spec("E-011")
async def test_a_journey_of_200_steps_pans_fluently_near_and_from_afar(easel: Easel, office: Office) -> None:
    await draft_large_journey(office.world)
    await easel.open("/journeys/jny_large?version=draft")
    await expect(easel.node("When Back in Stock occurs")).to_be_visible()
    steps = easel.page.locator(".react-flow__node")
    await easel.place(steps.first)
    assert await steps.count() < NEARBY
    for view in ("near", "from afar"):
        if view == "from afar":
            await easel.button("Show the whole journey").click()
            await expect(steps).to_have_count(STEPS)
            await easel.place(steps.last)
            await expect(steps.first).to_be_in_viewport(ratio=0.99)
            await expect(steps.last).to_be_in_viewport(ratio=0.99)
        rates: list[float] = []
        while max(rates, default=0) < FLUENT and len(rates) < TRIES:
            moved = await pan(easel.page)
            assert moved.redrawn == (), f"{view}: moving the canvas drew steps anew"
            rates.append(moved.rate)
        assert max(rates) >= FLUENT, f"{view}: {rates}"
    assert easel.complaints == []
