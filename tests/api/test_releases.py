"""Releases and demand through the API: live numbers, recorded order, pause, resume and stop, reports."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from engine.store.database import Database
from engine.store.housekeeping import tidy
from engine.store.tables import (
    Event,
    OutboxRow,
    Profile,
    Release,
    ReleaseExclusion,
    Send,
    SendOutcome,
    StockLevel,
    WaitlistEntry,
)
from tests.api.conftest import Doors
from tests.api.test_waitlist import rows
from tests.api.world import NOON, World, at, both_databases

DAY = timedelta(days=1)


async def a_release(world: World, people: int = 3, **fields: Any) -> None:
    """Ben, Cleo … were let in after a restock of var_m to 5; the first was told, the second bought."""
    await world.shop()
    await world.profile()
    await world.journey()
    await world.wait()
    await world.restock(at(60))
    known: dict[str, Any] = {"status": "holding", "reason": "next_batch", "next_at": at(1_800)} | fields
    await world.add(
        StockLevel(variant_id="var_m", location="default", on_hand=4, observed_at=NOON, updated_at=NOON),
        Release(
            id="rel_1",
            journey_id="jny_1",
            version=1,
            variant_id="var_m",
            restock_id="rst_1",
            item="var_m",
            released=people,
            started_at=at(60),
            **known,
        ),
    )
    for number in range(1, people + 1):
        profile, entry = f"prf_{number}", f"wle_p{number}"
        await world.profile(profile, first_name=f"P{number}", last_name=None, email=None)
        state = {1: "sent", 2: "purchased"}.get(number, "pending")
        await world.wait(entry, profile_id=profile, state=state, created_at=NOON - number * DAY)
        await world.enrollment(
            f"enr_{number}",
            profile_id=profile,
            release_id="rel_1",
            restock_id="rst_1",
            waitlist_entry_id=entry,
            position=number,
            tier=0,
            score=0.5,
        )
    await world.add(
        Send(
            id="snd_1",
            enrollment_id="enr_1",
            journey_id="jny_1",
            version=1,
            node="push",
            visit=1,
            channel="web_push",
            address_hash="h",
            profile_id="prf_1",
            claimed_at=at(61),
        ),
        SendOutcome(send_id="snd_1", state="accepted", at=at(62)),
    )


@both_databases
async def test_a_release_shows_its_numbers_live(staff: httpx.AsyncClient, world: World) -> None:
    await a_release(world)
    answer = await staff.get("/v1/releases")
    assert answer.status_code == 200, answer.text
    [release] = answer.json()["items"]
    assert release == (await staff.get("/v1/releases/rel_1")).json()
    assert release["journey"] == {"id": "jny_1", "name": "Back in stock"}
    assert release["variant"]["sku"] == "FJELL-M"
    assert (release["status"], release["reason"]) == ("holding", "next_batch")
    assert (release["released"], release["notified"], release["bought"]) == (3, 1, 1)
    assert (release["offered"], release["available"], release["waiting"]) == (5, 4, 2)
    assert release["next_at"] == "2027-01-05T12:30:00Z"
    assert (await staff.get("/v1/releases", params={"journey": "jny_2"})).json()["items"] == []


@pytest.mark.spec("F-088")
@both_databases
async def test_the_order_of_a_release_is_recorded_with_what_made_it(staff: httpx.AsyncClient, world: World) -> None:
    await a_release(world)
    first = (await staff.get("/v1/releases/rel_1/people", params={"limit": 2})).json()
    assert [(one["position"], one["profile_id"], one["name"]) for one in first["items"]] == [
        (1, "prf_1", "P1"),
        (2, "prf_2", "P2"),
    ]
    assert {name: first["items"][0][name] for name in ("tier", "intent", "score", "since", "state")} == {
        "tier": 0,
        "intent": 0,
        "score": 0.5,
        "since": "2027-01-04T12:00:00Z",
        "state": "sent",
    }
    rest = (await staff.get("/v1/releases/rel_1/people", params={"limit": 2, "cursor": first["next"]})).json()
    assert ([one["position"] for one in rest["items"]], rest["next"]) == ([3], None)


async def test_pause_resume_and_stop_are_written_down_and_told_to_the_release(
    staff: httpx.AsyncClient, world: World, database: Database
) -> None:
    await a_release(world)
    for control, status in (("pause", "paused"), ("pause", "paused"), ("resume", "running"), ("stop", "ended")):
        answer = await staff.post(f"/v1/releases/rel_1/{control}")
        assert (answer.status_code, answer.json()["status"]) == (200, status), answer.text
    assert (answer.json()["reason"], answer.json()["ended_at"]) == ("stopped", "2027-01-05T12:00:00Z")
    told = [row for row in await rows(database, OutboxRow) if row.kind == "release_changed"]
    assert [row.payload for row in told] == [{"journey": "jny_1", "item": "var_m"}] * 4

    again = await staff.post("/v1/releases/rel_1/resume")
    assert (again.status_code, again.json()["code"]) == (409, "release_over")
    assert (await staff.post("/v1/releases/rel_9/pause")).status_code == 404


async def test_a_viewer_sees_releases_but_neither_controls_them_nor_sees_who_is_in_them(
    doors: Doors, world: World
) -> None:
    await a_release(world)
    viewer = await doors.signed_in("viewer")
    assert (await viewer.get("/v1/releases/rel_1")).status_code == 200
    assert (await viewer.get("/v1/releases/rel_1/people")).status_code == 403
    assert (await viewer.post("/v1/releases/rel_1/stop")).status_code == 403


@pytest.mark.spec("F-010")
async def test_who_was_left_out_sees_the_skip_and_its_reason_in_the_timeline(
    staff: httpx.AsyncClient, world: World
) -> None:
    await a_release(world)
    excluded = ReleaseExclusion(
        release_id="rel_1", entry_id="wle_1", profile_id="prf_ada", reason="interest_expired", at=at(60)
    )
    await world.add(excluded)
    timeline = (await staff.get("/v1/profiles/prf_ada/timeline", params={"kind": ["skip"]})).json()
    [item] = timeline["items"]
    assert (item["kind"], item["reason"]) == ("skip", "interest_expired")
    assert item["detail"] == "Fjell jacket, size M was back in stock"
    assert (await staff.get("/v1/releases/rel_1")).json()["left_out"] == 1


@pytest.mark.spec("F-179")
@both_databases
async def test_demand_says_how_many_wait_how_long_and_what_restocks_made_of_it(
    staff: httpx.AsyncClient, world: World
) -> None:
    await a_release(world)
    await world.wait("wle_wish", source="wishlist", intent=1)
    await world.profile("prf_late", email=None)
    await world.wait("wle_late", profile_id="prf_late", state="expired", created_at=NOON - 91 * DAY)
    await world.wait("wle_l", variant_id="var_l", created_at=NOON - 40 * DAY)

    report = (await staff.get("/v1/demand")).json()
    assert [item["variant"]["sku"] for item in report["items"]] == ["FJELL-M", "FJELL-L"]
    medium, large = report["items"]
    assert (medium["open"], medium["asked"]) == (2, 2), "Ada counts once, though she has two reasons to wait"
    assert (medium["told"], medium["bought"], medium["expired"]) == (1, 1, 1)
    assert medium["ages"] == {
        "under_a_day": 1,
        "under_a_week": 1,
        "under_a_month": 0,
        "under_three_months": 0,
        "longer": 0,
    }
    [restock] = medium["restocks"]
    assert (restock["units"], restock["released"], restock["bought"]) == (5, 3, 1)
    assert restock["conversion"] == pytest.approx(1 / 3)
    assert (large["ages"]["under_three_months"], large["restocks"]) == (1, [])

    first = (await staff.get("/v1/demand", params={"limit": 1})).json()
    second = (await staff.get("/v1/demand", params={"limit": 1, "cursor": first["next"]})).json()
    assert [first["items"], second["items"], second["next"]] == [[medium], [large], None]

    lines = list(csv.DictReader(io.StringIO((await staff.get("/v1/demand.csv")).text)))
    assert [(line["sku"], line["open"], line["expired"], line["conversion"]) for line in lines] == [
        ("FJELL-M", "2", "1", "0.3333"),
        ("FJELL-L", "1", "0", ""),
    ]


@pytest.mark.spec("F-179")
@both_databases
async def test_a_line_that_reaches_a_milestone_says_so_once_between_two_restocks(
    world: World, database: Database
) -> None:
    await world.shop()
    for number in range(10):
        await world.add(
            Profile(id=f"prf_{number}", created_at=NOON, updated_at=NOON),
            WaitlistEntry(
                id=f"wle_{number}",
                profile_id=f"prf_{number}",
                variant_id="var_m",
                source="explicit",
                intent=0,
                state="pending",
                created_at=NOON,
            ),
        )
        await tidy(database, NOON)
        reached = [event for event in await events(database) if event.name == "Waitlist Reached"]
        assert len(reached) == (1 if number == 9 else 0)
    await tidy(database, at(60))
    [event] = [event for event in await events(database) if event.name == "Waitlist Reached"]
    assert (event.variant_id, event.properties["sku"], event.properties["waiting"]) == ("var_m", "FJELL-M", 10)
    await world.restock(at(90))
    await tidy(database, at(120))
    assert len([event for event in await events(database) if event.name == "Waitlist Reached"]) == 2


async def events(database: Database) -> list[Any]:
    return await rows(database, Event)
