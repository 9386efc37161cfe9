"""Nothing that was drawn is lost, and what is wrong is said where it can be put right."""

import pytest
from playwright.async_api import expect

from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office
from tests.browser.staff.test_journeys import busy_journey

pytestmark = pytest.mark.browser

PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


@pytest.mark.spec("E-010")
async def test_edits_made_while_the_server_is_away_are_saved_when_it_is_back(easel: Easel) -> None:
    await easel.begin("Offline")
    await easel.is_saved()
    await easel.page.context.set_offline(True)
    await easel.add(easel.open_end("Entry", "Next"), "Exit")
    await expect(easel.page.get_by_role("alert")).to_contain_text("Go on: your edits are kept")

    await easel.page.context.set_offline(False)

    await easel.is_saved()
    await easel.page.reload()
    await expect(easel.node("Ends as: Completed")).to_be_visible()


async def test_what_is_no_journey_is_refused_with_what_to_do_and_a_session_that_ends_loses_nothing(
    easel: Easel, office: Office
) -> None:
    await easel.button("New journey").click()
    chooser = easel.page.locator('input[type="file"]')
    await chooser.set_input_files({"name": "notes.json", "mimeType": "application/json", "buffer": b"{ garbage"})
    await expect(easel.page.get_by_text("Choose a file that Waitline exported")).to_be_visible()
    newer = b'{"schema": 99, "name": "From the future", "graph": {"nodes": [], "edges": []}}'
    await chooser.set_input_files({"name": "newer.json", "mimeType": "application/json", "buffer": newer})
    await expect(easel.page.get_by_text("written by another version of Waitline. Update this one")).to_be_visible()
    garbled = b'{"name": "Garbled", "graph": {"nodes": [{"id": "rest", "type": "delay", "window": 9}], "edges": []}}'
    await chooser.set_input_files({"name": "garbled.json", "mimeType": "application/json", "buffer": garbled})
    await easel.node("Its settings cannot be read").click()
    await expect(easel.panel().get_by_text("Put it right in the tab “Code”, or delete the step")).to_be_visible()

    await easel.open("/journeys")
    await easel.begin("Whole")
    await easel.is_saved()
    await easel.page.evaluate(PASTE, "garbage")
    await expect(easel.page.get_by_role("alert")).to_contain_text("Copy steps on a canvas of Waitline, then paste")
    await expect(easel.node("Entry")).to_have_count(1)

    address = easel.page.url
    await easel.page.context.clear_cookies()
    await easel.add(easel.open_end("Entry", "Next"), "Exit")
    await expect(easel.heading("Sign in")).to_be_visible()
    await easel.follow(await office.sign_in_link())
    await easel.page.goto(address)
    await expect(easel.node("Ends as: Completed")).to_be_visible()
    await easel.is_saved()


@pytest.mark.spec("E-010")
async def test_two_people_who_edit_one_draft_see_who_when_and_what_differs(easel: Easel, office: Office) -> None:
    await busy_journey(office.world)
    await easel.open("/journeys/jny_1?version=draft")
    await easel.node("Delay").click()
    other = await easel.page.context.new_page()
    there = Easel(other, office.url)
    await there.open("/journeys/jny_1?version=draft")
    await there.node("Delay").click()
    await there.panel().get_by_label("How long", exact=True).fill("5")
    await there.is_saved()

    await easel.panel().get_by_label("How long", exact=True).fill("3")

    dialog = easel.page.get_by_role("dialog", name="Somebody else edited this draft")
    await expect(dialog).to_contain_text("Ada Marketer saved it")
    await expect(dialog.locator("time")).to_be_visible()
    await expect(dialog.get_by_role("listitem")).to_have_text(["ChangedStep: Delay: Wait 5 hours → Wait 3 hours"])
    await dialog.get_by_role("button", name="Keep mine").click()
    await easel.is_saved()
    await there.page.reload()
    await expect(there.node("Wait 3 hours")).to_be_visible()


@pytest.mark.spec("E-004")
async def test_a_problem_leads_to_its_step_and_nothing_is_launched_while_one_blocks(easel: Easel) -> None:
    await easel.begin("Unfinished")
    await easel.add(easel.open_end("Entry", "Next"), "Branch")
    await easel.is_saved()
    await easel.page.get_by_role("tab", name="Problems").click()
    await easel.panel().get_by_role("button", name="This group of conditions is empty").click()
    await expect(easel.panel().get_by_role("heading", name="Branch")).to_be_visible()

    await easel.page.get_by_role("tab", name="Launch").click()

    await expect(easel.panel().get_by_role("button", name="Every path leads somewhere").first).to_be_visible()
    await expect(easel.panel().get_by_role("button", name="Continue")).to_be_disabled()
    await easel.panel().get_by_role("button", name="Every path leads somewhere").first.click()
    await expect(easel.panel().get_by_role("heading", name="Branch")).to_be_visible()


async def test_steps_are_copied_to_another_journey_in_another_tab(easel: Easel, office: Office) -> None:
    await busy_journey(office.world)
    await easel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await easel.open("/journeys/jny_1?version=draft")
    await easel.node("Web push").click()
    await easel.page.keyboard.press("Control+c")
    await easel.open("/journeys")
    await easel.begin("Another")

    await easel.page.keyboard.press("Control+v")
    await expect(easel.node("Web push")).to_be_visible()

    await easel.page.evaluate("navigator.clipboard.writeText('no steps at all')")
    await easel.page.keyboard.press("Control+v")
    refused = easel.page.get_by_role("alert").filter(has_text="What you pasted are no steps")
    await expect(refused).to_be_visible()  # beside what the checks say of the step
