"""Segment's own browser client in Chromium delivers to Waitline with no change but host and key.

The client is served as its package has it. `cdnURL` is the host: from there it reads its settings, and they tell it
where to send.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.app import create_app
from engine.settings import Settings
from engine.store import keys
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Event, OutboxRow, Profile
from tests.api.world import NOON
from tests.fakes.serving import serving
from tests.stack import until

pytestmark = pytest.mark.browser
CLIENT = Path(__file__).resolve().parents[2] / "ui" / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd"
PAGE = """<!doctype html><meta charset="utf-8"><title>Fjell jacket</title><h1>Fjell jacket</h1>
<script src="/client/index.js"></script><script>
(async () => {
  const [analytics] = await AnalyticsNext.AnalyticsBrowser.load({ writeKey: "KEY", cdnURL: "HOST" });
  await analytics.page("Outdoor", "Jacket");
  await analytics.track("Product Viewed", { sku: "FJELL-M" });
  await analytics.identify("42", { plan: "gold" });
  await analytics.group("club", { name: "Club" });
  await analytics.track("Product Added", { sku: "FJELL-M" });
  document.title = "sent";
})().catch((error) => { document.title = String(error); });
</script>"""


async def rows(database: Database, model: Any) -> list[Any]:
    async with database.snapshot() as session:
        return list((await session.execute(select(core(model)))).all())


async def test_every_call_of_the_browser_client_arrives_once(
    page: Page, sqlite_database: Database, tmp_path: Path
) -> None:
    async with sqlite_database.transaction() as session:
        _, key = await keys.create_key(session, "write", name="test", now=NOON)

    class Front:
        """The API, which is told its address once it has one."""

        app: Any = None

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)

    front = Front()
    async with serving(front) as host:
        settings = Settings.model_validate({"home": tmp_path, "secret_key": "a secret", "public_url": host})
        front.app = create_app(settings, sqlite_database)
        html = PAGE.replace("KEY", key).replace("HOST", host)

        async def jacket(_: Request) -> HTMLResponse:
            return HTMLResponse(html)

        shop = Starlette(routes=[Route("/", jacket), Mount("/client", StaticFiles(directory=CLIENT))])
        async with serving(shop, host="localhost") as url:
            await page.goto(url)
            await expect(page).to_have_title("sent")

            async def have_arrived() -> bool:
                return len(await rows(sqlite_database, Event)) >= 5

            await until(have_arrived, "the calls")

    events = await rows(sqlite_database, Event)
    names = sorted(event.name for event in events if event.name != "Profile Updated")
    assert names == ["Group Joined", "Page Viewed", "Product Added", "Product Viewed"]
    [person] = await rows(sqlite_database, Profile)
    assert (person.external_id, person.attributes["plan"]) == ("42", "gold")
    assert {event.profile_id for event in events} == {person.id}
    assert len(await rows(sqlite_database, OutboxRow)) == len(events)
    viewed = next(event for event in events if event.name == "Page Viewed")
    assert viewed.properties["url"].startswith("http://localhost")
