"""Webhooks: what other systems tell us, signed with the secret of their source."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from api.answers import Answer
from api.errors import MalformedRequest
from api.ingest.intake import take_inventory
from api.ingest.inventory import inventory_schema, parse_inventory
from api.ingest.signatures import check_signature
from api.security import PUBLIC
from api.services import Now, TheDatabase, TheSettings
from engine.store import deliveries, sources
from engine.store.deliveries import Receipt
from engine.store.statements import Executor

router = APIRouter(prefix="/v1/webhooks", tags=["Webhooks"], dependencies=[Depends(PUBLIC)])

_SIGNED_HEADERS = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": description}
    for name, description in (
        ("webhook-id", "The delivery's id; the same id again has no effect."),
        ("webhook-timestamp", "Seconds since 1970 at which it was signed; at most five minutes ago."),
        ("webhook-signature", "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`."),
    )
]


class DeliveryAnswer(Answer):
    """What became of a delivery. It is on disk when this is answered."""

    delivery_id: Annotated[str, Field(examples=["msg_2Lh9KRb0pzN4LePd3XiA4v12Axj"])]
    accepted: Annotated[int, Field(description="Items that were taken in.")]
    dead_lettered: Annotated[int, Field(description="Items that could not be used; see GET /v1/dead-letters.")]
    duplicate: Annotated[bool, Field(description="It came before, and this copy had no effect.")]


@router.post(
    "/inventory/{source}",
    status_code=202,
    openapi_extra={
        "parameters": _SIGNED_HEADERS,
        "requestBody": {"required": True, "content": {"application/json": {"schema": inventory_schema()}}},
    },
)
async def receive_inventory(
    source: Annotated[str, Path(max_length=120, description="Name or id of the source.")],
    request: Request,
    database: TheDatabase,
    settings: TheSettings,
    now: Now,
) -> DeliveryAnswer:
    """Take a signed report of stock levels."""
    try:
        body = (await request.body()).decode()
    except UnicodeDecodeError:
        raise MalformedRequest("The body is not UTF-8; encode it as JSON asks for.") from None
    known = await database.look_up(lambda executor: sources.find_source(executor, source))
    delivery_id = check_signature(known.secret, request.headers, body, now)
    inventory = parse_inventory(body)

    async def take(executor: Executor) -> DeliveryAnswer:
        before = await deliveries.begin(executor, known.id, delivery_id, now)
        if before is not None:
            return _answer(delivery_id, before, duplicate=True)
        receipt = await take_inventory(
            executor,
            inventory,
            source_id=known.id,
            delivery_id=delivery_id,
            retention=settings.waitlist_retention,
            now=now,
        )
        await deliveries.finish(executor, known.id, delivery_id, receipt)
        await sources.note_seen(executor, known, now)
        return _answer(delivery_id, receipt, duplicate=False)

    return await database.carry_out(take)


def _answer(delivery_id: str, receipt: Receipt, *, duplicate: bool) -> DeliveryAnswer:
    return DeliveryAnswer(
        delivery_id=delivery_id,
        accepted=receipt.accepted,
        dead_lettered=receipt.dead_lettered,
        duplicate=duplicate,
    )
