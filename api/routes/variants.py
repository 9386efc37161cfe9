"""Variants: who waits for one, as a page and as a file."""

from collections.abc import AsyncGenerator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.answers import Answer, Page, Variant, WaitSource, WaitState
from api.csv_files import csv_lines
from api.cursors import CursorText, Limit, from_text, to_text
from api.fields import Instant, SourceName
from api.security import staff
from api.services import TheDatabase
from engine.store import catalog, sources, waitlist_pages
from engine.store.catalog import VariantRef
from engine.store.database import Database
from engine.store.paging import Cursor
from engine.store.statements import Executor
from engine.store.variant_names import name_variants

router = APIRouter(prefix="/v1/variants", tags=["Variants"])


class EntryAnswer(Answer):
    """A waitlist entry. `contact` is the e-mail address, or else the phone number, of who waits."""

    id: Annotated[str, Field(examples=["wle_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    profile_id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    source: WaitSource
    state: WaitState
    reason: str | None
    created_at: Instant
    expires_at: Instant | None
    notified_at: Instant | None
    contact: Annotated[str | None, Field(examples=["ada@example.org"])]


class WaitlistPage(Page):
    """A variant's waitlist, oldest entry first, with the number of entries in each state."""

    variant: Variant
    counts: Mapping[WaitState, int]
    entries: list[EntryAnswer]


MayList = Depends(staff("see_waitlists", or_key="server"))
SkuPath = Annotated[str, Path(min_length=1, max_length=255, description="SKU or alias of the variant.")]
SourceQuery = Annotated[SourceName | None, Query(description="The source; needed when several know this SKU.")]
StateQuery = Annotated[list[WaitState] | None, Query(max_length=7, description="Only entries in these states.")]
CSV_COLUMNS = (
    "id",
    "contact",
    "profile_id",
    "source",
    "state",
    "reason",
    "created_at",
    "expires_at",
    "notified_at",
)
ROWS_AT_A_TIME = 1_000


@router.get("/{sku:path}/waitlist", dependencies=[MayList])
async def list_waitlist(
    *,
    sku: SkuPath,
    database: TheDatabase,
    source: SourceQuery = None,
    state: StateQuery = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> WaitlistPage:
    """List who waits for a variant."""
    async with database.snapshot() as session:
        variant = await _find(session, sku, source)
        name = (await name_variants(session, [variant.id]))[variant.id]
        counts = await waitlist_pages.count_states(session, variant.id)
        page = await waitlist_pages.list_entries(
            session, [variant.id], states=state or (), after=from_text(cursor), limit=limit
        )
    return WaitlistPage(
        variant=Variant(sku=name.sku, title=name.title),
        counts=counts,
        entries=[EntryAnswer.model_validate(entry) for entry in page.items],
        next=to_text(page.next),
    )


@router.get(
    "/{sku:path}/waitlist.csv",
    dependencies=[MayList],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "One line an entry."}},
)
async def export_waitlist(
    *, sku: SkuPath, database: TheDatabase, source: SourceQuery = None, state: StateQuery = None
) -> StreamingResponse:
    """Export who waits for a variant, oldest entry first."""
    async with database.snapshot() as session:
        variant = await _find(session, sku, source)
    name = "".join(character if character.isalnum() and character.isascii() else "-" for character in variant.sku)
    return StreamingResponse(
        _csv(database, variant, state or []),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="waitlist-{name}.csv"'},
    )


async def _csv(database: Database, variant: VariantRef, states: list[WaitState]) -> AsyncGenerator[str]:
    yield csv_lines([CSV_COLUMNS])
    after: Cursor | None = None
    while True:
        async with database.snapshot() as session:
            page = await waitlist_pages.list_entries(
                session, [variant.id], states=states, after=after, limit=ROWS_AT_A_TIME
            )
        entries = (EntryAnswer.model_validate(entry).model_dump(mode="json") for entry in page.items)
        yield csv_lines([entry[column] for column in CSV_COLUMNS] for entry in entries)
        after = page.next
        if after is None:
            return


async def _find(executor: Executor, sku: str, source: str | None) -> VariantRef:
    source_id = (await sources.find_source(executor, source)).id if source is not None else None
    return await catalog.find_variant(executor, sku, source_id)
