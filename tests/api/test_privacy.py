"""Exporting and erasing a person through the API, on both databases."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Enrollment, OutboxRow, Rendering, Send
from tests.api.conftest import Doors
from tests.api.world import World, at, both_databases

HER = ("ada@shop.example", "Lind")


async def counted(database: Database, model: Any) -> int:
    async with database.snapshot() as session:
        return int((await session.execute(select(func.count()).select_from(core(model)))).scalar_one())


@pytest.fixture
async def known(world: World) -> None:
    """Ada, whom Adele was merged into, with a wait, an enrollment and a message."""
    await world.shop()
    await world.profile(attributes={"company": "Lind & Daughters"})
    await world.profile("prf_adele", email=None, first_name="Adele", merged_into="prf_ada")
    await world.wait()
    await world.journey()
    await world.enrollment("enr_1")
    await world.trail("enr_1", (at(0), "entry", "entered", "next", None))
    await world.send("snd_1", (at(1), "sent", None), rendering={"title": "Hello Ada Lind", "to": HER[0]})


@both_databases
@pytest.mark.usefixtures("known")
async def test_a_person_is_exported_whole_and_erased_for_good(staff: httpx.AsyncClient, database: Database) -> None:
    assert (await staff.get("/v1/profiles/prf_adele")).json()["erased"] is None
    exported = (await staff.get("/v1/profiles/prf_adele/export")).json()
    assert all(text in json.dumps(exported) for text in HER)
    assert {one["id"] for one in exported["profiles"]} == {"prf_ada", "prf_adele"}
    assert [len(exported[name]) for name in ("waits", "enrollments", "steps", "sends", "messages")] == [1] * 5
    before = await counted(database, Send)

    erased = await staff.post("/v1/profiles/prf_adele/erase", json={"reason": "Case 4711"})

    assert (erased.status_code, erased.json()) == (202, {"profile_id": "prf_ada"})
    page = (await staff.get("/v1/profiles/prf_adele")).json()
    assert (page["id"], page["erased"]["by"], page["erased"]["reason"]) == ("prf_ada", "Admin", "Case 4711")
    again = (await staff.get("/v1/profiles/prf_ada/export")).json()
    assert not any(text in json.dumps(again) for text in (*HER, "Adele"))
    assert (again["messages"], again["identities"]) == ([], [])
    assert again["waits"][0]["state"] == "unsubscribed"
    assert await counted(database, Send) == before
    assert await counted(database, Rendering) == 0
    async with database.snapshot() as session:
        kinds = (await session.execute(select(core(OutboxRow).c.kind))).scalars().all()
        salts = (await session.execute(select(core(Enrollment).c.salt))).scalars().all()
    assert "erased" in kinds, "the worker is told to destroy her keys"
    assert all(salts), "and does so itself, once what runs has ended"
    assert (await staff.post("/v1/profiles/prf_ada/erase", json={"reason": "Once more"})).status_code == 202


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("role", "may"), [("support", True), ("marketer", False), ("developer", False), ("viewer", False)]
)
async def test_only_support_and_admins_export_and_erase(doors: Doors, role: Any, may: bool) -> None:
    person = await doors.signed_in(role)

    exported = await person.get("/v1/profiles/prf_ada/export")
    erased = await person.post("/v1/profiles/prf_ada/erase", json={"reason": "Case 4711"})

    assert [exported.status_code, erased.status_code] == ([200, 202] if may else [403, 403])


async def test_nobody_is_not_erased(staff: httpx.AsyncClient) -> None:
    assert (await staff.get("/v1/profiles/prf_nobody/export")).json()["code"] == "unknown_profile"
    refused = await staff.post("/v1/profiles/prf_nobody/erase", json={"reason": "Case 4711"})
    assert refused.json()["code"] == "unknown_profile"
