"""Launching a new version while people are inside the old one."""

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from engine.store.tables import Journey, PublishedVersion
from tests.api.world import NOON
from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office

pytestmark = pytest.mark.browser

TWO_WAITS: dict[str, Any] = {
    "schema": 1,
    "name": "Two waits",
    "graph": {
        "nodes": [
            {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}},
            {"id": "short", "type": "delay", "title": "Short rest", "duration": "PT1H"},
            {"id": "long", "type": "delay", "title": "Long rest", "duration": "P2D"},
            {"id": "done", "type": "exit", "reason": "completed"},
        ],
        "edges": [
            {"source": "entry", "outlet": "next", "target": "short"},
            {"source": "short", "outlet": "next", "target": "long"},
            {"source": "long", "outlet": "next", "target": "done"},
        ],
    },
    "messages": {},
    "settings": {},
    "layout": {},
}


async def five_people_inside(office: Office) -> None:
    """Three stand at the short rest of version 1, two at the long one."""
    world = office.world
    await world.add(
        Journey(
            id="jny_1",
            name="Two waits",
            status="active",
            draft=TWO_WAITS,
            published_version=1,
            created_at=NOON,
            updated_at=NOON,
        ),
        PublishedVersion(journey_id="jny_1", number=1, document=TWO_WAITS, published_at=NOON, published_by="Ada"),
    )
    for number, node in enumerate(["short"] * 3 + ["long"] * 2):
        await world.profile(f"prf_{number}", email=f"{number}@shop.example")
        await world.enrollment(f"enr_{number}", profile_id=f"prf_{number}", node=node)


@pytest.mark.spec("J-005")
async def test_the_launch_lists_who_stands_where_and_what_each_choice_makes_of_them(
    easel: Easel, office: Office
) -> None:
    await five_people_inside(office)
    await easel.open("/journeys/jny_1?version=draft")
    await easel.node("Long rest").click()
    await easel.panel().get_by_role("button", name="Delete").click()
    await easel.is_saved()
    panel = easel.panel()
    await easel.page.get_by_role("tab", name="Launch").click()
    await panel.get_by_role("button", name="Continue").click()
    await expect(panel).to_contain_text("Long rest")
    await panel.get_by_role("button", name="Continue").click()

    async def lists(*rows: list[str | Locator]) -> None:
        """The dialog says how many stand where, and what happens to each of them."""
        shown = panel.get_by_role("row")
        await expect(shown).to_have_count(len(rows) + 1)
        for place, (where, people, becomes) in enumerate(rows, start=1):
            cells = shown.nth(place).get_by_role("cell")
            await expect(cells.nth(0)).to_have_text(f"{where}Version 1")
            await expect(cells.nth(1)).to_have_text(str(people))
            if isinstance(becomes, str):
                await expect(cells.nth(2)).to_have_text(becomes)
            else:
                await expect(becomes).to_be_visible()

    mapping = panel.get_by_role("combobox", name="Long rest: goes on at")
    await expect(panel.get_by_role("heading", name="5 people are inside")).to_be_visible()
    await lists(["Short rest", "3", "Stays"], ["Long rest", "2", "Stays"])
    await panel.get_by_role("radio", name="They leave").check()
    await lists(["Short rest", "3", "Leaves"], ["Long rest", "2", "Leaves"])
    await panel.get_by_role("radio", name="They move to the new version").check()
    await lists(["Short rest", "3", "Moves"], ["Long rest", "2", mapping])

    await expect(panel.get_by_role("button", name="Continue")).to_be_disabled()
    await mapping.select_option("Short rest")
    await lists(["Short rest", "3", "Moves"], ["Long rest", "2", mapping])
    await expect(mapping).to_have_value("short")
    await panel.get_by_role("button", name="Continue").click()
    await panel.get_by_role("button", name="Launch", exact=True).click()

    await expect(panel.get_by_role("heading", name="Version 2 is live")).to_be_visible()
    await expect(panel).to_contain_text("5 people move to it now.")
    assert easel.complaints == []
