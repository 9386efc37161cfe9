"""The demo: a shop's catalog and stock, the keys it uses, and one journey that runs. Seeded once, then left alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from api.shop.catalog import demo_catalog, initial_stock
from engine.stock.levels import Level
from engine.store import keys
from engine.store.catalog_updates import store_products
from engine.store.database import Database
from engine.store.publishing import create_journey, publish, set_status
from engine.store.sources import ensure_source
from engine.store.statements import core
from engine.store.stock import Reading, observe_all
from engine.store.tables import ApiKey

DEMO_SOURCE = "demo-shop"
DEMO_KEY = "Demo shop"
DEMO_JOURNEY = "jny_back_in_stock"
JOURNEY: dict[str, Any] = {
    "schema": 1,
    "name": "Back in stock",
    "graph": {
        "nodes": [
            {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}},
            {"id": "push", "type": "message", "channel": "web_push", "message": "push"},
            {"id": "email", "type": "message", "channel": "email", "message": "email"},
            {"id": "sms", "type": "message", "channel": "sms", "message": "sms"},
            {"id": "told", "type": "exit", "reason": "told"},
            {"id": "not_told", "type": "exit", "reason": "not_told"},
        ],
        "edges": [
            {"source": "entry", "outlet": "next", "target": "push"},
            {"source": "push", "outlet": "sent", "target": "told"},
            {"source": "push", "outlet": "not_sent", "target": "not_told"},
            {"source": "push", "outlet": "no_channel", "target": "email"},
            {"source": "email", "outlet": "sent", "target": "told"},
            {"source": "email", "outlet": "not_sent", "target": "not_told"},
            {"source": "email", "outlet": "no_channel", "target": "sms"},
            {"source": "sms", "outlet": "sent", "target": "told"},
            {"source": "sms", "outlet": "not_sent", "target": "not_told"},
        ],
    },
    "messages": {
        "push": {
            "channel": "web_push",
            "title": "{{ product.name }} is back",
            "body": "{{ variant.title }} is available again. You asked us to tell you.",
            "link": {"url": "{{ product.url }}"},
            "icon": "{{ product.image_url }}",
            "actions": [{"title": "See it", "link": {"url": "{{ product.url }}"}}],
            "ttl": "PT4H",
            "urgency": "high",
        },
        "email": {
            "channel": "email",
            "subject": "{{ product.name }} is back in stock",
            "preheader": "{{ variant.title }} is available again.",
            "blocks": [
                {"type": "heading", "text": "It is back"},
                {"type": "text", "text": "You asked us to tell you when {{ product.name }} is available again. It is."},
                {"type": "product_card"},
                {"type": "button", "text": "See it", "link": {"url": "{{ product.url }}"}},
            ],
        },
        "sms": {
            "channel": "sms",
            "text": "{{ product.name }} ({{ variant.title }}) is back: {{ link }}",
            "link": {"url": "{{ product.url }}"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo shop needs to talk to Waitline."""

    write_key: str
    webhook_secret: str


async def seed_demo(database: Database, public_url: str, now: datetime) -> Demo:
    """The demo's shop, keys and journey, made when they are missing."""
    async with database.transaction() as session:
        source = await ensure_source(session, DEMO_SOURCE, now)
        table = core(ApiKey)
        shown = select(table.c.shown).where(table.c.name == DEMO_KEY, table.c.revoked_at.is_(None))
        write_key = (await session.execute(shown)).scalar_one_or_none()
        if write_key is None:
            _, write_key = await keys.create_key(session, "write", name=DEMO_KEY, now=now)
            await store_products(session, source.id, demo_catalog(public_url), now)
            stock = [Reading(sku, Level(on_hand=on_hand)) for sku, on_hand in initial_stock().items()]
            await observe_all(session, stock, source_id=source.id, delivery_id=None, now=now)
        if await create_journey(session, DEMO_JOURNEY, JOURNEY, now):
            await publish(session, DEMO_JOURNEY, by="the demo", now=now)
            await set_status(session, DEMO_JOURNEY, "active", now)
    assert source.secret is not None
    return Demo(write_key, source.secret)
