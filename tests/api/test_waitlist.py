"""Waiting through the API: who, for what, how she may be reached, and what is kept of her yes."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Consent, ConsentRecord, Event, Profile, PushSubscription
from engine.store.tables.base import Table
from tests.api.conftest import Doors, HandClock
from tests.api.shopfront import Shopfront, subscription


async def rows(database: Database, model: type[Table]) -> list[Any]:
    table = core(model)
    async with database.snapshot() as session:
        return list((await session.execute(select(table).order_by(*table.primary_key))).all())


@pytest.mark.spec("F-001")
async def test_asking_twice_is_one_entry_first_created_then_found(shop: Shopfront) -> None:
    first = await shop.wait_for("M", email="ada@example.org")
    again = await shop.wait_for("M", email=" Ada@Example.ORG ")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() == {
        "id": first.json()["id"],
        "variant": "M",
        "profile_id": first.json()["profile_id"],
        "state": "pending",
        "source": "explicit",
        "created_at": "2027-01-05T12:00:00Z",
        "expires_at": "2027-04-05T12:00:00Z",
        "notified_at": None,
    }


@pytest.mark.spec("F-001")
async def test_asking_at_once_is_one_entry(shop: Shopfront) -> None:
    answers = await asyncio.gather(*(shop.wait_for("M", profile={"anonymous_id": "a-1"}) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.spec("F-011")
async def test_waiting_shows_on_the_profile_with_sku_product_and_data_source(shop: Shopfront) -> None:
    profile_id = (await shop.wait_for("M", email="ada@example.org")).json()["profile_id"]

    [event] = await rows(shop.database, Event)
    assert (event.name, event.profile_id) == ("Waiting on Stock", profile_id)
    assert event.properties["sku"] == "M"
    assert event.properties["product"] == "Linen shirt"
    assert event.properties["source"] == "My Shop"


async def test_a_yes_is_kept_with_the_words_the_page_the_network_and_the_time(shop: Shopfront) -> None:
    answer = await shop.wait_for(
        "M",
        email="ada@example.org",
        consents=[{"channel": "email", "text_version": "2026-11-22"}],
        locale="de-AT",
        page_url="https://shop.example/shirt?size=M",
    )

    [standing] = await rows(shop.database, Consent)
    assert (standing.channel, standing.topic, standing.granted) == ("email", "back_in_stock", True)
    [proof] = await rows(shop.database, ConsentRecord)
    assert (proof.profile_id, proof.source) == (answer.json()["profile_id"], "waitlist")
    assert (proof.text_version, proof.page_url) == ("2026-11-22", "https://shop.example/shirt?size=M")
    assert (proof.ip_truncated, proof.at) == ("127.0.0.0/24", shop.clock.now)
    [profile] = await rows(shop.database, Profile)
    assert (profile.email, profile.language) == ("ada@example.org", "de")


async def test_without_a_yes_none_is_assumed_for_an_address(shop: Shopfront) -> None:
    await shop.wait_for("M", email="ada@example.org")
    assert await rows(shop.database, Consent) == []


async def test_a_push_subscription_comes_along_and_is_a_yes_by_itself(shop: Shopfront) -> None:
    answer = await shop.wait_for("M", profile={"anonymous_id": "a-1"}, push_subscription=subscription())

    [kept] = await rows(shop.database, PushSubscription)
    assert (kept.profile_id, kept.endpoint) == (answer.json()["profile_id"], "https://push.example/one")
    [standing] = await rows(shop.database, Consent)
    assert (standing.channel, standing.granted) == ("web_push", True)


async def test_a_push_subscription_alone_says_who_waits(shop: Shopfront) -> None:
    first = await shop.wait_for("M", push_subscription=subscription())
    again = await shop.wait_for("M", push_subscription=subscription())
    other = await shop.wait_for("M", push_subscription=subscription("https://push.example/two"))

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)


async def test_typing_somebodys_address_does_not_bring_a_device_into_her_profile(shop: Shopfront) -> None:
    ada = (await shop.wait_for("M", email="ada@example.org")).json()["profile_id"]

    stranger = await shop.wait_for(
        "L", email="ada@example.org", profile={"anonymous_id": "evil"}, push_subscription=subscription()
    )

    assert stranger.json()["profile_id"] == ada
    [kept] = await rows(shop.database, PushSubscription)
    assert kept.profile_id != ada
    by_id = await shop.wait_for("M", profile={"id": ada}, push_subscription=subscription())
    assert (by_id.status_code, by_id.json()["code"]) == (403, "key_too_weak")


async def test_a_server_may_name_a_profile_by_its_id(shop: Shopfront) -> None:
    ada = (await shop.wait_for("M", email="ada@example.org")).json()["profile_id"]
    body = {"variant": "L", "profile": {"id": ada}}

    answer = await shop.client.post("/v1/waitlist", json=body, headers=shop.server)
    assert (answer.status_code, answer.json()["profile_id"]) == (201, ada)
    unknown = await shop.client.post(
        "/v1/waitlist", json={"variant": "L", "profile": {"id": "prf_nobody"}}, headers=shop.server
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_profile")


async def test_what_a_visitor_waited_for_is_hers_after_she_logs_in(shop: Shopfront) -> None:
    known = (await shop.wait_for("L", profile={"external_id": "42"})).json()["profile_id"]
    anonymous = await shop.wait_for("M", profile={"anonymous_id": "a-1"}, push_subscription=subscription())

    logged_in = await shop.wait_for("M", profile={"anonymous_id": "a-1", "external_id": "42"})

    assert logged_in.status_code == 200
    assert logged_in.json()["id"] == anonymous.json()["id"]
    assert logged_in.json()["profile_id"] == known
    [kept] = await rows(shop.database, PushSubscription)
    assert kept.profile_id == known


async def test_a_phone_number_is_read_as_people_of_the_country_dial_it(shop: Shopfront) -> None:
    local = await shop.wait_for("M", phone="030 12345678", locale="de-DE")
    abroad = await shop.wait_for("M", phone="+49 30 12345678")

    assert (local.status_code, abroad.status_code) == (201, 200)
    [profile] = await rows(shop.database, Profile)
    assert profile.phone == "+493012345678"


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        ({"email": "ada@example.org"}, "variant"),
        ({"variant": "M"}, "body"),
        ({"variant": "M", "email": "not an address"}, "email"),
        ({"variant": "M", "email": "ada@nowhere"}, "email"),
        ({"variant": "M", "phone": "12"}, "phone"),
        ({"variant": "M", "phone": "030 12345678"}, "phone"),
        ({"variant": "M", "profile": {}}, "profile"),
        ({"variant": "M", "profile": {"external_id": ""}}, "profile.external_id"),
        ({"variant": "M", "profile": {"anonymous_id": 7}}, "profile.anonymous_id"),
        ({"variant": "M", "email": "ada@example.org", "source": "rumour"}, "source"),
        ({"variant": "M", "email": "ada@example.org", "page_url": "javascript:alert(1)"}, "page_url"),
        ({"variant": "M", "email": "ada@example.org", "consents": [{"channel": "pigeon"}]}, "consents.0.channel"),
        ({"variant": "M", "email": "ada@example.org", "admin": True}, "admin"),
        ({"variant": "M", "push_subscription": {"endpoint": "https://push.example/1"}}, "push_subscription.keys"),
        (
            {"variant": "M", "push_subscription": {**subscription(), "keys": {"p256dh": "B" * 87, "auth": "a" * 22}}},
            "push_subscription.keys.p256dh",
        ),
    ],
)
async def test_a_request_that_cannot_be_used_names_its_field_and_leaves_nothing(
    shop: Shopfront, request_body: dict[str, Any], field: str
) -> None:
    answer = await shop.client.post("/v1/waitlist", json=request_body, headers=shop.write)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [error["field"] for error in answer.json()["errors"]], answer.text
    assert await rows(shop.database, Profile) == []


async def test_nobody_waits_for_an_unknown_variant(shop: Shopfront) -> None:
    answer = await shop.wait_for("XXL", email="ada@example.org")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_variant")
    assert await rows(shop.database, Profile) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/push",
        "https://localhost/push",
        "https://10.1.2.3/push",
        "https://[::1]/push",
        "https://[::ffff:192.168.0.1]/push",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/push",
        "https://0x7f.1/push",
        "http://push.example/one",
        "ftp://push.example/one",
        "https://user:secret@push.example/one",
    ],
)
async def test_a_push_endpoint_that_leads_inside_is_refused(shop: Shopfront, endpoint: str) -> None:
    waiting = await shop.wait_for("M", push_subscription=subscription(endpoint))
    kept = await shop.client.post(
        "/v1/push-subscriptions", json={"subscription": subscription(endpoint)}, headers=shop.write
    )

    for answer, field in ((waiting, "push_subscription.endpoint"), (kept, "subscription.endpoint")):
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await rows(shop.database, PushSubscription) == []


async def test_a_browser_that_renews_its_subscription_keeps_its_profile_and_its_no(shop: Shopfront) -> None:
    whose = {"anonymous_id": "a-1"}
    profile_id = (await shop.wait_for("M", profile=whose, push_subscription=subscription())).json()["profile_id"]
    renewed = subscription("https://push.example/renewed")
    for _ in range(2):
        answer = await shop.client.post(
            "/v1/push-subscriptions", json={"profile": whose, "subscription": renewed}, headers=shop.write
        )
        assert (answer.status_code, answer.json()["profile_id"]) == (201, profile_id)

    assert len(await rows(shop.database, PushSubscription)) == 2
    assert len(await rows(shop.database, ConsentRecord)) == 1


@pytest.mark.spec("F-021", "F-024")
async def test_the_waitlist_of_a_variant_holds_only_its_entries_with_contacts_and_counts(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    for name in ("ada", "ben"):
        await shop.wait_for("M", email=f"{name}@example.org")
        clock.pass_by(timedelta(minutes=1))
    await shop.wait_for("M", profile={"anonymous_id": "a-1"})
    await shop.wait_for("L", email="ada@example.org")

    page = await shop.line(staff, "M")

    assert page["variant"] == {"sku": "M", "title": "Linen shirt, size M"}
    assert [entry["contact"] for entry in page["entries"]] == ["ada@example.org", "ben@example.org", None]
    assert page["counts"] == {
        "pending": 3,
        "sent": 0,
        "failed": 0,
        "expired": 0,
        "unsubscribed": 0,
        "purchased": 0,
        "held_out": 0,
    }
    assert page["next"] is None
    assert [entry["state"] for entry in (await shop.line(staff, "L"))["entries"]] == ["pending"]
    assert (await shop.line(staff, "4006381333931"))["variant"]["sku"] == "L"


@pytest.mark.spec("F-026")
async def test_the_line_is_paged_oldest_first_and_stays_in_order_while_people_join(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    for number in range(5):
        await shop.wait_for("M", email=f"p{number}@example.org")
        if number != 2:
            clock.pass_by(timedelta(seconds=1))
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await shop.line(staff, "M", limit=2, **cursor)
        seen += [entry["id"] for entry in page["entries"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
        await shop.wait_for("M", email=f"late{len(seen)}@example.org")

    whole = await shop.line(staff, "M")
    assert seen == [entry["id"] for entry in whole["entries"]]
    assert len(seen) == len(set(seen)) >= 7
    since = [entry["created_at"] for entry in whole["entries"]]
    assert since == sorted(since)
    assert (await shop.line(staff, "M", state="sent"))["entries"] == []


async def test_who_may_see_the_waitlist(shop: Shopfront, doors: Doors) -> None:
    async def ask(**how: Any) -> int:
        return (await shop.client.get("/v1/variants/M/waitlist", **how)).status_code

    assert await ask(headers=shop.server) == 200
    assert await ask(headers=shop.write) == 403
    assert await ask() == 401
    assert (await (await doors.signed_in("viewer")).get("/v1/variants/M/waitlist")).status_code == 403
