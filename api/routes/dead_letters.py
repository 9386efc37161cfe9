"""Dead letters: what sources sent and nobody could use."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.answers import Answer, Page
from api.bodies import Body
from api.cursors import CursorText, Limit, from_text, to_text
from api.fields import Instant, SourceName
from api.ingest.replaying import replay
from api.languages.asked import Sentence
from api.security import staff
from api.services import Now, TheDatabase, TheSettings
from engine.store import deadletters, sources

MOST_AT_ONCE = 500
router = APIRouter(prefix="/v1/dead-letters", tags=["Dead letters"])


class DeadLetterAnswer(Answer):
    """Something that was received and could not be used. `source` is the source's name."""

    id: Annotated[str, Field(examples=["dlt_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    source: SourceName
    delivery_id: str | None
    code: Annotated[str, Field(description="Stable.", examples=["unknown_variant"])]
    reason: Annotated[Sentence, Field(description="What is wrong, and what to do.")]
    received_at: Instant
    payload: Annotated[dict[str, Any], Field(description="What was received; an inventory item under `item`.")]


class DeadLetterPage(Page):
    """Open dead letters, newest first."""

    items: list[DeadLetterAnswer]


class ChosenLetters(Body):
    """Which dead letters are meant."""

    ids: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=MOST_AT_ONCE)
    ]


class SettledAnswer(Answer):
    """How many are settled now, and how many of those that were chosen remain."""

    settled: int
    remaining: int


@router.get("", dependencies=[Depends(staff("see_dead_letters"))])
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


@router.post("/replay", dependencies=[Depends(staff("settle_dead_letters"))])
async def replay_dead_letters(
    body: ChosenLetters, database: TheDatabase, settings: TheSettings, now: Now
) -> SettledAnswer:
    """Try dead letters again, after what was missing has come. What came in later stays as it is."""
    async with database.transaction() as session:
        letters = await deadletters.read_letters(session, body.ids)
        used = await replay(session, letters, retention=settings.waitlist_retention, now=now)
    return SettledAnswer(settled=len(used), remaining=len(letters) - len(used))


@router.post("/dismiss", dependencies=[Depends(staff("settle_dead_letters"))])
async def dismiss_dead_letters(body: ChosenLetters, database: TheDatabase, now: Now) -> SettledAnswer:
    """Put dead letters away that nobody needs."""
    async with database.transaction() as session:
        settled = await deadletters.resolve(session, body.ids, now)
    return SettledAnswer(settled=settled, remaining=0)
