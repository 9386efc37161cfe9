"""People who wait, written straight into the database of a running Waitline."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from engine.messages.addresses import PushAddress
from engine.stock.levels import Level
from engine.store.catalog_updates import ProductEntry, VariantEntry, store_products, variant_id
from engine.store.database import Database
from engine.store.publishing import create_journey, publish, set_status
from engine.store.sources import ensure_source
from engine.store.statements import in_chunks, insert_into
from engine.store.stock import Reading, observe_all
from engine.store.tables import Consent, Profile, PushSubscription, WaitlistEntry
from engine.store.tables.base import Table
from tests.builders import journey, node

JOURNEY = journey(
    node("push", "message", channel="web_push", message="push"),
    paths=["entry > push", "push.sent > done", "push.not_sent > done"],
    messages={
        "push": {
            "channel": "web_push",
            "title": "{{ product.name }} is back",
            "body": "{{ variant.title }} is available again, {{ profile.first_name | default('you') }}.",
            "link": "{{ product.url }}",
            "actions": [{"title": "See it", "link": "{{ product.url }}"}],
        }
    },
    name="Back in stock",
)


async def settle(database: Database, source: str, skus: Sequence[str]) -> None:
    """A shop that sells these variants, none of them in stock, and one active journey."""
    now = datetime.now(UTC)
    async with database.connection() as connection:
        shop = await ensure_source(connection, source, now)
        products = [
            ProductEntry(
                id=sku,
                title="Fjell jacket",
                url=f"https://shop.example/p/{sku}",
                variants=(VariantEntry(sku=sku, title="Size M", price=24900, currency="EUR"),),
            )
            for sku in skus
        ]
        await store_products(connection, shop.id, products, now)
        await observe_all(
            connection, [Reading(sku, Level(on_hand=0)) for sku in skus], source_id=shop.id, delivery_id=None, now=now
        )
        await create_journey(connection, "jny_fanout", JOURNEY, now)
        await publish(connection, "jny_fanout", by="the benchmark", now=now)
        await set_status(connection, "jny_fanout", "active", now)


async def wait(database: Database, source: str, waiting: Mapping[str, tuple[str, PushAddress]]) -> None:
    """These people wait: name → (SKU, browser)."""
    now = datetime.now(UTC)
    async with database.connection() as connection:
        shop = await ensure_source(connection, source, now)
        await _insert(
            connection,
            Profile,
            [{"id": f"prf_{name}", "attributes": {}, "created_at": now, "updated_at": now} for name in waiting],
        )
        await _insert(
            connection,
            Consent,
            [
                {
                    "profile_id": f"prf_{name}",
                    "channel": "web_push",
                    "topic": "back_in_stock",
                    "granted": True,
                    "updated_at": now,
                }
                for name in waiting
            ],
        )
        await _insert(
            connection,
            PushSubscription,
            [
                {
                    "id": f"psh_{name}",
                    "profile_id": f"prf_{name}",
                    "endpoint": browser.endpoint,
                    "p256dh": browser.p256dh,
                    "auth": browser.auth,
                    "created_at": now,
                }
                for name, (_, browser) in waiting.items()
            ],
        )
        await _insert(
            connection,
            WaitlistEntry,
            [
                {
                    "id": f"wle_{name}",
                    "profile_id": f"prf_{name}",
                    "variant_id": variant_id(shop.id, sku),
                    "source": "explicit",
                    "intent": 0,
                    "state": "pending",
                    "created_at": now,
                }
                for name, (sku, _) in waiting.items()
            ],
        )


async def _insert(connection: AsyncConnection, model: type[Table], rows: list[dict[str, Any]]) -> None:
    for chunk in in_chunks(rows):
        await connection.execute(insert_into(model, connection), list(chunk))
