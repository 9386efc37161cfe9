"""No name and no redirect leads us inside: for push, webhooks, feeds and certificates alike."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from activities.errors import DeliveryFailure
from activities.feed_tasks import FeedTask
from activities.feeds import FeedImporter
from api.fetching import fetch_public
from engine.messages.addresses import WebhookAddress
from engine.messages.rendered import RenderedWebhook
from engine.store import feed_imports, sources
from engine.store.database import Database
from engine.store.tables import Variant
from tests.activities.channels.rigs import PUSH, web_push_channel, webhook_channel
from tests.activities.post import PostOffice
from tests.engine.stock.test_merchant_feed import HEAD, TAIL, item
from tests.fakes.push_endpoint import PushEndpoint
from tests.fakes.scripted_http import Answer, ScriptedHttp
from tests.workflows.stage import EMAIL_MESSAGE, PUSH_MESSAGE

NOW = datetime(2027, 1, 5, tzinfo=UTC)
Call = Callable[[str, bool], Awaitable[object]]


@pytest.fixture
def callers(sqlite_database: Database) -> dict[str, Call]:
    """Each way to have us call an address; the second value lets private ones through at the first step."""

    async def push(url: str, allow_private: bool) -> object:
        channel = web_push_channel(allow_private_endpoints=allow_private)
        async with PushEndpoint().running() as endpoint:
            address = endpoint.subscribe("ada").model_copy(update={"endpoint": url})
        try:
            return await channel.send(PUSH, address, key="k", expires_at=None)
        finally:
            await channel.close()

    async def webhook(url: str, allow_private: bool) -> object:
        channel = webhook_channel(allow_private_endpoints=allow_private)
        message = RenderedWebhook(send_id="s", url=url, body="{}")
        try:
            return await channel.send(message, WebhookAddress(url=""), key="k", expires_at=None)
        finally:
            await channel.close()

    async def feed(url: str, allow_private: bool) -> object:
        async with sqlite_database.transaction() as session:
            source = await sources.ensure_source(session, "Nordlys", NOW, "feed")
            await sources.change_source(session, source.id, settings={"currency": "EUR", "feed": {"url": url}})
        importer = FeedImporter(sqlite_database, lambda: NOW, retention=None, allow_private=allow_private)
        await importer.import_feed(FeedTask(source=source.id))
        async with sqlite_database.snapshot() as session:
            report = (await feed_imports.newest(session, source.id))[0]
        if report.status == "failed":
            raise OSError(report.problems[0]["code"])
        return report

    async def certificate(url: str, _: bool) -> object:
        return await fetch_public(url)

    return {"push": push, "webhook": webhook, "feed": feed, "certificate": certificate}


@pytest.fixture
async def inside() -> AsyncGenerator[ScriptedHttp]:
    """A server on a private address."""
    async with ScriptedHttp(lambda _: Answer(200)).running() as server:
        yield server


@pytest.mark.spec("R-006")
@pytest.mark.parametrize("caller", ["push", "webhook", "feed", "certificate"])
async def test_a_public_name_that_resolves_to_a_private_address_is_not_called(
    callers: dict[str, Call], inside: ScriptedHttp, monkeypatch: pytest.MonkeyPatch, caller: str
) -> None:
    port = int(inside.url.rpartition(":")[2])

    async def lookup(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)

    with pytest.raises((OSError, DeliveryFailure), match=r"forbidden_address|unreachable|could not be read"):
        await callers[caller](f"https://public.example:{port}/", False)
    assert inside.requests == []


@pytest.mark.spec("R-006")
@pytest.mark.parametrize("caller", ["push", "webhook", "feed"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_leads_nowhere(
    callers: dict[str, Call], inside: ScriptedHttp, caller: str, status: int
) -> None:
    inside.script(Answer(status, headers={"Location": f"{inside.url}/secret"}))

    with pytest.raises((OSError, DeliveryFailure)):
        await callers[caller](f"{inside.url}/first", True)
    assert [request.path for request in inside.requests] == ["/first"]


@pytest.mark.spec("R-006")
async def test_the_address_of_a_picture_is_called_by_nobody_wherever_it_leads(
    callers: dict[str, Call], inside: ScriptedHttp, post: PostOffice
) -> None:
    """From the feed that names it to the messages that carry it, its name and its redirects lead us nowhere."""
    picture = f"{inside.url}/picture.png"
    shown = item("shirt", title="Shirt", image_link=picture)
    inside.script(Answer(200, body=(HEAD + shown + TAIL).encode()), path="/feed")
    inside.script(*[Answer(302, headers={"Location": f"{inside.url}/secret"})] * 9, path="/picture.png")
    push = {**PUSH_MESSAGE, "layout": "icon_image", "image": "{{ product.image_url }}"}
    letter = [{"type": "image", "src": "{{ product.image_url }}", "alt": "The shirt"}]
    mail = {name: value for name, value in EMAIL_MESSAGE.items() if name not in {"html", "text"}} | {"blocks": letter}

    await callers["feed"](f"{inside.url}/feed", True)
    await post.publish(messages={"push": push, "mail": mail})
    await post.person("ada")
    await post.price(image_url=picture)

    assert await post.reason("ada") == "sent"
    assert await post.reason("ada", node_id="mail") == "sent"
    carried = [str(message) for channel in post.channels.values() for _, message in channel.sent]
    assert [picture in message for message in carried] == [True, True]
    assert {row["image_url"] for row in await post.rows(Variant)} >= {picture}
    assert [request.path for request in inside.requests] == ["/feed"]


@pytest.mark.spec("R-006")
@pytest.mark.parametrize("host", ["192.168.1.1", "10.0.0.7", "169.254.169.254", "[fd00::1]", "[::ffff:10.0.0.7]"])
async def test_a_picture_on_a_private_address_is_sent_to_nobody(post: PostOffice, host: str) -> None:
    await post.publish(messages={"push": {**PUSH_MESSAGE, "icon": "{{ product.image_url }}"}})
    await post.person("ada")
    await post.price(image_url=f"https://{host}/router?reboot=1")

    assert await post.reason("ada") != "sent"
    assert post.sent == []
