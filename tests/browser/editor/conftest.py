"""The editor in Chromium: over the API alone to draw, over a whole Waitline where somebody must walk."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from hatch_build import Interface
from tests.browser.editor.easel import Easel
from tests.browser.staff.conftest import ROOT, Office, interface, office
from tests.browser.tabs import opened_tab
from tests.stack import Stack

__all__ = ["interface", "office"]


@pytest.fixture
async def tab(office: Office, browser: Browser) -> AsyncGenerator[Page]:
    """A browser tab. It is closed before the API, whose stream of numbers it may hold open."""
    async with opened_tab(browser, viewport={"width": 1440, "height": 900}) as page:
        yield page


@pytest.fixture
async def easel(tab: Page, office: Office) -> Easel:
    """A marketer before an empty canvas."""
    easel = Easel(tab, office.url)
    await easel.follow(await office.sign_in_link())
    return easel


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncGenerator[Stack]:
    """A whole Waitline with the demo shop, serving today's interface."""
    Interface(ROOT).build()
    async with Stack(tmp_path / "home").running() as running:
        yield running
