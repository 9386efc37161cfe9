"""The page Messages: what was sent and what was not, and each opened to its reasons and its words."""

import pytest
from playwright.async_api import expect

from tests.api.world import World, at
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser

SENT, SKIPPED = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd", "snd_01kbjv0m8e5w3tq9z7c2r4x6ye"


async def two_messages(world: World) -> None:
    """A push that Ada clicked, and one that quiet hours kept from her."""
    await world.shop()
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1", variant_id="var_m")
    push = {
        "channel": "web_push",
        "send_id": "\x01send\x01",
        "links": [{"target": "body", "url": "https://shop.example/fjell", "href": "\x01link body\x01"}],
        "payload": "{}",
        "ttl": "PT1H",
        "title": "Fjell jacket is back",
        "body": "In your size",
    }
    await world.send(
        SENT, (at(0), "accepted", None), (at(60), "clicked", None), rendering=push, verdict={"available": 5}
    )
    await world.send(
        SKIPPED, (at(120), "skipped", "quiet_hours"), address_hash="", visit=2, verdict={"zone": "Europe/Vienna"}
    )


async def test_messages_are_listed_narrowed_and_opened_to_their_reasons_and_words(desk: Desk, office: Office) -> None:
    await two_messages(office.world)
    await desk.open("/messages")
    page = desk.page

    rows = page.get_by_role("listitem").filter(has_text="Fjell jacket, size M")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Skipped")
    await expect(rows.first).to_contain_text("Quiet hours")
    await expect(rows.last).to_contain_text("Ada Lind")

    await rows.last.get_by_role("button").click()
    opened = page.get_by_role("dialog")
    await expect(opened).to_contain_text("Fjell jacket is back")
    await expect(opened).to_contain_text("https://shop.example/fjell")
    await expect(opened.get_by_role("listitem")).to_have_count(2)
    await expect(opened).to_contain_text("available")

    await desk.open("/messages?status=skipped")
    await expect(rows).to_have_count(1)
    await desk.open("/messages?reason=no_consent")
    await expect(desk.heading("No such message")).to_be_visible()
    assert desk.complaints == []
