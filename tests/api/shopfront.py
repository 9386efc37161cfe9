"""A shop as callers know it: its catalog put in through the API, its keys, and its signed webhooks."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from standardwebhooks import Webhook

from engine.store import sources
from engine.store.database import Database

if TYPE_CHECKING:
    from tests.api.conftest import Doors, HandClock

SHOP = "My Shop"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def subscription(endpoint: str = "https://push.example/one") -> dict[str, Any]:
    """What `PushSubscription.toJSON()` gives."""
    return {"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": P256DH, "auth": AUTH}}


def product(**changes: Any) -> dict[str, Any]:
    """A shirt in three sizes."""
    shirt = {
        "id": "shirt",
        "title": "Linen shirt",
        "url": "https://shop.example/shirt",
        "image_url": "https://shop.example/shirt.jpg",
        "variants": [
            {"sku": "M", "title": "Medium", "price": {"amount": 4990, "currency": "EUR"}, "options": {"size": "M"}},
            {"sku": "L", "title": "Large", "barcode": "4006381333931", "url": "https://shop.example/shirt?v=L"},
            {"sku": "A/B", "title": "With a slash"},
        ],
    }
    return shirt | changes


@dataclass
class Shopfront:
    """The shop and the ways in that it uses."""

    client: httpx.AsyncClient
    database: Database
    clock: "HandClock"
    write: dict[str, str]
    server: dict[str, str]

    @classmethod
    async def open(
        cls, client: httpx.AsyncClient, database: Database, doors: "Doors", clock: "HandClock"
    ) -> "Shopfront":
        shop = cls(client, database, clock, await doors.key("write"), await doors.key("server"))
        answer = await shop.put_catalog(product())
        assert answer.status_code == 200, answer.text
        return shop

    async def put_catalog(self, *products: dict[str, Any], source: str = SHOP) -> httpx.Response:
        body = {"source": source, "products": list(products)}
        return await self.client.put("/v1/catalog/items", json=body, headers=self.server)

    async def wait_for(self, sku: str, **request: Any) -> httpx.Response:
        return await self.client.post("/v1/waitlist", json={"variant": sku, **request}, headers=self.write)

    async def put_stock(self, sku: str, on_hand: int, **report: Any) -> httpx.Response:
        return await self.client.put(f"/v1/stock/{sku}", json={"on_hand": on_hand, **report}, headers=self.server)

    async def deliver(self, body: Any, *, delivery_id: str = "msg_1", source: str = SHOP) -> httpx.Response:
        """A webhook as the shop's system signs and sends it."""
        raw = body if isinstance(body, str) else json.dumps(body)
        return await self.deliver_signed(raw, await self.signed(raw, delivery_id, source), source)

    async def signed(self, raw: str, delivery_id: str = "msg_1", source: str = SHOP) -> dict[str, str]:
        async with self.database.snapshot() as session:
            secret = (await sources.find_source(session, source)).secret
        assert secret is not None
        return {
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(self.clock.now.timestamp())),
            "webhook-signature": Webhook(secret).sign(delivery_id, self.clock.now, raw),
        }

    async def deliver_signed(self, raw: str | bytes, headers: dict[str, str], source: str = SHOP) -> httpx.Response:
        return await self.client.post(f"/v1/webhooks/inventory/{source}", content=raw, headers=headers)

    async def line(self, caller: httpx.AsyncClient, sku: str, **query: Any) -> Any:
        answer = await caller.get(f"/v1/variants/{sku}/waitlist", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()
