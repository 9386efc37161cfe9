"""People: finding one, and everything that happened to her."""

from datetime import timedelta

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from engine.store.tables import Consent, ConsentRecord, Event, PushSubscription, WaitlistTransition
from tests.api.world import World, at
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk
from tests.stack import until

pytestmark = pytest.mark.browser


async def told_story(world: World) -> None:
    """Ada agrees, subscribes and waits; the jacket comes in; she is told by push, and her text message is skipped."""
    await world.shop()
    await world.journey()
    await world.profile(timezone="Asia/Tokyo")
    consent = ConsentRecord(
        id="cns_1", profile_id="prf_ada", channel="web_push", topic="back_in_stock", granted=True, source="x", at=at(0)
    )
    browser = PushSubscription(
        id="psh_1", profile_id="prf_ada", endpoint="https://push.example/x", p256dh="p", auth="a", created_at=at(0)
    )
    standing = Consent(profile_id="prf_ada", channel="web_push", topic="back_in_stock", granted=True, updated_at=at(0))
    await world.add(consent, standing, browser)
    await world.wait("wle_1", created_at=at(0), state="sent", notified_at=at(63))
    await world.restock(at(60))
    await world.enrollment("enr_1", variant_id="var_m", restock_id="rst_1", entered_at=at(61), status="waiting")
    await world.trail("enr_1", (at(61), "entry", "entered", None, None), (at(62), "pause", "waiting", None, None))
    await world.send("snd_1", (at(63), "accepted", None), rendering={"title": "Fjell jacket is back"})
    await world.send("snd_2", (at(64), "skipped", "quiet_hours"), channel="sms", node="text")
    await world.add(
        WaitlistTransition(
            entry_id="wle_1", profile_id="prf_ada", variant_id="var_m", before="pending", after="sent", at=at(63)
        )
    )


async def views(world: World, count: int) -> None:
    """As many looks at the jacket, the first on the day before the story and each older than the one before."""
    await world.add(
        *(
            Event(
                id=f"evt_view_{number}",
                name="Product Viewed",
                profile_id="prf_ada",
                source_id="src_1",
                properties={"url": f"https://shop.example/item-{number}"},
                at=at(-86_400 - number * 600),
                received_at=at(0),
            )
            for number in range(count)
        )
    )


async def test_people_are_found_as_one_types(desk: Desk, office: Office) -> None:
    await office.world.profile()
    await office.world.profile("prf_bo", first_name="Bo", last_name="Ekland", email="bo@shop.example")
    await office.world.profile("prf_jo", first_name="Jo", last_name="Boberg", email=None)
    await office.world.add(
        Event(
            id="evt_order",
            name="Order Completed",
            profile_id="prf_jo",
            properties={"order_id": "NW-1042"},
            at=at(0),
            received_at=at(0),
        )
    )
    await desk.open("/people")
    await expect(desk.link("Ada Lind")).to_be_visible()
    people = desk.page.get_by_role("main").get_by_role("listitem").get_by_role("link")
    box = desk.page.get_by_role("searchbox")

    await box.press_sequentially("bo")
    await expect(people).to_have_text(["Bo Ekland", "Jo Boberg"])
    await box.press_sequentially("@")
    await expect(people).to_have_text(["Bo Ekland"])
    await expect(desk.page.locator("mark")).to_have_text(["bo@"])
    await box.fill("1042")
    await expect(desk.heading("Nobody matches “1042”")).to_be_visible()
    await box.fill("NW-1042")
    await expect(people).to_have_text(["Jo Boberg"])
    await expect(desk.page.get_by_text("Order NW-1042")).to_be_visible()
    await box.fill("nobody of this name")
    await expect(desk.heading("Nobody matches “nobody of this name”")).to_be_visible()

    await expect(await desk.find("NW-1042")).to_have_text(["Jo BobergOrder NW-1042"])
    await desk.page.keyboard.press("Enter")
    await expect(desk.heading("Jo Boberg")).to_be_visible()


async def test_the_search_everywhere_finds_pages_journeys_and_people(desk: Desk, office: Office) -> None:
    await office.world.profile()
    await office.world.journey()
    await expect(desk.journey_row("Back in stock")).to_be_visible()

    await expect(await desk.find("back in")).to_have_text(["Back in stock"])
    around = desk.page.locator(".mantine-Modal-inner")
    await expect(around).to_have_css("background-color", "rgba(0, 0, 0, 0)")  # the page behind stays in view
    await desk.page.keyboard.press("Escape")
    await expect(await desk.find("waitl")).to_have_text(["Waitlist"])
    await desk.page.keyboard.press("Escape")
    await expect(await desk.find("ada")).to_have_text(["Ada Lindada@shop.example"])
    await desk.page.keyboard.press("Enter")

    await expect(desk.heading("Ada Lind")).to_be_visible()


@pytest.mark.spec("F-023")
async def test_a_profile_shows_what_she_agreed_to_waits_for_and_when_she_was_told(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await office.world.wait("wle_2", variant_id="var_l", created_at=at(120))
    await desk.open("/people/prf_ada")

    main = desk.page.get_by_role("main")
    await expect(main).to_contain_text("ada@shop.example")
    await expect(main).to_contain_text("22:00 in Asia/Tokyo")
    entries = desk.card("Waitlist").get_by_role("listitem")
    await expect(entries.filter(has_text="FJELL-M")).to_contain_text("Told on Jan 5, 2027")
    await expect(entries.filter(has_text="FJELL-L")).to_contain_text("Until Apr 5, 2027")
    await expect(desk.card("Consents").get_by_role("listitem")).to_contain_text("Web push")
    await expect(desk.card("Consents").get_by_role("listitem")).to_contain_text("Granted")
    await expect(desk.card("Browsers").get_by_role("listitem")).to_contain_text("push.example")
    await expect(desk.card("Browsers").get_by_role("listitem")).to_contain_text("Reachable")


@pytest.mark.spec("F-022")
async def test_a_wait_shows_exactly_one_state(desk: Desk, office: Office) -> None:
    await office.world.shop()
    await office.world.profile()
    words = {
        "pending": "Pending",
        "sent": "Sent",
        "failed": "Failed",
        "expired": "Expired",
        "unsubscribed": "Unsubscribed",
        "purchased": "Purchased",
        "held_out": "Held out",
    }
    for age, state in enumerate(words):
        await office.world.wait(f"wle_{state}", state=state, created_at=at(-age))
    await desk.open("/people/prf_ada")

    entries = desk.card("Waitlist").get_by_role("listitem")
    await expect(entries).to_have_count(len(words))
    for place, word in enumerate(words.values()):
        shown = await entries.nth(place).inner_text()
        assert [other for other in words.values() if other in shown] == [word]


async def test_the_timeline_tells_the_story_newest_first_by_day(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await views(office.world, 1)
    await desk.open("/people/prf_ada")

    await expect(desk.rows().first).to_contain_text("Not sent")
    days = await desk.timeline().get_by_role("heading", level=2).all_inner_texts()
    assert days == ["Today", "Yesterday"]
    titles = await desk.rows().locator("strong").all_inner_texts()
    for earlier, later in [("Restocked", "Entered"), ("Entered", "Push sent"), ("Product Viewed", "Restocked")]:
        places = [next(n for n, title in enumerate(titles) if word in title) for word in (earlier, later)]
        assert places[0] > places[1], titles


async def test_a_skip_names_its_reason(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await desk.open("/people/prf_ada")

    await desk.show_only("Skips")

    await expect(desk.rows()).to_have_count(1)
    await expect(desk.rows()).to_contain_text("Not sent: quiet hours")
    assert desk.page.url.endswith("?kind=skip")


async def test_what_happens_meanwhile_appears_by_itself(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await desk.open("/people/prf_ada")
    await expect(desk.row("Fjell jacket is back")).to_be_visible()

    await office.world.send("snd_3", (at(3000), "accepted", None), visit=2, rendering={"title": "Back once more"})

    await expect(desk.rows().first).to_contain_text("Back once more")


@pytest.mark.spec("S-002")
async def test_hovering_a_time_tells_it_here_and_where_she_is(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await desk.open("/people/prf_ada")

    await desk.row("Push sent").locator("time").hover()

    tip = desk.page.get_by_role("tooltip")
    await expect(tip).to_contain_text("13:01:03")
    await expect(tip).to_contain_text("you (Europe/Berlin)")
    await expect(tip).to_contain_text("21:01:03")
    await expect(tip).to_contain_text("profile (Asia/Tokyo)")


READ_ON = """() => {
  const page = document.querySelector("main")
  page.scrollTo(0, page.scrollHeight)
  return Math.max(...[...document.querySelectorAll("li[id^=item-evt_]")].map(row => Number(row.id.slice(9))))
}"""
LOOKS = """
WITH RECURSIVE look(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM look WHERE n < :last)
INSERT INTO event (id, name, profile_id, source_id, properties, at, received_at)
SELECT 'evt_' || n, 'Product Viewed', 'prf_ada', 'src_1', '{}',
       strftime('%Y-%m-%d %H:%M:%S.000000', :newest, '-' || n || ' minutes'), :newest FROM look
"""


async def long_life(office: Office) -> None:
    """The story, and a hundred thousand looks before it, one a minute."""
    await told_story(office.world)
    async with office.database.connection() as connection:
        values = {"last": 99_999, "newest": f"{at(-86_400):%Y-%m-%d %H:%M:%S}.000000"}
        await connection.execute(text(LOOKS), values)


@pytest.mark.spec("S-002")
async def test_of_a_hundred_thousand_rows_only_those_near_are_drawn(desk: Desk, office: Office) -> None:
    await long_life(office)
    await desk.open("/people/prf_ada?kind=event")
    await expect(desk.rows()).to_have_count(50)

    async def has_come_far() -> bool:
        return await desk.page.evaluate(READ_ON) > 200

    await until(has_come_far, "reading on to an older row", seconds=90)
    await expect(desk.page.locator("[id='item-evt_0']")).to_have_count(0)
    assert await desk.page.locator("li[id^='item-evt_']").count() < 400, "rows far away are not drawn"
    await desk.page.evaluate("document.querySelector('main').scrollTo(0, 0)")
    await expect(desk.page.locator("[id='item-evt_0']")).to_be_in_viewport()


@pytest.mark.spec("S-002")
async def test_of_a_hundred_thousand_rows_each_is_linked_to_and_looked_up_by_day(desk: Desk, office: Office) -> None:
    await long_life(office)
    oldest = at(-86_400) - timedelta(minutes=99_990)
    await desk.open(f"/people/prf_ada?until={oldest:%Y-%m-%dT%H:%M:%SZ}#item-evt_99990")
    row = desk.page.locator("[id='item-evt_99990']")
    await expect(row).to_be_in_viewport()
    await expect(row).to_have_attribute("data-linked", "true")
    await expect(desk.rows()).to_have_count(10)
    await desk.button("Show the newest").click()
    await expect(desk.row("Fjell jacket is back")).to_be_visible()

    await desk.page.get_by_label("Go to a day").fill("2026-12-24")
    await expect(desk.timeline().get_by_role("heading", level=2).first).to_have_text("Thursday, December 24, 2026")
    await desk.rows().first.hover()
    await desk.rows().first.get_by_role("link", name="Link to this row").click()
    linked = desk.page.url
    assert "until=2026-12-24T22" in linked
    await desk.page.goto("about:blank")
    await desk.page.goto(linked)
    await expect(desk.rows().first).to_have_attribute("data-linked", "true")
    assert desk.complaints == []


async def test_a_link_without_a_time_reads_on_until_its_row_is_there(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await views(office.world, 120)
    await desk.open("/people/prf_ada#item-evt_view_110")

    row = desk.page.locator("[id='item-evt_view_110']")
    await expect(row).to_be_in_viewport()
    await expect(row).to_have_attribute("data-linked", "true")


@pytest.mark.spec("F-175")
async def test_one_click_each_leads_from_a_message_to_the_delivery_that_caused_it(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await desk.open("/people/prf_ada")
    sent = desk.row("Push sent")

    for step, fact in [
        ("Enrollment", "enr_1"),
        ("Restock", "rst_1"),
        ("Stock movement", "mov_1"),
        ("Delivery", "dlv_1"),
    ]:
        await sent.get_by_role("button", name=step).click()
        await expect(sent.get_by_role("definition").filter(has_text=fact).first).to_be_visible()


async def test_a_person_without_a_past_is_shown_as_such(desk: Desk, office: Office) -> None:
    await office.world.profile(first_name=None, last_name=None, email=None)
    await desk.open("/people/prf_ada")

    await expect(desk.heading("Anonymous visitor")).to_be_visible()
    await expect(desk.heading("Nothing has happened yet")).to_be_visible()
    await expect(desk.page.get_by_text("No consent was given, so nothing is sent.")).to_be_visible()
