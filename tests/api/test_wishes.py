"""Wishes in bulk, and the waitlist as a file."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from engine.store.tables import WaitlistEntry
from tests.api.conftest import HandClock
from tests.api.shopfront import SHOP, Shopfront
from tests.api.test_waitlist import rows


async def put(shop: Shopfront, *wishes: dict[str, Any], source: str = "wishlist") -> Any:
    body = {"data_source": SHOP, "source": source, "wishes": list(wishes)}
    answer = await shop.client.put("/v1/waitlist/wishes", json=body, headers=shop.server)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.spec("F-025")
async def test_ten_thousand_pairs_are_one_call_and_the_same_call_again_changes_nothing(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    wishes = [{"external_id": f"customer-{n}", "variant": "M" if n % 2 else "L"} for n in range(10_000)]

    assert await put(shop, *wishes) == {"accepted": 10_000, "created": 10_000, "refused": []}
    assert await put(shop, *wishes) == {"accepted": 10_000, "created": 0, "refused": []}
    assert (await shop.line(staff, "M", limit=1))["counts"]["pending"] == 5_000


async def test_a_single_wait_does_not_have_to_wait_for_a_long_list(shop: Shopfront) -> None:
    wishes = [{"external_id": f"customer-{n}", "variant": "M"} for n in range(4_000)]
    listed = asyncio.create_task(put(shop, *wishes))
    while not await rows(shop.database, WaitlistEntry):  # noqa: ASYNC110 - in the database
        await asyncio.sleep(0.01)

    assert (await shop.wait_for("M", email="ada@example.org")).status_code == 201
    assert not listed.done()
    assert (await listed)["created"] == 4_000


async def test_a_pair_that_cannot_be_taken_is_named_and_the_others_count(shop: Shopfront, clock: HandClock) -> None:
    too_old = (clock.now - timedelta(days=90)).isoformat()
    answer = await put(
        shop,
        {"email": "ada@example.org", "variant": "M"},
        {"email": "ada@example.org", "variant": "XXL"},
        {"email": "ben@example.org", "variant": "M", "since": too_old},
        {"email": "ben@example.org", "variant": "L", "since": (clock.now - timedelta(days=89)).isoformat()},
    )
    assert (answer["accepted"], answer["created"]) == (2, 2)
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [
        (1, "unknown_variant"),
        (2, "interest_expired"),
    ]


async def test_a_bulk_wish_and_a_single_one_are_the_same_wait(shop: Shopfront) -> None:
    await put(shop, {"email": "ada@example.org", "variant": "M"}, source="explicit")
    assert (await shop.wait_for("M", email="ada@example.org")).status_code == 200


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"variant": "M"}, "wishes.0"),
        ({"variant": "M", "email": "ada@example.org", "external_id": "1"}, "wishes.0"),
        ({"variant": "M", "email": "nobody"}, "wishes.0.email"),
        ({"email": "ada@example.org"}, "wishes.0.variant"),
    ],
)
async def test_a_list_that_cannot_be_used_names_the_field(shop: Shopfront, wish: dict[str, Any], field: str) -> None:
    body = {"data_source": SHOP, "wishes": [wish]}
    answer = await shop.client.put("/v1/waitlist/wishes", json=body, headers=shop.server)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.spec("F-021", "F-026")
async def test_the_waitlist_is_a_file_with_the_contact_of_each_oldest_first(
    shop: Shopfront, staff: httpx.AsyncClient, clock: HandClock
) -> None:
    await shop.wait_for("A/B", email="ada@example.org")
    clock.pass_by(timedelta(minutes=1))
    await shop.wait_for("A/B", phone="+493012345678")
    clock.pass_by(timedelta(minutes=1))
    await shop.wait_for("A/B", email="=cmd+1@example.org")
    await shop.wait_for("M", email="somebody@example.org")

    answer = await staff.get("/v1/variants/A%2FB/waitlist.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="waitlist-A-B.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["contact"] for line in lines] == ["ada@example.org", "+493012345678", "'=cmd+1@example.org"]
    assert lines[0]["created_at"] == "2027-01-05T12:00:00Z"
    assert {line["state"] for line in lines} == {"pending"}
    assert (await staff.get("/v1/variants/A%2FB/waitlist.csv?state=sent")).text.count("\n") == 1


@pytest.mark.spec("F-021")
async def test_a_long_file_is_whole(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    await put(shop, *({"email": f"p{n}@example.org", "variant": "M"} for n in range(2_500)))
    lines = list(csv.DictReader(io.StringIO((await staff.get("/v1/variants/M/waitlist.csv")).text)))
    assert len({line["id"] for line in lines}) == 2_500
