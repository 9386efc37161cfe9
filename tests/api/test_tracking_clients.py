"""The Python clients of Segment and RudderStack deliver to Waitline with no change but host and key."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from rudderstack.analytics.client import Client as RudderStackClient
from segment.analytics.client import Client as SegmentClient
from sqlalchemy import select

from api.app import create_app
from engine.settings import Settings
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Event, OutboxRow, Profile
from tests.api.conftest import Doors
from tests.fakes.serving import serving


@dataclass
class Receiver:
    """A Waitline on a socket, and its write key."""

    host: str
    key: str
    database: Database

    async def rows(self, model: Any) -> list[Any]:
        async with self.database.snapshot() as session:
            return list((await session.execute(select(core(model)))).all())


@pytest.fixture
async def receiver(settings: Settings, database: Database, doors: Doors) -> AsyncGenerator[Receiver]:
    app: FastAPI = create_app(settings, database)
    key = (await doors.key("write"))["Authorization"].removeprefix("Bearer ")
    async with serving(app) as host:
        yield Receiver(host, key, database)


def reported(failures: list[str]) -> Callable[[Exception, Any], None]:
    """What a client calls when it could not deliver."""

    def report(error: Exception, _: Any) -> None:
        failures.append(repr(error))

    return report


async def make_calls(client: Any) -> None:
    """Each of the six calls, then 250 events, as a shop's server would send them."""

    def send() -> None:
        client.identify("42", {"plan": "gold", "email": "ada@shop.example"})
        client.track("42", "Order Completed", {"order_id": "o-1", "products": [{"sku": "FJELL-M"}]})
        client.page("42", "Outdoor", "Jacket", {"url": "https://shop.example/fjell"})
        client.screen("42", "App", "Basket")
        client.group("42", "club", {"name": "Club"})
        client.alias("a-1", "42")
        for number in range(250):
            client.track("42", "Counted", {"number": number, "at": datetime(2027, 1, 1, tzinfo=UTC)})
        client.shutdown()

    await asyncio.to_thread(send)


@pytest.mark.parametrize("gzip", [False, True])
@pytest.mark.parametrize("library", [SegmentClient, RudderStackClient])
async def test_every_call_of_the_client_arrives_once(receiver: Receiver, library: type[Any], gzip: bool) -> None:
    failures: list[str] = []
    client = library(receiver.key, host=receiver.host, gzip=gzip, on_error=reported(failures), max_retries=0)
    await make_calls(client)

    assert failures == []
    [person] = await receiver.rows(Profile)
    assert (person.external_id, person.attributes["plan"]) == ("42", "gold")
    events = await receiver.rows(Event)
    assert sorted(event.properties["number"] for event in events if event.name == "Counted") == list(range(250))
    others = sorted(event.name for event in events if event.name not in {"Counted", "Profile Updated"})
    assert others == ["Group Joined", "Order Completed", "Page Viewed", "Screen Viewed"]
    assert len(await receiver.rows(OutboxRow)) == len(events)


@pytest.mark.parametrize("library", [SegmentClient, RudderStackClient])
async def test_a_wrong_key_is_an_error_that_the_client_reports(receiver: Receiver, library: type[Any]) -> None:
    failures: list[str] = []
    client = library("wk_wrong", host=receiver.host, on_error=reported(failures), max_retries=0)
    await asyncio.to_thread(lambda: (client.track("42", "Seen"), client.shutdown()))
    assert len(failures) == 1
