"""Product filters in front of a journey: nobody enters it because of a product that it is not for."""

from typing import Any

import pytest
from sqlalchemy import update

from engine.store import events
from engine.store.events import NewEvent
from engine.store.publishing import publish
from engine.store.statements import core
from engine.store.tables import Journey, Product, Release, Variant
from engine.store.why.answers import explain
from tests.builders import journey, node
from tests.workflows.stage import MESSAGES, Stage

PUSH = node("push", "message", channel="web_push", message="push")
SALE_OF_WORTH = {
    "kind": "all",
    "of": [{"kind": "drop", "at_least": 20}, {"kind": "original_price", "at_least": 1000}],
}
"""At least a fifth off, and no cheap item."""
CASES: list[tuple[str, dict[str, Any], dict[str, dict[str, Any]]]] = [
    (
        "F-064",
        {"kind": "not", "of": {"kind": "category", "any_of": ["outlet"]}},
        {"S": {"category": "shirts"}, "M": {"category": "outlet"}, "L": {"categories": ["outlet", "shirts"]}},
    ),
    (
        "F-065",
        {"kind": "not", "of": {"kind": "products", "any_of": ["F-065M", "F-065coat-L"]}},
        {"S": {}, "M": {}, "L": {}},
    ),
    (
        "F-066",
        {"kind": "original_price", "at_least": 1000},
        {
            "S": {"original_price_minor": 1000, "price_minor": 500, "currency": "EUR"},
            "M": {"original_price_minor": 999, "price_minor": 999, "currency": "EUR"},
            "L": {"price_minor": 12, "currency": "JPY"},
        },
    ),
    (
        "F-067",
        {"kind": "currency", "any_of": ["EUR", "SEK"]},
        {"S": {"currency": "SEK"}, "M": {"currency": "USD"}, "L": {"currency": None}},
    ),
    (
        "F-068",
        {"kind": "not", "of": {"kind": "on_sale"}},
        {
            "S": {"price_minor": 1000, "original_price_minor": 1000, "currency": "EUR"},
            "M": {"price_minor": 999, "original_price_minor": 1000, "currency": "EUR"},
            "L": {"price_minor": 1, "original_price_minor": 1000, "currency": "EUR"},
        },
    ),
    (
        "F-069",
        SALE_OF_WORTH,
        {
            "S": {"price_minor": 800, "original_price_minor": 1000, "currency": "EUR"},
            "M": {"price_minor": 801, "original_price_minor": 1000, "currency": "EUR"},
            "L": {"price_minor": 100, "original_price_minor": 999, "currency": "EUR"},
        },
    ),
]


@pytest.mark.spec("F-064")
@pytest.mark.spec("F-065")
@pytest.mark.spec("F-066")
@pytest.mark.spec("F-067")
@pytest.mark.spec("F-068")
@pytest.mark.spec("F-069")
async def test_only_the_products_that_a_journey_is_for_start_enrollments(stage: Stage) -> None:
    """In each case S passes the filter, M and L do not."""
    for row, condition, items in CASES:
        shape = journey(
            PUSH,
            paths=["entry > push", "push.sent > done", "push.not_sent > done"],
            settings={"guardrails": {"products": condition}},
        )
        await replace(stage, shape)
        for size, fields in items.items():
            await sell(stage, row, size, fields)
            await stage.person(row + size)
            await stage.waits(row + size, row + size)
            await stage.restock(row + size, 5)

        await stage.finish(f"{row}S")
        assert await stage.path(f"{row}S") == ["entry", "push.sent", "done"], row
        for size in ("M", "L"):
            assert await stage.enrollments(row + size) == [], (row, size)
            (release,) = await stage.rows(Release, variant_id=f"var_{row}{size}")
            assert (release["status"], release["reason"]) == ("ended", "product_filter"), (row, size)
            (entry,) = await stage.entries(row + size)
            assert entry["state"] == "pending", "whoever was left out keeps her place"


@pytest.mark.spec("F-064")
async def test_an_event_about_an_excluded_category_starts_no_enrollment_and_the_reason_is_told(stage: Stage) -> None:
    """Whatever event lets profiles in: the filter stands at the door, not at the first message."""
    shape = journey(
        node("entry", "entry", trigger={"kind": "event", "event": "Product Viewed"}),
        node("wait", "delay", duration="PT1H"),
        PUSH,
        paths=["entry > wait > push", "push.sent > done", "push.not_sent > done"],
        settings={"guardrails": {"products": {"kind": "not", "of": {"kind": "category", "any_of": ["outlet"]}}}},
    )
    await stage.publish(shape)
    viewed: dict[str, str] = {}
    for size, category in (("S", "shirts"), ("M", "outlet")):
        await sell(stage, "seen", size, {"category": category})
        await stage.person(size)
        view = NewEvent("Product Viewed", f"prf_{size}", stage.clock(), f"view/{size}", f"var_seen{size}")
        async with stage.database.connection() as connection:
            (viewed[size],) = await events.record(connection, [view], stage.clock())
    await stage.person("other")
    await stage.happens("other", "Product Viewed")

    await stage.route()

    assert len(await stage.enrollments("S")) == 1
    assert await stage.enrollments("M") == [], "not started, so that it is not skipped at its message"
    assert len(await stage.enrollments("other")) == 1, "a filter of products is not asked about none"
    async with stage.database.snapshot() as session:
        told = await explain(session, "prf_M", "jny_test", viewed["M"], stage.clock())
    assert (told.outcome, told.reason, told.agrees) == ("not_entered", "product_filter", True)


async def replace(stage: Stage, shape: dict[str, Any]) -> None:
    """The journey is published anew, with this document."""
    if not await stage.rows(Journey):
        await stage.publish(shape)
        return
    async with stage.database.connection() as connection:
        await connection.execute(update(core(Journey)).values(draft={**shape, "messages": MESSAGES}))
        await publish(connection, "jny_test", by="a test", now=stage.clock())


async def sell(stage: Stage, row: str, size: str, fields: dict[str, Any]) -> None:
    """The shop sells one more product, as this case describes it."""
    product = f"prd_{row}{size}"
    await stage.shop.add_product(product, f"{row}coat-{size}", "A coat")
    await stage.shop.add_variants(product=product, **{row + size: size})
    attributes = {name: value for name, value in fields.items() if name.startswith("categor")}
    prices = {name: value for name, value in fields.items() if name not in attributes}
    async with stage.database.connection() as connection:
        table = core(Product)
        await connection.execute(update(table).where(table.c.id == product).values(attributes=attributes))
        if prices:
            variants = core(Variant)
            await connection.execute(update(variants).where(variants.c.sku == row + size).values(**prices))
