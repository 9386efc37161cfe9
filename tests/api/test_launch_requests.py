"""Roles that share the work on journeys, and the second person whom a workspace may ask for."""

from typing import Any

import httpx
import pytest

from engine.store.database import Database
from engine.store.staff_changes import read_changes
from tests.api.conftest import Doors
from tests.api.test_journey_lifecycle import complete, delayed, made, publish, save
from tests.api.world import both_databases


async def ask(staff: httpx.AsyncClient, journey: str, **more: Any) -> httpx.Response:
    revision = (await staff.get(f"{journey}/draft")).json()["revision"]
    return await staff.post(f"{journey}/launch-requests", json={"revision": revision, **more})


@pytest.fixture
async def careful(staff: httpx.AsyncClient) -> None:
    """A workspace in which a second person approves each launch."""
    answer = await staff.put("/v1/workspace/second-approver", json={"on": True})
    assert answer.json() == {"on": True}


@pytest.mark.spec("F-145")
async def test_each_role_does_its_own_part_of_the_work(doors: Doors) -> None:
    people = {role: await doors.signed_in(role) for role in ("marketer", "developer", "support", "admin", "viewer")}
    journey = await made(people["admin"], complete())
    revision = (await people["admin"].get(f"{journey}/draft")).json()["revision"]
    attempts: dict[str, tuple[str, str, dict[str, Any], set[str]]] = {
        "draw": ("PUT", f"{journey}/draft", {"document": {}, "revision": 0}, {"marketer", "developer"}),
        "launch": ("POST", f"{journey}/publish", {"revision": 0}, {"marketer", "developer"}),
        "connect": ("POST", "/v1/sources", {}, {"developer"}),
        "act": ("POST", "/v1/enrollments/enr_x/cancel", {"reason": "asked"}, {"marketer", "support"}),
        "look": ("GET", "/v1/profiles", {}, {"marketer", "developer", "support"}),
        "let in": ("POST", "/v1/staff", {}, set()),
        "numbers": ("GET", journey, {}, {"marketer", "developer", "support", "viewer"}),
    }

    for method, path, body, may in attempts.values():
        for role, person in people.items():
            answer = await person.request(method, path, json=None if method == "GET" else body)
            refused = answer.status_code == 403 and answer.json()["code"] == "permission_missing"
            assert refused == (role not in may | {"admin"}), (role, path)
    assert (await people["admin"].get(f"{journey}/draft")).json()["revision"] == revision


@pytest.mark.spec("F-145")
@pytest.mark.usefixtures("careful")
@both_databases
async def test_a_launch_takes_effect_once_a_second_person_has_approved_it(doors: Doors, database: Database) -> None:
    author, colleague = await doors.signed_in("marketer"), await doors.signed_in("developer")
    journey = await made(author, complete())

    alone = await publish(author, journey)
    assert (alone.status_code, alone.json()["code"]) == (409, "approval_needed")
    asked = (await ask(author, journey, status="active", note="As agreed")).json()
    own = await author.post(f"{journey}/launch-requests/{asked['id']}/approve")
    assert (own.status_code, own.json()["code"]) == (403, "own_launch_request")
    assert (await author.get(journey)).json()["status"] == "draft", "nothing has taken effect"

    launched = await colleague.post(f"{journey}/launch-requests/{asked['id']}/approve")

    assert launched.json() == {"version": 1, "status": "active", "migrating": 0}
    assert (await author.get(journey)).json()["status"] == "active"
    listed = (await author.get(f"{journey}/launch-requests")).json()
    assert listed["needed"] is True
    assert (listed["items"][0]["state"], listed["items"][0]["version"]) == ("approved", 1)
    assert (listed["items"][0]["asked_by"], listed["items"][0]["decided_by"]) == ("Marketer", "Developer")
    async with database.snapshot() as session:
        newest = (await read_changes(session, "journey", journey.rpartition("/")[2])).items[0]
    assert (newest.action, newest.by) == ("publish", "Marketer")
    assert newest.after["approved_by"] == (await colleague.get("/v1/session")).json()["staff"]["id"]
    again = await colleague.post(f"{journey}/launch-requests/{asked['id']}/approve")
    assert again.json()["code"] == "launch_request_decided"


@pytest.mark.usefixtures("careful")
async def test_a_draft_that_was_changed_since_is_not_what_was_asked_for(doors: Doors) -> None:
    author, colleague = await doors.signed_in("marketer"), await doors.signed_in("marketer")
    journey = await made(author, complete())
    asked = (await ask(author, journey)).json()
    await save(author, journey, delayed("PT2H"))

    refused = await colleague.post(f"{journey}/launch-requests/{asked['id']}/approve")

    assert refused.json()["code"] == "draft_conflict"
    listed = (await colleague.get(f"{journey}/launch-requests")).json()["items"]
    assert [(one["state"], one["is_outdated"]) for one in listed] == [("open", True)]
    anew = (await ask(author, journey)).json()
    listed = (await colleague.get(f"{journey}/launch-requests")).json()["items"]
    assert {one["id"]: one["state"] for one in listed} == {asked["id"]: "replaced", anew["id"]: "open"}


@pytest.mark.usefixtures("careful")
async def test_a_request_is_refused_with_a_reason_or_withdrawn(doors: Doors) -> None:
    author, colleague = await doors.signed_in("marketer"), await doors.signed_in("marketer")
    journey = await made(author, complete())

    first = (await ask(author, journey)).json()
    refused = await colleague.post(f"{journey}/launch-requests/{first['id']}/refuse", json={"reason": "Wrong price"})
    second = (await ask(author, journey)).json()
    withdrawn = await author.post(f"{journey}/launch-requests/{second['id']}/refuse", json={})

    assert (refused.json()["state"], refused.json()["reason"]) == ("refused", "Wrong price")
    assert withdrawn.json()["state"] == "withdrawn"
    late = await colleague.post(f"{journey}/launch-requests/{second['id']}/approve")
    assert late.json()["code"] == "launch_request_decided"
    unknown = await colleague.post(f"{journey}/launch-requests/lrq_x/refuse", json={})
    assert unknown.json()["code"] == "unknown_record"


@pytest.mark.usefixtures("careful")
async def test_no_other_way_in_gets_around_the_second_person(
    doors: Doors, client: httpx.AsyncClient, staff: httpx.AsyncClient
) -> None:
    client.headers.update(await doors.key("server"))
    wish = {"items": [{"document": complete()}], "publish": True}

    applied = await client.post("/v1/journeys/apply", json=wish)

    assert (applied.status_code, applied.json()["code"]) == (409, "approval_needed")
    journey = await made(client, complete())
    asked = (await ask(client, journey)).json()
    key = await client.post(f"{journey}/launch-requests/{asked['id']}/approve")
    assert key.json()["code"] in {"key_too_weak", "permission_missing"}
    client.headers.update(await doors.key("admin"))
    key = await client.post(f"{journey}/launch-requests/{asked['id']}/approve")
    assert key.json()["code"] == "permission_missing"
    assert (await staff.post(f"{journey}/launch-requests/{asked['id']}/approve")).status_code == 200


async def test_a_request_must_be_ready_to_be_launched(doors: Doors) -> None:
    marketer = await doors.signed_in("marketer")
    journey = await made(marketer, complete() | {"messages": {}})

    assert (await ask(marketer, journey)).json()["code"] == "journey_not_ready"
    assert (await marketer.put("/v1/workspace/second-approver", json={"on": True})).status_code == 403
