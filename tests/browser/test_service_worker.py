"""The service worker in Chromium: pushes are delivered by the developer tools, clicks dispatched inside the worker.

Chromium cannot subscribe without its vendor's service; test_firefox_push.py covers the way from end to end.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, Worker

from tests.browser.conftest import Shop
from tests.browser.tabs import opened_tab
from tests.stack import until

pytestmark = pytest.mark.browser

MESSAGE: dict[str, Any] = {
    "v": 1,
    "title": "Wool jacket is back 🧥",
    "body": "Size M, while stock lasts.",
    "icon": None,
    "image": "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
    "badge": None,
    "tag": "JACKET-M",
    "ttl": 3600,
    "actions": [{"action": "buy", "title": "Buy now"}, {"action": "wish", "title": "To my list"}],
    "links": {"body": "https://w.example/c/body", "actions": ["https://w.example/c/buy", "https://w.example/c/wish"]},
    "variant": "JACKET-M",
    "send_id": "s1",
}
SHOWN = """async () => (await registration.getNotifications()).map(({title, body, tag, image, actions, data}) =>
    ({title, body, tag, image, actions: actions.map(({action, title}) => ({action, title})), data}))"""
CLICK = """async (action) => {
    const [notification] = await registration.getNotifications();
    const opened = [];
    self.clients.openWindow = async (url) => { opened.push(url); };
    const event = new NotificationEvent("notificationclick", { notification, action });
    self.dispatchEvent(event);
    return { opened, left: (await registration.getNotifications()).length };
}"""
RENEW = """async (subscription) => {
    const event = new Event("pushsubscriptionchange");
    const finished = new Promise((resolve) => { event.waitUntil = resolve; });
    event.newSubscription = { toJSON: () => subscription };
    self.dispatchEvent(event);
    await finished.then((work) => work);
}"""


class PushedWorker:
    """A registered service worker, and the developer tools' way to push to it."""

    def __init__(self, worker: Worker, tools: CDPSession, origin: str, registration: str) -> None:
        self._worker, self._tools, self._origin, self._registration = worker, tools, origin, registration

    async def push(self, message: dict[str, Any]) -> None:
        """Deliver it until it is shown: a new profile of Chromium now and then drops its first notification."""

        async def is_shown() -> bool:
            return any((one["tag"], one["title"]) == (message["tag"], message["title"]) for one in await self.shown())

        for _ in range(20):
            await self._deliver(message)
            with suppress(AssertionError):
                await until(is_shown, "the notification", seconds=6)
                return
        raise AssertionError(f"{message['title']!r} was pushed and never shown")

    async def _deliver(self, message: dict[str, Any]) -> None:
        address = {"origin": self._origin, "registrationId": self._registration}
        await self._tools.send("ServiceWorker.deliverPushMessage", {**address, "data": json.dumps(message)})

    async def shown(self) -> list[dict[str, Any]]:
        return await self._worker.evaluate(SHOWN)

    async def click(self, action: str) -> dict[str, Any]:
        return await self._worker.evaluate(CLICK, action)

    async def renew(self, subscription: dict[str, Any]) -> None:
        await self._worker.evaluate(RENEW, subscription)


@pytest.fixture
async def page(notifying_browser: Browser) -> AsyncGenerator[Page]:
    async with opened_tab(notifying_browser) as page:
        yield page


@pytest.fixture
async def worker(page: Page, shop: Shop) -> PushedWorker:
    await page.context.grant_permissions(["notifications"], origin=shop.url)
    tools = await page.context.new_cdp_session(page)
    registrations: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(each["registrationId"] for each in event["registrations"]),
    )
    await tools.send("ServiceWorker.enable")
    await page.goto(f"{shop.url}/?sku=JACKET-S")
    async with page.context.expect_event("serviceworker") as started:
        await page.evaluate("navigator.serviceWorker.register('/waitline-sw.js', {scope: '/waitline/'})")
    running = await started.value
    await page.wait_for_function(
        "async () => (await navigator.serviceWorker.getRegistration('/waitline/'))?.active?.state === 'activated'"
    )
    return PushedWorker(running, tools, shop.url, registrations[-1])


@pytest.mark.spec("F-115", "F-123")
async def test_a_push_becomes_a_notification_with_its_texts_its_picture_its_buttons_and_its_links(
    worker: PushedWorker,
) -> None:
    await worker.push(MESSAGE)
    assert await worker.shown() == [
        {
            "title": "Wool jacket is back 🧥",
            "body": "Size M, while stock lasts.",
            "tag": "JACKET-M",
            "image": MESSAGE["image"],
            "actions": MESSAGE["actions"],
            "data": {"links": MESSAGE["links"], "actions": ["buy", "wish"], "variant": "JACKET-M", "send_id": "s1"},
        }
    ]


@pytest.mark.spec("F-115", "F-116")
@pytest.mark.parametrize(
    ("action", "opened"),
    [("", "https://w.example/c/body"), ("buy", "https://w.example/c/buy"), ("wish", "https://w.example/c/wish")],
)
async def test_each_of_the_three_clicks_closes_the_notification_and_opens_its_own_link(
    worker: PushedWorker, action: str, opened: str
) -> None:
    await worker.push(MESSAGE)
    assert await worker.click(action) == {"opened": [opened], "left": 0}


async def test_a_second_message_for_the_same_variant_replaces_the_first(worker: PushedWorker) -> None:
    await worker.push(MESSAGE)
    await worker.push(MESSAGE | {"title": "Still there", "actions": []})
    await worker.push(MESSAGE | {"title": "Boots are back", "tag": "BOOTS-42"})
    shown = await worker.shown()
    assert sorted(each["title"] for each in shown) == ["Boots are back", "Still there"]


async def test_a_renewed_subscription_is_reported_with_the_profile_it_belongs_to(
    page: Page, shop: Shop, worker: PushedWorker
) -> None:
    api = await page.evaluate("new URL('..', document.querySelector('script[data-key]').src).href")
    kept = {"base": api, "key": "wk_test", "vapid": "", "profile": {"anonymous_id": "a1"}}
    await page.evaluate(
        """async (kept) => (await caches.open("waitline")).put(
            "/waitline-settings", new Response(JSON.stringify(kept)))""",
        kept,
    )
    renewed = {"endpoint": "https://push.example/1", "expirationTime": None, "keys": {"p256dh": "p", "auth": "a"}}
    await worker.renew(renewed)
    del renewed["expirationTime"]
    assert shop.api.push_subscriptions == [{"profile": {"anonymous_id": "a1"}, "subscription": renewed}]
