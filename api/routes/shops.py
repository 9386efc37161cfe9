"""Webhooks of Shopify and WooCommerce, as those systems send and sign them."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from api.errors import WrongSignature
from api.ingest.shop_webhooks import SHOPS, ShopSystem, take_webhook
from api.ingest.signatures import LONGEST_ID, check_raw_signature
from api.routes.webhooks import DeliveryAnswer
from api.security import PUBLIC
from api.services import Now, TheDatabase, TheSettings
from engine.store import deliveries, sources

router = APIRouter(prefix="/v1/webhooks", tags=["Webhooks"], dependencies=[Depends(PUBLIC)])
_PING = re.compile(rb"webhook_id=\d{1,20}")
"""What WooCommerce sends once, unsigned, when a webhook is saved."""


def _add(system: ShopSystem) -> None:
    @router.post(
        f"/{system.name}/{{source}}",
        name=f"receive_{system.name}",
        summary=f"Take a webhook of {system.title}",
        status_code=202,
        openapi_extra={
            "parameters": [
                {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": text}
                for name, text in (
                    (system.signature, "Base64 of the HMAC-SHA256 of the body, with the secret of the source."),
                    (system.delivery, "The delivery's id; the same id again has no effect."),
                    (system.topic, "What happened."),
                )
            ],
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        },
    )
    async def receive(
        source: Annotated[str, Path(max_length=120, description="Name or id of the source.")],
        request: Request,
        database: TheDatabase,
        settings: TheSettings,
        now: Now,
    ) -> DeliveryAnswer:
        raw = await request.body()
        async with database.snapshot() as session:
            known = await sources.find_source(session, source)
        if system.name == "woocommerce" and _PING.fullmatch(raw):
            return DeliveryAnswer(delivery_id="ping", accepted=0, dead_lettered=0, duplicate=False)
        check_raw_signature(known.secret, request.headers.get(system.signature, ""), raw)
        delivery_id = request.headers.get(system.delivery, "")
        if not 0 < len(delivery_id) <= LONGEST_ID or not delivery_id.isprintable():
            raise WrongSignature(f"The header {system.delivery} is missing; send it as {system.title} does.")
        async with database.transaction() as session:
            before = await deliveries.begin(session, known.id, delivery_id, now)
            receipt = before or await take_webhook(
                session,
                system,
                request.headers,
                raw,
                known,
                delivery_id=delivery_id,
                retention=settings.waitlist_retention,
                now=now,
            )
            if before is None:
                await deliveries.finish(session, known.id, delivery_id, receipt)
                await sources.note_seen(session, known, now)
        return DeliveryAnswer(
            delivery_id=delivery_id,
            accepted=receipt.accepted,
            dead_lettered=receipt.dead_lettered,
            duplicate=before is not None,
        )


for _system in SHOPS.values():
    _add(_system)
