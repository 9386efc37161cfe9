"""The inspector: a form for each step, which offers what the data really has."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from engine.store.tables import KnownEvent, KnownField
from tests.api.world import NOON, World
from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office

pytestmark = pytest.mark.browser

FILTERS = {
    "Purchased": ("Order Completed", False, None),
    "Viewed a product": ("Product Viewed", True, None),
    "Viewed the cart": ("Cart Viewed", False, 30),
    "Added to the wishlist": ("Product Added to Wishlist", True, 7),
}
"""The ready-made filters: the event of each, whether this audience leaves such people out, and days other than 90."""

FORMS = {
    "entry": ("Entry", "combobox", "Event"),
    "delay": ("Delay", "textbox", "How long"),
    "wait_until": ("Wait for something", "button", "Add an event"),
    "branch": ("Branch", "textbox", "Name of the way"),
    "split": ("Random split", "button", "Even shares"),
    "holdout": ("Holdout", "textbox", "Kept out"),
    "message": ("SMS", "button", "Edit the message"),
    "update_profile": ("Update profile", "combobox", "Remove"),
    "waitlist": ("Waitlist", "combobox", "What to do"),
    "start_journey": ("Start a journey", "combobox", "Journey"),
    "goal": ("Goal", "textbox", "Goal"),
    "exit": ("Exit", "combobox", "Reason"),
}
"""Each node type: what its step is called, and a control that only its form has."""


async def lived_in_shop(world: World) -> None:
    """A shop that has told of its spring sale, and whose people have tiers."""
    await world.add(
        KnownEvent(name="Spring Sale Visited", seen=412, last_at=NOON),
        KnownField(holder="Spring Sale Visited", name="campaign", type="text", samples=["flyer", "radio"]),
        KnownField(holder="", name="tier", type="text", samples=["gold", "silver"]),
    )


async def offers(easel: Easel, field: Locator, *names: str) -> None:
    """The field offers these, among others; the first of them is taken."""
    await field.fill("")
    for name in names:
        await expect(easel.page.get_by_role("option", name=name, exact=True)).to_be_visible()
    await easel.page.get_by_role("option", name=names[0], exact=True).click()


async def stored(easel: Easel) -> dict[str, Any]:
    """The draft on the canvas, as the server has it."""
    await easel.is_saved()
    journey = re.search(r"jny_\w+", easel.page.url)
    assert journey is not None
    answer = await easel.page.request.get(f"{easel.url}/v1/journeys/{journey[0]}/draft")
    return (await answer.json())["document"]


@pytest.mark.spec("F-063")
async def test_an_audience_is_put_together_from_ready_made_filters(easel: Easel) -> None:
    await easel.begin("Filtered")
    await easel.page.keyboard.press("Escape")
    audience = easel.panel().get_by_role("group", name="Who may enter", exact=True)
    for name, (_, is_excluded, days) in FILTERS.items():
        await audience.get_by_role("button", name="Add a condition").click()
        await easel.page.get_by_role("menuitem", name=name, exact=True).click()
        card = audience.get_by_role("group", name=name, exact=True)
        reach = card.get_by_label("In the last … days")
        await expect(reach).to_have_value("90 days")
        if is_excluded:
            await card.get_by_text("Exclude", exact=True).click()
        if days is not None:
            await reach.fill(str(days))
        await expect(audience.get_by_role("status")).to_contain_text("people match now")

    condition = (await stored(easel))["settings"]["audience"]["condition"]

    expected: list[dict[str, Any]] = []
    for event, is_excluded, days in FILTERS.values():
        occurred = {"kind": "has_occurred", "event": event, "within": f"P{days or 90}D"}
        expected.append({"kind": "not", "of": occurred} if is_excluded else occurred)
    assert condition == {"kind": "all", "of": expected}

    reach = audience.get_by_role("group", name="Purchased", exact=True).get_by_label("In the last … days")
    await reach.fill("120")
    await reach.press("Tab")
    assert int((await reach.input_value()).split()[0]) <= 90, "history is kept for 90 days"

    await easel.add(easel.open_end("Entry", "Next"), "Branch")
    await easel.panel().get_by_role("button", name="Add a condition").click()
    for name in FILTERS:
        await expect(easel.page.get_by_role("menuitem", name=name, exact=True)).to_be_visible()
    assert easel.complaints == []


@pytest.mark.spec("E-003")
async def test_every_node_type_has_its_form_and_shows_its_problems_inside(easel: Easel) -> None:
    await easel.begin("All forms")
    served = (await (await easel.page.request.get(f"{easel.url}/v1/node-types")).json())["items"]
    assert {one["type"] for one in served} == FORMS.keys()
    for kind, (title, _, _) in FORMS.items():
        if kind != "entry":
            await easel.page.keyboard.press("Escape")
            await easel.page.keyboard.press("a")
            await easel.page.get_by_role("combobox", name="Search for a step…").fill(title)
            await easel.page.get_by_role("option", name=title).first.click()
            await expect(easel.panel().get_by_role("heading", name=title, exact=True)).to_be_visible()
    document = await stored(easel)
    answer = await easel.page.request.post(
        f"{easel.url}/v1/journeys/validate", data={"document": document}, headers=await easel.csrf()
    )
    problems = (await answer.json())["problems"]
    at_fields: set[str] = set()
    for node in document["graph"]["nodes"]:
        title, role, control = FORMS[node["type"]]
        await easel.node(title).first.focus()
        await easel.page.keyboard.press("Enter")
        panel = easel.panel()
        await expect(panel.get_by_role("heading", name=title, exact=True)).to_be_visible()
        await expect(panel.get_by_role(role, name=control).first).to_be_visible()  # type: ignore[arg-type]  # roles of the table
        for problem in problems:
            if problem["node"] == node["id"]:
                await expect(panel.get_by_text(problem["message"])).to_be_visible()
                if await panel.locator('[aria-invalid="true"]').count():
                    at_fields.add(node["type"])
    assert at_fields == {"start_journey"}, "what one field lacks is said at that field"
    assert easel.complaints == []


@pytest.mark.spec("E-003")
async def test_conditions_offer_the_names_and_values_that_the_data_has(easel: Easel, office: Office) -> None:
    await lived_in_shop(office.world)
    await easel.begin("Real names")
    panel, page = easel.panel(), easel.page

    await offers(easel, panel.get_by_role("combobox", name="Event"), "Spring Sale Visited", "Order Completed")
    await expect(panel).to_contain_text("Seen 412 times so far.")
    where = panel.get_by_role("group", name="Where", exact=True)
    await where.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Property of the event").click()
    await offers(easel, where.get_by_role("combobox", name="Property"), "campaign")
    await offers(easel, where.get_by_role("combobox", name="Value"), "radio", "flyer")
    trigger = (await stored(easel))["graph"]["nodes"][0]["trigger"]
    condition = {"kind": "property", "property": "campaign", "op": "equals", "value": "radio"}
    assert trigger == {"kind": "event", "event": "Spring Sale Visited", "where": condition}

    await easel.add(easel.open_end("Entry", "Next"), "Branch")
    way = panel.get_by_role("group", name="Yes", exact=True)
    await way.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Attribute of the person").click()
    await offers(easel, way.get_by_role("combobox", name="Attribute"), "tier", "country")
    await offers(easel, way.get_by_role("combobox", name="Value"), "gold", "silver")
    await way.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Event in the past").click()
    history = way.get_by_role("group", name="Event in the past")
    await offers(easel, history.get_by_role("combobox", name="Event"), "Spring Sale Visited")
    await history.get_by_text("Where…").click()
    await history.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Property of the event").click()
    await offers(easel, history.get_by_role("combobox", name="Property"), "campaign")
    await offers(easel, history.get_by_role("combobox", name="Value"), "flyer")

    when = (await stored(easel))["graph"]["nodes"][1]["ways"][0]["when"]
    assert when["of"][0] == {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}
    assert when["of"][1]["where"] == condition | {"value": "flyer"}
    assert easel.complaints == []
