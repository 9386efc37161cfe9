"""Stock through the API: what a shop's own system reports, and what its signed webhooks do."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from engine.store.statements import core
from engine.store.tables import InboundDelivery, OutboxRow, Restock, StockMovement
from engine.store.tables.base import Table
from tests.api.conftest import HandClock
from tests.api.shopfront import SHOP, Shopfront, product


async def rows(shop: Shopfront, model: type[Table]) -> list[Any]:
    table = core(model)
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(table).order_by(*table.primary_key))).all())


@pytest.mark.spec("F-039", "F-055")
async def test_a_report_says_what_was_available_before_and_is_now(shop: Shopfront) -> None:
    first = await shop.put_stock("M", 5, reserved=2)
    assert first.status_code == 200, first.text
    assert first.json() == {
        "sku": "M",
        "available_before": 0,
        "available": 3,
        "event_id": first.json()["event_id"],
    }
    assert first.json()["event_id"].startswith("mov_")
    same = await shop.put_stock("M", 5, reserved=2)
    assert (same.json()["available_before"], same.json()["event_id"]) == (3, None)
    assert len(await rows(shop, Restock)) == 1


async def test_a_variant_is_reported_by_alias_and_with_any_characters_in_its_sku(shop: Shopfront) -> None:
    assert (await shop.put_stock("4006381333931", 1)).status_code == 200
    assert (await shop.put_stock("A/B", 1)).status_code == 200
    assert (await shop.put_stock("A%2FB", 2)).json()["available_before"] == 1


async def test_a_late_report_changes_nothing(shop: Shopfront) -> None:
    await shop.put_stock("M", 0, observed_at="2027-01-05T11:00:00Z")
    late = await shop.put_stock("M", 9, observed_at="2027-01-05T10:59:59+00:00")
    assert (late.json()["available"], late.json()["event_id"]) == (0, None)


@pytest.mark.parametrize(
    ("report", "field"),
    [
        ({}, "on_hand"),
        ({"on_hand": None}, "on_hand"),
        ({"on_hand": -1}, "on_hand"),
        ({"on_hand": "3"}, "on_hand"),
        ({"on_hand": 3.5}, "on_hand"),
        ({"on_hand": 10**12}, "on_hand"),
        ({"on_hand": True}, "on_hand"),
        ({"on_hand": 3, "reserved": -1}, "reserved"),
        ({"on_hand": 3, "location": ""}, "location"),
        ({"on_hand": 3, "observed_at": "2027-01-05T12:00:00"}, "observed_at"),
        ({"on_hand": 3, "observed_at": "0001-01-01T00:00:00+14:00"}, "observed_at"),
        ({"on_hand": 3, "onhand": 3}, "onhand"),
    ],
)
async def test_a_report_that_cannot_be_used_names_its_field(
    shop: Shopfront, report: dict[str, Any], field: str
) -> None:
    answer = await shop.client.put("/v1/stock/M", json=report, headers=shop.server)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await rows(shop, StockMovement) == []


async def test_an_unknown_and_an_ambiguous_sku_are_refused(shop: Shopfront) -> None:
    unknown = await shop.put_stock("XXL", 3)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_variant")

    await shop.put_catalog(product(), source="Outlet")
    ambiguous = await shop.put_stock("M", 3)
    assert (ambiguous.status_code, ambiguous.json()["code"]) == (409, "ambiguous_variant")
    named = await shop.client.put("/v1/stock/M?source=Outlet", json={"on_hand": 3}, headers=shop.server)
    assert named.json()["available"] == 3


async def test_only_a_server_key_reports_stock(shop: Shopfront) -> None:
    answer = await shop.client.put("/v1/stock/M", json={"on_hand": 3}, headers=shop.write)
    assert (answer.status_code, answer.json()["code"]) == (403, "key_too_weak")


@pytest.mark.spec("F-044")
async def test_a_signed_delivery_is_taken_in_once(shop: Shopfront) -> None:
    first = await shop.deliver({"sku": "M", "on_hand": 3})
    assert first.status_code == 202, first.text
    assert first.json() == {"delivery_id": "msg_1", "accepted": 1, "dead_lettered": 0, "duplicate": False}

    await shop.put_stock("M", 0)
    again = await shop.deliver({"sku": "M", "on_hand": 3})

    assert again.status_code == 202
    assert again.json() == {"delivery_id": "msg_1", "accepted": 1, "dead_lettered": 0, "duplicate": True}
    assert [movement.available_after for movement in await rows(shop, StockMovement)] == [3, 0]
    told = [row.payload for row in await rows(shop, OutboxRow) if row.kind == "stock_moved"]
    assert [payload["delivery_id"] for payload in told] == ["msg_1", None]


async def test_deliveries_out_of_order_leave_what_was_observed_last(shop: Shopfront) -> None:
    def observed(minute: int, on_hand: int) -> dict[str, Any]:
        return {"sku": "M", "on_hand": on_hand, "observed_at": f"2027-01-05T11:{minute:02}:00Z"}

    for number, body in enumerate(({"items": [observed(20, 4), observed(10, 9)]}, observed(40, 2), observed(30, 0))):
        answer = await shop.deliver(body, delivery_id=f"msg_{number}")
        assert (answer.status_code, answer.json()["dead_lettered"]) == (202, 0)
    assert [movement.available_after for movement in await rows(shop, StockMovement)] == [4, 2]


@pytest.mark.spec("F-044")
async def test_copies_that_come_at_the_same_time_count_once(shop: Shopfront) -> None:
    answers = await asyncio.gather(*(shop.deliver({"sku": "M", "on_hand": 3}) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {202}
    assert [answer.json()["duplicate"] for answer in answers].count(False) == 1
    assert len(await rows(shop, StockMovement)) == 1


@pytest.mark.spec("F-044")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers | {"webhook-signature": "v1,bm90IHRoZSBzaWduYXR1cmU="},
        lambda headers: headers | {"webhook-signature": "v1,ä"},
        lambda headers: headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")},
        lambda headers: headers | {"webhook-signature": ""},
        lambda headers: headers | {"webhook-id": "msg_2"},
        lambda headers: headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)},
        lambda headers: headers | {"webhook-timestamp": "soon"},
        lambda headers: headers | {"webhook-timestamp": "9" * 30},
        lambda headers: {},
    ],
)
async def test_a_wrong_signature_is_refused_and_has_no_effect(shop: Shopfront, spoil: Any) -> None:
    raw = json.dumps({"sku": "M", "on_hand": 3})
    headers = {name: value.encode() for name, value in spoil(await shop.signed(raw)).items()}

    answer = await shop.client.post(f"/v1/webhooks/inventory/{SHOP}", content=raw, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "wrong_signature"
    assert await rows(shop, InboundDelivery) == []
    assert await rows(shop, StockMovement) == []


async def test_a_changed_body_does_not_fit_its_signature(shop: Shopfront) -> None:
    headers = await shop.signed(json.dumps({"sku": "M", "on_hand": 3}))
    answer = await shop.deliver_signed(json.dumps({"sku": "M", "on_hand": 30}), headers)
    assert answer.status_code == 401


async def test_one_of_several_signatures_is_enough_while_a_secret_is_changed(shop: Shopfront) -> None:
    raw = json.dumps({"sku": "M", "on_hand": 3})
    headers = await shop.signed(raw)
    headers["webhook-signature"] = "v1,b2xk " + headers["webhook-signature"]
    assert (await shop.deliver_signed(raw, headers)).status_code == 202


async def test_a_signature_holds_for_five_minutes(shop: Shopfront, clock: HandClock) -> None:
    raw = json.dumps({"sku": "M", "on_hand": 3})
    early, late = await shop.signed(raw, "msg_early"), await shop.signed(raw, "msg_late")
    clock.pass_by(timedelta(minutes=5))
    assert (await shop.deliver_signed(raw, early)).status_code == 202
    clock.pass_by(timedelta(seconds=1))
    assert (await shop.deliver_signed(raw, late)).status_code == 401


async def test_a_source_that_nobody_knows_has_no_webhook(shop: Shopfront) -> None:
    raw = json.dumps({"sku": "M", "on_hand": 3})
    answer = await shop.deliver_signed(raw, await shop.signed(raw), source="Nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_source")


@pytest.mark.spec("F-043")
async def test_an_unknown_variant_becomes_a_visible_dead_letter_and_the_others_count(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    items = [{"sku": "M", "on_hand": 3}, {"sku": "XXL", "on_hand": 5}, {"sku": "4006381333931", "on_hand": 1}]

    answer = await shop.deliver({"items": items})
    assert (answer.json()["accepted"], answer.json()["dead_lettered"]) == (2, 1)

    letters = (await staff.get("/v1/dead-letters")).json()
    [letter] = letters["items"]
    assert (letter["source"], letter["delivery_id"], letter["code"]) == (SHOP, "msg_1", "unknown_variant")
    assert "XXL" in letter["reason"]
    assert letter["payload"] == {"item": {"sku": "XXL", "on_hand": 5}}
    assert letters["next"] is None
    assert len(await rows(shop, StockMovement)) == 2


async def test_a_bad_item_among_good_ones_is_put_aside_with_the_field_that_is_wrong(
    shop: Shopfront, staff: httpx.AsyncClient
) -> None:
    good = [{"sku": "M", "on_hand": number, "location": f"store {number}"} for number in range(1, 100)]
    bad: list[Any] = [{"sku": "M", "on_hand": -1}, {"sku": "M", "on_hand": None}, "M", {"sku": "M\0", "on_hand": 1}]

    answer = await shop.deliver({"items": [*good, *bad]})

    assert (answer.json()["accepted"], answer.json()["dead_lettered"]) == (99, 4)
    letters = (await staff.get("/v1/dead-letters")).json()["items"]
    assert {letter["code"] for letter in letters} == {"invalid_item"}
    assert sum("on_hand" in letter["reason"] for letter in letters) == 2
    assert (await shop.put_stock("M", 0)).json()["available_before"] == sum(range(1, 100))


@pytest.mark.parametrize(
    ("raw", "status", "field"),
    [
        ("", 400, None),
        ("{", 400, None),
        ("[" * 100_000, 400, None),
        ('{"sku": "M", "on_hand": NaN}', 400, None),
        ('{"sku": "M\\ud800", "on_hand": 1}', 400, None),
        ("[]", 422, "body"),
        ('{"on_hand": 3}', 422, "sku"),
        ('{"sku": "M"}', 422, "on_hand"),
        ('{"sku": "M", "on_hand": -3}', 422, "on_hand"),
        ('{"sku": "M\\u0000", "on_hand": 3}', 422, "body"),
        ('{"items": []}', 422, "items"),
        ('{"items": 3}', 422, "items"),
        ('{"items": [{"sku": "M", "on_hand": 1}], "extra": 1}', 422, "extra"),
    ],
)
async def test_a_malformed_body_is_a_problem_that_names_the_field(
    shop: Shopfront, raw: str, status: int, field: str | None
) -> None:
    answer = await shop.deliver(raw)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if field is not None:
        assert field in [error["field"] for error in answer.json()["errors"]]
    assert await rows(shop, InboundDelivery) == []


async def test_bytes_that_are_no_text_are_refused(shop: Shopfront) -> None:
    answer = await shop.deliver_signed(b"\xff\xfe", await shop.signed("x"))
    assert answer.status_code == 400


async def test_a_body_above_a_megabyte_is_refused(shop: Shopfront) -> None:
    answer = await shop.deliver(json.dumps({"items": [{"sku": "M" * 200, "on_hand": 1}] * 6_000}))
    assert answer.status_code == 413
    assert await rows(shop, InboundDelivery) == []


async def test_dead_letters_are_for_staff_who_may_see_them(shop: Shopfront, staff: httpx.AsyncClient) -> None:
    for number in range(3):
        await shop.deliver({"sku": f"X{number}", "on_hand": 1}, delivery_id=f"msg_{number}")
    page = (await staff.get("/v1/dead-letters", params={"limit": 2})).json()
    rest = (await staff.get("/v1/dead-letters", params={"limit": 2, "cursor": page["next"]})).json()
    assert [letter["payload"]["item"]["sku"] for letter in (*page["items"], *rest["items"])] == ["X2", "X1", "X0"]
    assert (await shop.client.get("/v1/dead-letters", headers=shop.server)).status_code == 403
    assert (await shop.client.get("/v1/dead-letters")).status_code == 401
