"""Devices: the app's token comes by a route of its own, or with what Segment's mobile clients tell."""

from typing import Any

import httpx

from engine.store.tables import ConsentRecord, PushSubscription
from tests.api.shopfront import Shopfront
from tests.api.test_events import rows, track


async def keep(shop: Shopfront, token: str, **profile: str) -> httpx.Response:
    body = {"profile": profile, "token": token, "platform": "ios"}
    return await shop.client.post("/v1/devices", json=body, headers=shop.write)


async def kept(shop: Shopfront) -> dict[str, tuple[str, str | None]]:
    return {one.endpoint: (one.profile_id, one.user_agent) for one in await rows(shop, PushSubscription)}


async def test_an_app_says_that_it_can_be_reached_and_staff_see_it(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    answer = await keep(shop, "token-1", anonymous_id="a-1")

    assert answer.status_code == 201, answer.text
    profile = answer.json()["profile_id"]
    assert await kept(shop) == {"fcm:token-1": (profile, "iOS")}
    assert [(one.channel, one.granted, one.source) for one in await rows(shop, ConsentRecord)] == [
        ("mobile_push", True, "device_token")
    ]
    (device,) = (await staff.get(f"/v1/profiles/{profile}")).json()["push_subscriptions"]
    assert (device["service"], device["browser"]) == ("fcm.googleapis.com", "the app on iOS")
    (told,) = (await staff.get(f"/v1/profiles/{profile}/timeline", params={"kind": "subscription"})).json()["items"]
    assert (told["title"], told["channel"]) == ("Subscribed to push in the app on iOS", "mobile_push")
    assert "token-1" not in str(device) + str(told), "a token is a capability"


async def test_a_device_moves_to_whoever_uses_the_app_on_it_now(shop: Shopfront) -> None:
    first = (await keep(shop, "token-1", anonymous_id="a-1")).json()["profile_id"]
    second = (await keep(shop, "token-1", anonymous_id="a-2")).json()["profile_id"]

    assert first != second
    assert await kept(shop) == {"fcm:token-1": (second, "iOS")}


async def test_what_is_no_token_is_refused(shop: Shopfront) -> None:
    for wrong in ("", "a b", "line\nbreak", "x" * 2_001):
        answer = await keep(shop, wrong, anonymous_id="a-1")
        assert answer.status_code == 422, wrong
        assert [one["field"] for one in answer.json()["errors"]] == ["token"]


async def test_the_token_in_the_context_of_a_call_is_kept_once_for_whoever_made_it(shop: Shopfront) -> None:
    context: dict[str, Any] = {
        "device": {"token": "token-1", "type": "android"},
        "library": {"name": "analytics-kotlin"},
    }
    await track(shop, "Product Viewed", context=context)
    await track(shop, "Product Viewed", context=context)
    await shop.client.post("/v1/identify", json={"anonymousId": "a-1", "context": context}, headers=shop.write)

    (device,) = await rows(shop, PushSubscription)
    assert (device.endpoint, device.user_agent, device.removed_at) == ("fcm:token-1", "Android", None)
    assert len(await rows(shop, ConsentRecord)) == 1


async def test_an_odd_context_says_nothing_of_a_device(shop: Shopfront) -> None:
    for odd in ({"device": "phone"}, {"device": {"token": 7}}, {"device": {"token": "a b"}}, ["device"], {}):
        await track(shop, "Product Viewed", context=odd)

    assert await kept(shop) == {}
