"""The staff pages in Chromium, over the real API on a socket and a database whose rows the test writes."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from activities.channels.vapid import VapidKey
from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.staff import Role
from hatch_build import Interface
from tests.api.world import NOON, World, at
from tests.browser.staff.pages import Desk
from tests.browser.tabs import opened_tab
from tests.fakes.serving import serving

ROOT = Path(__file__).resolve().parents[3]
NOW = at(3600)
"""When staff look: an hour after the noon at which the world's stories begin."""


@pytest.fixture(scope="session")
async def interface() -> Path:
    """The folder of the web interface, built from today's sources."""
    built = Interface(ROOT)
    await asyncio.to_thread(built.build)
    return built.built


@dataclass
class Office:
    """A running API: its address, its rows, and sign-in links to it."""

    url: str
    world: World
    database: Database

    async def sign_in_link(self, role: Role = "admin") -> str:
        """A link for a new member of staff; it works once."""
        async with self.database.transaction() as session:
            person = await staff_store.add_staff(session, name="Ada Marketer", role=role, now=NOON)
            return f"{self.url}/sign-in#{await staff_store.create_link(session, person.id, now=NOW)}"


async def _open_shop(_: Request) -> PlainTextResponse:
    return PlainTextResponse("A shop")


@pytest.fixture
async def office(sqlite_database: Database, interface: Path, tmp_path: Path) -> AsyncGenerator[Office]:
    vapid = VapidKey.generate().private_text
    settings = Settings.model_validate(
        {"home": tmp_path, "secret_key": "a secret for tests", "vapid_private_key": vapid}
    )
    app = create_app(settings, sqlite_database, now=lambda: NOW, interface=interface)
    app.router.routes.insert(0, Route("/shop", _open_shop))  # as under `waitline up`
    async with serving(app) as url:
        yield Office(url, World(sqlite_database), sqlite_database)


@pytest.fixture
async def visitor(browser: Browser) -> AsyncGenerator[Page]:
    """Somebody in Berlin who has not signed in, at an hour past the story's noon."""
    async with opened_tab(browser, viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin") as page:
        await page.clock.set_fixed_time(NOW)
        yield page


@pytest.fixture
async def desk(office: Office, visitor: Page) -> Desk:
    """A member of staff at work: signed in, looking at the journeys. Complaints of the browser are kept."""
    desk = Desk(visitor, office.url)
    await desk.follow(await office.sign_in_link())
    return desk
