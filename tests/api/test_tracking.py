"""The tracking calls of Segment's HTTP API: every call, every way in, and what is refused."""

import base64
import gzip
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.headers import TRACKING
from engine.store.statements import core
from engine.store.tables import DeadLetter, Event, OutboxRow, Profile
from tests.api.conftest import Doors, HandClock
from tests.api.shopfront import Shopfront

NAMES = ("track", "identify", "page", "screen", "group", "alias")
ADA: dict[str, Any] = {"userId": "42", "anonymousId": "a-1", "messageId": "m-1"}
SAYS: dict[str, dict[str, Any]] = {
    "track": {"event": "Seen", "properties": {"sku": "M"}},
    "identify": {"traits": {"plan": "gold"}},
    "page": {"name": "Jacket", "category": "Outdoor", "properties": {"url": "https://shop.example/fjell"}},
    "screen": {"name": "Basket", "properties": {}},
    "group": {"groupId": "club", "traits": {"name": "Club"}},
    "alias": {"previousId": "a-1"},
}


async def rows(shop: Shopfront, model: Any) -> list[Any]:
    table = core(model)
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(table).order_by(*table.primary_key))).all())


async def post(shop: Shopfront, path: str, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await shop.client.post(f"/v1/{path}", content=content, headers={**shop.write, **headers})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_short", [False, True])
async def test_every_call_is_taken_at_its_long_and_its_short_address(
    shop: Shopfront, name: str, is_short: bool
) -> None:
    answer = await post(shop, name[0] if is_short else name, {**ADA, **SAYS[name]})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"success": True, "accepted": 1, "new": 1, "dead_lettered": 0}

    [person] = await rows(shop, Profile)
    assert person.external_id == "42"
    said = [(event.name, event.properties) for event in await rows(shop, Event) if event.name != "Profile Updated"]
    match name:
        case "track":
            assert said == [("Seen", {"sku": "M"})]
        case "page":
            url = "https://shop.example/fjell"
            assert said == [("Page Viewed", {"name": "Jacket", "category": "Outdoor", "url": url})]
        case "screen":
            assert said == [("Screen Viewed", {"name": "Basket"})]
        case "group":
            assert said == [("Group Joined", {"group_id": "club", "traits": {"name": "Club"}})]
            assert person.attributes == {"group": {"id": "club", "name": "Club"}}
        case "identify":
            assert (said, person.attributes) == ([], {"plan": "gold"})
        case _:
            assert said == []


async def test_a_batch_holds_every_kind_of_call_in_its_order(shop: Shopfront) -> None:
    calls = [
        {"type": "track", "anonymousId": "b-1", "event": "Seen", "messageId": "one"},
        {"type": "alias", "previousId": "b-1", "userId": "7", "messageId": "two"},
        {"type": "track", "userId": "7", "event": "Bought", "messageId": "three"},
        {"type": "page", "anonymousId": "b-1", "messageId": "four"},
        {"type": "screen", "anonymousId": "b-2", "userId": None, "messageId": "five"},
        {"type": "track", "userId": "7", "event": "Bought", "messageId": "three"},
        {"type": "dance", "userId": "7"},
        7,
    ]
    answer = await post(shop, "b", {"batch": calls})
    assert answer.json() == {"success": True, "accepted": 6, "new": 5, "dead_lettered": 2}

    [named] = [profile for profile in await rows(shop, Profile) if profile.external_id == "7"]
    whose = {event.name: event.profile_id for event in await rows(shop, Event)}
    assert {whose["Seen"], whose["Bought"], whose["Page Viewed"]} == {named.id}
    assert whose["Screen Viewed"] != named.id
    assert len(await rows(shop, OutboxRow)) == 4
    assert ["type: One of" in letter.reason for letter in await rows(shop, DeadLetter)] == [True, True]


async def test_two_named_people_are_never_joined_by_an_alias(shop: Shopfront) -> None:
    await post(shop, "track", {"userId": "1", "event": "Seen"})
    await post(shop, "track", {"userId": "2", "event": "Seen"})
    await post(shop, "alias", {"userId": "1", "previousId": "2"})
    assert [profile.merged_into for profile in await rows(shop, Profile)] == [None, None]


async def test_a_shared_browser_stays_with_its_first_owner_and_each_name_with_its_person(shop: Shopfront) -> None:
    calls = [
        {"type": "track", "anonymousId": "kiosk", "userId": name, "event": "Seen", "messageId": f"{name}-{turn}"}
        for turn in range(2)
        for name in ("ada", "bo", "cy")
    ]
    await post(shop, "batch", {"batch": calls})
    whose = {profile.id: profile.external_id for profile in await rows(shop, Profile)}
    assert sorted(whose.values()) == ["ada", "bo", "cy"]
    assert all(whose[event.profile_id] == event.message_id.split("-")[0] for event in await rows(shop, Event))


@pytest.mark.parametrize("way", ["bearer", "basic", "body", "gzip"])
async def test_the_key_may_come_as_a_header_or_in_the_body_and_the_body_as_text_or_packed(
    shop: Shopfront, doors: Doors, way: str
) -> None:
    key = (await doors.key("write"))["Authorization"].removeprefix("Bearer ")
    body = {**ADA, **SAYS["track"], **({"writeKey": key} if way in {"body", "gzip"} else {})}
    raw = json.dumps(body).encode()
    headers = {"Content-Type": "text/plain"}
    if way == "gzip":
        raw, headers = gzip.compress(raw), {"Content-Type": "text/plain", "Content-Encoding": "gzip"}
    if way == "basic":
        headers["Authorization"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    if way == "bearer":
        headers["Authorization"] = f"Bearer {key}"
    answer = await shop.client.post("/v1/t", content=raw, headers=headers)
    assert answer.status_code == 200, answer.text
    assert len(await rows(shop, Event)) == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "malformed_request"),
        (b"[]", {}, 400, "malformed_request"),
        (b"\xff", {}, 400, "malformed_request"),
        (b'{"event": NaN}', {}, 400, "malformed_request"),
        (b"{}", {"Content-Encoding": "gzip"}, 400, "malformed_request"),
        (gzip.compress(b"{}" + b" " * 1_000, mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400, "malformed_request"),
        (b"{}", {"Content-Encoding": "br"}, 415, "unsupported_media_type"),
        (gzip.compress(b"[" * 50_000_000, mtime=0), {"Content-Encoding": "gzip"}, 413, "body_too_large"),
        (b'{"userId":"1","event":"' + b"x" * 33_000 + b'"}', {}, 413, "body_too_large"),
        (b'{"userId":"1","type":"identify"}', {}, 422, "validation_failed"),
        (b'{"userId":"1","event":"\\ud800"}', {}, 400, "malformed_request"),
        (b'{"userId":"1","event":"\\u0000"}', {}, 422, "validation_failed"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_reason(
    shop: Shopfront, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await post(shop, "track", body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_stranger_is_told_to_bring_a_key(shop: Shopfront) -> None:
    answer = await shop.client.post("/v1/t", content=b'{"userId":"1","event":"Seen"}')
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_missing")
    answer = await shop.client.post("/v1/t", content=b'{"userId":"1","event":"Seen","writeKey":"wk_no"}')
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")


async def test_an_event_that_is_too_large_is_put_aside_and_the_others_are_taken(shop: Shopfront) -> None:
    calls = [{"type": "track", "userId": "1", "event": f"E{n}", "properties": {"text": "x" * 5_000}} for n in range(7)]
    calls[3]["properties"] = {"text": "x" * 33_000}
    answer = await post(shop, "batch", {"batch": calls})
    assert (answer.json()["accepted"], answer.json()["dead_lettered"]) == (6, 1)
    [letter] = await rows(shop, DeadLetter)
    assert (letter.code, letter.payload["event"]["event"]) == ("event_too_large", "E3")

    calls = [{"type": "track", "userId": "1", "event": "E", "properties": {"text": "x" * 30_000}} for _ in range(18)]
    assert (await post(shop, "batch", {"batch": calls})).status_code == 413


async def test_numbers_that_no_database_takes_are_kept_as_text(shop: Shopfront) -> None:
    properties = '{"huge": 1e999, "long": 123456789012345678901234567890, "id": 9007199254740993}'
    answer = await post(shop, "track", f'{{"userId":"1","event":"Seen","properties":{properties}}}'.encode())
    assert answer.status_code in {200, 400}, answer.text
    properties = f'{{"long": 123456789012345678901234567890, "id": 9007199254740993, "longer": {"9" * 5_000}}}'
    answer = await post(shop, "track", f'{{"userId":"1","event":"Seen","properties":{properties}}}'.encode())
    kept = (await rows(shop, Event))[-1].properties
    assert (kept["long"], kept["id"]) == ("123456789012345678901234567890", 9007199254740993)


async def test_the_clock_of_a_batch_is_corrected_by_when_the_batch_was_sent(shop: Shopfront, clock: HandClock) -> None:
    late = clock.now - timedelta(hours=5)
    call = {"type": "track", "userId": "1", "event": "Seen", "timestamp": (late - timedelta(minutes=1)).isoformat()}
    await post(shop, "batch", {"batch": [call], "sentAt": late.isoformat()})
    [event] = await rows(shop, Event)
    assert event.at == clock.now - timedelta(minutes=1)


@pytest.mark.parametrize("path", sorted(TRACKING))
async def test_pages_of_any_shop_may_send_calls(shop: Shopfront, path: str) -> None:
    origin = {"Origin": "https://shop.example"}
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = await shop.client.options(path, headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, "*")
    answer = await shop.client.post(path, content=b"{}", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_the_browser_client_is_told_to_send_here(shop: Shopfront) -> None:
    key = shop.write["Authorization"].removeprefix("Bearer ")
    answer = await shop.client.get(f"/v1/projects/{key}/settings", headers={"Origin": "https://shop.example"})
    target = {"apiKey": key, "apiHost": "waitline.example/v1", "protocol": "http"}
    assert answer.json()["integrations"] == {"Segment.io": target}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (await shop.client.get("/v1/projects/wk_no/settings")).status_code == 401
