"""What belongs to a journey beside its canvas: notes, readiness, versions, testers, and how its messages read."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office
from tests.browser.staff.test_journeys import busy_journey

pytestmark = pytest.mark.browser


@pytest.mark.spec("F-142")
async def test_notes_on_the_journey_and_on_its_canvas_name_their_author_and_time(easel: Easel, office: Office) -> None:
    await busy_journey(office.world)
    await easel.open("/journeys/jny_1?version=draft")
    await easel.button("More").click()
    await easel.page.get_by_role("menuitem", name="Notes…").click()
    dialog = easel.page.get_by_role("dialog", name="Notes on Back in stock")
    await dialog.get_by_label("New note").fill("The legal department has seen the e-mail.")
    await dialog.get_by_role("button", name="Add the note").click()

    note = dialog.get_by_role("list", name="Notes").get_by_role("listitem")
    await expect(note).to_contain_text("The legal department has seen the e-mail.")
    await expect(note).to_contain_text("Ada Marketer")
    await expect(note.locator("time")).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT"))
    await easel.page.keyboard.press("Escape")

    await easel.button("Add a sticky note").click()
    await easel.page.get_by_role("textbox", name="Sticky note").fill("Shorter in summer?")
    await easel.is_saved()
    await easel.page.reload()
    await expect(easel.page.get_by_role("textbox", name="Sticky note")).to_have_value("Shorter in summer?")
    await expect(easel.page.get_by_text(re.compile(r"Ada Marketer · .*\d{4}"))).to_be_visible()


@pytest.mark.spec("F-143")
async def test_the_checklist_is_what_the_api_says_and_leads_to_each_step(easel: Easel) -> None:
    await easel.begin("Unready")
    for step in ("Branch", "Web push"):
        await easel.add(easel.page.get_by_role("button", name=re.compile("^Add a step after")).first, step)
    await easel.is_saved()
    await easel.page.get_by_role("tab", name="Launch").click()
    checklist = easel.panel().get_by_role("list", name="Checklist").get_by_role("listitem")
    await expect(checklist.first).to_be_visible()

    journey = re.search(r"jny_\w+", easel.page.url)
    assert journey is not None
    answer = await easel.page.request.get(f"{easel.url}/v1/journeys/{journey[0]}/readiness")
    draft = await (await easel.page.request.get(f"{easel.url}/v1/journeys/{journey[0]}/draft")).json()
    items: list[dict[str, Any]] = (await answer.json())["items"]
    assert {item["ok"] for item in items} == {True, False}
    items.sort(key=lambda item: (item["ok"], not item["blocking"]))  # what keeps it from going on stands first
    await expect(checklist).to_have_count(len(items))
    for place, item in enumerate(items):
        await expect(checklist.nth(place)).to_contain_text(item["title"])
    await expect(easel.panel().get_by_role("button", name="Continue")).to_be_disabled()

    kinds = {node["id"]: node["type"] for node in draft["document"]["graph"]["nodes"]}
    titles = {"entry": "Entry", "branch": "Branch", "message": "Web push"}
    failing = [place for place, item in enumerate(items) if item["node"] is not None and not item["ok"]]
    assert failing
    for place in failing:
        await easel.page.get_by_role("tab", name="Launch").click()
        await checklist.nth(place).get_by_role("button").click()
        title = titles[kinds[items[place]["node"]]]
        await expect(easel.panel().get_by_role("heading", name=title, exact=True)).to_be_visible()


async def test_a_version_is_edited_again_and_testers_get_a_link(easel: Easel, office: Office) -> None:
    await busy_journey(office.world)
    await easel.open("/journeys/jny_1?version=draft")
    await easel.node("Web push").click()
    await easel.panel().get_by_role("button", name="Delete").click()
    await easel.is_saved()
    await easel.open("/journeys/jny_1")
    await easel.show_version("Edit version 1 again…")
    await easel.button("Make it the draft").click()
    await expect(easel.button("Tidy up")).to_be_visible()
    await expect(easel.node("Web push")).to_be_visible()

    await easel.button("More").click()
    await easel.page.get_by_role("menuitem", name="Link for testers…").click()
    address = easel.page.get_by_role("dialog").get_by_label("Address")
    await expect(address).to_have_value(re.compile(r"/try/"))
    assert easel.complaints == []


async def test_sending_is_stopped_and_resumed_with_a_reason_that_everybody_sees(easel: Easel) -> None:
    await easel.button("Stop all sending").click()
    dialog = easel.page.get_by_role("dialog")
    await dialog.get_by_label("Why?").fill("Wrong prices in the catalog")
    await expect(dialog.get_by_role("button", name="Stop all sending")).to_be_disabled()
    await dialog.get_by_label("I want all journeys of this shop to stop sending").check()
    await dialog.get_by_role("button", name="Stop all sending").click()

    for address in ("/people", "/journeys"):
        await easel.open(address)
        banner = easel.page.get_by_role("region", name="Nothing is being sent.")
        await expect(banner).to_contain_text("Ada Marketer stopped all sending")
        await expect(banner).to_contain_text("Wrong prices in the catalog")
        await expect(banner.locator("time")).to_be_visible()
    await banner.get_by_role("button", name="Resume").click()
    await dialog.get_by_label("What was put right?").fill("Prices are right again")
    await dialog.get_by_role("button", name="Resume sending").click()
    await expect(banner).to_be_hidden()
    assert easel.complaints == []


async def test_a_message_is_read_as_a_person_would_get_it_and_tried_on_oneself(easel: Easel, office: Office) -> None:
    await office.world.shop()
    await busy_journey(office.world)
    await easel.open("/journeys/jny_1?version=draft")
    await easel.node("E-mail").click()
    await easel.button("Edit the message").click()
    preview = easel.page.get_by_role("region", name="Preview")
    await expect(preview).to_contain_text("Shown with sample values")
    await preview.get_by_role("combobox", name="Read as").click()
    await easel.page.get_by_role("option", name="Ada Lind").click()

    await expect(preview).to_contain_text("Rendered as this person would get it")
    letter = preview.frame_locator("iframe")
    heading = letter.get_by_text("Fjell jacket").first
    await expect(heading).to_be_visible()
    assert await preview.locator("iframe").get_attribute("sandbox") == "allow-same-origin"
    light = await heading.evaluate("words => getComputedStyle(words).color")
    await preview.get_by_text("Dark", exact=True).click()
    await expect(heading).not_to_have_css("color", light)
    wide = await easel.place(preview.locator("iframe"))
    await preview.get_by_text("Mobile", exact=True).click()
    await expect(heading).to_be_visible()
    assert (await easel.place(preview.locator("iframe")))["width"] < wide["width"]

    await preview.get_by_label("Test to your own address").fill("me@shop.example")
    await preview.get_by_role("button", name="Send to me").click()
    # No mail server belongs to this office; what became of the test is said either way.
    await expect(preview).to_contain_text(re.compile(r"On its way to me@shop\.example\.|It was not sent: \w+"))
    assert easel.complaints == []
