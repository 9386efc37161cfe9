"""Stock: a shop's own system says how much there is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import Answer
from api.fields import SourceName
from api.ingest.inventory import StockReport
from api.security import SERVER_KEY
from api.services import Now, TheDatabase, TheSettings
from engine.store import interest, sources, stock

router = APIRouter(prefix="/v1/stock", tags=["Stock"], dependencies=[Depends(SERVER_KEY)])


class StockAnswer(Answer):
    """What a report changed. `event_id` names the movement of stock; null when nothing moved."""

    sku: Annotated[str, Field(examples=["FJELL-M"])]
    available_before: Annotated[int, Field(description="Units that could be promised, over all locations.")]
    available: Annotated[int, Field(description="Units that can be promised now.")]
    event_id: Annotated[str | None, Field(examples=["mov_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


@router.put("/{sku:path}")
async def put_stock(
    *,
    sku: Annotated[str, Path(min_length=1, max_length=255, description="SKU or alias of the variant.")],
    body: StockReport,
    database: TheDatabase,
    settings: TheSettings,
    now: Now,
    source: Annotated[SourceName | None, Query(description="The source; needed when several know this SKU.")] = None,
) -> StockAnswer:
    """Report the units of a variant at a location."""
    async with database.transaction() as session:
        source_id = (await sources.find_source(session, source)).id if source is not None else None
        observed = await stock.observe(session, body.reading(sku), source_id=source_id, delivery_id=None, now=now)
        await sources.note_variant_seen(session, observed.variant_id, now)
        await interest.notice_sold_out(session, [observed], retention=settings.waitlist_retention, now=now)
    return StockAnswer(
        sku=sku,
        available_before=observed.before,
        available=observed.after,
        event_id=observed.movement_id,
    )
