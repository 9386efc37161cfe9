"""What holds for every page: it fits the window, obeys the security policy, loads fast, and says when all is down."""

import gzip
import re
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.async_api import Response, expect

from tests.browser.staff.conftest import ROOT, Office
from tests.browser.staff.pages import Desk
from tests.browser.staff.test_inbox import two_caught
from tests.browser.staff.test_journeys import busy_journey
from tests.browser.staff.test_people import told_story
from tests.forgetting import forgotten

pytestmark = pytest.mark.browser

PAGES = {
    "/journeys": "Back in stock",
    "/journeys/jny_1?node=push": "Dropped out here",
    "/people": "Ada Lind",
    "/people/prf_ada": "Push sent",
    "/inbox?item=inb_2": "characters",
    "/plugins": "No plugins yet",
    "/nowhere": "No such page",
}
FIRST_LOAD = 250_000
"""Bytes of compressed JavaScript before the canvas."""


@pytest.fixture
def plugins(tmp_path: Path) -> Generator[Path]:
    """A plugin that works, and one that breaks."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "plugins" / "loyalty_points.py", folder)
    (folder / "half_done.py").write_text("1 / 0\n")
    with forgotten(folder, "loyalty_points", "half_done"):
        yield folder


@pytest.fixture
async def full_office(office: Office) -> Office:
    await told_story(office.world)
    await two_caught(office.world)
    return office


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_offends_the_security_policy_or_overflows_the_window(
    desk: Desk, full_office: Office, scheme: str
) -> None:
    await desk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the two literals it asks for
    for address, words in PAGES.items():
        await desk.open(address)
        for width, height in [(1440, 900), (1024, 768), (390, 844)]:
            await desk.page.set_viewport_size({"width": width, "height": height})
            await expect(desk.page.get_by_role("main").get_by_text(words).first).to_be_attached()
            overflow = await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{address} is {overflow} px too wide for {width}"
    assert desk.complaints == []


async def test_what_plugins_bring_is_listed_and_what_was_set_aside_with_the_reason(plugins: Path, desk: Desk) -> None:
    await desk.open("/sources")
    await desk.page.get_by_role("link", name="Plugins").click()
    rows = desk.page.get_by_role("region", name="Plugins").get_by_role("list").first.locator("> li")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text(f"{plugins}/half_done.py")
    await expect(rows.first).to_contain_text("Set aside")
    await expect(rows.first).to_contain_text("ZeroDivisionError: division by zero")
    await expect(rows.last).to_contain_text(f"{plugins}/loyalty_points.py")
    await expect(rows.last).to_contain_text(re.compile("Step.*Loyalty points.*loyalty_points"))


async def test_the_chosen_colours_are_kept(desk: Desk) -> None:
    for _ in ("light", "dark"):
        await desk.page.get_by_role("button", name="Change colours").click()

    await desk.page.reload()

    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await expect(desk.page.get_by_role("main")).to_be_visible()
    assert desk.complaints == []


async def test_the_chosen_language_is_kept_and_the_other_is_not_loaded(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    await desk.choose_of_mine("Deutsch")
    await expect(desk.page.locator("html")).to_have_attribute("lang", "de")
    scripts: list[str] = []
    desk.page.on("request", lambda request: scripts.append(request.url))

    await desk.open("/journeys/jny_1?version=draft")

    await expect(desk.page.get_by_role("tab", name="Probleme")).to_be_visible()
    await expect(desk.link("Warteliste")).to_be_visible()
    assert [url for url in scripts if re.search(r"/en(\.editing)?-[^/]*\.js$", url)] == []
    assert desk.complaints == []


async def test_the_first_page_loads_little_and_the_canvas_comes_later(desk: Desk, office: Office) -> None:
    scripts: dict[str, int] = {}

    async def weigh(response: Response) -> None:
        if response.url.endswith(".js") and response.ok:
            scripts[response.url] = len(gzip.compress(await response.body()))

    await busy_journey(office.world)
    desk.page.on("response", weigh)
    await desk.open("/journeys")
    await expect(desk.journey_row("Back in stock")).to_be_visible()
    await desk.page.wait_for_load_state("networkidle")
    first = dict(scripts)

    await desk.link("Back in stock").click()
    await expect(desk.node("Wait 1 hour")).to_be_visible()

    assert 0 < sum(first.values()) < FIRST_LOAD
    assert len(scripts) > len(first)


async def test_a_server_that_is_away_is_named_and_asked_again(desk: Desk, office: Office) -> None:
    await office.world.profile()
    await desk.link("People").click()
    await expect(desk.link("Ada Lind")).to_be_visible()
    await desk.page.context.set_offline(True)
    await desk.page.get_by_role("searchbox").fill("ada")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Waitline does not answer")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Code: offline")

    await desk.page.context.set_offline(False)
    await desk.button("Try again").click()

    await expect(desk.link("Ada Lind")).to_be_visible()


async def test_a_page_that_did_not_arrive_leaves_the_way_to_the_others(desk: Desk) -> None:
    await desk.page.context.set_offline(True)
    await desk.link("Inbox").click()
    await expect(desk.page.get_by_role("alert")).to_contain_text("This page did not arrive")
    await expect(desk.link("Journeys")).to_be_visible()

    await desk.page.context.set_offline(False)
    await desk.button("Try again").click()

    await expect(desk.heading("Inbox")).to_be_visible()


async def test_an_unknown_person_is_a_problem_with_a_way_out(desk: Desk) -> None:
    await desk.open("/people/prf_none")

    await expect(desk.page.get_by_role("alert")).to_contain_text("Code: ")
    await desk.link("Go to all people").click()
    await expect(desk.heading("People")).to_be_visible()
