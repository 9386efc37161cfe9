"""Why not? From a person's page, each of ten calls is answered in two clicks or fewer; and a passage step by step."""

import re
import shutil
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.database import Database
from tests.api.world import at
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk
from tests.browser.staff.test_people import told_story
from tests.fakes.serving import serving
from tests.workflows.stage import staged
from tests.workflows.why_story import CALLS, live

pytestmark = pytest.mark.browser

BACK = {"S": "Small: 0 → 1", "M": "Medium: 0 → 50", "XL": "Big: 0 → 5", "XXL": "Huge: 0 → 5"}


@pytest.fixture(scope="module")
async def lived(
    migrated_sqlite_file: Path, interface: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[tuple[str, str]]:
    """The pages after real workers lived through the story of ten calls, and a token to sign in with."""
    folder = tmp_path_factory.mktemp("why")
    shutil.copy(migrated_sqlite_file, folder / "waitline.db")
    database = Database(f"sqlite+aiosqlite:///{folder / 'waitline.db'}", durability="process_kill")
    async with staged(database) as stage:
        await live(stage)
        now = stage.clock()
    settings = Settings.model_validate({"home": folder, "secret_key": "a secret for tests"})
    async with serving(create_app(settings, database, now=lambda: now, interface=interface)) as url:
        yield url, await link_at(database, now)
    await database.close()


async def link_at(database: Database, now: datetime) -> str:
    """The token of a sign-in link for somebody of support."""
    async with database.transaction() as session:
        person = await staff_store.add_staff(session, name="Kim", role="support", now=now)
        return await staff_store.create_link(session, person.id, now=now)


@pytest.mark.spec("S-003")
async def test_ten_questions_are_answered_in_two_clicks_or_fewer(lived: tuple[str, str], visitor: Page) -> None:
    url, token = lived
    desk = Desk(visitor, url)
    await desk.follow(f"{url}/sign-in#{token}")
    await expect(desk.link("Demo shop")).to_have_count(0)  # nobody opened one beside this API
    assert {call.reason for call in CALLS} == {
        "no_consent",
        "other_variant",
        "sold_out_before_turn",
        "journey_cap",
        "quiet_hours",
        "purchased",
        "interest_expired",
        "held_out",
        "journey_paused",
        "provider_refused",
    }
    for call in CALLS:
        await desk.open(f"/people/prf_{call.name}")
        await desk.link("Why, why not?").click()
        await desk.page.get_by_role("button", name=BACK[call.sku]).click()
        answer = desk.page.get_by_role("article", name="Why, and why not")
        await expect(answer.get_by_role("heading", level=2)).to_contain_text(call.sentence)
        await expect(answer.get_by_text("Decided again from history, it comes out the same.")).to_be_visible()
    assert desk.complaints == []


@pytest.mark.spec("S-004")
async def test_a_passage_is_walked_step_by_step(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await office.world.send(
        "snd_3",
        (at(62), "accepted", None),
        node="pause",
        channel="sms",
        rendering={
            "channel": "sms",
            "send_id": "snd_3",
            "text": "Fjell is back",
            "encoding": "GSM-7",
            "segments": 1,
            "links": [],
        },
    )
    await desk.open("/people/prf_ada")
    await desk.link("Step by step").click()

    await expect(desk.heading("Passage through Back in stock")).to_be_visible()
    slider = desk.page.get_by_role("slider", name="Step")
    await expect(slider).to_have_attribute("aria-valuetext", "Step 2 of 2")
    step = desk.details()
    await expect(step.get_by_role("heading", name="Waits")).to_be_visible()
    await expect(step).to_contain_text("Delay")
    await expect(step.get_by_role("region", name="Message as it was sent")).to_contain_text("Fjell is back")
    await slider.press("ArrowLeft")
    await expect(slider).to_have_attribute("aria-valuetext", "Step 1 of 2")
    await expect(step.get_by_role("heading", name="Arrived")).to_be_visible()
    await expect(desk.node(re.compile("Back in Stock"))).to_be_visible()

    await desk.button("Verify the ledger").click()
    await expect(desk.page.get_by_text("of the ledger are not as they were written")).to_be_visible()
    await desk.button("Restock").click()
    await expect(desk.page.get_by_text("available_after")).to_be_visible()

    await desk.button("Take out").click()
    dialog = desk.page.get_by_role("dialog", name="Take out")
    await dialog.get_by_role("textbox", name="Why?").fill("She asked for it by phone.")
    await dialog.get_by_role("button", name="Take out").click()
    await expect(dialog).to_have_count(0)
    await desk.open("/people/prf_ada?kind=staff")
    await expect(desk.page.get_by_text("Ada Marketer: taken out of a journey")).to_be_visible()
    await expect(desk.page.get_by_text("She asked for it by phone.")).to_be_visible()
    assert desk.complaints == []
