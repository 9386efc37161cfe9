"""Letting a profile into a journey by a call."""

from typing import Any

import httpx
import pytest

from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Event, OutboxRow, PublishedVersion
from tests.api.conftest import Doors
from tests.api.test_problems import is_problem
from tests.api.world import NOON, World, document

ASKED: dict[str, Any] = {"profile": {"external_id": "customer-77"}, "properties": {"sku": "FJELL-M"}, "key": "order-1"}


@pytest.fixture
async def by_call(world: World) -> str:
    """A journey that calls let profiles into."""
    called = document("By call")
    called["graph"]["nodes"][0]["trigger"] = {"kind": "api"}
    await world.shop()
    await world.journey("jny_call", name="By call", published_version=2)
    await world.add(
        PublishedVersion(journey_id="jny_call", number=2, document=called, published_at=NOON, published_by="a test")
    )
    return "/v1/journeys/jny_call/enrollments"


async def rows(database: Database, model: Any) -> list[Any]:
    async with database.engine.connect() as connection:
        return list((await connection.execute(core(model).select())).all())


@pytest.mark.spec("J-001")
async def test_the_same_key_asks_for_one_entry(
    client: httpx.AsyncClient, database: Database, doors: Doors, by_call: str
) -> None:
    key = await doors.key("server")

    first = await client.post(by_call, headers=key, json=ASKED)
    again = await client.post(by_call, headers=key, json=ASKED)
    another = await client.post(by_call, headers=key, json={**ASKED, "key": "order-2"})

    assert (first.status_code, another.status_code) == (202, 202)
    assert again.json() == first.json()
    assert another.json()["profile_id"] == first.json()["profile_id"]
    happened = await rows(database, Event)
    assert [(row.name, row.variant_id, row.properties) for row in happened] == [
        ("Entered by API", "var_m", {"sku": "FJELL-M"})
    ] * 2
    assert [row.payload["journey"] for row in await rows(database, OutboxRow)] == ["jny_call"] * 2


async def test_only_servers_ask_and_only_open_journeys_of_this_kind_let_in(
    client: httpx.AsyncClient, doors: Doors, world: World, by_call: str
) -> None:
    server, public = await doors.key("server"), await doors.key("write")
    await world.journey("jny_event")
    await world.journey("jny_ended", name="Ended", status="ended")

    def asked(journey: str) -> str:
        return by_call.replace("jny_call", journey)

    is_problem(await client.post(by_call, headers=public, json=ASKED), 403, "key_too_weak")
    is_problem(await client.post(asked("jny_9"), headers=server, json=ASKED), 404, "unknown_journey")
    is_problem(await client.post(asked("jny_event"), headers=server, json=ASKED), 409, "journey_not_entered")
    is_problem(await client.post(asked("jny_ended"), headers=server, json=ASKED), 409, "journey_not_entered")
