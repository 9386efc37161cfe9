"""Who walked a version that is long gone is answered for as well: versions stay, however often a journey changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Enrollment, Event, Journey, PublishedVersion
from tests.api.conftest import Doors, HandClock
from tests.api.world import NOON, World, at, both_databases, document
from tests.builders import journey, node

LATER = datetime(2028, 7, 1, 9, tzinfo=UTC)
SIGNED_UP = node("entry", "entry", trigger={"kind": "event", "event": "Signed Up"})
TODAY: dict[str, Any] = {**journey(SIGNED_UP, paths=["entry > done"]), "name": "Welcome"}


def of_then() -> dict[str, Any]:
    """The first version: begun by a cart, with steps that no later version has."""
    drawn = document("Carts")
    drawn["graph"]["nodes"][0]["trigger"] = {"kind": "event", "event": "Added to Cart"}
    return drawn


@pytest.fixture
async def long_gone(world: World, database: Database) -> None:
    """Ada was told by version 1. Since then its journey became another one."""
    await world.profile(timezone="UTC")
    await world.journey("jny_1")
    async with database.connection() as connection:
        version, row = core(PublishedVersion), core(Journey)
        await connection.execute(update(version).values(document=of_then(), published_at=at(-60)))
        await connection.execute(update(row).values(name="Welcome", draft=TODAY, published_version=9))
    await world.add(
        PublishedVersion(journey_id="jny_1", number=9, document=TODAY, published_at=LATER, published_by="Kim"),
        Event(id="evt_1", name="Added to Cart", profile_id="prf_ada", at=NOON, received_at=NOON),
        Event(id="evt_2", name="Ordered", profile_id="prf_ada", at=at(9), received_at=at(9)),
    )
    await world.enrollment(
        "enr_1", event_id="evt_1", status="ended", node="done", ended_at=at(2), exit_reason="completed"
    )
    await world.journey("jny_2", name="Another")
    await world.enrollment("enr_2", journey_id="jny_2", event_id="evt_2", entered_at=at(9))
    await world.trail(
        "enr_1",
        (NOON, "entry", "took", "next", None),
        (at(1), "push", "took", "sent", None),
        (at(2), "done", "ended", None, "completed"),
    )
    await world.send("snd_1", (at(1), "accepted", None))


@both_databases
@pytest.mark.usefixtures("long_gone")
async def test_a_version_long_gone_is_shown_and_explained(doors: Doors, database: Database, clock: HandClock) -> None:
    clock.pass_by(timedelta(days=700))
    staff = await doors.signed_in("admin")
    ended = await staff.post("/v1/journeys/jny_1/status", json={"status": "ended"})
    assert ended.status_code == 200, ended.text
    assert (await staff.delete("/v1/journeys/jny_1")).json()["archived_at"] is not None
    support = await doors.signed_in("support")

    async def read(address: str, **params: str) -> Any:
        answer = await support.get(address, params=params)
        assert answer.status_code == 200, f"{address}: {answer.text}"
        return answer.json()

    passage = await read("/v1/enrollments/enr_1")
    assert (passage["version"], passage["exit_reason"]) == (1, "completed")
    assert [step["node"] for step in passage["trail"]] == ["entry", "push", "done"]
    drawn = (await read("/v1/journeys/jny_1/versions/1"))["document"]["graph"]["nodes"]
    assert {step["node"] for step in passage["trail"]} <= {one["id"] for one in drawn}, "step by step on its canvas"
    told = (await read("/v1/profiles/prf_ada/timeline"))["items"]
    assert {"event", "enrollment", "send"} <= {one["kind"] for one in told}

    another, occasion = (await read("/v1/profiles/prf_ada/occasions"))["items"]
    assert (another["id"], another["journey"]["id"]) == ("evt_2", "jny_2")
    assert (occasion["id"], occasion["title"], occasion["enrollment_id"]) == ("evt_1", "Added to Cart", "enr_1")
    for asked in ("evt_1", "2027-01-05"):
        why = await read("/v1/profiles/prf_ada/why", journey="jny_1", occasion=asked)
        assert (why["outcome"], why["version"], why["agrees"]) == ("told", 1, True)
        sentences = [one["sentence"] for one in why["chain"]]
        assert "The trigger “Added to Cart” matched." in sentences, "as it was in her version"

    unknown = await support.get("/v1/journeys/jny_1/versions/7")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_version")
    async with database.connection() as connection:
        await connection.execute(update(core(Enrollment)).values(version=7))
    restored = await read("/v1/enrollments/enr_1")
    assert (restored["version"], len(restored["trail"])) == (7, 3), "the trail suffices without the version"
