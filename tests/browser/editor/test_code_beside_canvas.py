"""Code beside the canvas: the same journey as Python and YAML in a side pane, each side following the other."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import Office
from tests.browser.staff.test_journeys import busy_journey

pytestmark = pytest.mark.browser


def written_as(easel: Easel, language: str) -> Locator:
    return easel.page.get_by_role("textbox", name=f"The journey as {language}")


async def text_of(code: Locator) -> str:
    return "\n".join(await code.locator(".cm-line").all_inner_texts())


async def rewrite(code: Locator, text: str) -> None:
    """Write all of it anew, by keyboard."""
    keyboard = code.page.keyboard
    await code.focus()
    await keyboard.press("Control+a")
    await keyboard.press("Delete")
    await keyboard.insert_text(text)


@pytest.mark.spec("E-009")
async def test_python_yaml_and_the_canvas_follow_each_other(easel: Easel, office: Office) -> None:
    await busy_journey(office.world)
    await easel.open("/journeys/jny_1?version=draft")
    await easel.page.get_by_role("tab", name="Code").click()
    python, yaml = written_as(easel, "Python"), written_as(easel, "YAML")
    await expect(python).to_contain_text('journey = Journey("Back in stock")')

    # Typed in Python: the canvas shows it, and it is saved like any other edit.
    before = await text_of(python)
    await rewrite(python, before.replace("journey.delay(", "# Ours.\njourney.delay(").replace("hours(1)", "hours(6)"))
    await expect(easel.node("Wait 6 hours")).to_be_visible()
    await easel.is_saved()

    # Edited on the canvas: the code shows it, and keeps the comment.
    await easel.node("Web push").click()
    await easel.page.keyboard.press("Delete")
    await expect(python).not_to_contain_text('"push"')
    assert "hours(6)" in await text_of(python)
    await easel.button("Undo").click()
    await expect(python).to_contain_text("web_push")

    # The same in YAML, and what one language says is there in the other.
    await easel.page.get_by_text("YAML", exact=True).click()
    await expect(yaml).to_contain_text("duration: PT6H")
    written = await text_of(yaml)
    await rewrite(yaml, written.replace("PT6H", "PT9H"))
    await expect(easel.node("Wait 9 hours")).to_be_visible()

    # What cannot be read stands on its line and changes nothing on the canvas.
    await rewrite(yaml, written.replace("duration: PT6H", "duratoin: PT6H"))
    line = written.splitlines().index(next(one for one in written.splitlines() if "duration: PT6H" in one)) + 1
    problems = easel.page.get_by_role("list", name="Problems in the code")
    wrong = problems.get_by_role("listitem").filter(has_text="duratoin")
    await expect(wrong).to_contain_text(f"Line {line}")
    await expect(wrong).to_contain_text("duration")
    await expect(easel.node("Wait 9 hours")).to_be_visible()
    await rewrite(yaml, written.replace("PT6H", "PT8H"))
    await expect(easel.node("Wait 8 hours")).to_be_visible()
    await expect(wrong).to_be_hidden()

    await easel.page.get_by_text("Python", exact=True).click()
    await expect(python).to_contain_text("hours(8)")
    await expect(python).to_contain_text("# Ours.")
    await easel.is_saved()
    async with easel.page.expect_download() as download:
        await easel.button("Download the file").click()
    assert (await download.value).suggested_filename == "back_in_stock.py"
    file = await asyncio.to_thread(Path(await (await download.value).path()).read_text)
    assert "".join(file.split()) == "".join((await text_of(python)).split())
    assert easel.complaints == []
