"""Events, in the form that Segment's clients send them."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.answers import Answer
from api.ingest.events import take_calls
from api.ingest.tracking import Batch, Calls, IdentifyCall, TrackCall, parse_calls
from api.security import WRITE_KEY
from api.services import Now, Services, TheServices
from engine.store import deadletters, sources

EVENTS_SOURCE = "Events"
"""The source that tracked events belong to."""
router = APIRouter(prefix="/v1", tags=["Events"], dependencies=[Depends(WRITE_KEY)])


class TrackAnswer(Answer):
    """What became of the calls. They are on disk when this is answered."""

    success: Literal[True] = True
    accepted: Annotated[int, Field(description="Calls that could be used.")]
    new: Annotated[int, Field(description="Those of them that had not come before.")]
    dead_lettered: Annotated[int, Field(description="Calls that could not be used; see GET /v1/dead-letters.")]


@router.post("/track")
async def track_event(body: TrackCall, services: TheServices, now: Now) -> TrackAnswer:
    """Report something that a person did."""
    return await _take(services, Calls([body], []), None, now)


@router.post("/identify")
async def identify_profile(body: IdentifyCall, services: TheServices, now: Now) -> TrackAnswer:
    """Say who a visitor is, and what is known of her."""
    return await _take(services, Calls([body], []), None, now)


@router.post("/batch")
async def track_batch(body: Batch, services: TheServices, now: Now) -> TrackAnswer:
    """Report several things at once; one that cannot be used does not hold the others up."""
    return await _take(services, parse_calls(body.batch), body.sent_at, now)


async def _take(services: Services, calls: Calls, sent_at: datetime | None, now: datetime) -> TrackAnswer:
    async with services.database.transaction() as session:
        source = await sources.ensure_source(session, EVENTS_SOURCE, now, "clickstream")
        new = await take_calls(
            session,
            calls.usable,
            source_id=source.id,
            sent_at=sent_at,
            retention=services.settings.waitlist_retention,
            now=now,
        )
        await deadletters.put_aside(session, source.id, None, calls.unusable, now)
        await sources.note_seen(session, source, now)
    return TrackAnswer(accepted=len(calls.usable), new=new, dead_lettered=len(calls.unusable))
