"""What the guides show of the API is taken as it stands. tests/architecture/test_code_blocks.py names who runs what."""

import json
import shlex
from importlib import import_module

import httpx
from segment.analytics.client import Client

from engine.guardrails.settings import guardrails_of
from tests.api.conftest import Doors
from tests.api.shopfront import SHOP, Shopfront
from tests.api.test_entries import by_call
from tests.browser.test_segment_client import PAGE
from tests.guides import blocks

__all__ = ["by_call"]


def examples(page: str, heading: str) -> list[str]:
    return [block.text for block in blocks(page, heading)]


async def test_each_body_of_the_guide_to_sources_changes_a_source(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    await shop.deliver({"sku": "M", "on_hand": 0})
    request, *others = examples("docs/sources.md", "Product pages")
    first, _, body = request.partition("\n")
    assert first == "PATCH /v1/sources/My%20Shop", "the address of the route, with a name as a path tells it"

    others += examples("docs/sources.md", "Several ways into one catalog")
    assert len(others) == 2
    for one in [body, *others]:
        answer = await staff.patch(f"/v1/sources/{SHOP}", json=json.loads(one))
        assert answer.status_code == 200, answer.text


def test_the_clients_of_the_guide_to_sources_take_what_it_hands_them() -> None:
    python, javascript = examples("docs/sources.md", "Events: the clients of Segment and RudderStack")
    scope = {"segment": import_module("segment")}
    exec(python, scope)
    client = scope["client"]
    assert isinstance(client, Client)
    client.join()

    called = javascript.strip().rstrip(";").replace("wk_…", "KEY").replace("https://waitline.example", "HOST")
    assert called in PAGE, "the browser's client is loaded like this in a real browser"


def test_the_rules_of_the_guide_to_messages_are_rules() -> None:
    (rules,) = examples("docs/messages.md", "The guard")
    assert (
        guardrails_of(json.loads(rules)).model_dump(mode="json", exclude_unset=True).keys() == json.loads(rules).keys()
    )


async def test_the_call_of_the_guide_to_journeys_lets_a_profile_in(
    client: httpx.AsyncClient, doors: Doors, by_call: str
) -> None:
    (block,) = blocks("docs/journeys.md", "What starts a journey", "http")
    head, body = block.text.split("\n\n")
    request, credentials = head.splitlines()
    assert (request, credentials) == ("POST /v1/journeys/jny_01…/enrollments", "Authorization: Bearer sk_…")
    let_in = await client.post(by_call, headers=await doors.key("server"), json=json.loads(body))
    assert let_in.status_code == 202, let_in.text


async def test_the_request_of_the_readme_raises_the_level(shop: Shopfront, client: httpx.AsyncClient) -> None:
    (block,) = blocks("README.md", "What you see")[:1]
    (line,) = block.commands
    program, *words = shlex.split(line.replace("SKU", "M"))
    address, *_ = (word for word in words if word.startswith("http"))
    options = [words[at + 1] for at, word in enumerate(words) if word in {"-X", "-H", "-d"}]
    method, authorization, content_type, body = options
    assert (program, address) == ("curl", "http://127.0.0.1:8400/v1/stock/M")
    assert (authorization, content_type) == ("Authorization: Bearer sk_…", "Content-Type: application/json")

    path = address.removeprefix("http://127.0.0.1:8400")
    answer = await client.request(method, path, headers=shop.server, json=json.loads(body))

    assert answer.status_code == 200, answer.text
    assert answer.json()["available"] == 5
