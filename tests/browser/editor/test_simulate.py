"""Walking a draft in virtual time, beside its canvas."""

import pytest
from playwright.async_api import Locator, expect
from sqlalchemy import func, select

from engine.store.statements import core
from engine.store.tables import Enrollment, Event, InboxMessage, Send
from tests.api.world import NOON
from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office

pytestmark = pytest.mark.browser

BACK = {"sku": "FJELL-L", "product": "Rana tent", "variant": "L", "url": "https://shop.example/rana"}


class Trial:
    """The panel of the simulation, and what lights up on the canvas."""

    def __init__(self, easel: Easel) -> None:
        self.panel = easel.panel()
        self.page = easel.page
        self._easel = easel

    def steps(self) -> Locator:
        return self.panel.get_by_role("list", name="The path").get_by_role("listitem")

    async def walk(self, *titles: str) -> None:
        """Walk the journey; the path leads through these steps."""
        await self.panel.get_by_role("button", name="Walk the journey").click()
        await expect(self.steps().locator("b").first).to_be_visible()
        await expect(self.steps().locator("button b")).to_have_text([f"{title}" for title in titles])

    async def happens(self, what: str) -> Locator:
        """Add something that happens meanwhile, and nothing else."""
        for earlier in await self.panel.get_by_role("button", name="Remove", exact=True).all():
            await earlier.click()
        await self.panel.get_by_role("button", name="Add something").click()
        await self.page.get_by_role("menuitem", name=what, exact=True).click()
        return self.panel.get_by_role("group", name=what)

    async def is_lit(self, title: str, mark: str) -> None:
        await expect(self._easel.node(title).locator("[data-mark]").first).to_have_attribute("data-mark", mark)


async def stored(office: Office) -> list[int]:
    """How many enrollments, sends, events and caught messages there are."""
    async with office.database.snapshot() as session:
        tables = [core(table) for table in (Enrollment, Send, Event, InboxMessage)]
        return [int(await session.scalar(select(func.count()).select_from(table)) or 0) for table in tables]


@pytest.mark.spec("E-008")
async def test_a_draft_is_walked_by_somebody_invented_or_real_and_nothing_is_sent(easel: Easel, office: Office) -> None:
    await office.world.profile()
    happened = Event(
        id="evt_back", name="Back in Stock", profile_id="prf_ada", at=NOON, received_at=NOON, properties=BACK
    )
    await office.world.add(happened)
    before = await stored(office)
    page, trial = easel.page, Trial(easel)
    await easel.button("New journey").click()
    await page.get_by_role("button", name="Back in stock").first.click()
    await expect(easel.node("Tell them by e-mail")).to_be_visible()
    await page.get_by_role("tab", name="Simulate").click()

    to_click = ("Entry", "Tell them at once", "Two hours to click")
    await trial.walk(*to_click, "Some left?", "Tell them by e-mail", "Exit")
    steps = trial.steps()
    await expect(steps.first.locator("time")).to_have_text("Jan 5, 2027, 13:00")
    await expect(steps.nth(4).locator("time")).to_have_text("Jan 5, 2027, 15:00")
    await expect(steps.nth(4)).to_contain_text("after 2 hours")
    await expect(steps.nth(1).get_by_role("group", name="Web push as it would be read")).to_contain_text("Fjell jacket")
    mail = steps.nth(4).get_by_role("group", name="E-mail as it would be read")
    await mail.get_by_text("Show the letter").click()
    await expect(mail.frame_locator("iframe").get_by_text("Fjell jacket").first).to_be_visible()
    await trial.is_lit("Tell them by e-mail", "walked")
    await trial.is_lit("Ends as: Sold out", "untouched")
    await expect(page.locator("path[data-walked]")).to_have_count(5)

    await easel.button("From the start").click()
    await trial.is_lit("Tell them at once", "untouched")
    await easel.button("One step on").click()
    await trial.is_lit("Tell them at once", "here")
    await trial.is_lit("Tell them by e-mail", "untouched")

    await trial.happens("Clicks a message")
    await trial.walk(*to_click, "Exit")
    await expect(steps.nth(3)).to_contain_text("after 10 minutes")
    await expect(trial.panel).to_contain_text("which went through: Two hours to click, Some left?, Tell them by e-mail")
    await trial.is_lit("Tell them by e-mail", "untouched")

    card = await trial.happens("Buys the item")
    await card.get_by_label("After the entry", exact=True).fill("90")
    await card.get_by_label("After the entry: unit").select_option("minutes")
    await trial.walk(*to_click)
    await expect(trial.panel).to_contain_text("Ended as: Goal: purchase")

    card = await trial.happens("The stock changes")
    await expect(card.get_by_label("The stock changes")).to_have_value("Stock becomes 0")
    await trial.walk(*to_click, "Some left?", "Exit")
    await trial.is_lit("Ends as: Sold out", "walked")

    await trial.panel.get_by_text("Somebody real", exact=True).click()
    await trial.panel.get_by_role("combobox", name="Person").click()
    await page.get_by_role("option", name="Ada Lind").click()
    await trial.panel.get_by_role("combobox", name="Enters by", exact=True).click()
    await page.get_by_role("option", name="Back in Stock · Jan 5, 2027, 12:00").click()
    await trial.happens("Clicks a message")
    await trial.walk(*to_click, "Exit")
    await expect(steps.nth(1).get_by_role("group")).to_contain_text("Rana tent")

    await trial.panel.get_by_text("Made up", exact=True).click()
    await trial.panel.get_by_label("Enters by the event").fill("Product Viewed")
    await trial.panel.get_by_role("button", name="Walk the journey").click()
    await expect(trial.panel.get_by_role("status")).to_have_text(
        "“Product Viewed” does not start this journey: it waits for “Back in Stock”. "
        "Choose that event, or change the entry."
    )
    assert await stored(office) == before
    assert easel.complaints == []
