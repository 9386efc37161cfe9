"""What the journey pages read."""

from datetime import timedelta

import httpx
import pytest

from engine.store.tables import PublishedVersion, Staff
from tests.api.world import NOON, World, both_databases, document


@both_databases
async def test_the_list_shows_what_starts_a_journey_and_how_many_it_moved(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.journey("jny_1")
    await world.journey("jny_2", name="Low stock", status="draft", updated_at=NOON + timedelta(days=1))
    await world.count(
        "jny_1",
        1,
        entry={"entered": 7},
        push={"entered": 9, "passed": 9, "outlet:sent": 5, "outlet:not_sent": 4, "dropped:no_consent": 4},
        done={"entered": 7, "ended:completed": 6, "ended:goal": 1},
    )
    await world.count("jny_1", 1, day=(NOON - timedelta(days=1)).date(), entry={"entered": 2})
    await world.profile()
    await world.enrollment("enr_1")
    await world.enrollment("enr_2", ended_at=NOON, status="ended", exit_reason="completed")

    items = (await staff.get("/v1/journeys")).json()["items"]

    assert [item["id"] for item in items] == ["jny_2", "jny_1"]
    assert items[1] == {
        "id": "jny_1",
        "name": "Back in stock",
        "status": "active",
        "version": 1,
        "entry": "Back in Stock",
        "channels": ["email", "web_push"],
        "tags": [],
        "owner": None,
        "starts_at": None,
        "ends_at": None,
        "updated_at": "2027-01-05T12:00:00Z",
        "counts": {"entered": 8, "active": 1, "ended": 7, "sent": 5, "skipped": 4},
        "entered_by_day": [0] * 12 + [2, 7],
    }
    assert items[0]["counts"] == {"entered": 0, "active": 0, "ended": 0, "sent": 0, "skipped": 0}


@both_databases
async def test_a_journey_shows_its_draft_and_who_published_its_versions(staff: httpx.AsyncClient, world: World) -> None:
    await world.journey()
    await world.add(
        Staff(id="stf_ada", name="Ada", role="marketer", created_at=NOON),
        PublishedVersion(
            journey_id="jny_1", number=2, document=document("Second"), published_at=NOON, published_by="stf_ada"
        ),
    )

    journey = (await staff.get("/v1/journeys/jny_1")).json()

    assert journey["document"] == document()
    assert [(one["number"], one["published_by"]) for one in journey["versions"]] == [(2, "Ada"), (1, "waitline up")]
    version = (await staff.get("/v1/journeys/jny_1/versions/2")).json()
    assert version == {
        "number": 2,
        "published_at": "2027-01-05T12:00:00Z",
        "published_by": "Ada",
        "document": document("Second"),
    }


@both_databases
async def test_counts_show_who_came_who_waits_and_which_way_they_went(staff: httpx.AsyncClient, world: World) -> None:
    await world.journey()
    await world.count(
        "jny_1",
        1,
        entry={"entered": 12, "passed": 12, "outlet:next": 12},
        pause={"entered": 12, "passed": 10, "outlet:next": 10},
        push={
            "entered": 10,
            "passed": 10,
            "outlet:sent": 6,
            "outlet:no_channel": 3,
            "outlet:not_sent": 1,
            "dropped:no_subscription": 3,
            "dropped:no_consent": 1,
        },
        done={"entered": 6, "ended:completed": 6},
    )
    await world.profile()
    for n in (1, 2):
        await world.enrollment(f"enr_{n}")
    await world.enrollment("enr_3", version=2)

    counts = (await staff.get("/v1/journeys/jny_1/counts")).json()

    assert counts["version"] == 1
    assert counts["nodes"]["pause"] == {"entered": 12, "waiting": 2, "passed": 10, "dropped": {}}
    assert counts["nodes"]["push"]["dropped"] == {"no_subscription": 3, "no_consent": 1}
    assert counts["nodes"]["mail"] == {"entered": 0, "waiting": 0, "passed": 0, "dropped": {}}
    edges = {(edge["source"], edge["outlet"]): edge["count"] for edge in counts["edges"]}
    assert edges["push", "sent"] == 6
    assert edges["push", "not_sent"] == 4, "those without a channel left by the edge that they fall back to"
    assert counts["enrollments"] == {"active": 2, "ended": 6, "exits": {"completed": 6}}


async def test_a_journey_that_was_never_published_counts_nothing(staff: httpx.AsyncClient, world: World) -> None:
    await world.journey(published_version=None, status="draft")

    assert (await staff.get("/v1/journeys/jny_1/counts")).json() == {
        "version": None,
        "nodes": {},
        "edges": [],
        "enrollments": {"active": 0, "ended": 0, "exits": {}},
    }


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/journeys/jny_9", "unknown_journey"),
        ("/v1/journeys/jny_9/counts", "unknown_journey"),
        ("/v1/journeys/jny_1/versions/7", "unknown_version"),
        ("/v1/journeys/jny_1/counts?version=7", "unknown_version"),
    ],
)
async def test_what_does_not_exist_says_so(staff: httpx.AsyncClient, world: World, path: str, code: str) -> None:
    await world.journey()

    answer = await staff.get(path)

    assert answer.status_code == 404
    assert answer.json()["code"] == code
