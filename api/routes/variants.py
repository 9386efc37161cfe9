"""Variants: who waits for one."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import Answer, Page, Variant, WaitSource, WaitState
from api.cursors import CursorText, Limit, from_text, to_text
from api.fields import Instant, SourceName
from api.security import staff
from api.services import TheDatabase
from engine.store import catalog, sources, waitlist_pages
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


@router.get("/{sku:path}/waitlist", dependencies=[Depends(staff("see_waitlists", or_key="server"))])
async def list_waitlist(
    *,
    sku: Annotated[str, Path(min_length=1, max_length=255, description="SKU or alias of the variant.")],
    database: TheDatabase,
    source: Annotated[SourceName | None, Query(description="The source; needed when several know this SKU.")] = None,
    state: Annotated[list[WaitState] | None, Query(max_length=7, description="Only entries in these states.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> WaitlistPage:
    """List who waits for a variant."""
    async with database.snapshot() as session:
        source_id = (await sources.find_source(session, source)).id if source is not None else None
        variant = await catalog.find_variant(session, sku, source_id)
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
