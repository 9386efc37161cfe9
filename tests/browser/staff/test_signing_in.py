"""Ways in: a link that works once, and what the pages say to somebody without one."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser


async def test_a_sign_in_link_opens_the_journeys_and_leaves_no_token_in_the_address(
    visitor: Page, office: Office
) -> None:
    link = await office.sign_in_link()

    await visitor.goto(link)

    await expect(visitor.get_by_role("heading", name="Journeys", exact=True)).to_be_visible()
    assert visitor.url == f"{office.url}/journeys"
    await visitor.reload()
    await expect(visitor.get_by_role("button", name="Your account: Ada Marketer")).to_be_visible()


async def test_a_link_that_was_used_says_so_and_what_to_do(elsewhere: Page, desk: Desk, office: Office) -> None:
    link = await office.sign_in_link()
    await desk.follow(link)
    await elsewhere.goto(link)

    await expect(elsewhere.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    await expect(elsewhere.get_by_text("Code: sign_in_link_spent")).to_be_visible()


@pytest.mark.parametrize("address", ["/journeys", "/people", "/inbox", "/journeys/jny_1", "/sign-in"])
async def test_without_a_session_every_page_asks_for_the_link(visitor: Page, office: Office, address: str) -> None:
    await visitor.goto(f"{office.url}{address}")

    await expect(visitor.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_session_that_ends_leads_back_to_signing_in(desk: Desk) -> None:
    await desk.page.context.clear_cookies()

    await expect(desk.heading("Sign in")).to_be_visible()


async def test_signing_out_ends_the_session(desk: Desk) -> None:
    await desk.choose_of_mine("Sign out")
    await expect(desk.heading("Sign in")).to_be_visible()

    await desk.open("/people")

    await expect(desk.heading("Sign in")).to_be_visible()
