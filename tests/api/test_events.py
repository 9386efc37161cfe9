"""Events through the API: written once, and what people do becomes waiting where a journey wants that."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from engine.store.statements import core
from engine.store.tables import Consent, Event, Journey, OutboxRow, Profile, PublishedVersion, WaitlistEntry
from tests.api.conftest import HandClock
from tests.api.shopfront import Shopfront
from tests.api.world import document


async def rows(shop: Shopfront, model: Any) -> list[Any]:
    table = core(model)
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(table).order_by(*table.primary_key))).all())


async def want(shop: Shopfront, *sources: str, journey_id: str = "jny_1", **rule: Any) -> None:
    """A live journey that wants interest of these sources."""
    draft = document(journey_id)
    draft["settings"] = {"interest": {"sources": list(sources), **rule}}
    now = shop.clock.now
    row = {
        "id": journey_id,
        "name": journey_id,
        "status": "active",
        "draft": draft,
        "published_version": 1,
        "created_at": now,
        "updated_at": now,
    }
    version = {"journey_id": journey_id, "number": 1, "document": draft, "published_at": now, "published_by": "test"}
    async with shop.database.connection() as connection:
        await connection.execute(insert(core(Journey)), row)
        await connection.execute(insert(core(PublishedVersion)), version)


async def track(shop: Shopfront, event: str, sku: str | None = "M", **call: Any) -> httpx.Response:
    properties = {"sku": sku} if sku else {}
    body = {"event": event, "anonymousId": "a-1", "properties": properties, **call}
    answer = await shop.client.post("/v1/track", json=body, headers=shop.write)
    assert answer.status_code == 200, answer.text
    return answer


async def waits(shop: Shopfront) -> list[tuple[str, str]]:
    return [(entry.source, entry.state) for entry in await rows(shop, WaitlistEntry)]


async def test_an_event_is_taken_once_per_message_id_and_sent_on_its_way(shop: Shopfront) -> None:
    first = await track(shop, "back_in_stock", userId="42", messageId="m-1")
    again = await track(shop, "back_in_stock", userId="42", messageId="m-1")

    assert first.json() == {"success": True, "accepted": 1, "new": 1, "dead_lettered": 0}
    assert again.json()["new"] == 0
    [event] = await rows(shop, Event)
    assert (event.name, event.properties, event.message_id) == ("back_in_stock", {"sku": "M"}, "m-1")
    assert [row.subject_id for row in await rows(shop, OutboxRow)] == [event.id]


@pytest.mark.spec("F-002", "F-003")
@pytest.mark.parametrize(
    ("event", "source"), [("Product Added to Wishlist", "wishlist"), ("Product Favorited", "favorite")]
)
async def test_a_wish_opens_a_wait_only_if_a_live_journey_lists_it(shop: Shopfront, event: str, source: str) -> None:
    await track(shop, event)
    await want(shop, "explicit")
    await track(shop, event)
    assert await waits(shop) == []

    await want(shop, source, journey_id="jny_2")
    await track(shop, event)
    await track(shop, event)
    assert await waits(shop) == [(source, "pending")]


@pytest.mark.spec("F-004")
async def test_one_view_counts_while_the_variant_is_out_of_stock(shop: Shopfront) -> None:
    await want(shop, "view", views=1)
    await shop.put_stock("M", 3)
    await track(shop, "Product Viewed")
    assert await waits(shop) == []

    await shop.put_stock("M", 0)
    await track(shop, "Product Viewed")
    assert await waits(shop) == [("view", "pending")]


@pytest.mark.spec("F-005")
async def test_repeated_views_count_at_the_nth_and_not_before(shop: Shopfront, clock: HandClock) -> None:
    await want(shop, "view", views=3, view_window="P7D")
    await track(shop, "Product Viewed")
    clock.pass_by(timedelta(days=8))
    await track(shop, "Product Viewed")
    await track(shop, "Product Viewed")
    assert await waits(shop) == [], "the first view is out of the window"

    await track(shop, "Product Viewed")
    assert await waits(shop) == [("view", "pending")]


@pytest.mark.spec("F-006")
async def test_what_sells_out_in_a_cart_is_waited_for(shop: Shopfront) -> None:
    await want(shop, "cart")
    await shop.put_stock("M", 2)
    await track(shop, "Product Added")
    await track(shop, "Product Added", anonymousId="a-2")
    await track(shop, "Product Removed", anonymousId="a-2")
    await shop.put_stock("M", 1)
    assert await waits(shop) == []

    await shop.deliver({"sku": "M", "on_hand": 0})
    assert await waits(shop) == [("cart", "pending")]


async def test_what_sells_out_in_a_cart_is_not_waited_for_when_no_journey_wants_carts(shop: Shopfront) -> None:
    await want(shop, "view")
    await shop.put_stock("M", 2)
    await track(shop, "Product Added")
    await shop.put_stock("M", 0)
    assert await waits(shop) == []


async def test_buying_ends_the_wait(shop: Shopfront) -> None:
    await shop.wait_for("M", profile={"anonymous_id": "a-1"})
    await shop.wait_for("L", profile={"anonymous_id": "a-1"})
    await track(shop, "Order Completed", sku=None, properties={"products": [{"sku": "M"}, {"sku": "A/B"}]})
    states = {entry.variant_id: entry.state for entry in await rows(shop, WaitlistEntry)}
    assert sorted(states.values()) == ["pending", "purchased"]


async def test_an_inferred_wait_is_no_yes_to_be_written_to(shop: Shopfront) -> None:
    await want(shop, "wishlist")
    await track(shop, "Product Added to Wishlist")
    [entry] = await rows(shop, WaitlistEntry)
    assert entry.intent == 1
    assert await rows(shop, Consent) == []


async def test_a_cart_filled_before_the_login_is_the_persons_cart(shop: Shopfront) -> None:
    await want(shop, "cart")
    await shop.put_stock("M", 2)
    await track(shop, "Seen", userId="42", anonymousId="other")
    await track(shop, "Product Added")
    await track(shop, "Seen", userId="42")
    await shop.put_stock("M", 0)

    [entry] = await rows(shop, WaitlistEntry)
    [person] = [profile for profile in await rows(shop, Profile) if profile.external_id == "42"]
    assert (entry.source, entry.profile_id) == ("cart", person.id)


async def test_a_bad_call_among_ninety_nine_good_ones_becomes_a_dead_letter(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    good = [
        {"type": "track", "event": "Seen", "userId": f"u{n}", "messageId": f"m-{n}", "context": {"ip": "x"}}
        for n in range(99)
    ]
    bad = {"type": "track", "userId": "u1", "messageId": "bad"}
    answer = await shop.client.post("/v1/batch", json={"batch": [*good, bad], "writeKey": "w"}, headers=shop.write)

    assert answer.json() == {"success": True, "accepted": 99, "new": 99, "dead_lettered": 1}
    [letter] = (await staff.get("/v1/dead-letters")).json()["items"]
    assert (letter["code"], letter["source"]) == ("invalid_event", "Events")
    assert "event" in letter["reason"]
    assert letter["payload"]["event"]["messageId"] == "bad"


async def test_a_wrong_clock_is_corrected_by_when_it_was_sent(shop: Shopfront, clock: HandClock) -> None:
    fast = clock.now + timedelta(hours=3)
    call = {
        "timestamp": (fast - timedelta(minutes=10)).isoformat(),
        "sentAt": fast.isoformat(),
    }
    await track(shop, "Seen", **call)
    await track(shop, "Seen", timestamp=(clock.now + timedelta(days=1)).isoformat())
    times = sorted(event.at for event in await rows(shop, Event))
    assert times == [clock.now - timedelta(minutes=10), clock.now]


async def test_saying_who_a_visitor_is_joins_her_profiles_and_keeps_her_traits(shop: Shopfront) -> None:
    await track(shop, "Seen")
    body = {
        "userId": "42",
        "anonymousId": "a-1",
        "traits": {"firstName": "Ada", "email": "victim@example.org", "plan": "gold"},
    }
    answer = await shop.client.post("/v1/identify", json=body, headers=shop.write)
    assert answer.status_code == 200, answer.text

    [profile] = await rows(shop, Profile)
    assert (profile.external_id, profile.first_name, profile.attributes) == ("42", "Ada", {"plan": "gold"})
    assert profile.email is None, "a public key cannot give somebody an address"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"event": "Seen"}, "body"),
        ({"userId": "42"}, "event"),
        ({"event": "", "userId": "42"}, "event"),
        ({"event": "Seen", "userId": 42}, "userId"),
        ({"event": "Seen", "userId": "42", "properties": []}, "properties"),
        ({"event": "Se\u0000en", "userId": "42"}, "body"),
    ],
)
async def test_a_call_that_cannot_be_used_names_its_field(shop: Shopfront, body: dict[str, Any], field: str) -> None:
    answer = await shop.client.post("/v1/track", json=body, headers=shop.write)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]], answer.text
