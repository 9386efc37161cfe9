"""A tab of a browser context of its own, for the time of a block."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page

PATIENCE = 60.0
"""Seconds that a context has to close: Playwright itself would wait for ever."""


@asynccontextmanager
async def opened_tab(browser: Browser, seconds: float = 60, **options: Any) -> AsyncGenerator[Page]:
    """A new page; whatever is awaited in it may take `seconds`. `options` are those of `Browser.new_context`."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    page.set_default_timeout(1000 * seconds)
    try:
        yield page
    finally:
        async with asyncio.timeout(PATIENCE):
            await context.close()
