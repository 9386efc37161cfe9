"""A node type and a channel that a developer brought: in the palette, with a form, judged, walked; and when they go."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.architecture.sources import ROOT
from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office
from tests.forgetting import forgotten

pytestmark = pytest.mark.browser


@pytest.fixture
def plugins(tmp_path: Path) -> Generator[Path]:
    """The two examples in the folder of plugins, before the API starts; nothing remembers them afterwards."""
    folder = tmp_path / "plugins"
    with forgotten(tmp_path, "loyalty_points", "slack"):
        shutil.copytree(ROOT / "examples" / "plugins", folder, ignore=shutil.ignore_patterns("__pycache__"))
        yield folder


@pytest.mark.spec("D-006")
@pytest.mark.usefixtures("plugins")
async def test_one_file_brings_a_step_or_a_channel_with_a_form_that_is_judged_and_walked(
    easel: Easel, office: Office
) -> None:
    await office.world.shop()
    page, panel = easel.page, easel.panel()
    await easel.begin("Thank them")
    await page.get_by_role("toolbar", name="Steps").get_by_role("button", name="Loyalty points").click()
    step = easel.node("Loyalty points")
    await expect(step).to_be_visible()

    # The form is made of the schema: labels, hints, the default; what the schema refuses is told at its field.
    await expect(panel.get_by_role("heading", name="Loyalty points")).to_be_visible()
    await expect(panel.get_by_label("Points")).to_have_value("50")
    await expect(panel.get_by_text("How many points are booked.")).to_be_visible()
    reason = panel.get_by_label("Reason")
    await reason.fill("thanks " * 20)
    await expect(panel.get_by_text("should have at most 120 characters")).to_be_visible()
    await expect(reason).to_have_attribute("aria-invalid", "true")
    await reason.fill("Thanks for waiting")
    await expect(panel.get_by_text("should have at most 120 characters")).to_have_count(0)
    await panel.get_by_label("Points").fill("20")

    # The channel is a step of its own, whose message is written in a form of the schema and rendered by the engine.
    await easel.add(easel.open_end("Loyalty points", "Booked"), "Slack")
    await panel.get_by_role("button", name="Edit the message").click()
    composer = page.get_by_role("dialog")
    await expect(composer.get_by_label("Emoji", exact=True)).to_have_value(":bell:")
    await composer.get_by_role("textbox", name="Text").fill("{{ product.name }} made somebody happy")
    preview = composer.get_by_role("region", name="Preview")
    await expect(preview.get_by_text("made somebody happy")).to_be_visible()
    await page.keyboard.press("Escape")
    for source, outlet in (("Loyalty points", "No account"), ("Slack", "Sent"), ("Slack", "Not sent")):
        await easel.add(easel.open_end(source, outlet), "Exit")
    await easel.is_saved()

    # What the channel's schema refuses is a problem of the message, at the setting.
    journey = page.url.partition("/journeys/")[2].partition("/")[0].partition("?")[0]
    document = (await (await page.request.get(f"{easel.url}/v1/journeys/{journey}/draft")).json())["document"]
    (key,) = [key for key, message in document["messages"].items() if message["channel"] == "slack"]
    document["messages"][key]["emoji"] = ":bell:" * 20
    judged = await page.request.post(
        f"{easel.url}/v1/journeys/validate", data={"document": document}, headers=await easel.csrf()
    )
    problems = [one for one in (await judged.json())["problems"] if "emoji" in str(one["field"])]
    assert [one["code"] for one in problems] == ["content_invalid"]
    assert "at most 60 characters" in problems[0]["message"]

    # Nothing is wrong with the steps, and a made-up person walks over them as their plugins say.
    await page.get_by_role("tab", name="Simulate").click()
    await panel.get_by_role("button", name="Walk the journey").click()
    path = panel.get_by_role("list", name="The path").get_by_role("listitem")
    await expect(path.locator("button b")).to_have_text(["Entry", "Loyalty points", "Slack", "Exit"])
    read = panel.get_by_role("group", name="Slack as it would be read")
    await expect(read.get_by_text("Fjell jacket made somebody happy")).to_be_visible()

    # A step whose plugin is taken away stays as it is, is told in words, and keeps its journey from being launched.
    kept = {"id": "raffle", "type": "raffle", "title": "Draw a winner", "prizes": 3}
    graph = {
        "nodes": [{"id": "entry", "type": "entry", "trigger": {"kind": "api"}}, kept, {"id": "done", "type": "exit"}],
        "edges": [
            {"source": "entry", "outlet": "next", "target": "raffle"},
            {"source": "raffle", "outlet": "drawn", "target": "done"},
        ],
    }
    made = await page.request.post(
        f"{easel.url}/v1/journeys",
        data={"name": "Raffle", "document": {"schema": 1, "name": "Raffle", "graph": graph}},
        headers=await easel.csrf(),
    )
    raffle = (await made.json())["id"]
    await easel.open(f"/journeys/{raffle}?version=draft")
    await easel.node("Draw a winner").click()
    await expect(panel.get_by_text("This kind of step is not installed here")).to_be_visible()
    await expect(panel.get_by_text("There is no node type “raffle” here")).to_be_visible()
    await easel.name_step("Draw another winner")
    await easel.is_saved()
    draft = (await (await page.request.get(f"{easel.url}/v1/journeys/{raffle}/draft")).json())["document"]
    assert draft["graph"]["nodes"][1] == {**kept, "title": "Draw another winner"}
    assert draft["graph"]["edges"] == graph["edges"]
