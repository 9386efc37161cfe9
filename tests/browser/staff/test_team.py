"""Members, keys, one's own password, and the second person of a launch, as people go about it."""

import pytest
from playwright.async_api import Page, expect

from engine.store import staff as staff_store
from tests.api.test_journey_lifecycle import complete
from tests.api.world import NOON
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.mark.spec("R-005")
async def test_an_admin_adds_a_member_who_chooses_a_password_and_signs_in_with_it(
    desk: Desk, elsewhere: Page, office: Office
) -> None:
    await desk.link("Team").click()
    await expect(desk.heading("Team")).to_be_visible()
    await desk.button("Add a member").click()
    await desk.page.get_by_label("Name").fill("Bo Berg")
    await desk.page.get_by_label("E-mail address").fill("bo@shop.example")
    await desk.page.get_by_role("radio", name="Support").check()
    await desk.button("Add").click()
    link = await desk.page.get_by_role("textbox", name="Sign-in link").input_value()
    await desk.button("Done").click()
    await expect(desk.page.get_by_label("Role of Bo Berg").and_(desk.page.locator("input"))).to_have_value("Support")

    bo = Desk(elsewhere, office.url)
    await bo.follow(f"{office.url}/sign-in#{link.partition('#')[2]}")
    await expect(bo.link("Team")).to_have_count(0)
    await bo.choose_of_mine("Your account")
    await bo.page.get_by_label("New password").fill(PASSWORD)
    await bo.button("Save password").click()
    await expect(bo.page.get_by_text("From now on this is your password")).to_be_visible()
    await bo.choose_of_mine("Sign out")
    await bo.page.get_by_label("E-mail address").fill("bo@shop.example")
    await bo.page.get_by_role("textbox", name="Password").fill("not it, sorry")
    await bo.button("Sign in").click()
    await expect(bo.page.get_by_role("alert")).to_contain_text("do not fit each other")
    await bo.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await bo.button("Sign in").click()
    await expect(bo.heading("Journeys")).to_be_visible()

    await desk.page.get_by_label("Role of Bo Berg").and_(desk.page.locator("input")).click()
    await desk.page.get_by_role("option", name="Viewer").click()
    await expect(desk.page.get_by_label("Role of Bo Berg").and_(desk.page.locator("input"))).to_have_value("Viewer")
    assert desk.complaints == []


@pytest.mark.spec("F-145")
async def test_a_launch_waits_in_its_panel_for_a_second_person(desk: Desk, elsewhere: Page, office: Office) -> None:
    await desk.open("/team")
    switch = desk.page.get_by_role("switch", name="A second person approves each launch")
    await expect(switch).to_be_enabled()
    await switch.click(force=True)  # what one sees of it lies over the input
    await expect(switch).to_be_checked()
    await desk.page.evaluate(
        """async ({name, document}) => {
            const {csrf} = await (await fetch("/v1/session")).json();
            const headers = {"Content-Type": "application/json", "X-Waitline-CSRF": csrf};
            await fetch("/v1/journeys", {method: "POST", headers, body: JSON.stringify({name, document})});
        }""",
        {"name": "Careful", "document": complete("Careful")},
    )
    await desk.open("/journeys")
    await desk.link("Careful").click()
    await desk.button("Launch").click()
    await desk.button("Continue").click()
    await desk.page.get_by_label("A word to whoever approves it").fill("As agreed on Monday")
    await desk.button("Ask for approval").click()
    await expect(desk.heading("A second person is asked")).to_be_visible()
    address = desk.page.url.removeprefix(office.url)

    async with office.database.transaction() as session:
        person = await staff_store.add_staff(session, name="Cleo", role="marketer", now=NOON)
        token = await staff_store.create_link(session, person.id, now=NOON)
    cleo = Desk(elsewhere, office.url)
    await cleo.follow(f"{office.url}/sign-in#{token}")
    await cleo.open(address)
    await cleo.button("Launch").click()
    await expect(cleo.page.get_by_text("As agreed on Monday")).to_be_visible()
    await cleo.button("Approve and launch").click()
    await expect(cleo.heading("Version 1 is live")).to_be_visible()
