"""Dead letters: what sources sent and nobody could use."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.answers import Answer, Page
from api.cursors import CursorText, Limit, from_text, to_text
from api.fields import Instant, SourceName
from api.security import staff
from api.services import TheDatabase
from engine.store import deadletters, sources

router = APIRouter(prefix="/v1/dead-letters", tags=["Dead letters"], dependencies=[Depends(staff("see_dead_letters"))])


class DeadLetterAnswer(Answer):
    """Something that was received and could not be used. `source` is the source's name."""

    id: Annotated[str, Field(examples=["dlt_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    source: SourceName
    delivery_id: str | None
    code: Annotated[str, Field(description="Stable.", examples=["unknown_variant"])]
    reason: Annotated[str, Field(description="What is wrong, and what to do.")]
    received_at: Instant
    payload: Annotated[dict[str, Any], Field(description="What was received; an inventory item under `item`.")]


class DeadLetterPage(Page):
    """Open dead letters, newest first."""

    items: list[DeadLetterAnswer]


@router.get("")
async def list_dead_letters(
    database: TheDatabase,
    source: Annotated[SourceName | None, Query(description="Only those of this source.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> DeadLetterPage:
    """List what could not be used."""
    async with database.snapshot() as session:
        source_id = (await sources.find_source(session, source)).id if source is not None else None
        page = await deadletters.list_letters(session, source_id=source_id, after=from_text(cursor), limit=limit)
    return DeadLetterPage(
        items=[DeadLetterAnswer.model_validate(letter) for letter in page.items], next=to_text(page.next)
    )
