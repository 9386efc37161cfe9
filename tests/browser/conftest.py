"""Chromium for the pages and the widget; the storefront's API as a double or the whole stack, on sockets."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from api.storefront.offer import StorefrontConfig
from tests.browser.pages import plain_shop
from tests.browser.tabs import opened_tab
from tests.fakes.serving import serving
from tests.fakes.storefront_api import StorefrontDouble

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)  # what comes, comes at once; only a machine that is busy takes so long
VAPID_KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@asynccontextmanager
async def launched(program: Path) -> AsyncGenerator[Browser]:
    """A browser, until it is not needed any more."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def browser(headless_chromium: Path) -> AsyncGenerator[Browser]:
    async with launched(headless_chromium) as browser:
        yield browser


@pytest.fixture(scope="session")
async def notifying_browser(chromium: Path) -> AsyncGenerator[Browser]:
    """One that shows notifications, which costs it a half more."""
    async with launched(chromium) as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page]:
    async with opened_tab(browser) as page:
        yield page


@pytest.fixture
async def elsewhere(browser: Browser) -> AsyncGenerator[Page]:
    """The browser of somebody else, at a desk."""
    async with opened_tab(browser, viewport={"width": 1440, "height": 900}) as page:
        yield page


@dataclass
class Shop:
    """A served page with the widget, and the storefront API behind it."""

    api: StorefrontDouble
    url: str


@pytest.fixture
async def shop() -> AsyncGenerator[Shop]:
    double = StorefrontDouble(StorefrontConfig(vapid_public_key=VAPID_KEY, retention_days=90))
    double.available = {"JACKET-S": True, "JACKET-M": False, "JACKET-L": False}
    async with serving(double.app()) as api, serving(plain_shop(api), host="localhost") as url:
        yield Shop(double, url)
