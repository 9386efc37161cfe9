"""From a message to the shop in one redirect, counted for people only."""

from typing import Any

import httpx
import pytest

from engine.links import sign_click
from engine.settings import Settings
from tests.api.world import World, at, both_databases

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SEND = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
URLS = {
    "body": "https://shop.example/fjell?variant=FJELL-M&utm_source=waitline&utm_medium=web_push",
    "action_0": "https://shop.example/fjell?variant=FJELL-M&utm_content=buy",
    "action_1": "https://shop.example/similar",
}


@pytest.fixture
async def sent(world: World) -> None:
    """A push with a body and two buttons, accepted."""
    await world.shop()
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1", variant_id="var_m")
    links = [{"target": target, "url": url, "href": f"\x01link {target}\x01"} for target, url in URLS.items()]
    await world.send(SEND, (at(0), "accepted", None), rendering={"title": "Fjell jacket is back", "links": links})


def link(settings: Settings, target: str) -> str:
    assert settings.secret_key is not None
    return f"/c/{sign_click(settings.secret_key.get_secret_value(), SEND, target)}"


async def clicks(staff: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await staff.get("/v1/profiles/prf_ada/timeline", params={"kind": "click"})).json()["items"]


async def states(staff: httpx.AsyncClient) -> list[str]:
    return [one["state"] for one in (await staff.get("/v1/enrollments/enr_1")).json()["outcomes"]]


@both_databases
@pytest.mark.usefixtures("sent")
async def test_a_click_leads_to_the_product_in_one_redirect_and_is_in_the_timeline(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await client.get(link(settings, "body"), headers={"User-Agent": BROWSER})

    assert answer.status_code == 302
    assert answer.headers["location"] == URLS["body"], "the variant and the campaign are still there"
    [click] = await clicks(staff)
    assert click["title"] == "Clicked the push"
    assert click["detail"] == "“Fjell jacket is back”"
    assert click["variant"]["sku"] == "FJELL-M"
    assert click["journey"]["id"] == "jny_1"
    assert click["links"] == {"enrollment": "/v1/enrollments/enr_1"}
    assert await states(staff) == ["accepted", "clicked"]


@pytest.mark.spec("F-115")
@pytest.mark.usefixtures("sent")
async def test_body_and_both_buttons_are_three_distinct_targets(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, settings: Settings
) -> None:
    for target, url in URLS.items():
        answer = await client.get(link(settings, target), headers={"User-Agent": BROWSER})
        assert answer.headers["location"] == url

    recorded = await clicks(staff)

    assert {item["data"]["target"]: item["title"] for item in recorded} == {
        "body": "Clicked the push",
        "action_0": "Clicked button 1 of the push",
        "action_1": "Clicked button 2 of the push",
    }
    assert await states(staff) == ["accepted", "clicked"], "the send was clicked, however often"


@both_databases
@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {"User-Agent": BROWSER}),
        ("GET", {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": ""}),
        ("GET", {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"}),
    ],
)
async def test_programs_are_led_on_but_do_not_count(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, settings: Settings, method: str, headers: dict[str, str]
) -> None:
    answer = await client.request(method, link(settings, "body"), headers=headers)

    assert answer.status_code == 302
    [looked] = await clicks(staff)
    assert looked["title"] == "A program looked at the push"
    assert looked["data"]["event"] == "Link Checked"
    assert await states(staff) == ["accepted"]


@pytest.mark.usefixtures("sent")
async def test_a_link_of_another_secret_or_another_target_is_not_ours(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    for token in (sign_click("another secret", SEND, "body"), "x" * 34):
        answer = await client.get(f"/c/{token}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "link_unknown"
    assert (await client.get(link(settings, "link_9"))).status_code == 404


async def test_a_person_with_a_broken_link_reads_a_sentence(client: httpx.AsyncClient) -> None:
    answer = await client.get("/c/broken", headers={"Accept": "text/html,*/*"})

    assert answer.status_code == 404
    assert "does not work any more" in answer.text
