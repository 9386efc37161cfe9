"""Guardrails as people set them: for the workspace by HTTP, for a journey in its document, and refused when wrong."""

from typing import Any

import httpx
import pytest

from engine.authoring.checking import document_problems
from engine.journey.readiness import readiness
from engine.store.database import Database
from engine.store.tables import Send
from tests.activities.post import PostOffice
from tests.api.conftest import Doors
from tests.builders import journey, node

LIMITS: dict[str, Any] = {
    "caps": [{"limit": 1, "window": "P1D", "channels": ["web_push", "email"]}],
    "zone": "Europe/Vienna",
    "countries": {"AT": {"hours": [{"opens": "20:00", "closes": "08:00"}], "source": "a rule of the house"}},
}


def messages(push: dict[str, Any]) -> dict[str, Any]:
    return journey(
        node("push", "message", channel="web_push", message="push"),
        paths=["entry > push", "push.sent > done", "push.not_sent > done"],
        messages={"push": {"channel": "web_push", "title": "Back", "link": "{{ product.url }}", **push}},
    )


async def test_the_table_of_the_workspace_is_edited_and_holds_from_the_next_send_on(
    staff: httpx.AsyncClient, database: Database, doors: Doors
) -> None:
    post = await PostOffice(database).opened()
    await post.publish()
    await post.person("ada", country="AT")

    changed = await staff.put("/v1/workspace/guardrails", json={"guardrails": LIMITS})
    assert changed.status_code == 200, changed.text
    assert (await staff.get("/v1/workspace/guardrails")).json() == changed.json()

    assert [await post.reason("ada", run="1", node_id=one) for one in ("push", "mail")] == ["sent", "channel_cap"]
    post.now = post.now.replace(hour=20)
    assert await post.reason("ada", run="2") == "quiet_hours"
    for wrong in (
        {"zone": "Mars/Base"},
        {"caps": [{"limit": -1}]},
        {"countries": {"Austria": LIMITS["countries"]["AT"]}},
        {"countries": {"AT": {"hours": [{"opens": "08:00", "closes": "08:00"}]}}},
    ):
        refused = await staff.put("/v1/workspace/guardrails", json={"guardrails": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")
    viewer = await doors.signed_in("viewer")
    assert (await viewer.put("/v1/workspace/guardrails", json={"guardrails": {}})).status_code == 403


@pytest.mark.spec("F-079")
async def test_a_journey_may_bypass_the_channels_cap_and_the_ledger_says_who_let_it(
    staff: httpx.AsyncClient, database: Database, doors: Doors
) -> None:
    """The journey's flag is set in its draft; whoever saves it so is named, whatever the document claims."""
    post = await PostOffice(database).opened()
    await post.publish()
    await post.publish(journey_id="jny_recall")
    await post.person("ada")
    await staff.put("/v1/workspace/guardrails", json={"guardrails": {"caps": [{"limit": 1}]}})
    grace = await doors.signed_in("marketer")

    async def save(client: httpx.AsyncClient, guardrails: dict[str, Any]) -> Any:
        draft = (await client.get("/v1/journeys/jny_recall/draft")).json()
        document = {**draft["document"], "settings": {**draft["document"]["settings"], "guardrails": guardrails}}
        body = {"document": document, "revision": draft["revision"]}
        saved = await client.put("/v1/journeys/jny_recall/draft", json=body)
        assert saved.status_code == 200, saved.text
        kept = (await client.get("/v1/journeys/jny_recall/draft")).json()
        return kept["document"]["settings"]["guardrails"].get("bypass_caps"), saved.json()["saved_by"]

    bypass, grace_herself = await save(grace, {"bypass_caps": {"by": "nobody"}})
    assert bypass == {"by": grace_herself}
    assert (await save(staff, {"bypass_caps": {}}))[0] == {"by": grace_herself}, "who only saves again did not decide"
    draft = (await grace.get("/v1/journeys/jny_recall/draft")).json()
    live = await grace.post("/v1/journeys/jny_recall/publish", json={"revision": draft["revision"]})
    assert live.status_code == 200, live.text

    assert [await post.reason("ada", run=run) for run in ("1", "2")] == ["sent", "channel_cap"]
    assert await post.reason("ada", journey_id="jny_recall", version=2) == "sent"
    (row,) = await post.rows(Send, journey_id="jny_recall")
    assert (row["verdict"]["bypass"], row["verdict"]["bypass_by"]) == (True, grace_herself)
    assert all("bypass" not in row["verdict"] for row in await post.rows(Send, journey_id="jny_test"))

    assert (await save(staff, {}))[0] is None
    bypass, admin = await save(staff, {"bypass_caps": {}})
    assert bypass == {"by": admin}, "who takes it back and sets it again decides anew"


@pytest.mark.parametrize(
    "wrong",
    [
        {"caps": [{"limit": "many"}]},
        {"quiet_hours": {"opens": "21:00"}},
        {"products": {"kind": "colour", "any_of": ["red"]}},
        {"recent_purchase": {"within": "P-3D"}},
        {"topic": "Back in stock!"},
    ],
)
def test_a_journey_with_impossible_guardrails_cannot_be_published(wrong: dict[str, Any]) -> None:
    document = messages({}) | {"settings": {"guardrails": wrong}}

    problems = document_problems(document)

    assert [problem.code for problem in problems] == ["setting_invalid"]
    assert (problems[0].field or "").startswith("settings.guardrails.")
    assert problems[0].is_blocking


@pytest.mark.spec("F-109")
async def test_a_tag_that_may_be_empty_needs_a_fallback_before_launch(staff: httpx.AsyncClient) -> None:
    """Each placed attribute takes one, and is then written with it for who has no value."""
    without = messages(
        {"title": "Hello {{ profile.first_name }}", "body": "Now {{ product.price | default('cheap') }}"}
    )
    checked = readiness(document_problems(without))
    assert not checked.ready
    (item,) = [item for item in checked.items if not item.passed]
    assert (item.code, item.problems[0].node, item.problems[0].field) == ("messages", "push", "messages.push.title")
    assert "profile.first_name" in item.problems[0].sentence
    assert 'default("…")' in item.problems[0].sentence

    for tag in ("event.colour", "product.price", "profile.attributes_of_ours", "variant.url"):
        assert [one.code for one in document_problems(messages({"body": f"{{{{ {tag} }}}}"}))] == [
            "content_missing_value"
        ]
    guarded = {
        "title": "Hello {{ profile.first_name | default('you') }}",
        "body": "{{ product.name }} {{ variant.title }}",
    }
    assert readiness(document_problems(messages(guarded))).ready
    shown = await staff.post(
        "/v1/messages/preview",
        json={
            "message": messages(
                {"title": "Hello {{ profile.nickname | default('you') }}", "link": "https://a.example"}
            )["messages"]["push"]
        },
    )
    assert shown.json()["rendering"]["title"] == "Hello you"
