"""What the editor asks the engine: node types, templates, names, problems, counts and trials."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from engine.settings import Settings
from engine.store import vocabulary
from engine.store.database import Database
from engine.store.tables import Event, KnownField, Segment
from tests.api.conftest import Doors, HandClock
from tests.api.world import NOON, World, both_databases
from tests.engine.journey.broken import BROKEN, broken

BOUGHT = {"kind": "has_occurred", "event": "Order Completed", "within": "P7D"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Here texts can be sent too."""
    return settings.model_copy(update={"twilio_account_sid": "AC42"})


async def template(staff: httpx.AsyncClient, template_id: str) -> dict[str, Any]:
    items = (await staff.get("/v1/templates")).json()["items"]
    return next(item["document"] for item in items if item["id"] == template_id)


@pytest.mark.spec("J-001")
async def test_node_types_come_with_their_form_their_ways_out_and_what_they_are_for(staff: httpx.AsyncClient) -> None:
    items = (await staff.get("/v1/node-types")).json()["items"]

    assert [item["type"] for item in items] == [
        "entry",
        "delay",
        "wait_until",
        "branch",
        "split",
        "holdout",
        "message",
        "update_profile",
        "waitlist",
        "start_journey",
        "goal",
        "exit",
    ]
    for item in items:
        assert item["schema"]["properties"]["type"]["const"] == item["type"]
        assert item["docs"].startswith(item["description"])
    by_type = {item["type"]: item for item in items}
    assert by_type["message"]["outlets"] == ["sent", "not_sent", "no_channel"]
    assert by_type["branch"]["outlets_from"] == "ways"
    kinds = by_type["entry"]["schema"]["properties"]["trigger"]["discriminator"]["mapping"]
    assert set(kinds) == {"event", "segment_entered", "schedule", "api", "audience"}


@pytest.mark.spec("J-003")
async def test_each_broken_journey_has_its_named_problem(staff: httpx.AsyncClient, world: World) -> None:
    known = {"country": "text", "age": "number", "vip": "boolean", "birthday": "date"}
    await world.add(
        Segment(id="vip", name="VIP", condition=BOUGHT, created_at=NOON, updated_at=NOON),
        *(KnownField(holder="", name=name, type=kind) for name, kind in known.items()),
    )
    await world.journey("j1")
    await world.journey("j2", name="Another")
    named: set[str] = set()

    for how, code, node, field in BROKEN:
        if code in {"channel_not_ready", "event_unknown"}:
            continue  # what channels and events there are is the workspace's, not the document's
        body = {"document": broken(how), "journey": "j1"}
        found = (await staff.post("/v1/journeys/validate", json=body)).json()["problems"]
        match = [problem for problem in found if problem["code"] == code]
        assert match, f"expected {code}, found {[problem['code'] for problem in found]}"
        assert (match[0]["node"], match[0]["field"]) == (node, field)
        assert match[0]["message"].endswith((".", "”"))
        named.add(code)

    assert len(named) >= 30


@pytest.mark.spec("J-002")
async def test_a_loop_is_refused_by_the_edge_that_closes_it(staff: httpx.AsyncClient) -> None:
    document = await template(staff, "single_alert")
    graph = document["graph"]
    first = next(edge["target"] for edge in graph["edges"] if edge["source"] == "entry")
    graph["nodes"].append({"id": "again", "type": "goal", "goal": "seen"})
    rejoined = [edge for edge in graph["edges"] if edge["source"] == first]
    for edge in rejoined:
        edge["target"] = "again"
    graph["edges"].append({"source": "again", "outlet": "next", "target": first})

    found = (await staff.post("/v1/journeys/validate", json={"document": document})).json()["problems"]
    named = {problem["code"]: problem for problem in found}

    assert f"again.next → {first}" in {problem["edge"] for problem in found}
    assert "put a delay into the loop" in named["loop_without_wait"]["message"]
    graph["nodes"][-1] = {"id": "again", "type": "delay", "duration": "P1D", "max_visits": 3}
    again = (await staff.post("/v1/journeys/validate", json={"document": document})).json()["problems"]
    assert {problem["code"] for problem in again} <= {"node_unreachable"}, "two outlets may lead to one node"


@pytest.mark.spec("J-011", "F-098")
async def test_every_template_is_a_draft_without_blocking_problems(staff: httpx.AsyncClient) -> None:
    items = (await staff.get("/v1/templates")).json()["items"]

    assert len(items) >= 8
    for item in items:
        assert item["channels"]
        answer = await staff.post("/v1/journeys/validate", json={"document": item["document"]})
        blocking = {one["code"] for one in answer.json()["problems"] if one["severity"] == "blocking"}
        assert blocking <= {"segment_unknown"}, "all it may need is a segment that it names"
        assert bool(blocking) == bool(item["needs"])
        begun = await staff.post("/v1/journeys", json={"name": item["name"], "template": item["id"]})
        assert begun.status_code == 201, begun.text
        draft = (await staff.get(f"/v1/journeys/{begun.json()['id']}/draft")).json()["document"]
        nodes = [node["id"] for node in draft["graph"]["nodes"]]
        assert nodes == [node["id"] for node in item["document"]["graph"]["nodes"]]


@both_databases
async def test_names_are_learned_from_what_comes_in(
    staff: httpx.AsyncClient, client: httpx.AsyncClient, database: Database, doors: Doors, world: World
) -> None:
    key = await doors.key("write")
    await client.post(
        "/v1/track",
        headers=key,
        json={
            "type": "track",
            "event": "Course Booked",
            "userId": "u1",
            "properties": {"seat": 3, "email": "ada@shop.example", "lines": [{"sku": "A"}, {"sku": "B"}]},
        },
    )
    await client.post(
        "/v1/identify",
        headers=key,
        json={"type": "identify", "userId": "u1", "traits": {"tier": "gold", "since": "2026-01-01"}},
    )
    async with database.transaction() as session:
        await vocabulary.learn(session, 0)

    known = (await staff.get("/v1/vocabulary")).json()

    booked = next(event for event in known["events"] if event["name"] == "Course Booked")
    assert booked["seen"] == 1
    assert booked["properties"] == [
        {"name": "email", "type": "text", "samples": []},
        {"name": "lines.sku", "type": "text", "samples": ["A"]},
        {"name": "seat", "type": "number", "samples": [3]},
    ], "addresses are not kept as samples"
    attributes = {one["name"]: (one["type"], one["samples"]) for one in known["attributes"]}
    assert attributes["tier"] == ("text", ["gold"])
    assert attributes["since"] == ("date", ["2026-01-01"])
    assert attributes["country"] == ("text", [])


@pytest.mark.spec("F-183")
async def test_waiting_and_restocks_are_offered_before_the_first_of_them(staff: httpx.AsyncClient) -> None:
    events = {event["name"]: event for event in (await staff.get("/v1/vocabulary")).json()["events"]}

    for name in ("Waiting on Stock", "Back in Stock"):
        assert events[name]["seen"] == 0
        assert "sku" in {one["name"] for one in events[name]["properties"]}
        as_trigger = await trigger_problems(staff, {"kind": "event", "event": name})
        as_condition = await staff.post(
            "/v1/conditions/count", json={"condition": {"kind": "has_occurred", "event": name, "within": "P7D"}}
        )
        assert as_trigger == set()
        assert as_condition.json() == {"count": 0, "of": 0}


async def trigger_problems(staff: httpx.AsyncClient, trigger: dict[str, Any]) -> set[str]:
    document = await template(staff, "single_alert")
    document["graph"]["nodes"][0]["trigger"] = trigger
    found = (await staff.post("/v1/journeys/validate", json={"document": document})).json()["problems"]
    return {problem["code"] for problem in found}


@pytest.mark.spec("F-094")
async def test_what_occurs_starts_and_what_has_occurred_is_asked(staff: httpx.AsyncClient) -> None:
    assert await trigger_problems(staff, BOUGHT) == {"history_as_trigger"}
    refused = await staff.post(
        "/v1/conditions/count", json={"condition": {"kind": "occurs", "event": "Order Completed"}}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "occurs_in_condition"


@both_databases
async def test_a_segment_is_saved_renamed_and_deleted(staff: httpx.AsyncClient, world: World) -> None:
    saved = (await staff.post("/v1/segments", json={"name": "Buyers", "condition": BOUGHT})).json()

    assert (await staff.get(f"/v1/segments/{saved['id']}")).json() == saved
    renamed = await staff.put(f"/v1/segments/{saved['id']}", json={"name": "Recent buyers", "condition": BOUGHT})
    assert renamed.json()["name"] == "Recent buyers"
    assert [one["id"] for one in (await staff.get("/v1/segments")).json()["items"]] == [saved["id"]]
    assert (await staff.delete(f"/v1/segments/{saved['id']}")).status_code == 204
    assert (await staff.get(f"/v1/segments/{saved['id']}")).json()["code"] == "unknown_segment"


async def test_a_segment_cannot_ask_about_itself_nor_vanish_while_it_is_asked_for(staff: httpx.AsyncClient) -> None:
    first = (await staff.post("/v1/segments", json={"name": "First", "condition": BOUGHT})).json()["id"]
    asks_first = {"kind": "not", "of": {"kind": "segment", "segment": first}}
    second = (await staff.post("/v1/segments", json={"name": "Second", "condition": asks_first})).json()["id"]

    looped = await staff.put(
        f"/v1/segments/{first}", json={"name": "First", "condition": {"kind": "segment", "segment": second}}
    )
    used = await staff.delete(f"/v1/segments/{first}")
    taken = await staff.post("/v1/segments", json={"name": "First", "condition": BOUGHT})
    unknown = await staff.post(
        "/v1/segments", json={"name": "Third", "condition": {"kind": "segment", "segment": "seg_9"}}
    )

    assert (looped.status_code, looped.json()["code"]) == (422, "segment_loop")
    assert (used.status_code, used.json()["code"]) == (409, "segment_in_use")
    assert "“Second”" in used.json()["detail"]
    assert (taken.status_code, taken.json()["code"]) == (409, "segment_name_taken")
    assert unknown.json()["errors"][0]["code"] == "segment_unknown"


@pytest.mark.spec("F-184")
async def test_one_saved_audience_serves_a_journey_and_a_one_off_on_each_channel(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.shop()
    await world.profile()
    await world.wait()
    waits = {"kind": "has_occurred", "event": "Waiting on Stock", "within": "P90D"}
    saved = (await staff.post("/v1/segments", json={"name": "Waiting", "condition": waits})).json()["id"]
    members = {"kind": "segment", "segment": saved}
    contents = {
        "web_push": {"title": "Back", "body": "It is back.", "link": "https://shop.example/"},
        "email": {"subject": "Back", "blocks": [{"type": "text", "text": "It is back."}]},
        "sms": {"text": "It is back."},
    }

    for channel, content in contents.items():
        once = await template(staff, "single_alert")
        once["settings"] = {"audience": {"include": [saved]}}
        once["messages"] = {"note": {"channel": channel, **content}}
        for node in once["graph"]["nodes"]:
            if node["type"] == "message":
                node |= {"channel": channel, "message": "note"}
            if node["type"] == "entry":
                node["trigger"] = {"kind": "audience", "audience": members}
        found = (await staff.post("/v1/journeys/validate", json={"document": once})).json()["problems"]
        assert [one for one in found if one["severity"] == "blocking"] == [], channel
        walked = await staff.post(
            "/v1/journeys/simulate", json={"document": once, "profile": "prf_ada", "now": "2027-01-05T13:00:00Z"}
        )
        assert [send["channel"] for send in walked.json()["sends"]] == [channel]
        stranger = await staff.post("/v1/journeys/simulate", json={"document": once, "now": "2027-01-05T13:00:00Z"})
        assert stranger.json()["refusal"] == "not_in_audience"

    assert (await staff.post("/v1/conditions/count", json={"condition": members})).json()["count"] == 1


@both_databases
@pytest.mark.spec("F-095")
async def test_a_count_is_exact_to_the_second(
    staff: httpx.AsyncClient, world: World, clock: HandClock, database: Database
) -> None:
    await world.shop()
    await world.profile()
    await world.profile("prf_bob", email="bob@shop.example")
    await world.wait()
    condition = {"kind": "has_occurred", "event": "Waiting on Stock", "within": "P7D"}

    async def count() -> dict[str, int]:
        return (await staff.post("/v1/conditions/count", json={"condition": condition})).json()

    clock.pass_by(timedelta(days=7) - timedelta(seconds=1))
    assert await count() == {"count": 1, "of": 2}
    clock.pass_by(timedelta(seconds=2))
    assert await count() == {"count": 0, "of": 2}


@both_databases
@pytest.mark.spec("F-063")
async def test_the_ready_made_filters_are_served_and_count_who_did_it_lately_or_did_not_to_the_second(
    doors: Doors, world: World, clock: HandClock
) -> None:
    served = (await (await doors.signed_in()).get("/v1/vocabulary")).json()["filters"]
    assert [(one["id"], one["event"], one["days"], one["most_days"]) for one in served] == [
        ("purchase", "Order Completed", 90, 90),
        ("product_view", "Product Viewed", 90, 90),
        ("cart_view", "Cart Viewed", 90, 90),
        ("wishlist", "Product Added to Wishlist", 90, 90),
    ]
    for one in served:
        profile = f"prf_{one['id']}"
        await world.profile(profile, email=f"{one['id']}@shop.example")
        await world.add(Event(id=f"evt_{one['id']}", name=one["event"], profile_id=profile, at=NOON, received_at=NOON))

    async def counts(days: int | None, seconds: int) -> list[tuple[int, int]]:
        """How many each filter includes and excludes; None: the days that it comes with."""
        clock.now = NOON + timedelta(days=days or 90, seconds=seconds)
        staff = await doors.signed_in()
        found: list[tuple[int, int]] = []
        for one in served:
            include, exclude = one["include"], one["exclude"]
            if days is not None:
                include = include | {"within": f"P{days}D"}
                exclude = exclude | {"of": exclude["of"] | {"within": f"P{days}D"}}
            answers = [
                await staff.post("/v1/conditions/count", json={"condition": each}) for each in (include, exclude)
            ]
            assert all(answer.is_success for answer in answers)
            found.append((answers[0].json()["count"], answers[1].json()["count"]))
        return found

    for days in (None, 30, 1):
        assert await counts(days, -1) == [(1, 3)] * 4, "whoever did it counts, and is left out where that is asked"
        assert await counts(days, 1) == [(0, 4)] * 4


async def test_a_trial_walks_a_made_up_person_through_the_template(staff: httpx.AsyncClient) -> None:
    body: dict[str, Any] = {
        "document": await template(staff, "back_in_stock"),
        "profile": {"attributes": {"first_name": "Ada"}},
        "event": {
            "name": "Back in Stock",
            "properties": {"sku": "M", "product": "Fjell jacket", "url": "https://shop.example/fjell"},
        },
        "script": [{"after": "PT0S", "stock": {"M": 3}}],
        "now": "2027-01-05T12:00:00Z",
    }

    without_click = (await staff.post("/v1/journeys/simulate", json=body)).json()
    body["script"].append({"after": "PT30M", "node": "push", "event": {"name": "Link Clicked"}})
    with_click = (await staff.post("/v1/journeys/simulate", json=body)).json()

    assert [(send["node"], send["at"]) for send in without_click["sends"]] == [
        ("push", "2027-01-05T12:00:00Z"),
        ("mail", "2027-01-05T14:00:00Z"),
    ]
    assert without_click["sends"][0]["problem"] is None
    assert "Fjell jacket" in without_click["sends"][0]["rendering"]["payload"]
    assert without_click["exit_reason"] == "completed"
    assert [send["node"] for send in with_click["sends"]] == ["push"]
    assert with_click["steps"][-1]["at"] == "2027-01-05T12:30:00Z"


@both_databases
async def test_a_trial_with_a_real_person_reads_what_she_has_and_did(staff: httpx.AsyncClient, world: World) -> None:
    await world.shop()
    await world.profile()
    await world.wait()
    document = await template(staff, "single_alert")
    document["settings"]["audience"] = {
        "condition": {"kind": "has_occurred", "event": "Waiting on Stock", "within": "P7D"}
    }
    body = {"document": document, "profile": "prf_ada", "event_id": "evt_wle_1", "now": "2027-01-06T12:00:00Z"}

    by_another_event = (await staff.post("/v1/journeys/simulate", json=body)).json()
    walked = (await staff.post("/v1/journeys/simulate", json={**body, "event_id": None})).json()
    stranger = (await staff.post("/v1/journeys/simulate", json={**body, "event_id": None, "profile": None})).json()

    assert by_another_event["refusal"] == "trigger_does_not_fit"
    assert walked["refusal"] is None
    assert walked["ended"]
    assert (stranger["refusal"], stranger["steps"]) == ("not_in_audience", [])


async def test_a_trial_of_a_broken_journey_names_the_place(staff: httpx.AsyncClient) -> None:
    document = await template(staff, "back_in_stock")
    document["graph"]["edges"].pop()

    refused = await staff.post("/v1/journeys/simulate", json={"document": document})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "outlet_open"


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 201), ("marketer", 201), ("developer", 201), ("support", 403), ("viewer", 403)]
)
async def test_who_edits_journeys_edits_segments(doors: Doors, role: Any, status: int) -> None:
    caller = await doors.signed_in(role)

    assert (await caller.post("/v1/segments", json={"name": "Buyers", "condition": BOUGHT})).status_code == status
