"""What the guides to sources and messages show is taken as it stands.

The developers' guide and the guide to journeys have tests of their own, which run each of their blocks.
"""

import json
import re
from importlib import import_module

import httpx
from segment.analytics.client import Client

from engine.guardrails.settings import guardrails_of
from tests.api.shopfront import SHOP, Shopfront
from tests.architecture.sources import ROOT
from tests.browser.test_segment_client import PAGE


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "docs" / guide).read_text(), re.DOTALL | re.MULTILINE)


async def test_each_body_of_the_guide_to_sources_changes_a_source(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    await shop.deliver({"sku": "M", "on_hand": 0})
    (request,) = blocks("sources.md", "http")
    first, _, body = request.partition("\n")
    assert first == "PATCH /v1/sources/My%20Shop", "the address of the route, with a name as a path tells it"

    for one in [body, *blocks("sources.md", "json")]:
        answer = await staff.patch(f"/v1/sources/{SHOP}", json=json.loads(one))
        assert answer.status_code == 200, answer.text


def test_the_clients_of_the_guide_to_sources_take_what_it_hands_them() -> None:
    python, javascript = blocks("sources.md", "python") + blocks("sources.md", "js")
    scope = {"segment": import_module("segment")}
    exec(python, scope)
    client = scope["client"]
    assert isinstance(client, Client)
    client.join()

    called = javascript.strip().rstrip(";").replace("wk_…", "KEY").replace("https://waitline.example", "HOST")
    assert called in PAGE, "the browser's client is loaded like this in a real browser"


def test_the_rules_of_the_guide_to_messages_are_rules() -> None:
    (rules,) = blocks("messages.md", "json")
    assert (
        guardrails_of(json.loads(rules)).model_dump(mode="json", exclude_unset=True).keys() == json.loads(rules).keys()
    )


def test_every_guide_with_examples_is_held_by_a_test() -> None:
    with_examples = {
        guide.name for guide in (ROOT / "docs").glob("*.md") if re.search(r"^```(?!mermaid)\w", guide.read_text(), re.M)
    }
    assert with_examples == {"developers.md", "journeys.md", "messages.md", "sources.md"}
