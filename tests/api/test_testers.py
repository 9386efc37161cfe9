"""Test links and the list of testers."""

import httpx
import pytest

from tests.api.conftest import Doors
from tests.api.world import World, both_databases


@both_databases
async def test_whoever_opens_the_test_link_and_says_who_they_are_is_on_the_list(
    staff: httpx.AsyncClient, client: httpx.AsyncClient, world: World
) -> None:
    await world.journey(status="test")
    await world.profile()
    url = (await staff.get("/v1/journeys/jny_1/test-link")).json()["url"]
    path = url.removeprefix("http://waitline.example")

    page = await client.get(path)
    joined = await client.post(path, data={"email": "ADA@shop.example"})
    stranger = await client.post(path, data={"email": "new@shop.example"})

    assert "Test “Back in stock”" in page.text
    assert (joined.status_code, "You are a tester now" in joined.text) == (200, True)
    assert stranger.status_code == 200
    listed = (await staff.get("/v1/journeys/jny_1/testers")).json()["items"]
    assert {(one["name"], one["added_by"]) for one in listed} == {
        ("Ada Lind", "test link"),
        ("new@shop.example", "test link"),
    }


@pytest.mark.parametrize("token", ["am55XzE", "am55XzEAAAAAAAAAAAAAAAAAAAAA", "%C3%A4", "x"])
async def test_a_link_that_was_made_up_lets_nobody_in(
    staff: httpx.AsyncClient, client: httpx.AsyncClient, world: World, token: str
) -> None:
    await world.journey(status="test")

    answers = [await client.get(f"/try/{token}"), await client.post(f"/try/{token}", data={"email": "a@shop.example"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await staff.get("/v1/journeys/jny_1/testers")).json()["items"] == []


async def test_what_is_no_address_is_asked_for_again(
    staff: httpx.AsyncClient, client: httpx.AsyncClient, world: World
) -> None:
    await world.journey(status="test")
    path = (await staff.get("/v1/journeys/jny_1/test-link")).json()["url"].removeprefix("http://waitline.example")

    answer = await client.post(path, data={"email": "ada"})

    assert (answer.status_code, "Type a whole e-mail address" in answer.text) == (422, True)


async def test_a_profile_is_put_on_the_list_and_taken_off_by_hand(
    staff: httpx.AsyncClient, doors: Doors, world: World
) -> None:
    await world.journey(status="test")
    await world.profile()
    marketer = await doors.signed_in("marketer")

    assert (await marketer.put("/v1/journeys/jny_1/testers/prf_ada")).status_code == 204
    (listed,) = (await staff.get("/v1/journeys/jny_1/testers")).json()["items"]
    assert (listed["profile_id"], listed["added_by"]) == ("prf_ada", "Marketer")
    assert (await marketer.put("/v1/journeys/jny_1/testers/prf_nobody")).json()["code"] == "unknown_record"
    assert (await marketer.delete("/v1/journeys/jny_1/testers/prf_ada")).status_code == 204
    assert (await marketer.delete("/v1/journeys/jny_1/testers/prf_ada")).json()["code"] == "unknown_record"
