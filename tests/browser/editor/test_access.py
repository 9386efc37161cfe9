"""axe-core on the pages that an author sees, light and dark: nothing serious, nothing critical."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import ROOT, Office
from tests.browser.staff.test_journeys import busy_journey

pytestmark = pytest.mark.browser

AXE = Path(ROOT, "ui", "node_modules", "axe-core", "axe.min.js")
SETTLED = """Promise.all(document.getAnimations()
  .filter(({effect}) => effect.getComputedTiming().endTime !== Infinity)
  .map(({finished}) => finished.catch(() => undefined)))"""
"""What fades in has faded in: half-transparent words have no contrast."""
RUN = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(
  ({violations}) => violations.filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" | ")}`))"""


def axe() -> str:
    """The program that looks, as npm installed it."""
    return AXE.read_text(encoding="utf-8")


async def complaints(easel: Easel) -> list[Any]:
    """What axe finds serious or critical on the page as it is now."""
    await easel.page.evaluate(SETTLED)
    await easel.page.evaluate(axe())
    return await easel.page.evaluate(RUN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_while_a_journey_is_edited(easel: Easel, office: Office, scheme: str) -> None:
    found: dict[str, list[Any]] = {}
    await busy_journey(office.world)
    await easel.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the two literals it asks for
    await easel.open("/journeys")
    await expect(easel.journey_row("Back in stock")).to_be_visible()
    found["list"] = await complaints(easel)
    await easel.button("New journey").click()
    await expect(easel.page.get_by_role("button", name="VIP early access")).to_be_visible()
    found["gallery"] = await complaints(easel)
    await easel.open("/journeys/jny_1")
    await expect(easel.node("Wait 1 hour")).to_be_visible()
    found["live"] = await complaints(easel)
    await easel.open("/journeys/jny_1?version=draft")
    for step in ("Entry", "Delay", "Web push"):
        await easel.node(step).click()
        await expect(easel.panel().get_by_role("heading", name=step)).to_be_visible()
        found[step] = await complaints(easel)
    await easel.button("Edit the message").click()
    await expect(easel.page.get_by_role("dialog")).to_be_visible()
    found["composer"] = await complaints(easel)
    await easel.page.keyboard.press("Escape")
    for tab in ("Problems", "Simulate", "Launch"):
        await easel.page.get_by_role("tab", name=tab).click()
        found[tab] = await complaints(easel)

    assert {page: list_ for page, list_ in found.items() if list_} == {}
    assert easel.complaints == []
