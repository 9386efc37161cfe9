"""Variants: who waits for one, as a page and as a file."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.answers import Answer, Page, Variant, WaitSource, WaitState
from api.bodies import Body
from api.csv_files import csv_lines
from api.cursors import CursorText, Limit, from_text, to_text
from api.errors import FieldProblem, ValidationFailed
from api.fields import Instant, SourceName
from api.security import SERVER_KEY, staff
from api.services import Now, TheDatabase
from engine.store import catalog, expectations, sources, waitlist_pages
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


class ExpectedBody(Body):
    """When the variant will be back. `confidence` says how sure that is, from 0 to 1."""

    expected_at: Annotated[Instant, Field(description="Must lie ahead.")]
    confidence: Annotated[float | None, Field(ge=0, le=1, examples=[0.7])] = None


class StatedReturn(Answer):
    """What the source said."""

    expected_at: Instant
    confidence: float | None
    stated_at: Instant


class EstimatedReturn(Answer):
    """What past restocks let one expect: the true day lies in the interval with this confidence."""

    expected_at: Instant
    earliest: Instant
    latest: Instant
    confidence: Annotated[float, Field(examples=[0.71])]
    gaps: Annotated[int, Field(description="Past restocks that this rests on.", examples=[6])]


class ExpectedAnswer(Answer):
    """What is known of a variant's return."""

    stated: StatedReturn | None
    estimate: Annotated[
        EstimatedReturn | None,
        Field(description="Null while it is in stock, and where fewer than five past restocks say anything about it."),
    ]
    out_since: Instant | None
    restocks: Annotated[int, Field(description="Times that it was seen to sell out and come back.")]


@router.get("/{sku:path}/expected", dependencies=[MayList])
async def get_expected(*, sku: SkuPath, database: TheDatabase, now: Now, source: SourceQuery = None) -> ExpectedAnswer:
    """Read when a variant is expected back: as stated, and as past restocks let one estimate."""
    async with database.snapshot() as session:
        return await _expected(session, (await _find(session, sku, source)).id, now)


@router.put("/{sku:path}/expected", dependencies=[Depends(SERVER_KEY)])
async def put_expected(
    *, sku: SkuPath, body: ExpectedBody, database: TheDatabase, now: Now, source: SourceQuery = None
) -> ExpectedAnswer:
    """State when a variant will be back. Everyone who waits for it gets a `Restock Expected` event."""
    if body.expected_at <= now:
        behind = FieldProblem("expected_at", "in_the_past", "This lies behind us; send a time ahead.")
        raise ValidationFailed(errors=[behind])
    async with database.transaction() as session:
        variant = await _find(session, sku, source)
        await expectations.state(session, variant.id, body.expected_at, body.confidence, now)
        return await _expected(session, variant.id, now)


@router.delete("/{sku:path}/expected", dependencies=[Depends(SERVER_KEY)], status_code=204)
async def delete_expected(*, sku: SkuPath, database: TheDatabase, source: SourceQuery = None) -> None:
    """Withdraw what was stated. Nobody is told."""
    async with database.transaction() as session:
        await expectations.withdraw(session, (await _find(session, sku, source)).id)


async def _expected(executor: Executor, variant_id: str, now: datetime) -> ExpectedAnswer:
    found = await expectations.read_expectation(executor, variant_id, now)
    return ExpectedAnswer(
        stated=found.stated and StatedReturn.model_validate(found.stated),
        estimate=found.estimate and EstimatedReturn.model_validate(found.estimate),
        out_since=found.out_since,
        restocks=found.gaps,
    )
