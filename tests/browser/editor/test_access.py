"""axe-core on the pages that an author sees, light and dark: nothing serious, nothing critical."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import ROOT, Office
from tests.browser.staff.test_journeys import busy_journey

pytestmark = pytest.mark.browser

AXE = Path(ROOT, "ui", "node_modules", "axe-core", "axe.min.js")
AT_ONCE = """addEventListener("DOMContentLoaded", () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets.push(sheet);
});"""
"""Nothing fades from one colour to another: words that are half there have no contrast."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""What a scheme changes; all else is the same in the dark."""
RUN = """(rules) => axe.run(document, {runOnly: rules}).then(
  ({violations}) => violations.filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" | ")}`))"""


def axe() -> str:
    """The program that looks, as npm installed it."""
    return AXE.read_text(encoding="utf-8")


ROUTES = ROOT / "ui" / "src" / "shell" / "routes.tsx"
ELSEWHERE = {"/", "/sign-in"}
"""One leads on to the journeys, the other is looked at last, when nobody is signed in any more."""
SHOWN = {
    "journeys/:journeyId": "/journeys/jny_1",
    "people/:profileId": "/people/prf_ada",
    "people/:profileId/why": "/people/prf_ada/why",
    "enrollments/:enrollmentId": "/enrollments/enr_1",
    "*": "/nowhere",
}
"""Pages of one record, with a record to show."""


def addresses() -> list[str]:
    """Every page of the interface, as its router lists them."""
    routes = re.findall(r'path: "([^"]+)"', ROUTES.read_text(encoding="utf-8"))
    found = [SHOWN.get(route, f"/{route}") for route in routes if route not in ELSEWHERE]
    assert ELSEWHERE | SHOWN.keys() < set(routes)
    assert not [address for address in found if ":" in address], "say in SHOWN which record to look at"
    return found


class Inspection:
    """What axe complains of, by page and scheme."""

    def __init__(self, easel: Easel) -> None:
        self.page = easel.page
        self.found: dict[str, list[Any]] = {}

    async def look(self, at: str) -> None:
        """Look at the page as it is now: at everything while it is light, and at its colours once more in the dark."""
        await expect(self.page.locator(".mantine-Skeleton-root")).to_have_count(0)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            await self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the two literals it asks for
            await expect(self.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            if not await self.page.evaluate("'axe' in window"):
                await self.page.evaluate(axe())
            if found := await self.page.evaluate(RUN, rules):
                self.found[f"{at} ({scheme})"] = found


@pytest.mark.spec("E-011")
async def test_axe_finds_nothing_serious_on_any_page_in_light_and_dark(easel: Easel, office: Office) -> None:
    world, inspection = office.world, Inspection(easel)
    await easel.page.add_init_script(AT_ONCE)
    await world.shop()
    await busy_journey(world)
    await world.wait()
    for address in addresses():
        await easel.open(address)
        await expect(easel.page.get_by_role("heading", level=1).first).to_be_visible()
        await inspection.look(address)

    await easel.open("/journeys")
    await easel.button("New journey").click()
    await expect(easel.page.get_by_role("button", name="VIP early access")).to_be_visible()
    await inspection.look("gallery")
    await easel.open("/journeys/jny_1?version=draft")
    for step in ("Entry", "Delay", "Web push"):
        await easel.node(step).click()
        await expect(easel.panel().get_by_role("heading", name=step)).to_be_visible()
        await inspection.look(step)
    await easel.button("Edit the message").click()
    await expect(easel.page.get_by_role("dialog")).to_be_visible()
    await inspection.look("composer")
    await easel.page.keyboard.press("Escape")
    for tab in ("Problems", "Simulate", "Code", "Launch"):
        await easel.page.get_by_role("tab", name=tab).click()
        await inspection.look(tab)
    await easel.page.context.clear_cookies()
    await easel.open("/sign-in")
    await expect(easel.heading("Sign in")).to_be_visible()
    await inspection.look("sign in")

    assert inspection.found == {}
