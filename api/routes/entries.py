"""Letting a profile into a journey by a call: for journeys whose entry says `api`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.ingest.inventory import storable
from api.people import ProfileRef
from api.security import SERVER_KEY
from api.services import Now, TheDatabase
from engine.store import entries, identity
from engine.store.identity import Identifiers

router = APIRouter(prefix="/v1/journeys", tags=["Journeys"], dependencies=[Depends(SERVER_KEY)])
JourneyId = Annotated[str, Path(max_length=64, examples=["jny_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


class EntryBody(Body):
    """Who is to enter, and what the journey's messages may say about why."""

    profile: ProfileRef
    properties: Annotated[dict[str, Any], Field(default_factory=dict, examples=[{"sku": "FJELL-M"}])]
    key: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="The same key again lets nobody in twice."),
    ] = None


class EntryBegun(Answer):
    """The entry is on disk and on its way. Whether the journey's own rules let the profile in shows on its timeline."""

    event_id: str
    profile_id: str


@router.post("/{journey_id}/enrollments", status_code=202)
async def enter_journey(journey_id: JourneyId, body: EntryBody, database: TheDatabase, now: Now) -> EntryBegun:
    """Let a profile into a journey."""
    who = Identifiers(id=body.profile.id, external_id=body.profile.external_id, anonymous_id=body.profile.anonymous_id)
    async with database.transaction() as session:
        await entries.check_enterable(session, journey_id)
        profile = (await identity.find_or_create(session, who, now)).visitor
        event = await entries.ask_entry(
            session, journey_id, profile, properties=storable(body.properties), key=body.key, now=now
        )
    return EntryBegun(event_id=event, profile_id=profile)
