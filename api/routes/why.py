"""Why somebody got a message, or why not: the occasions to ask about, and the answer with its whole chain."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.answers import Answer, JourneyRef, Variant
from api.cursors import Limit
from api.languages.asked import Sentence
from api.routes.profiles import ProfileId
from api.security import staff
from api.services import Now, TheDatabase
from engine.store import profiles as profile_store
from engine.store import why as why_store

router = APIRouter(prefix="/v1/profiles", tags=["Profiles"], dependencies=[Depends(staff("see_people"))])

Links = Annotated[dict[str, str], Field(description="Where it is recorded, as addresses of this API.")]


class Occasion(Answer):
    """Something that could have let the person into a journey."""

    kind: Literal["restock", "event", "day"]
    id: Annotated[str, Field(examples=["rst_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    at: datetime
    title: Annotated[str, Field(examples=["Fjell jacket, size M: 0 → 5"])]
    journey: JourneyRef
    variant: Variant | None
    enrollment_id: Annotated[str | None, Field(description="The enrollment that it began, if it did.")]


class OccasionList(Answer):
    """Occasions to ask about, newest first."""

    items: list[Occasion]


class WhyFinding(Answer):
    """The answer to one question, with the values that it was read from."""

    question: Literal[
        "known", "open", "trigger", "waiting", "line", "audience", "again", "entry", "passage", "guard", "provider"
    ]
    holds: Annotated[bool | None, Field(description="Null: neither for nor against the message.")]
    sentence: Annotated[Sentence, Field(examples=["The person had never agreed to Push about back in stock."])]
    reason: Annotated[str | None, Field(examples=["no_consent"])]
    facts: dict[str, Any]
    links: Links


class EntryDecision(Answer):
    """Whether somebody enters, and for which reason not."""

    enters: bool
    reason: str | None


class Why(Answer):
    """Why somebody got a message, or why not."""

    occasion: Occasion
    version: Annotated[int | None, Field(description="The version that decided.", examples=[3])]
    outcome: Literal["told", "not_told", "under_way", "not_entered"]
    sentence: Annotated[Sentence, Field(examples=["Not let into “Back in stock”. The person had bought it already."])]
    reason: str | None
    chain: list[WhyFinding]
    computed: Annotated[EntryDecision | None, Field(description="The entry decision, made again from history.")]
    recorded: Annotated[EntryDecision | None, Field(description="What really happened.")]
    agrees: Annotated[bool, Field(description="Whether the two are the same.")]


@router.get("/{profile_id}/occasions")
async def list_profile_occasions(
    profile_id: ProfileId,
    database: TheDatabase,
    journey: Annotated[str | None, Query(max_length=64, description="Only for this journey.")] = None,
    limit: Limit = 50,
) -> OccasionList:
    """List what could have let the person into a journey: restocks of what they waited for, and their events."""
    async with database.snapshot() as session:
        card = await profile_store.read_profile(session, profile_id)
        found = await why_store.list_occasions(session, card.id, journey=journey, limit=limit)
    return OccasionList(items=[Occasion.model_validate(one) for one in found])


@router.get("/{profile_id}/why")
async def get_why(
    profile_id: ProfileId,
    database: TheDatabase,
    now: Now,
    *,
    journey: Annotated[str, Query(max_length=64, examples=["jny_01kbjv0m8e5w3tq9z7c2r4x6yd"])],
    occasion: Annotated[
        str,
        Query(
            max_length=200,
            description="A restock, an event of this person, or a day in the person's own zone.",
            examples=["rst_01kbjv0m8e5w3tq9z7c2r4x6yd", "2027-03-01"],
        ),
    ],
) -> Why:
    """Answer why the person got what the journey sends on an occasion, or why not, with the chain that led to it."""
    async with database.snapshot() as session:
        answer = await why_store.explain(session, profile_id, journey, occasion, now)
    return Why.model_validate(answer)
