"""The enrollments behind each number of a journey: recorded as by the workflows, counted and listed by the API."""

from typing import Any

import httpx
import pytest

from engine.store.database import Database
from tests.api.walkers import walked_journey
from tests.api.world import World, both_databases


@pytest.fixture
async def walked(world: World, database: Database) -> None:
    """A journey with enrollments in it."""
    await walked_journey(world, database)


async def behind(staff: httpx.AsyncClient, **asked: Any) -> list[str]:
    """Who is behind a number."""
    answer = await staff.get("/v1/journeys/jny_1/enrollments", params=asked)
    assert answer.is_success, answer.text
    return sorted(item["profile"]["name"].split()[0] for item in answer.json()["items"])


@both_databases
@pytest.mark.usefixtures("walked")
async def test_every_number_has_exactly_those_enrollments_behind_it(staff: httpx.AsyncClient) -> None:
    stretches: list[dict[str, Any]] = [{}, {"until": "2027-01-05"}, {"since": "2027-01-06"}]
    for asked in ({"version": version, **days} for version in (1, 2) for days in stretches):
        version = asked["version"]
        counts = (await staff.get("/v1/journeys/jny_1/counts", params=asked)).json()
        for node, numbers in counts["nodes"].items():
            at = {**asked, "node": node}
            assert len(await behind(staff, did="entered", **at)) == numbers["entered"]
            assert len(await behind(staff, did="passed", **at)) == numbers["passed"]
            assert len(await behind(staff, did="dropped", **at)) == sum(numbers["dropped"].values())
            for reason, count in numbers["dropped"].items():
                assert len(await behind(staff, did="dropped", reason=reason, **at)) == count
            assert len(await behind(staff, state="inside", version=version, node=node)) == numbers["waiting"]
        for edge in counts["edges"]:
            at = {**asked, "node": edge["source"], "outlet": edge["outlet"]}
            assert len(await behind(staff, did="passed", **at)) == edge["count"]
        assert len(await behind(staff, did="ended", **asked)) == counts["enrollments"]["ended"]


@both_databases
@pytest.mark.usefixtures("walked")
async def test_who_is_behind_a_number_is_told_by_name_and_when(staff: httpx.AsyncClient) -> None:
    first = {"version": 1}

    assert await behind(staff, did="entered", node="pause", **first) == ["ada", "bob", "cay", "dan", "eve"]
    assert await behind(staff, did="passed", node="pause", **first) == ["ada", "bob", "cay"]
    assert await behind(staff, did="passed", node="pause", version=2) == ["dan"], "he was moved before he went on"
    assert await behind(staff, did="entered", node="pause", version=2) == []
    assert await behind(staff, did="dropped", node="push", **first) == ["bob", "cay"]
    assert await behind(staff, did="dropped", node="push", reason="no_consent", **first) == ["cay"]
    assert await behind(staff, did="passed", node="push", outlet="not_sent", **first) == ["bob", "cay"]
    assert await behind(staff, did="ended", reason="completed") == ["ada", "bob", "cay", "dan"]
    assert await behind(staff, state="inside", node="pause") == ["eve"], "held by a pause, and still there"
    answer = await staff.get("/v1/journeys/jny_1/enrollments", params={"did": "entered", "node": "push", "version": 2})
    assert [item["since"] for item in answer.json()["items"]] == ["2027-01-07T12:00:00Z"]

    counts = (await staff.get("/v1/journeys/jny_1/counts", params={"since": "2027-01-06", "version": 1})).json()
    assert counts["nodes"]["pause"] == {"entered": 0, "waiting": 1, "passed": 3, "dropped": {}}
