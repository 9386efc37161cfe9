"""The inbox: e-mails and texts as their readers would see them."""

import pytest
from playwright.async_api import expect

from engine.store.tables import InboxMessage
from tests.api.world import World, at
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser

HOSTILE = """<body style="background: rgb(1, 2, 3)"><h1>It is back</h1>
<form action="/v1/session"><button>Go</button></form>
<script>document.body.textContent = "script ran"</script><img src="x" onerror="parent.document.title = 'out'"></body>"""


async def two_caught(world: World) -> None:
    """An e-mail that tries to break out, and a text message that came after it."""
    await world.add(
        InboxMessage(
            id="inb_1",
            channel="email",
            to="ada@shop.example",
            sender="hello@waitline.example",
            subject="Fjell jacket is back",
            text="In plain words",
            html=HOSTILE,
            received_at=at(0),
        ),
        InboxMessage(
            id="inb_2", channel="sms", to="+46701234567", sender="Waitline", text="It is back 🧥", received_at=at(60)
        ),
    )


async def test_nothing_caught_leads_to_the_shop(desk: Desk) -> None:
    await desk.open("/inbox")

    await expect(desk.heading("Nothing was caught yet")).to_be_visible()
    await expect(desk.link("Open the demo shop")).to_have_attribute("href", "/shop")


async def test_a_text_is_shown_as_a_bubble_with_its_length(desk: Desk, office: Office) -> None:
    await two_caught(office.world)
    await desk.open("/inbox")

    await desk.caught().filter(has_text="+46701234567").click()

    await expect(desk.reader()).to_contain_text("It is back 🧥")
    await expect(desk.reader()).to_contain_text("12 characters")


async def test_an_email_is_shown_as_sent_and_can_do_nothing(desk: Desk, office: Office) -> None:
    await two_caught(office.world)
    await desk.open("/inbox?item=inb_1")

    letter = desk.reader().frame_locator("iframe")
    await expect(letter.get_by_role("heading", name="It is back")).to_be_visible()
    await expect(letter.locator("body")).to_have_css("background-color", "rgb(1, 2, 3)")
    await expect(letter.locator("body")).not_to_contain_text("script ran")
    assert await desk.page.title() == "Inbox · Waitline"

    await desk.reader().get_by_text("Plain text").click()
    await expect(desk.reader()).to_contain_text("In plain words")


async def test_only_one_channel_is_listed_on_request(desk: Desk, office: Office) -> None:
    await two_caught(office.world)
    await desk.open("/inbox")
    await expect(desk.caught()).to_have_count(2)

    await desk.show_channel("sms")

    await expect(desk.caught()).to_have_count(1)
    await expect(desk.caught()).to_contain_text("+46701234567")


async def test_a_message_that_comes_in_appears_by_itself(desk: Desk, office: Office) -> None:
    await desk.open("/inbox")
    await expect(desk.heading("Nothing was caught yet")).to_be_visible()

    await two_caught(office.world)

    await expect(desk.caught()).to_have_count(2)
