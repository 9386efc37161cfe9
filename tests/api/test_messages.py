"""Messages for people: seen before they are sent, sent to oneself, and found again with their reasons."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from activities.errors import PermanentDeliveryFailure
from engine.store.database import Database
from engine.store.sends import read_numbers
from engine.store.statements import core
from engine.store.tables import Event, Send
from tests.activities.post import NOON, PostOffice
from tests.api.conftest import Doors
from tests.api.shopfront import AUTH, P256DH
from tests.api.world import both_databases
from tests.workflows.stage import ListeningChannel

PROPERTIES = {"sku": "M", "product": "Linen shirt", "quantity": 50}
MAIL = {
    "channel": "email",
    "subject": "{{ product.name }} is back, {{ profile.first_name | default('you') }}",
    "blocks": [
        {"type": "text", "text": "{{ event.quantity | default('some') }} in {{ variant.title }}."},
        {"type": "button", "text": "Buy", "link": "{{ product.url }}"},
        {"type": "product_card"},
    ],
    "utm": {"source": "waitline", "campaign": "{{ journey.name }}"},
}
LETTER = {"channel": "email", "subject": "{{ product.name }} is back", "blocks": [{"type": "text", "text": "Come."}]}
PUSH = {
    "channel": "web_push",
    "title": "{{ product.name }} is back 🎉",
    "body": "For {{ profile.first_name | default('you') }}",
    "link": "{{ product.url }}",
}


@pytest.fixture
def channels(app: FastAPI) -> dict[str, ListeningChannel]:
    """Providers that listen, in place of the real ones."""
    found = {name: ListeningChannel(name) for name in ("web_push", "email", "sms")}
    app.state.services = replace(app.state.services, channel=found.__getitem__)
    return found


@pytest.fixture
async def post(database: Database) -> PostOffice:
    return await PostOffice(database).opened()


def same(rendering: dict[str, Any], send_id: str) -> dict[str, Any]:
    """The rendering without what names this one send and this one installation."""
    text = json.dumps(rendering, sort_keys=True).replace(send_id, "SEND")
    return json.loads(text.replace("https://waitline.example", "http://waitline.example"))


@both_databases
@pytest.mark.spec("F-130")
async def test_a_preview_with_a_past_event_equals_what_was_really_sent(
    staff: httpx.AsyncClient, database: Database
) -> None:
    post = await PostOffice(database, asks_opens=True).opened()
    await post.publish(messages={"push": PUSH, "mail": MAIL}, journey_id="jny_test")
    await post.person("ada", first_name="Ada")
    await post.price(price_minor=4990, original_price_minor=5990, currency="EUR")
    for node, message in (("push", PUSH), ("mail", MAIL)):
        task = await post.task("ada", node_id=node)
        entry = task.enrollment.entry.model_copy(update={"properties": PROPERTIES})
        event = {"id": f"evt_{node}", "name": entry.name, "profile_id": "prf_ada", "variant_id": "var_M"}
        async with database.connection() as connection:
            row = {**event, "properties": PROPERTIES, "at": NOON, "received_at": NOON}
            await connection.execute(insert(core(Event)), row)
        enrollment = task.enrollment.model_copy(update={"entry": entry})
        outcome = (await post.messenger.deliver(task.model_copy(update={"enrollment": enrollment}))).outcome
        assert outcome is not None
        assert outcome.send_id is not None
        sent = (await staff.get(f"/v1/messages/{outcome.send_id}")).json()

        answer = await staff.post(
            "/v1/messages/preview", json={"message": message, "event_id": f"evt_{node}", "journey": "jny_test"}
        )

        assert answer.status_code == 200, answer.text
        seen = answer.json()
        assert seen["problems"] == []
        assert same(seen["rendering"], "snd_" + "0" * 26) == same(sent["rendering"], outcome.send_id)
    assert "50 in Medium." in sent["rendering"]["text"]


@pytest.mark.spec("F-129")
async def test_a_preview_as_a_profile_shows_that_profiles_data_and_sends_nothing(
    staff: httpx.AsyncClient, post: PostOffice, channels: dict[str, ListeningChannel], doors: Doors
) -> None:
    await post.person("ada", first_name="Ada", attributes={"size": "M"})
    await post.person("bob", first_name="Bob", attributes={"size": "XL"})
    message = LETTER | {"subject": "{{ profile.first_name }} wears {{ profile.size }}"}

    for profile, subject in (("prf_ada", "Ada wears M"), ("prf_bob", "Bob wears XL")):
        seen = (await staff.post("/v1/messages/preview", json={"message": message, "profile_id": profile})).json()
        assert seen["rendering"]["subject"] == subject
    broken = LETTER | {"subject": "{{ profile.shoe_size }}"}
    seen = (await staff.post("/v1/messages/preview", json={"message": broken, "profile_id": "prf_ada"})).json()
    assert seen["rendering"] is None
    assert "profile.shoe_size" in seen["problems"][0]["detail"]
    half = await staff.post("/v1/messages/preview", json={"message": {"channel": "email", "subject": "Hi"}})
    assert (half.status_code, half.json()["rendering"]) == (200, None), "half-written messages are previewed too"
    assert "blocks or HTML" in half.json()["problems"][0]["detail"]
    unknown = await staff.post("/v1/messages/preview", json={"message": message, "profile_id": "prf_nobody"})
    assert unknown.status_code == 404
    assert all(channel.tries == 0 for channel in channels.values())
    assert await post.rows(Send) == []
    viewer = await doors.signed_in("viewer")
    assert (await viewer.post("/v1/messages/preview", json={"message": message})).status_code == 403


@pytest.mark.spec("F-128")
async def test_a_test_goes_to_ones_own_device_and_counts_nowhere(
    staff: httpx.AsyncClient, post: PostOffice, channels: dict[str, ListeningChannel], database: Database
) -> None:
    await post.person("ada", first_name="Ada")
    browser = {"endpoint": "https://push.example/mine", "keys": {"p256dh": P256DH, "auth": AUTH}}
    tests: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (PUSH, {"push_subscription": browser}),
        (LETTER, {"email": "me@shop.example"}),
        ({"channel": "sms", "text": "Back: {{ link }}", "link": "{{ product.url }}"}, {"phone": "+43 660 1234567"}),
    ]
    for message, to in tests:
        answer = await staff.post("/v1/messages/test", json={"message": message, "to": to, "profile_id": "prf_ada"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "accepted"

    assert [len(channel.sent) for channel in channels.values()] == [1, 1, 1]
    assert {row["kind"] for row in await post.rows(Send)} == {"test"}
    assert [item["kind"] for item in (await staff.get("/v1/messages")).json()["items"]] == ["test"] * 3
    async with database.snapshot() as session:
        assert (await read_numbers(session)).attempts == 0
    await post.publish({"caps": [{"limit": 1}]})
    await post.limits(caps=[{"limit": 1}])
    assert await post.reason("ada") == "sent", "no cap counts a test"

    channels["email"].failures.append(PermanentDeliveryFailure("mailbox_gone", "550 no such user"))
    failed = await staff.post("/v1/messages/test", json={"message": LETTER, "to": {"email": "me@shop.example"}})
    assert (failed.json()["status"], failed.json()["detail"]) == ("failed", "mailbox_gone: 550 no such user")
    for to in ({}, {"phone": "+436601234567"}):
        refused = await staff.post("/v1/messages/test", json={"message": LETTER, "to": to})
        assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")


@pytest.mark.parametrize(
    ("message", "to", "setting"),
    [
        (
            PUSH,
            {"push_subscription": {"endpoint": "https://push.example/mine", "keys": {"p256dh": P256DH, "auth": AUTH}}},
            "WAITLINE_VAPID_PRIVATE_KEY",
        ),
        ({"channel": "sms", "text": "It is back."}, {"phone": "+43 660 1234567"}, "WAITLINE_TWILIO_ACCOUNT_SID"),
        (
            {"channel": "mobile_push", "title": "Back", "link": "{{ product.url }}"},
            {"device_token": "my-phone"},
            "WAITLINE_FCM_SERVICE_ACCOUNT",
        ),
    ],
)
async def test_a_channel_without_a_provider_says_what_to_set_up_and_the_others_go_on(
    staff: httpx.AsyncClient, post: PostOffice, message: dict[str, Any], to: dict[str, Any], setting: str
) -> None:
    refused = await staff.post("/v1/messages/test", json={"message": message, "to": to})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "channel_not_set_up")
    assert setting in problem["detail"]
    assert await post.rows(Send) == [], "nothing was begun"

    other = await staff.post("/v1/messages/test", json={"message": LETTER, "to": {"email": "me@shop.example"}})
    assert other.status_code == 200, "e-mail needs neither"


@both_databases
async def test_messages_are_listed_with_filters_and_each_opens_to_its_reasons(
    staff: httpx.AsyncClient, database: Database
) -> None:
    post = await PostOffice(database).opened()
    await post.publish()
    await post.publish({"topic": "price_drops"}, journey_id="jny_other")
    await post.person("ada", first_name="Ada", last_name="Lind")
    await post.person("bob")
    for run, (name, journey, node) in enumerate(
        [("ada", "jny_test", "push"), ("ada", "jny_test", "mail"), ("bob", "jny_other", "push")]
    ):
        await post.deliver(name, journey_id=journey, node_id=node, run=str(run))
        post.now += timedelta(minutes=1)

    async def found(**filters: str) -> list[tuple[str, str, str]]:
        page = (await staff.get("/v1/messages", params=filters)).json()
        return [(item["profile"]["id"], item["channel"], item["status"]) for item in page["items"]]

    everything = [
        ("prf_bob", "web_push", "skipped"),
        ("prf_ada", "email", "accepted"),
        ("prf_ada", "web_push", "accepted"),
    ]
    assert await found() == everything
    assert await found(channel="web_push") == [everything[0], everything[2]]
    assert await found(status="skipped") == await found(reason="no_consent") == await found(journey="jny_other")
    assert await found(profile="prf_ada") == everything[1:]
    assert await found(status="sending") == []
    first = (await staff.get("/v1/messages", params={"limit": 2})).json()
    second = (await staff.get("/v1/messages", params={"limit": 2, "cursor": first["next"]})).json()
    assert [item["profile"]["id"] for item in first["items"] + second["items"]] == [one for one, _, _ in everything]

    skipped = (await staff.get(f"/v1/messages/{first['items'][0]['id']}")).json()
    assert skipped["reason"] == "no_consent"
    assert skipped["verdict"]["topic"] == "price_drops"
    assert skipped["rendering"] is None
    accepted = (await staff.get(f"/v1/messages/{second['items'][0]['id']}")).json()
    assert accepted["profile"]["name"] == "Ada Lind"
    assert accepted["rendering"]["title"] == "Linen shirt is back"
    assert [step["state"] for step in accepted["history"]] == ["accepted"]
    letter = await staff.get(f"/v1/messages/{first['items'][1]['id']}/html")
    assert "Linen shirt in Medium." in letter.text
    assert letter.headers["content-security-policy"].startswith("sandbox;")
    assert (await staff.get(f"/v1/messages/{second['items'][0]['id']}/html")).status_code == 404
    assert (await staff.get("/v1/messages/snd_nothing")).status_code == 404
    numbers = (await staff.get("/v1/messages/numbers")).json()
    assert numbers == {
        "attempts": 3,
        "sent": 2,
        "unknown": 0,
        "open": 0,
        "failed": {},
        "skipped": {"no_consent": 1},
    }
    assert (await staff.get("/v1/messages/unknown")).json() == {"items": []}


@pytest.mark.spec("F-124")
async def test_an_email_written_as_html_has_a_text_too_and_its_errors_show_the_line(
    staff: httpx.AsyncClient, post: PostOffice
) -> None:
    await post.person("ada", first_name="<Ada>")

    async def seen(html: str, **more: str) -> dict[str, Any]:
        message = {"channel": "email", "subject": "Back", "html": html, **more}
        answer = await staff.post("/v1/messages/preview", json={"message": message, "profile_id": "prf_ada"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    page = "<h1>Hello {{ profile.first_name }}</h1>\n<p>The <b>{{ product.name }}</b> is back.</p>"
    rendering = (await seen(page))["rendering"]
    assert "Hello &lt;Ada&gt;" in rendering["html"], "what people call themselves is text"
    assert "Hello <Ada>" in rendering["text"]
    assert "The Linen shirt is back." in rendering["text"].replace("\n", " ")
    assert (await seen(page, text="In {{ variant.title }}"))["rendering"]["text"].startswith("In ")

    for broken, line in (
        ("<p>one</p>\n<p>two</p>\n<p>{{ profile.shoe_size }}</p>", "line 3"),
        ("<p>one</p>\n{% for x in range(9) %}", "line 2"),
        ("<p>{{ ''.__class__ }}</p>", "line 1"),
        ("<p>one</p>\n\n\n{% include 'secrets' %}", "line 4"),
        ("<p>{{ 'a' * 10 ** 9 }}</p>", "line 1"),
    ):
        answer = await seen(broken)
        assert answer["rendering"] is None
        assert line in answer["problems"][0]["detail"], (broken, answer["problems"])
