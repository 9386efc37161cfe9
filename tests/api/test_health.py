"""Probes and metrics."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from engine.settings import Settings
from engine.store import outbox
from engine.store.database import Database
from engine.store.tables import DeadLetter
from tests.api.conftest import Doors, HandClock
from tests.api.world import NOON, World, both_databases


async def test_the_process_is_alive(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readiness_tells_how_far_behind_the_outbox_is(
    client: httpx.AsyncClient, database: Database, clock: HandClock
) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready", "outbox_lag_seconds": 0}

    async with database.connection() as connection:
        await outbox.put(connection, "event", "evt_1", {}, clock())
    clock.pass_by(timedelta(seconds=59))
    assert (await client.get("/readyz")).json() == {"status": "ready", "outbox_lag_seconds": 59}

    clock.pass_by(timedelta(seconds=1))
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "behind", "outbox_lag_seconds": 60})


async def test_without_a_database_it_is_not_ready(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = Database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('empty')}/nothing.db")
    app = create_app(settings, empty)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as client:
        answer = await client.get("/readyz")

    await empty.close()
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"


@both_databases
async def test_metrics_tell_of_the_outbox_the_enrollments_and_the_messages(
    client: httpx.AsyncClient, database: Database, world: World, clock: HandClock
) -> None:
    await world.shop()
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1")
    await world.count("jny_1", 1, push={"outlet:sent": 5, "outlet:not_sent": 2, "dropped:no_consent": 2})
    await world.add(DeadLetter(id="dlt_1", source_id="src_1", code="x", reason="y", received_at=NOON))
    async with database.connection() as connection:
        await outbox.put(connection, "event", "evt_1", {}, clock())
    clock.pass_by(timedelta(seconds=3))

    answer = await client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert "waitline_outbox_open 1.0" in lines
    assert "waitline_outbox_lag_seconds 3.0" in lines
    assert "waitline_dead_letters 1.0" in lines
    assert 'waitline_enrollments_active{journey="jny_1"} 1.0' in lines
    assert 'waitline_messages_total{journey="jny_1",node="push",outcome="sent"} 5.0' in lines
    assert 'waitline_messages_total{journey="jny_1",node="push",outcome="no_consent"} 2.0' in lines


async def test_metrics_are_for_this_machine_or_for_a_server_key(app: FastAPI, doors: Doors) -> None:
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://waitline.example") as stranger:
        assert (await stranger.get("/metrics")).json()["code"] == "credentials_missing"
        assert (await stranger.get("/metrics", headers=await doors.key("write"))).json()["code"] == "key_too_weak"
        assert (await stranger.get("/metrics", headers=await doors.key("server"))).status_code == 200
