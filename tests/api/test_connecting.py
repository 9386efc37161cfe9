"""What a shop gets by connecting: triggers without set-up, and a key that an app may carry."""

import httpx
import pytest
from sqlalchemy import select

from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Event
from tests.api.conftest import Doors
from tests.api.shopfront import SHOP, Shopfront

JOURNEY_SETTINGS = {"schema": 1, "name": "First", "messages": {}, "settings": {}, "layout": {}}


@pytest.mark.spec("F-012")
async def test_once_a_source_is_there_both_triggers_can_be_chosen_and_launched(
    client: httpx.AsyncClient, doors: Doors, staff: httpx.AsyncClient
) -> None:
    created = await client.post("/v1/sources", json={"name": SHOP}, headers=await doors.key("server"))
    assert created.status_code in {200, 201}, created.text

    vocabulary = (await staff.get("/v1/vocabulary")).json()
    assert SHOP in str(vocabulary["sources"])
    offered = {event["name"] for event in vocabulary["events"]}
    for event in ("Waiting on Stock", "Back in Stock"):
        assert event in offered
        nodes = [
            {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": event}},
            {"id": "done", "type": "exit"},
        ]
        graph = {"nodes": nodes, "edges": [{"source": "entry", "outlet": "next", "target": "done"}]}
        document = {**JOURNEY_SETTINGS, "graph": graph}
        checked = await staff.post("/v1/journeys/validate", json={"document": document})
        assert (checked.status_code, checked.json()["problems"]) == (200, []), checked.text


@pytest.mark.spec("F-038")
async def test_an_app_may_wait_and_send_events_with_the_public_key_and_do_nothing_else(
    shop: Shopfront, database: Database
) -> None:
    waits = await shop.wait_for("M", profile={"anonymous_id": "device-1"})
    assert waits.status_code == 201, waits.text
    tracked = await shop.client.post(
        "/v1/track",
        json={"anonymousId": "device-1", "event": "Product Viewed", "properties": {"sku": "M"}, "messageId": "m-1"},
        headers=shop.write,
    )
    assert tracked.status_code == 200, tracked.text
    table = core(Event)
    async with database.snapshot() as session:
        rows = (await session.execute(select(table.c.name, table.c.profile_id))).all()
    assert {(row.name, row.profile_id) for row in rows} == {
        ("Waiting on Stock", waits.json()["profile_id"]),
        ("Product Viewed", waits.json()["profile_id"]),
    }

    for method, path, body in (
        ("GET", "/v1/variants/M/waitlist", None),
        ("GET", "/v1/variants/M/waitlist.csv", None),
        ("GET", "/v1/demand", None),
        ("GET", "/v1/releases", None),
        ("GET", "/v1/profiles", None),
        ("GET", "/v1/journeys", None),
        ("PUT", "/v1/stock/M", {"on_hand": 5}),
        ("PUT", "/v1/waitlist/wishes", {"data_source": SHOP, "wishes": [{"email": "a@b.example", "variant": "M"}]}),
        ("PUT", "/v1/variants/M/expected", {"expected_at": "2030-01-01T00:00:00Z"}),
    ):
        refused = await shop.client.request(method, path, json=body, headers=shop.write)
        assert refused.status_code in {401, 403}, (path, refused.status_code, refused.text)
