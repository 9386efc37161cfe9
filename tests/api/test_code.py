"""Journeys as code over HTTP: printed, read back, planned and applied."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from time import process_time
from typing import Any

import httpx
import pytest
from sqlalchemy.event import listen, remove

from engine.authoring.code import print_code
from engine.journey.migration import MigrationChoice
from engine.journey.templates import templates
from engine.journey.version import JourneyDocument
from engine.store import code_plans
from engine.store.code_plans import Wish
from engine.store.database import Database
from tests.api.conftest import Doors
from tests.api.world import World

TEMPLATE = next(each for each in templates() if each.id == "back_in_stock")
DOCUMENT: dict[str, Any] = TEMPLATE.document.model_dump(mode="json", by_alias=True, exclude_unset=True)


class PlugPulled(BaseException):
    """The process is gone."""


async def plan(client: httpx.AsyncClient, *documents: Any, **more: Any) -> list[dict[str, Any]]:
    items = [{"document": document} for document in documents]
    answer = await client.post("/v1/journeys/plan", json={"items": items, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def apply(client: httpx.AsyncClient, *items: Any, **more: Any) -> httpx.Response:
    return await client.post("/v1/journeys/apply", json={"items": list(items), **more})


@pytest.fixture
async def machine(client: httpx.AsyncClient, doors: Doors) -> httpx.AsyncClient:
    """A deployment with a server key."""
    client.headers.update(await doors.key("server"))
    return client


async def test_a_document_is_printed_and_read_back_with_its_comments(machine: httpx.AsyncClient) -> None:
    printed = (await machine.post("/v1/journeys/code", json={"document": DOCUMENT})).json()
    assert printed["python"] == print_code(TEMPLATE.document, "python")
    assert printed["problems"] == []
    for language in ("python", "yaml"):
        marked = "# ours\n" + printed[language]
        found = (await machine.post("/v1/journeys/parse", json={language: marked})).json()
        assert found["problems"] == []
        again = await machine.post("/v1/journeys/code", json={"document": found["document"], language: marked})
        assert again.json()[language] == marked


async def test_what_cannot_be_read_is_told_with_its_line(machine: httpx.AsyncClient) -> None:
    found = (await machine.post("/v1/journeys/parse", json={"yaml": "name: A\nnods: []\n"})).json()
    assert (found["document"], found["problems"][0]["line"], found["problems"][0]["code"]) == (None, 2, "field_unknown")
    half = {**DOCUMENT, "graph": {"nodes": [{"id": "entry", "type": "entry"}], "edges": []}}
    printed = (await machine.post("/v1/journeys/code", json={"document": half})).json()
    assert (printed["python"], printed["yaml"], printed["problems"][0]["code"]) == (None, None, "field_missing")
    refused = await machine.post("/v1/journeys/parse", json={})
    assert refused.status_code == 422
    deep: Any = []
    for _ in range(150):
        deep = [deep]
    for odd in ("\ud800", deep, float("nan")):
        content = json.dumps({"document": {**DOCUMENT, "messages": {"m": {"channel": "email", "odd": odd}}}})
        answer = await machine.post("/v1/journeys/code", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in {200, 400, 422}, answer.text


async def test_applying_creates_updates_publishes_and_then_does_nothing(machine: httpx.AsyncClient) -> None:
    assert [one["action"] for one in await plan(machine, DOCUMENT)] == ["create"]
    created = (await apply(machine, {"document": DOCUMENT})).json()["items"][0]
    assert (created["action"], created["version"]) == ("create", None)
    assert [one["action"] for one in await plan(machine, DOCUMENT)] == ["nothing"]
    assert [one["action"] for one in await plan(machine, DOCUMENT, publish=True)] == ["publish"]

    published = (await apply(machine, {"document": DOCUMENT}, publish=True)).json()["items"][0]
    assert (published["action"], published["version"]) == ("publish", 1)
    again = (await apply(machine, {"document": DOCUMENT}, publish=True)).json()["items"][0]
    assert (again["action"], again["version"], again["revision"]) == ("nothing", 1, published["revision"])

    edited = deepcopy(DOCUMENT)
    edited["graph"]["nodes"][2]["timeout"] = "PT3H"
    (planned,) = await plan(machine, edited, publish=True)
    assert planned["action"] == "update"
    assert [(each["what"], each["field"], each["after"]) for each in planned["changes"]] == [
        ("click", "timeout", "PT3H")
    ]
    assert (await apply(machine, {"document": edited}, publish=True)).json()["items"][0]["version"] == 2


async def test_a_plan_counts_the_enrollments_that_it_touches(machine: httpx.AsyncClient, world: World) -> None:
    await world.profile()
    await world.journey()
    await world.enrollment("enr_1")
    held = (await machine.get("/v1/journeys/jny_1/draft")).json()["document"]
    held["graph"]["nodes"][1]["duration"] = "PT2H"
    (planned,) = await plan(machine, held)
    assert (planned["action"], planned["enrollments"]) == ("update", 1)


async def test_what_a_person_did_on_the_canvas_is_not_overwritten_unasked(
    machine: httpx.AsyncClient, doors: Doors
) -> None:
    created = (await apply(machine, {"document": DOCUMENT})).json()["items"][0]
    canvas = await doors.signed_in("marketer")
    edited = deepcopy(DOCUMENT)
    edited["graph"]["nodes"][2]["timeout"] = "PT9H"
    saved = await canvas.put(
        f"/v1/journeys/{created['journey']}/draft", json={"document": edited, "revision": created["revision"]}
    )
    revision = saved.json()["revision"]

    assert [one["drifted_by"] for one in await plan(machine, DOCUMENT)] == ["Marketer"]
    refused = await apply(machine, {"document": {**DOCUMENT, "name": "Another"}}, {"document": DOCUMENT})
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_conflict")
    names = [row["name"] for row in (await machine.get("/v1/journeys")).json()["items"]]
    assert names == [DOCUMENT["name"]]  # nothing was applied half

    seen = await apply(machine, {"document": DOCUMENT, "seen": revision})
    assert seen.json()["items"][0]["action"] == "update"


async def test_nothing_is_applied_when_one_of_them_cannot_be_published(machine: httpx.AsyncClient) -> None:
    broken: dict[str, Any] = {**DOCUMENT, "name": "Broken", "messages": {}}
    refused = await apply(machine, {"document": DOCUMENT}, {"document": broken}, publish=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "journey_not_ready")
    assert (await machine.get("/v1/journeys")).json()["items"] == []
    twice = await apply(machine, {"document": DOCUMENT}, {"document": DOCUMENT})
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (422, "journey_twice")


async def test_an_apply_that_is_cut_off_half_way_changes_nothing(
    machine: httpx.AsyncClient, database: Database
) -> None:
    """The process ends between the first journey and the second, as it does when it is killed."""
    (kept,) = (await apply(machine, {"document": {**DOCUMENT, "name": "Kept"}})).json()["items"]
    changed = deepcopy(DOCUMENT)
    changed["graph"]["nodes"][2]["timeout"] = "PT9H"
    wishes = [Wish({**changed, "name": "Kept"}, kept["revision"]), Wish({**DOCUMENT, "name": "New"}), Wish(DOCUMENT)]

    def cut_off(*call: Any) -> None:
        if str(call[2]).startswith("INSERT INTO journey ") and "New" not in str(call[3]):
            raise PlugPulled

    listen(database.engine.sync_engine, "before_cursor_execute", cut_off)
    with pytest.raises(PlugPulled):
        async with database.transaction() as session:
            await code_plans.apply(
                session, wishes, MigrationChoice(), publish=False, overwrite=False, by="a test", now=datetime.now(UTC)
            )
    remove(database.engine.sync_engine, "before_cursor_execute", cut_off)

    assert [row["name"] for row in (await machine.get("/v1/journeys")).json()["items"]] == ["Kept"]
    draft = (await machine.get(f"/v1/journeys/{kept['journey']}/draft")).json()
    assert (draft["revision"], draft["document"]["graph"]) == (kept["revision"], DOCUMENT["graph"])


async def test_a_message_on_a_channel_without_a_provider_is_told_as_on_the_canvas(machine: httpx.AsyncClient) -> None:
    texting = deepcopy(DOCUMENT)
    node = next(node for node in texting["graph"]["nodes"] if node["type"] == "message")
    node["channel"] = "sms"
    texting["messages"][node["message"]] = {"channel": "sms", "text": "It is back."}
    (planned,) = await plan(machine, texting, publish=True)
    assert "channel_not_ready" in {problem["code"] for problem in planned["problems"]}
    yaml = (await machine.post("/v1/journeys/code", json={"document": texting})).json()["yaml"]
    found = (await machine.post("/v1/journeys/parse", json={"yaml": yaml})).json()
    line = next(problem["line"] for problem in found["problems"] if problem["code"] == "channel_not_ready")
    assert yaml.splitlines()[line - 1].strip() == "channel: sms"
    refused = await apply(machine, {"document": texting}, publish=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "journey_not_ready")


async def test_a_write_key_may_do_none_of_it(client: httpx.AsyncClient, doors: Doors) -> None:
    client.headers.update(await doors.key("write"))
    for path in ("plan", "apply", "code", "parse"):
        answer = await client.post(f"/v1/journeys/{path}", json={})
        assert answer.status_code == 403, path


async def test_what_the_code_leaves_to_the_canvas_stays(machine: httpx.AsyncClient) -> None:
    placed = {**DOCUMENT, "layout": {"push": {"x": 1, "y": 2}}}
    journey = (await apply(machine, {"document": placed})).json()["items"][0]["journey"]
    edited = deepcopy(DOCUMENT)
    edited["graph"]["nodes"][2]["timeout"] = "PT3H"
    await apply(machine, {"document": edited})
    draft = (await machine.get(f"/v1/journeys/{journey}/draft")).json()["document"]
    assert JourneyDocument.model_validate(draft).layout["push"].y == 2


async def test_a_hundred_journeys_are_planned_quickly(machine: httpx.AsyncClient) -> None:
    many = [{**DOCUMENT, "name": f"Journey {index}"} for index in range(100)]
    await apply(machine, *({"document": one} for one in many))
    began = process_time()
    planned = await plan(machine, *many)
    assert {one["action"] for one in planned} == {"nothing"}
    assert process_time() - began < 3
