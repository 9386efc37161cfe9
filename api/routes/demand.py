"""Demand: who waits for what, how long, and what restocks made of it; for planners, as JSON and as a file."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.answers import Answer, Page, Variant
from api.csv_files import csv_lines
from api.cursors import CursorText, Limit, from_text, to_text
from api.fields import Instant
from api.security import staff
from api.services import Now, TheDatabase
from engine.store import demand as demand_store
from engine.store.database import Database
from engine.store.demand import AGES
from engine.store.paging import Cursor

router = APIRouter(prefix="/v1", tags=["Demand"], dependencies=[Depends(staff("see_waitlists", or_key="server"))])

CSV_COLUMNS = (
    "sku",
    "title",
    "open",
    "asked",
    "told",
    "bought",
    "expired",
    "oldest",
    *AGES,
    "last_restock",
    "conversion",
)
ROWS_AT_A_TIME = 200


class RestockAnswer(Answer):
    """What came of one restock."""

    id: str
    at: Instant
    units: Annotated[int, Field(description="Units available after it.", examples=[60])]
    released: Annotated[int, Field(description="People let in.", examples=[120])]
    bought: Annotated[int, Field(description="Those of them who bought.", examples=[31])]
    conversion: Annotated[float | None, Field(description="Their share; null when nobody was let in.", examples=[0.26])]


class DemandAnswer(Answer):
    """The demand for one variant. Each person counts once, whatever her reasons to wait."""

    variant: Variant
    open: Annotated[int, Field(description="People who wait now.", examples=[840])]
    asked: Annotated[int, Field(description="Those of them who asked to be told.", examples=[610])]
    told: Annotated[int, Field(description="People who were told and have not bought.")]
    bought: Annotated[int, Field(description="People who waited and bought.")]
    expired: Annotated[int, Field(description="People whose time ran out before it was back.")]
    oldest: Annotated[Instant | None, Field(description="Since when the first of those waits.")]
    ages: Annotated[
        Mapping[str, int], Field(description="Those who wait, by how long they have.", examples=[{"under_a_day": 12}])
    ]
    restocks: Annotated[list[RestockAnswer], Field(description="The newest restocks, newest first.")]


class DemandReport(Page):
    """The demand by variant, most wanted first."""

    items: list[DemandAnswer]


@router.get("/demand")
async def get_demand(*, database: TheDatabase, now: Now, cursor: CursorText = None, limit: Limit = 50) -> DemandReport:
    """Report the demand by variant, most wanted first."""
    async with database.snapshot() as session:
        page = await demand_store.read_demand(session, now, after=from_text(cursor), limit=limit)
    return DemandReport(items=[DemandAnswer.model_validate(one) for one in page.items], next=to_text(page.next))


@router.get(
    "/demand.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "One line a variant."}},
)
async def export_demand(database: TheDatabase, now: Now) -> StreamingResponse:
    """Export the demand by variant, most wanted first."""
    return StreamingResponse(
        _csv(database, now),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="demand.csv"'},
    )


async def _csv(database: Database, now: datetime) -> AsyncGenerator[str]:
    yield csv_lines([CSV_COLUMNS])
    after: Cursor | None = None
    while True:
        async with database.snapshot() as session:
            page = await demand_store.read_demand(session, now, after=after, limit=ROWS_AT_A_TIME)
        yield csv_lines(_line(DemandAnswer.model_validate(one)) for one in page.items)
        after = page.next
        if after is None:
            return


def _line(one: DemandAnswer) -> list[object]:
    newest = one.restocks[0] if one.restocks else None
    return [
        one.variant.sku,
        one.variant.title,
        one.open,
        one.asked,
        one.told,
        one.bought,
        one.expired,
        one.oldest and one.oldest.isoformat(),
        *(one.ages[name] for name in AGES),
        newest and newest.at.isoformat(),
        None if newest is None or newest.conversion is None else f"{newest.conversion:.4f}",
    ]
