"""Erasing a person, and what her page says from then on."""

import pytest
from playwright.async_api import expect

from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser


async def test_the_page_of_an_erased_person_says_when_by_whom_and_why(desk: Desk, office: Office) -> None:
    await office.world.profile()
    await desk.open("/people/prf_ada")
    await desk.button("Erase").click()
    await desk.page.get_by_role("dialog").get_by_label("Why?").fill("Case 4711")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Erase").click()

    notice = desk.page.get_by_role("region", name="Erased person")
    await expect(notice).to_contain_text("Erased on Jan 5, 2027 by Ada Marketer")
    await expect(notice).to_contain_text("Case 4711")
    await expect(desk.page.get_by_text("Ada Lind")).to_have_count(0)
    await expect(desk.button("Suppress")).to_have_count(0)
