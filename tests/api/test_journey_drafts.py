"""Journeys as people write them: made, named, saved without overwriting each other, tagged, noted, put away."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.app import create_app
from engine.settings import Settings
from engine.store.database import Database
from tests.api.conftest import Doors, HandClock
from tests.api.world import World, both_databases, document


async def made(staff: httpx.AsyncClient, name: str = "Back in stock", **fields: Any) -> dict[str, Any]:
    answer = await staff.post("/v1/journeys", json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.spec("F-134")
@both_databases
async def test_a_journey_begins_blank_from_a_template_or_from_a_document_and_its_name_is_its_own(
    staff: httpx.AsyncClient, database: object
) -> None:
    blank = await made(staff, "Blank")
    template = await made(staff, "From a template", template="back_in_stock")
    drawn = await made(staff, "Drawn", document=document("Another name"))

    assert (blank["status"], blank["version"], blank["document"]["graph"]) == (
        "draft",
        None,
        {"nodes": [], "edges": []},
    )
    assert template["document"]["name"] == "From a template"
    assert "message" in {node["type"] for node in template["document"]["graph"]["nodes"]}
    assert drawn["document"] == {**document("Drawn")}
    taken = await staff.post("/v1/journeys", json={"name": "Blank"})
    assert (taken.status_code, taken.json()["code"]) == (409, "journey_name_taken")
    unknown = await staff.post("/v1/journeys", json={"name": "New", "template": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    renamed = await staff.patch(f"/v1/journeys/{blank['id']}", json={"name": "Drawn"})
    assert (renamed.status_code, renamed.json()["code"]) == (409, "journey_name_taken")


@both_databases
async def test_two_who_edit_one_draft_do_not_overwrite_each_other(
    staff: httpx.AsyncClient, doors: Doors, clock: HandClock
) -> None:
    journey = await made(staff)
    marketer = await doors.signed_in("marketer")
    address = f"/v1/journeys/{journey['id']}/draft"
    read = (await staff.get(address)).json()
    clock.pass_by(timedelta(minutes=1))

    first = await marketer.put(address, json={"document": document("Spring"), "revision": read["revision"]})
    second = await staff.put(address, json={"document": document("Autumn"), "revision": read["revision"]})

    assert first.json() == {"revision": 2, "saved_at": "2027-01-05T12:01:00Z", "saved_by": "Marketer"}
    assert second.status_code == 409
    problem = second.json()
    assert (problem["code"], problem["revision"], problem["saved_by"]) == ("draft_conflict", 2, "Marketer")
    assert problem["document"]["name"] == "Spring"
    assert (await staff.get(f"/v1/journeys/{journey['id']}")).json()["name"] == "Spring"
    again = await staff.put(address, json={"document": document("Autumn"), "revision": problem["revision"]})
    assert again.json()["revision"] == 3


async def test_a_draft_may_be_half_written_but_not_what_no_database_keeps(staff: httpx.AsyncClient) -> None:
    journey = await made(staff)
    address = f"/v1/journeys/{journey['id']}/draft"

    half = await staff.put(address, json={"document": {"graph": [1], "notes": "none"}, "revision": 1})
    infinite = await staff.put(
        address,
        content='{"document": {"layout": {"x": Infinity}}, "revision": 2}',
        headers={"Content-Type": "application/json"},
    )

    assert half.status_code == 200
    assert infinite.status_code == 422
    listed = (await staff.get("/v1/journeys")).json()["items"][0]
    assert (listed["name"], listed["entry"], listed["channels"]) == ("Back in stock", None, [])


@pytest.mark.spec("F-143")
async def test_the_checklist_names_what_passes_what_fails_and_the_node_to_click_on(staff: httpx.AsyncClient) -> None:
    incomplete = document()
    incomplete["graph"]["edges"] = [edge for edge in incomplete["graph"]["edges"] if edge["source"] != "pause"]
    journey = await made(staff, document=incomplete)

    checklist = (await staff.get(f"/v1/journeys/{journey['id']}/readiness")).json()

    assert checklist["ready"] is False
    entry = next(item for item in checklist["items"] if item["code"] == "entry")
    assert (entry["ok"], entry["blocking"], entry["detail"]) == (True, False, None)
    failing = {(item["problem"], item["node"]): item for item in checklist["items"] if not item["ok"]}
    path, message = failing["outlet_open", "pause"], failing["message_missing", "push"]
    assert (path["code"], path["blocking"], path["title"]) == ("paths", True, "Every path leads somewhere")
    assert path["field"] == "outlets.next"
    assert "connect it" in path["detail"]
    assert (message["code"], message["blocking"]) == ("messages", True)
    refused = await staff.post(f"/v1/journeys/{journey['id']}/publish", json={"revision": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "journey_not_ready")
    blocking = {(item["problem"], item["detail"]) for item in checklist["items"] if item["blocking"]}
    assert {(error["code"], error["detail"]) for error in refused.json()["errors"]} == blocking


async def test_the_checklist_and_its_refusal_speak_the_language_that_is_asked_for(staff: httpx.AsyncClient) -> None:
    journey = await made(staff, document=document())
    address, german = f"/v1/journeys/{journey['id']}", {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}

    items = (await staff.get(f"{address}/readiness", headers=german)).json()["items"]
    refused = (await staff.post(f"{address}/publish", json={"revision": 1}, headers=german)).json()
    english = (await staff.get(f"{address}/readiness", headers={"Accept-Language": "nl,en;q=0.9,de;q=0.8"})).json()

    said = "Eine Nachricht „restock_push“ gibt es nicht; schreiben Sie sie, oder wählen Sie eine andere."
    told = {item["detail"]: item["title"] for item in items if item["problem"] == "message_missing"}
    assert told[said] == "Jede Nachricht ist geschrieben"
    assert said in {error["detail"] for error in refused["errors"]}
    assert refused["code"] == "journey_not_ready"
    assert "Every message is written" in {item["title"] for item in english["items"]}


async def test_a_channel_without_a_provider_keeps_a_journey_from_launch_until_it_has_one(
    staff: httpx.AsyncClient, settings: Settings, database: Database, clock: HandClock
) -> None:
    texts = document()
    texts["graph"]["nodes"][3] = {"id": "mail", "type": "message", "channel": "sms", "message": "restock_text"}
    journey = await made(staff, document=texts)
    address = f"/v1/journeys/{journey['id']}"

    async def unready(asked: httpx.AsyncClient) -> list[tuple[str, str | None, bool, str]]:
        items = (await asked.get(f"{address}/readiness")).json()["items"]
        return [
            (item["code"], item["node"], item["blocking"], item["detail"])
            for item in items
            if item["problem"] == "channel_not_ready"
        ]

    said = "Nothing can be sent on sms yet; set up its provider in the settings."
    assert await unready(staff) == [("channels", "mail", True, said)]
    refused = (await staff.post(f"{address}/publish", json={"revision": 1})).json()
    assert ("channel_not_ready", said) in {(error["code"], error["detail"]) for error in refused["errors"]}
    checked = (await staff.post("/v1/journeys/validate", json={"document": texts})).json()["problems"]
    assert "channel_not_ready" in {problem["code"] for problem in checked}

    with_account = settings.model_copy(update={"twilio_account_sid": "AC42"})
    doors = Doors(create_app(with_account, database, now=clock), database, clock)
    assert await unready(await doors.signed_in("admin")) == []
    await doors.close()


@pytest.mark.spec("F-141")
@both_databases
async def test_tags_are_made_filter_the_list_and_go_without_taking_journeys_along(
    staff: httpx.AsyncClient, database: object
) -> None:
    spring, autumn = await made(staff, "Spring"), await made(staff, "Autumn")
    assert (await staff.post("/v1/tags", json={"name": "season"})).json()["items"] == [
        {"name": "season", "journeys": 0}
    ]
    for journey, tags in ((spring, ["season"]), (autumn, ["season", "shoes"])):
        changed = await staff.patch(f"/v1/journeys/{journey['id']}", json={"tags": tags})
        assert changed.json()["tags"] == tags

    async def names(**filters: str) -> set[str]:
        return {item["name"] for item in (await staff.get("/v1/journeys", params=filters)).json()["items"]}

    assert await names(tag="season") == {"Spring", "Autumn"}
    assert await names(tag="shoes") == {"Autumn"}
    assert (await staff.delete("/v1/tags/shoes")).status_code == 204
    assert await names(tag="shoes") == set()
    assert await names() == {"Spring", "Autumn"}
    assert (await staff.get("/v1/tags")).json()["items"] == [{"name": "season", "journeys": 2}]
    assert (await staff.delete("/v1/tags/shoes")).status_code == 404


@pytest.mark.spec("F-142")
async def test_notes_of_a_journey_and_on_its_canvas_carry_author_and_time(
    staff: httpx.AsyncClient, doors: Doors, clock: HandClock
) -> None:
    journey = await made(staff, document=document())
    notes, draft = f"/v1/journeys/{journey['id']}/notes", f"/v1/journeys/{journey['id']}/draft"
    support = await doors.signed_in("support")

    await staff.post(notes, json={"text": "Ask Kim about the picture", "node": "push"})
    clock.pass_by(timedelta(hours=1))
    written = (await support.post(notes, json={"text": "Two people asked"})).json()["items"]

    assert [(one["text"], one["node"], one["author"], one["at"]) for one in written] == [
        ("Two people asked", None, "Support", "2027-01-05T13:00:00Z"),
        ("Ask Kim about the picture", "push", "Admin", "2027-01-05T12:00:00Z"),
    ]
    sticker = {"id": "n1", "text": "Why an hour?", "x": 10, "y": 20, "author": "Somebody else"}
    await staff.put(draft, json={"document": {**document(), "notes": [sticker]}, "revision": 1})
    marketer = await doors.signed_in("marketer")
    clock.pass_by(timedelta(hours=1))
    moved = {"id": "n1", "text": "Why an hour?", "x": 90, "y": 20}
    await marketer.put(
        draft,
        json={"document": {**document(), "notes": [moved, {"id": "n2", "text": "Law", "x": 1, "y": 1}]}, "revision": 2},
    )
    kept, new = (await staff.get(draft)).json()["document"]["notes"]
    assert (kept["x"], kept["author"], kept["at"]) == (90, "Admin", "2027-01-05T13:00:00+00:00")
    assert (new["author"], new["at"]) == ("Marketer", "2027-01-05T14:00:00+00:00")
    viewer = await doors.signed_in("viewer")
    assert (await viewer.post(notes, json={"text": "x"})).json()["code"] == "permission_missing"


async def test_a_copy_has_the_same_draft_and_tags_and_a_journey_is_put_away(staff: httpx.AsyncClient) -> None:
    journey = await made(staff, document=document())
    await staff.patch(f"/v1/journeys/{journey['id']}", json={"tags": ["autumn"]})

    copied = (await staff.post(f"/v1/journeys/{journey['id']}/duplicate", json={"name": "Second"})).json()
    archived = await staff.delete(f"/v1/journeys/{journey['id']}")

    assert (copied["name"], copied["tags"], copied["status"]) == ("Second", ["autumn"], "draft")
    assert copied["document"] == document("Second")
    assert archived.json()["archived_at"] is not None
    assert [item["name"] for item in (await staff.get("/v1/journeys")).json()["items"]] == ["Second"]
    put_away = (await staff.get("/v1/journeys", params={"archived": "true"})).json()["items"]
    assert [item["id"] for item in put_away] == [journey["id"]]


async def test_a_journey_that_runs_is_not_put_away(staff: httpx.AsyncClient, world: World) -> None:
    await world.journey(status="active")

    refused = await staff.delete("/v1/journeys/jny_1")

    assert (refused.status_code, refused.json()["code"]) == (409, "journey_running")


@pytest.mark.parametrize("role", ["support", "viewer"])
async def test_who_may_only_look_changes_nothing(staff: httpx.AsyncClient, doors: Doors, role: Any) -> None:
    journey = await made(staff)
    browser = await doors.signed_in(role)
    address = f"/v1/journeys/{journey['id']}"

    refused = [
        await browser.post("/v1/journeys", json={"name": "Mine"}),
        await browser.patch(address, json={"name": "Mine"}),
        await browser.put(f"{address}/draft", json={"document": {}, "revision": 1}),
        await browser.post(f"{address}/publish", json={"revision": 1}),
        await browser.post(f"{address}/status", json={"status": "paused"}),
        await browser.put("/v1/workspace/kill-switch", json={"on": True, "reason": "because"}),
    ]

    assert {answer.json()["code"] for answer in refused} == {"permission_missing"}
    assert (await browser.get(f"{address}/draft")).status_code == 200
