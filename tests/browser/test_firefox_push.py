"""The whole way of a restock, with a real Firefox at its end: ask in the shop, restock, be told, click, arrive."""

import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.push_service import create_push_service
from api.security import SESSION_COOKIE
from api.storefront.texts import ENGLISH
from tests.browser.firefox import Firefox
from tests.fakes.serving import serving
from tests.stack import Stack, until

pytestmark = pytest.mark.browser

WORKER = "/shop/waitline/"
TIME_TO_LIVE = timedelta(hours=4)
"""What the demo's journey gives its pushes."""
WIDGET = "const widget = document.querySelector('waitline-notify')?.shadowRoot;"


PRESS = """
    const called = [...document.querySelectorAll("button")].filter((one) => one.textContent.trim() === given[0]);
    const found = given[0].startsWith(".") ? document.querySelector(given[0]) : called[0];
    found?.click();
    return Boolean(found);
"""


class Shopper:
    """Someone with a Firefox in the demo shop."""

    def __init__(self, firefox: Firefox, stack: Stack) -> None:
        self.firefox = firefox
        self._stack = stack

    async def look_at(self, handle: str, sku: str) -> None:
        await self.firefox.visit(f"{self._stack.url}/shop/products/{handle}?variant={sku}")

    async def ask_for(self, handle: str, sku: str) -> str:
        """Ask to be told on this device; returns the confirmation."""
        await self.look_at(handle, sku)
        await self.firefox.wait_for(f"{WIDGET} return Boolean(widget?.querySelector('.ask'))", what="the button")
        await self.firefox.evaluate(f"{WIDGET} widget.querySelector('.ask').click()")
        await self.firefox.wait_for(f"{WIDGET} return widget.querySelector('dialog')?.open", what="the panel")
        await self.firefox.evaluate(f"{WIDGET} widget.querySelector('.main').click()")
        return await self.firefox.wait_for(
            f"{WIDGET} return (widget.querySelector('.done') || widget.querySelector('.error')).textContent",
            what="the confirmation",
        )

    async def sees(self, title: str) -> dict[str, Any]:
        """Wait for a notification of this title."""

        async def look() -> list[dict[str, Any]]:
            return [each for each in await self.firefox.notifications(WORKER) if each["title"] == title]

        return (await self.firefox.until(look, f"the notification {title!r}"))[0]

    async def titles(self) -> set[str]:
        return {each["title"] for each in await self.firefox.notifications(WORKER)}


class ShiftedClock:
    """Real time, which a test may shift forward."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stack]:
    async with Stack(tmp_path_factory.mktemp("home")).running() as running:
        yield running


async def timeline_of(stack: Stack, sku: str) -> list[dict[str, Any]]:
    """The timeline of the only profile that ever waited for this variant, oldest first."""
    staff = await stack.staff()
    [entry] = (await staff.get(f"/v1/variants/{sku}/waitlist")).json()["entries"]
    return (await staff.get(f"/v1/profiles/{entry['profile_id']}/timeline")).json()["items"][::-1]


@pytest.mark.spec("F-034", "F-114", "F-116")
async def test_a_restock_reaches_firefox_and_its_click_lands_on_the_exact_variant(
    stack: Stack, firefox: Path, tmp_path: Path
) -> None:
    async with Firefox(firefox, tmp_path / "profile", f"{stack.url}/push").running() as browser:
        shopper = Shopper(browser, stack)
        assert await shopper.ask_for("fjell", "FJELL-M") == ENGLISH["done_web_push"]

        assert (await stack.raise_stock("FJELL-M", 5)).status_code == 202

        shown = await shopper.sees("Fjell rain jacket is back")
        assert shown["body"] == "Size M is available again. You asked us to tell you."
        assert [button["title"] for button in shown["actions"]] == ["See it"]
        assert (await shopper.firefox.notifications(WORKER)) == [shown]

        await browser.visit(f"{stack.url}/shop")
        await browser.click_notification(shown["title"])

        landed = await browser.switch_to(f"{stack.url}/shop/products/fjell")
        assert "variant=FJELL-M" in landed
        assert await browser.evaluate("return document.querySelector('[aria-current=true]').dataset.sku") == "FJELL-M"
        assert await browser.evaluate("return document.querySelector('#chosen').textContent") == "M"
        assert await browser.evaluate("return document.querySelector('#buy').disabled") is False
        assert await browser.notifications(WORKER) == []

    async def is_clicked() -> bool:
        return any(each["kind"] == "click" for each in await timeline_of(stack, "FJELL-M"))

    await until(is_clicked, "the click in the timeline")
    steps = await timeline_of(stack, "FJELL-M")
    assert [step["kind"] for step in steps] == [
        "consent",
        "subscription",
        "waitlist",
        "restock",
        "enrollment",
        "send",
        "enrollment",
        "enrollment",
        "waitlist",
        "click",
    ]
    told = {step["kind"]: step for step in steps}
    assert {told[kind]["variant"]["sku"] for kind in ("waitlist", "restock", "send", "click")} == {"FJELL-M"}
    assert told["send"]["tone"] == "good"
    assert all(step["tone"] != "bad" for step in steps)


@pytest.mark.spec("F-128")
async def test_a_test_reaches_the_browser_of_whoever_presses_the_button_and_counts_nowhere(
    stack: Stack, firefox: Path, tmp_path: Path
) -> None:
    staff = await stack.staff()
    before = (await staff.get("/v1/messages/numbers")).json()
    async with Firefox(firefox, tmp_path / "profile", f"{stack.url}/push").running() as browser:
        await browser.visit(f"{stack.url}/sign-in")
        session = f"{SESSION_COOKIE}={staff.cookies[SESSION_COOKIE]}; path=/"
        await browser.evaluate("document.cookie = given[0]", session)
        await browser.visit(f"{stack.url}/journeys/jny_back_in_stock?version=draft")
        for what in ('.react-flow__node[data-id="push"]', "Edit the message", "Send to me"):
            await browser.wait_for(PRESS, what, what=what)

        async def shown() -> list[dict[str, Any]]:
            return await browser.notifications("/storefront/")

        (notification,) = await browser.until(shown, "the test")
    (sent,) = [one for one in (await staff.get("/v1/messages")).json()["items"] if one["kind"] == "test"]
    opened = (await staff.get(f"/v1/messages/{sent['id']}")).json()
    assert sent["status"] == "accepted"
    assert notification["title"] == opened["rendering"]["title"]
    assert (await staff.get("/v1/messages/numbers")).json() == before


async def test_each_target_of_a_notification_leads_to_its_own_link(stack: Stack, firefox: Path, tmp_path: Path) -> None:
    async with Firefox(firefox, tmp_path / "profile", f"{stack.url}/push").running() as browser:
        shopper = Shopper(browser, stack)
        await shopper.ask_for("lykt", "LYKT-PINE")
        await stack.raise_stock("LYKT-PINE", 2)
        shown = await shopper.sees("Lykt lantern is back")
        await browser.visit(f"{stack.url}/shop")

        [button] = shown["actions"]
        await browser.click_notification(shown["title"], button["action"])

        await browser.switch_to(f"{stack.url}/shop/products/lykt")
        assert await browser.notifications(WORKER) == []

    async def clicks() -> list[dict[str, Any]]:
        return [each for each in await timeline_of(stack, "LYKT-PINE") if each["kind"] == "click"]

    [click] = await until(clicks, "the click in the timeline")
    assert "action_1" in json.dumps(click)


async def test_a_closed_browser_gets_what_is_still_alive_when_it_opens_and_not_what_has_expired(
    stack: Stack, firefox: Path, tmp_path: Path
) -> None:
    clock, database = ShiftedClock(), tmp_path / "push.db"
    async with serving(create_push_service(database, clock)) as push_service:
        browser = Firefox(firefox, tmp_path / "profile", push_service)
        shopper = Shopper(browser, stack)
        async with browser.running():
            for handle, sku in (("lyng", "LYNG-39"), ("tur", "TUR-SLATE"), ("snurr", "SNURR-BERRY")):
                assert await shopper.ask_for(handle, sku) == ENGLISH["done_web_push"]

        await stack.raise_stock("LYNG-39", 1)
        await until(lambda: messages_waiting(database) == 1, "the push about the boots")
        clock.shift += TIME_TO_LIVE - timedelta(minutes=1)
        async with browser.running():
            await browser.visit(f"{stack.url}/shop")
            await shopper.sees("Lyng hiking boots is back")
            await until(lambda: messages_waiting(database) == 0, "the acknowledgement")

        await stack.raise_stock("TUR-SLATE", 1)
        await until(lambda: messages_waiting(database) == 1, "the push about the backpack")
        clock.shift += TIME_TO_LIVE + timedelta(seconds=1)
        async with browser.running():
            await browser.visit(f"{stack.url}/shop")
            await stack.raise_stock("SNURR-BERRY", 1)
            await shopper.sees("Snurr beanie is back")
            assert "Tur 28 backpack is back" not in await shopper.titles()


def messages_waiting(database: Path) -> int:
    """How many messages the push service keeps for browsers that are closed."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("select count(*) from messages").fetchone()[0]


async def test_a_browser_whose_subscription_was_lost_subscribes_again_by_itself(
    stack: Stack, firefox: Path, tmp_path: Path
) -> None:
    database = tmp_path / "push.db"
    browser = Firefox(firefox, tmp_path / "profile", "")
    shopper = Shopper(browser, stack)

    def endpoints() -> int:
        return stack.query("SELECT count(*) FROM push_subscription")[0][0]

    async with serving(create_push_service(database)) as browser.push_service, browser.running():
        await shopper.ask_for("ro", "RO-BERRY")
    known = endpoints()
    forget(database)

    async with serving(create_push_service(database)) as browser.push_service, browser.running():
        await browser.visit(f"{stack.url}/shop")
        await until(lambda: endpoints() > known, "the new subscription")
        await stack.raise_stock("RO-BERRY", 3)
        await shopper.sees("Ro wool blanket is back")


def forget(database: Path) -> None:
    """Remove a SQLite file with its log."""
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
