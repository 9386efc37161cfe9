"""Releases: how each restock is let out to those who wait for it; pause, resume and stop."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import Answer, JourneyRef, Page, Variant, WaitState
from api.cursors import CursorText, Limit, from_text, to_text
from api.security import staff
from api.services import Now, TheDatabase
from engine.store import release_controls, release_pages
from engine.store.database import Database

router = APIRouter(prefix="/v1/releases", tags=["Releases"])

ReleaseId = Annotated[str, Path(max_length=64, examples=["rel_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
MaySee = Depends(staff("see_journeys"))
MayControl = Depends(staff("launch_journeys"))


class ReleaseAnswer(Answer):
    """A release with its live numbers."""

    id: Annotated[str, Field(examples=["rel_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    journey: JourneyRef
    version: int
    variant: Variant
    restock_id: str
    status: Literal["running", "holding", "paused", "ended"]
    reason: Annotated[
        str | None,
        Field(description="What it is held for, or why it ended.", examples=["next_batch", "line_empty", "stopped"]),
    ]
    released: Annotated[int, Field(description="People let in.", examples=[120])]
    notified: Annotated[int, Field(description="Those of them to whom a provider accepted a message.", examples=[117])]
    bought: Annotated[int, Field(description="Those of them who bought.", examples=[31])]
    left_out: Annotated[int, Field(description="People whose interest was too old for the journey.")]
    waiting: Annotated[int, Field(description="Open waitlist entries for the variant.", examples=[840])]
    offered: Annotated[int, Field(description="Units that were available at the restock.", examples=[60])]
    available: Annotated[int, Field(description="Units that are available now.", examples=[29])]
    tier: Annotated[int, Field(description="The last tier that is open, counted from 0.")]
    next_at: Annotated[datetime | None, Field(description="When it goes on, while it is held.")]
    started_at: datetime
    ended_at: datetime | None


class ReleaseList(Page):
    """Releases, newest first."""

    items: list[ReleaseAnswer]


class LetIn(Answer):
    """Somebody whom the release let in, at her place, with what gave her the place."""

    position: Annotated[int, Field(examples=[1])]
    profile_id: str
    name: str | None
    tier: Annotated[int | None, Field(description="Null where the line had no tiers and no score.")]
    intent: Annotated[int | None, Field(description="0: she asked to be told; 1: we inferred it.")]
    score: float | None
    since: Annotated[datetime | None, Field(description="When she began to wait.")]
    entered_at: datetime
    state: Annotated[WaitState | None, Field(description="What became of her wait.")]


class LetInList(Page):
    """The people whom a release let in, in the order in which it did."""

    items: list[LetIn]


@router.get("", dependencies=[MaySee])
async def list_releases(
    *,
    database: TheDatabase,
    journey: Annotated[str | None, Query(max_length=64, description="Only this journey's.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> ReleaseList:
    """List releases, newest first, with their live numbers."""
    async with database.snapshot() as session:
        page = await release_pages.list_releases(session, journey=journey, after=from_text(cursor), limit=limit)
    return ReleaseList(items=[ReleaseAnswer.model_validate(one) for one in page.items], next=to_text(page.next))


@router.get("/{release_id}", dependencies=[MaySee])
async def get_release(release_id: ReleaseId, database: TheDatabase) -> ReleaseAnswer:
    """Read a release."""
    return await _answer(database, release_id)


@router.get("/{release_id}/people", dependencies=[Depends(staff("see_waitlists"))])
async def list_release_people(
    *, release_id: ReleaseId, database: TheDatabase, cursor: CursorText = None, limit: Limit = 50
) -> LetInList:
    """List whom a release let in, in its order."""
    async with database.snapshot() as session:
        await release_pages.read_release(session, release_id)
        page = await release_pages.list_people(session, release_id, after=from_text(cursor), limit=limit)
    return LetInList(items=[LetIn.model_validate(one) for one in page.items], next=to_text(page.next))


@router.post("/{release_id}/pause", dependencies=[MayControl])
async def pause_release(release_id: ReleaseId, database: TheDatabase, now: Now) -> ReleaseAnswer:
    """Pause a release: nobody is let in until it is resumed. Who was let in already goes on."""
    return await _control(database, release_id, "pause", now)


@router.post("/{release_id}/resume", dependencies=[MayControl])
async def resume_release(release_id: ReleaseId, database: TheDatabase, now: Now) -> ReleaseAnswer:
    """Resume a paused release."""
    return await _control(database, release_id, "resume", now)


@router.post("/{release_id}/stop", dependencies=[MayControl])
async def stop_release(release_id: ReleaseId, database: TheDatabase, now: Now) -> ReleaseAnswer:
    """End a release for good. Who still waits keeps her place for the next restock."""
    return await _control(database, release_id, "stop", now)


async def _control(
    database: Database, release_id: str, control: release_controls.Control, now: datetime
) -> ReleaseAnswer:
    async with database.transaction() as session:
        await release_controls.control_release(session, release_id, control, now)
    return await _answer(database, release_id)


async def _answer(database: Database, release_id: str) -> ReleaseAnswer:
    async with database.snapshot() as session:
        return ReleaseAnswer.model_validate(await release_pages.read_release(session, release_id))
