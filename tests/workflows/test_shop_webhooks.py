"""From a shop's own webhook to the push: recorded bodies of Shopify and WooCommerce, and calls to the tracking API."""

from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update

from activities.tasks import EnrollmentTask
from api.app import create_app
from engine.settings import Settings
from engine.store import keys, sources
from engine.store.statements import core
from engine.store.tables import Event, Identity
from tests.builders import journey, node
from tests.recorded import SHOPIFY_SECRET, WOOCOMMERCE_SECRET, body, from_shopify, from_woocommerce
from tests.workflows.stage import Stage
from tests.workflows.test_back_in_stock import ONE_PUSH


@pytest.fixture
async def shops(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    """The API of this stage, with a Shopify and a WooCommerce shop in it."""
    settings = Settings.model_validate({"secret_key": "a secret for tests", "public_url": "http://waitline.example"})
    app = create_app(settings, stage.database, now=stage.clock)
    async with stage.database.transaction() as session:
        for name, secret in (("Nordlys", SHOPIFY_SECRET), ("Fjellbua", WOOCOMMERCE_SECRET)):
            made = await sources.ensure_source(session, name, stage.clock())
            await sources.change_source(session, made.id, secret=secret)
        _, key = await keys.create_key(session, "server", name="test", now=stage.clock())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://waitline.example", headers={"X-Key": key}
    ) as client:
        yield client


async def post(shops: httpx.AsyncClient, path: str, raw: bytes, headers: Mapping[str, str]) -> None:
    answer = await shops.post(f"/v1/webhooks/{path}", content=raw, headers=dict(headers))
    assert answer.status_code == 202, answer.text


async def wait_for(stage: Stage, shops: httpx.AsyncClient, name: str, sku: str) -> None:
    """The person, who has a browser, asks for the variant."""
    await stage.person(name)
    headers = {"Authorization": f"Bearer {shops.headers['X-Key']}"}
    asked: dict[str, Any] = {"variant": sku, "profile": {"id": f"prf_{name}"}}
    answer = await shops.post("/v1/waitlist", json=asked, headers=headers)
    assert answer.status_code in {200, 201}, answer.text


async def released(stage: Stage, name: str) -> None:
    async def has_begun() -> bool:
        return bool(await stage.enrollments(name))

    await stage.route()
    await stage.until(has_begun, True)
    assert await stage.finish(name) == "completed"


async def test_a_shopify_level_that_comes_up_from_nothing_becomes_a_push(
    stage: Stage, shops: httpx.AsyncClient
) -> None:
    await stage.publish(ONE_PUSH)
    raw = body("shopify_products_update")
    await post(shops, "shopify/Nordlys", raw, from_shopify(raw, "products/update", "d-1"))
    raw = body("shopify_inventory_levels_update", available=0, updated_at=None)
    await post(shops, "shopify/Nordlys", raw, from_shopify(raw, "inventory_levels/update", "d-2"))
    await wait_for(stage, shops, "ada", "FJELL-M")

    raw = body("shopify_inventory_levels_update", updated_at=None)
    for _ in range(2):  # at least once, says Shopify
        await post(shops, "shopify/Nordlys", raw, from_shopify(raw, "inventory_levels/update", "d-3"))
    await released(stage, "ada")
    assert [getattr(message, "title", None) for _, message in stage.push.sent] == ["Fjell jacket is back"]


async def test_a_woocommerce_product_that_comes_back_becomes_a_push(stage: Stage, shops: httpx.AsyncClient) -> None:
    await stage.publish(ONE_PUSH)
    raw = body("woocommerce_product_updated", stock_quantity=0, stock_status="outofstock", date_modified_gmt=None)
    await post(shops, "woocommerce/Fjellbua", raw, from_woocommerce(raw, "product.updated", "d-1"))
    await wait_for(stage, shops, "ada", "FJELL")

    raw = body("woocommerce_product_updated", date_modified_gmt=None)
    await post(shops, "woocommerce/Fjellbua", raw, from_woocommerce(raw, "product.updated", "d-2"))
    await released(stage, "ada")
    assert [getattr(message, "title", None) for _, message in stage.push.sent] == ["Fjell jacket is back"]


@pytest.mark.spec("F-027", "F-028")
async def test_an_event_of_another_system_starts_the_journey_once_and_its_words_stay_as_they_came(
    stage: Stage, shops: httpx.AsyncClient
) -> None:
    title = "{{ event.title | default('It') }} at {{ event.price | default('a price') }}"
    told = {"channel": "web_push", "title": title, "body": "{{ event.sku | default('') }}", "link": "{{ product.url }}"}
    await stage.publish(
        journey(
            node("entry", "entry", trigger={"kind": "event", "event": "back_in_stock"}),
            node("push", "message", channel="web_push", message="told"),
            node("pause", "delay", duration="PT1H"),
            node("again", "message", channel="web_push", message="told"),
            paths=[
                "entry > push",
                "push.sent > pause",
                "push.not_sent > pause",
                "pause > again",
                "again.sent > done",
                "again.not_sent > done",
            ],
        ),
        messages={"told": told},
    )
    await stage.shop.stock("M", 9, now=stage.clock())
    async with stage.database.transaction() as session:
        _, write_key = await keys.create_key(session, "write", name="page", now=stage.clock())
    ways = {"ada": shops.headers["X-Key"], "bob": write_key}

    async def track(name: str, message: str, properties: Mapping[str, Any]) -> None:
        call = {"event": "back_in_stock", "userId": f"42-{name}", "messageId": message, "properties": properties}
        answer = await shops.post("/v1/track", json=call, headers={"Authorization": f"Bearer {ways[name]}"})
        assert answer.is_success, answer.text
        await stage.route()

    for name in ways:
        await stage.person(name)
        known = {"kind": "external_id", "value": f"42-{name}", "profile_id": f"prf_{name}", "created_at": stage.clock()}
        async with stage.database.connection() as connection:
            await connection.execute(insert(core(Identity)), known)
        said = {"sku": "M", "title": f"Fjell for {name}", "price": 120}

        await track(name, f"m-{name}", said)
        await stage.stands(name, "pause")
        await track(name, f"m-{name}", {**said, "price": 99})
        async with stage.database.connection() as connection:
            events = core(Event)
            mine = events.c.profile_id == f"prf_{name}"
            await connection.execute(update(events).where(mine).values(properties={"title": "Something else"}))
        await stage.pass_time(timedelta(hours=1, minutes=1))
        assert await stage.finish(name) == "completed"

        [enrollment] = await stage.enrollments(name)
        pushes = [(getattr(push, "title", None), getattr(push, "body", None)) for _, push in stage.push.sent]
        assert pushes == [(f"Fjell for {name} at 120", "M")] * 2
        stage.push.sent.clear()
        begun = (await stage.client.get_workflow_handle(enrollment["id"]).fetch_history()).events[0]
        given = begun.workflow_execution_started_event_attributes.input.payloads
        [task] = await stage.client.data_converter.decode(given, [EnrollmentTask])
        assert (task.entry.name, task.entry.properties) == ("back_in_stock", said)

        await track(name, f"another-{name}", said)
        assert len(await stage.enrollments(name)) == 2, "another message, another enrollment"
        await stage.pass_time(timedelta(hours=1, minutes=1))
        assert await stage.finish(name) == "completed"
        stage.push.sent.clear()
