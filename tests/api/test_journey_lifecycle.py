"""The life of a journey by HTTP: publishing, comparing, going back, pausing, ending, stopping everything."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from engine.store.database import Database
from engine.store.staff_changes import read_changes
from tests.api.conftest import Doors, HandClock
from tests.api.world import World, at, both_databases, document

PUSH = {"channel": "web_push", "title": "Back", "link": "https://shop.example/fjell"}
MAIL = {"channel": "email", "subject": "Back", "blocks": [{"type": "text", "text": "It is back."}]}


def complete(name: str = "Back in stock", **changes: Any) -> dict[str, Any]:
    """A document without problems."""
    return {**document(name), "messages": {"restock_push": PUSH, "restock_email": MAIL}, **changes}


async def made(staff: httpx.AsyncClient, drawn: dict[str, Any]) -> str:
    answer = await staff.post("/v1/journeys", json={"name": drawn["name"], "document": drawn})
    assert answer.status_code == 201, answer.text
    return f"/v1/journeys/{answer.json()['id']}"


async def save(staff: httpx.AsyncClient, journey: str, drawn: dict[str, Any]) -> int:
    revision = (await staff.get(f"{journey}/draft")).json()["revision"]
    saved = await staff.put(f"{journey}/draft", json={"document": drawn, "revision": revision})
    assert saved.status_code == 200, saved.text
    return saved.json()["revision"]


async def publish(staff: httpx.AsyncClient, journey: str, **more: Any) -> httpx.Response:
    revision = (await staff.get(f"{journey}/draft")).json()["revision"]
    return await staff.post(f"{journey}/publish", json={"revision": revision, **more})


def delayed(duration: str) -> dict[str, Any]:
    drawn = complete()
    drawn["graph"]["nodes"][1] = {"id": "pause", "type": "delay", "duration": duration}
    return drawn


@pytest.mark.spec("F-144")
@both_databases
async def test_publishing_freezes_version_n_and_the_audit_says_who_when_and_what_changed(
    doors: Doors, database: Database, clock: HandClock
) -> None:
    marketer = await doors.signed_in("marketer")
    journey = await made(marketer, complete())
    first = await publish(marketer, journey)
    frozen = (await marketer.get(f"{journey}/versions/1")).json()
    await save(marketer, journey, delayed("PT2H"))
    clock.pass_by(timedelta(hours=1))

    second = await publish(marketer, journey)

    assert first.json() == {"version": 1, "status": "active", "migrating": 0}
    assert second.json()["version"] == 2
    assert (await marketer.get(f"{journey}/versions/1")).json() == frozen
    async with database.snapshot() as session:
        newest, _, created = (await read_changes(session, "journey", journey.rpartition("/")[2])).items
    assert (newest.by, newest.action, newest.at) == ("Marketer", "publish", clock())
    assert (newest.before["version"], newest.after["version"]) == (1, 2)
    (change,) = newest.after["changes"]
    assert (change["part"], change["what"], change["field"]) == ("node", "pause", "duration")
    assert (change["before"], change["after"]) == ("PT1H", "PT2H")
    assert created.action == "create"


@pytest.mark.parametrize("wrong", ["graph", "message", "revision"])
async def test_what_is_not_ready_or_not_what_was_looked_at_is_not_published(
    staff: httpx.AsyncClient, wrong: str
) -> None:
    drawn = complete()
    if wrong == "graph":
        drawn["graph"]["edges"].pop()
    if wrong == "message":
        drawn["messages"]["restock_push"] = {**PUSH, "title": "{{ product.name"}
    journey = await made(staff, drawn)

    refused = await staff.post(f"{journey}/publish", json={"revision": 7 if wrong == "revision" else 1})

    expected = {"revision": (409, "draft_conflict")}.get(wrong, (422, "journey_not_ready"))
    assert (refused.status_code, refused.json()["code"]) == expected
    assert (await staff.get(journey)).json()["version"] is None
    codes = sorted({error["code"] for error in refused.json()["errors"]})
    assert codes == {"graph": ["outlet_open"], "message": ["content_template_problem"], "revision": []}[wrong]


@pytest.mark.spec("J-004")
async def test_two_versions_and_the_draft_are_compared_and_an_old_one_becomes_the_draft_again(
    staff: httpx.AsyncClient,
) -> None:
    journey = await made(staff, complete())
    await publish(staff, journey)
    await save(staff, journey, delayed("PT2H"))
    await publish(staff, journey)

    between = (await staff.get(f"{journey}/changes", params={"from": "1", "to": "2"})).json()["changes"]
    none = (await staff.get(f"{journey}/changes")).json()["changes"]
    restored = (await staff.post(f"{journey}/restore", json={"version": 1})).json()
    now = (await staff.get(f"{journey}/changes", params={"from": "live", "to": "draft"})).json()["changes"]

    assert [(one["what"], one["field"], one["before"], one["after"]) for one in between] == [
        ("pause", "duration", "PT1H", "PT2H")
    ]
    assert none == []
    assert (restored["revision"], restored["live_version"]) == (3, 2)
    assert [(one["before"], one["after"]) for one in now] == [("PT2H", "PT1H")]
    assert (await publish(staff, journey)).json()["version"] == 3
    unknown = await staff.post(f"{journey}/restore", json={"version": 9})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_version")


async def test_a_journey_goes_only_where_its_status_lets_it(staff: httpx.AsyncClient) -> None:
    journey = await made(staff, complete())
    early = await staff.post(f"{journey}/status", json={"status": "active"})
    await publish(staff, journey)

    walked = [
        (await staff.post(f"{journey}/status", json={"status": to})).json() for to in ("paused", "active", "ended")
    ]
    refused = await staff.post(f"{journey}/status", json={"status": "paused"})

    assert (early.status_code, early.json()["code"]) == (409, "status_refused")
    assert [one["status"] for one in walked] == ["paused", "active", "ended"]
    assert (refused.status_code, refused.json()["code"]) == (409, "status_refused")


async def test_dates_given_at_launch_or_with_a_status_are_kept_until_they_are_taken_away(
    staff: httpx.AsyncClient,
) -> None:
    journey = await made(staff, complete())
    await publish(staff, journey, starts_at="2027-02-01T00:00:00Z", ends_at="2027-03-01T00:00:00Z")
    launched = (await staff.get(journey)).json()
    await staff.post(f"{journey}/status", json={"status": "active", "ends_at": None})
    changed = (await staff.get(journey)).json()

    assert (launched["starts_at"], launched["ends_at"]) == ("2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z")
    assert (changed["starts_at"], changed["ends_at"]) == ("2027-02-01T00:00:00Z", None)


@both_databases
async def test_the_impact_of_a_publish_is_a_line_for_each_node_with_what_happens_there(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.journey()
    await world.profile()
    for number in range(3):
        await world.enrollment(f"enr_{number}", node="pause" if number else "push")
    drawn = complete()
    drawn["graph"]["nodes"][1]["id"] = "wait"
    for edge in drawn["graph"]["edges"]:
        edge["source"], edge["target"] = ("wait" if end == "pause" else end for end in (edge["source"], edge["target"]))
    await save(staff, "/v1/journeys/jny_1", drawn)

    async def lines(**migration: Any) -> list[tuple[Any, ...]]:
        answer = (await staff.post("/v1/journeys/jny_1/impact", json={"migration": migration})).json()
        assert answer["total"] == 3
        return sorted((one["node"], one["enrollments"], one["outcome"], one["to"]) for one in answer["nodes"])

    assert await lines(choice="keep") == [("pause", 2, "stay", None), ("push", 1, "stay", None)]
    assert await lines(choice="exit") == [("pause", 2, "exit", None), ("push", 1, "exit", None)]
    assert await lines(choice="move") == [("pause", 2, "needs_mapping", None), ("push", 1, "move", "push")]
    assert await lines(choice="move", mapping={"pause": "wait"}) == [
        ("pause", 2, "move", "wait"),
        ("push", 1, "move", "push"),
    ]
    refused = await publish(staff, "/v1/journeys/jny_1", migration={"choice": "move"})
    assert [error["code"] for error in refused.json()["errors"]] == ["migration_unmapped"]
    done = await publish(staff, "/v1/journeys/jny_1", migration={"choice": "move", "mapping": {"pause": "wait"}})
    assert done.json() == {"version": 2, "status": "active", "migrating": 3}


@both_databases
async def test_the_kill_switch_says_who_turned_it_and_why(doors: Doors, database: Database, clock: HandClock) -> None:
    marketer = await doors.signed_in("marketer")
    before = (await marketer.get("/v1/workspace/kill-switch")).json()

    on = await marketer.put("/v1/workspace/kill-switch", json={"on": True, "reason": "Wrong prices"})
    clock.pass_by(timedelta(minutes=5))
    off = (await marketer.put("/v1/workspace/kill-switch", json={"on": False, "reason": "Corrected"})).json()

    assert before == {"on": False, "since": None, "by": None, "reason": None}
    assert on.json() == {"on": True, "since": "2027-01-05T12:00:00Z", "by": "Marketer", "reason": "Wrong prices"}
    assert (off["on"], off["since"]) == (False, "2027-01-05T12:05:00Z")
    async with database.snapshot() as session:
        rows = (await read_changes(session, "workspace", "kill_switch")).items
    assert [(row.action, row.reason, row.by) for row in rows] == [
        ("kill_switch:off", "Corrected", "Marketer"),
        ("kill_switch:on", "Wrong prices", "Marketer"),
    ]


@both_databases
async def test_who_is_inside_is_listed_by_version_node_and_state(staff: httpx.AsyncClient, world: World) -> None:
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1")
    await world.enrollment("enr_2", node="push", status="parked")
    await world.enrollment("enr_3", node="done", status="ended", ended_at=at(60), exit_reason="completed")

    async def ids(**filters: str) -> list[str]:
        answer = await staff.get("/v1/journeys/jny_1/enrollments", params=filters)
        return [item["id"] for item in answer.json()["items"]]

    assert await ids() == ["enr_3", "enr_2", "enr_1"]
    assert await ids(node="pause") == ["enr_1"]
    assert await ids(state="parked") == ["enr_2"]
    assert await ids(state="inside") == ["enr_2", "enr_1"]
    assert await ids(state="ended") == ["enr_3"]
    assert await ids(version="2") == []
    first = (await staff.get("/v1/journeys/jny_1/enrollments", params={"limit": "2"})).json()
    rest = (await staff.get("/v1/journeys/jny_1/enrollments", params={"limit": "2", "cursor": first["next"]})).json()
    assert [item["id"] for item in rest["items"]] == ["enr_1"]
    assert rest["items"][0]["profile"] == {"id": "prf_ada", "name": "Ada Lind"}
