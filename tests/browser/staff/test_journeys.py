"""Journeys: the list with its live numbers, and the canvas."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from engine.store.tables import PublishedVersion
from tests.api.walkers import walked_journey
from tests.api.world import NOON, World, document
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser


async def busy_journey(world: World) -> None:
    """Ten came in: one still waits at the pause, six got a push, two an e-mail, one refused both."""
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1")
    await world.count(
        "jny_1",
        1,
        entry={"entered": 10, "passed": 10, "outlet:next": 10},
        pause={"entered": 10, "passed": 9, "outlet:next": 9},
        push={"entered": 9, "passed": 9, "outlet:sent": 6, "outlet:not_sent": 3, "dropped:no_consent": 2}
        | {"dropped:out_of_stock_at_send": 1},
        mail={"entered": 3, "passed": 3, "outlet:sent": 2, "outlet:not_sent": 1, "dropped:no_consent": 1},
        done={"entered": 9, "ended:completed": 9},
    )


async def test_an_empty_list_says_what_to_do_and_leads_to_the_shop(desk: Desk) -> None:
    await expect(desk.heading("No journeys yet")).to_be_visible()
    await expect(desk.link("Open the demo shop")).to_have_attribute("href", "/shop")
    await desk.button("Begin with a template").click()
    await expect(desk.page.get_by_role("button", name="VIP early access")).to_be_visible()


async def test_the_list_shows_each_journey_with_its_numbers(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    await desk.open("/journeys")

    row = desk.journey_row("Back in stock")
    await expect(row).to_contain_text("When Back in Stock occurs")
    await expect(row).to_contain_text("Active")
    await expect(row.get_by_role("img", name="E-mail and Web push")).to_be_visible()
    await expect(row.get_by_role("img", name="10 people entered in the last 14 days")).to_be_visible()
    for place, number in enumerate(["10", "1", "8", "4"], start=2):
        await expect(row.get_by_role("cell").nth(place)).to_have_text(number)


async def test_numbers_move_without_a_reload(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    await desk.open("/journeys/jny_1")
    waiting = desk.node("Wait 1 hour").get_by_role("definition")
    await expect(waiting.nth(1)).to_have_text("1")

    await office.world.enrollment("enr_2")

    await expect(waiting.nth(1)).to_have_text("2")


async def test_a_node_says_what_it_does_and_how_many_are_where(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    await desk.open("/journeys/jny_1")

    push = desk.node("Web push")
    await expect(push.get_by_role("definition")).to_have_text(["9", "0", "9", "3"])
    await expect(push).to_contain_text("Sent")
    await expect(push).to_contain_text("Not sent")
    await expect(desk.page.get_by_title("6 went this way: 67% of those who left")).to_have_text("6 67%")


@pytest.mark.spec("E-005")
async def test_every_number_leads_to_the_enrollments_behind_it_per_version_and_days(desk: Desk, office: Office) -> None:
    await walked_journey(office.world, office.database)
    await desk.open("/journeys/jny_1")
    canvas, people = desk.page.get_by_label("Canvas of"), desk.details().get_by_role("list", name="People")
    who = people.get_by_role("listitem")

    async def behind(button: Locator, *names: str) -> None:
        """Click a number: these people are behind it, and no others."""
        await button.click()
        await expect(who).to_have_count(len(names))
        assert {(await row.inner_text()).split()[0] for row in await who.all()} == set(names)

    pause, push = desk.node("Wait 1 hour"), desk.node("Web push")
    await expect(pause.get_by_role("definition")).to_have_text(["5", "1", "3"])
    await expect(push.get_by_role("definition")).to_have_text(["3", "0", "3", "2"])
    reasons = push.get_by_role("list", name="Dropped out here").get_by_role("button")
    assert sorted(await reasons.all_inner_texts()) == ["1 No browser to push to", "1 No consent"]

    await behind(pause.get_by_role("button", name="5 Entered"), "ada", "bob", "cay", "dan", "eve")
    await behind(pause.get_by_role("button", name="1 Waiting"), "eve")
    await behind(pause.get_by_role("button", name="3 Passed"), "ada", "bob", "cay")
    await behind(push.get_by_role("button", name="2 Dropped"), "bob", "cay")
    await behind(reasons.filter(has_text="No consent"), "cay")
    await expect(desk.details().get_by_role("heading")).to_have_text("No consent · Web push")
    await behind(canvas.get_by_title("2 went this way: 67% of those who left"), "bob", "cay")
    await behind(canvas.get_by_title("1 went this way: 33% of those who left"), "ada")

    await desk.page.get_by_role("button", name="Numbers of: All time").click()
    await desk.page.get_by_label("Until").fill("2027-01-05")
    await expect(pause.get_by_role("definition")).to_have_text(["5", "1", "0"])
    await expect(push.get_by_role("definition")).to_have_text(["0", "0", "0", "0"])
    await desk.page.keyboard.press("Escape")
    await desk.open("/journeys/jny_1?version=2&since=2027-01-06")
    await expect(pause.get_by_role("definition")).to_have_text(["0", "0", "1"])
    await behind(pause.get_by_role("button", name="1 Passed"), "dan")
    await who.get_by_role("link").click()
    await expect(desk.page).to_have_url(re.compile(r"/enrollments/enr_dan$"))
    assert desk.complaints == []


async def test_choosing_a_node_shows_why_people_dropped_out_and_where_the_others_went(
    desk: Desk, office: Office
) -> None:
    await busy_journey(office.world)
    await desk.open("/journeys/jny_1")

    await desk.node("Web push").get_by_text("Web push").click()

    details = desk.details()
    await expect(details.get_by_role("heading", name="Web push")).to_be_visible()
    reasons = details.get_by_role("listitem")
    await expect(reasons.nth(0)).to_contain_text("No consent")
    await expect(reasons.nth(0)).to_contain_text("2")
    await expect(reasons.nth(1)).to_contain_text("Sold out again")
    await details.get_by_role("button", name="E-mail").click()
    await expect(details.get_by_role("heading", name="E-mail")).to_be_visible()
    assert desk.page.url.endswith("/journeys/jny_1?node=mail")


async def test_the_canvas_is_used_by_keyboard_alone(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    await desk.open("/journeys/jny_1")
    await desk.node("Wait 1 hour").focus()

    await desk.page.keyboard.press("Enter")
    await expect(desk.details().get_by_role("heading", name="Delay")).to_be_visible()
    await desk.page.keyboard.press("Escape")

    await expect(desk.details().get_by_role("heading", name="All enrollments")).to_be_visible()


async def test_outlets_keep_their_order_from_left_to_right(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    await desk.open("/journeys/jny_1")

    done, mail = await desk.node("Ends as: Completed").bounding_box(), await desk.node("E-mail").bounding_box()
    push = await desk.node("Web push").bounding_box()

    assert done is not None
    assert mail is not None
    assert push is not None
    assert mail["x"] > push["x"], "the way of those not sent to leads to the right"
    assert done["y"] > mail["y"] > push["y"]


async def test_a_viewer_is_offered_nothing_that_the_api_would_refuse(office: Office, visitor: Page) -> None:
    await busy_journey(office.world)
    desk = Desk(visitor, office.url)
    await desk.follow(await office.sign_in_link("viewer"))
    pages = desk.page.get_by_role("navigation", name="Main").get_by_role("link")
    await expect(desk.journey_row("Back in stock")).to_be_visible()
    assert not {"People", "Waitlist", "Messages", "Inbox"} & set(await pages.all_inner_texts())
    for name in ("New journey", "Stop all sending"):
        await expect(desk.button(name)).to_have_count(0)
    await desk.page.get_by_role("button", name="More: Back in stock").click()
    await expect(desk.page.get_by_role("menuitem")).to_have_text(["Export as a file"])

    await desk.open("/journeys/jny_1")
    await expect(desk.node("Wait 1 hour").get_by_role("definition")).to_have_text(["10", "1", "9"])
    await expect(desk.node("Wait 1 hour").get_by_role("button")).to_have_count(0)
    await desk.button("More").click()
    await expect(desk.page.get_by_role("menuitem")).to_have_text(["Notes…", "Export as a file"])
    await desk.page.keyboard.press("Escape")
    await desk.show_version("Draft")
    await desk.node("Wait 1 hour").get_by_text("Wait 1 hour").click()
    await expect(desk.details().get_by_role("heading", name="Delay")).to_be_visible()
    await expect(desk.page.get_by_role("tab")).to_have_count(0)
    assert desk.complaints == []


async def test_every_published_version_and_the_draft_can_be_looked_at(desk: Desk, office: Office) -> None:
    await busy_journey(office.world)
    older = document()
    older["graph"]["nodes"][1]["duration"] = "P2D"
    await office.world.add(
        PublishedVersion(journey_id="jny_1", number=2, document=older, published_at=NOON, published_by="Ada")
    )
    await desk.open("/journeys/jny_1")
    await expect(desk.node("Wait 1 hour")).to_be_visible()

    await desk.show_version("Version 2")
    await expect(desk.node("Wait 2 days")).to_be_visible()

    await desk.show_version("Draft")
    await expect(desk.details()).to_contain_text("Nobody walks the draft")
    await expect(desk.node("Wait 1 hour").get_by_role("definition")).to_have_count(0)


async def test_a_journey_that_is_not_there_is_named_as_the_problem_document_does(desk: Desk) -> None:
    await desk.open("/journeys/jny_none")

    await expect(desk.page.get_by_role("alert")).to_contain_text("Code: unknown_journey")
    await desk.link("Go to the journeys").click()
    await expect(desk.heading("Journeys")).to_be_visible()
