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
from tests.activities.channels.rigs import PUSH, web_push_channel, webhook_channel
from tests.fakes.push_endpoint import PushEndpoint
from tests.fakes.scripted_http import Answer, ScriptedHttp

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


@pytest.mark.parametrize("caller", ["push", "webhook", "feed"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_leads_nowhere(
    callers: dict[str, Call], inside: ScriptedHttp, caller: str, status: int
) -> None:
    inside.script(Answer(status, headers={"Location": f"{inside.url}/secret"}))

    with pytest.raises((OSError, DeliveryFailure)):
        await callers[caller](f"{inside.url}/first", True)
    assert [request.path for request in inside.requests] == ["/first"]
