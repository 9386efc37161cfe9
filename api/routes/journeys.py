"""Journeys: what there is, how each is drawn, and how many are where."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import Answer, Channel, JourneyStatus
from api.counts_feed import Key
from api.security import staff
from api.services import Now, TheDatabase
from engine.store import counts as count_store
from engine.store import journeys as journey_store
from engine.store.database import Database

router = APIRouter(
    prefix="/v1/journeys", tags=["Journeys"], dependencies=[Depends(staff("see_journeys", or_key="server"))]
)

JourneyId = Annotated[str, Path(max_length=64, examples=["jny_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
VersionNumber = Annotated[int, Field(ge=1, le=2_147_483_647)]
FirstDay = Annotated[date | None, Query(description="Only what happened from this day (UTC) on.")]
LastDay = Annotated[date | None, Query(description="Only what happened until the end of this day (UTC).")]


class JourneyTotals(Answer):
    """Numbers of a journey over all its versions."""

    entered: Annotated[int, Field(description="Enrollments that ever began.", examples=[120])]
    active: Annotated[int, Field(description="Those that are under way, waiting included.", examples=[8])]
    ended: Annotated[int, Field(examples=[112])]
    sent: Annotated[int, Field(description="Messages that a provider accepted.", examples=[97])]
    skipped: Annotated[int, Field(description="Messages that were not sent, for whatever reason.", examples=[15])]


class JourneyRow(Answer):
    """A journey in the list."""

    id: Annotated[str, Field(examples=["jny_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str, Field(examples=["Back in stock"])]
    status: JourneyStatus
    version: Annotated[int | None, Field(description="The version that new enrollments walk.", examples=[3])]
    entry: Annotated[str | None, Field(description="The event that starts it.", examples=["Back in Stock"])]
    channels: Annotated[list[Channel], Field(examples=[["email", "web_push"]])]
    tags: Annotated[list[str], Field(examples=[["autumn"]])]
    owner: Annotated[str | None, Field(description="Whose journey it is.", examples=["Ada"])]
    starts_at: Annotated[datetime | None, Field(description="From when on it lets profiles in.")]
    ends_at: Annotated[datetime | None, Field(description="When it ends.")]
    updated_at: datetime
    counts: JourneyTotals
    entered_by_day: Annotated[
        list[int],
        Field(
            description="How many entered on each of the last 14 days (UTC), today last.", examples=[[0] * 12 + [4, 7]]
        ),
    ]


class JourneyList(Answer):
    """All journeys, the one changed last first."""

    items: list[JourneyRow]


class VersionRow(Answer):
    """A published version."""

    number: Annotated[int, Field(examples=[3])]
    published_at: datetime
    published_by: Annotated[str | None, Field(description="Who published it.", examples=["Ada"])]


class Journey(Answer):
    """A journey with its draft and its published versions, newest first."""

    id: Annotated[str, Field(examples=["jny_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str, Field(examples=["Back in stock"])]
    status: JourneyStatus
    version: Annotated[int | None, Field(description="The version that new enrollments walk.", examples=[3])]
    tags: Annotated[list[str], Field(examples=[["autumn"]])]
    owner: Annotated[str | None, Field(description="Whose journey it is.", examples=["Ada"])]
    starts_at: Annotated[datetime | None, Field(description="From when on it lets profiles in.")]
    ends_at: Annotated[datetime | None, Field(description="When it ends.")]
    archived_at: Annotated[datetime | None, Field(description="When it was put away.")]
    revision: Annotated[int, Field(description="Revision of the draft.", examples=[7])]
    updated_at: datetime
    document: Annotated[dict[str, Any], Field(description="The draft, as the canvas edits it.")]
    versions: list[VersionRow]


class JourneyVersion(VersionRow):
    """A published version with its document, which never changes."""

    document: dict[str, Any]


class NodeCounts(Answer):
    """Who came to a node and what became of them."""

    entered: Annotated[int, Field(description="Visits that began.", examples=[120])]
    waiting: Annotated[int, Field(description="Enrollments that stand here now.", examples=[8])]
    passed: Annotated[int, Field(description="Visits that ended by an outlet.", examples=[112])]
    dropped: Annotated[
        dict[str, int],
        Field(
            description="Messages not sent here, by reason.", examples=[{"out_of_stock_at_send": 12, "no_consent": 3}]
        ),
    ]


class EdgeCount(Answer):
    """How many left a node by the edge at an outlet."""

    source: Annotated[str, Field(examples=["push"])]
    outlet: Annotated[str, Field(examples=["sent"])]
    count: Annotated[int, Field(examples=[97])]


class EnrollmentCounts(Answer):
    """Enrollments under way, ended, and how they ended."""

    active: Annotated[int, Field(examples=[8])]
    ended: Annotated[int, Field(examples=[112])]
    exits: Annotated[dict[str, int], Field(description="By exit reason.", examples=[{"completed": 112}])]


class JourneyCounts(Answer):
    """Live numbers of one version. Without a published version everything is empty."""

    version: Annotated[int | None, Field(examples=[3])]
    nodes: dict[str, NodeCounts]
    edges: list[EdgeCount]
    enrollments: EnrollmentCounts


@router.get("")
async def list_journeys(
    database: TheDatabase,
    now: Now,
    tag: Annotated[str | None, Query(max_length=60, description="Only those that carry this tag.")] = None,
    archived: Annotated[bool, Query(description="Those that were put away instead of those that were not.")] = False,
) -> JourneyList:
    """List journeys with their totals."""
    async with database.snapshot() as session:
        items = await journey_store.list_journeys(session, today=now.date(), tag=tag, archived=archived)
    return JourneyList(items=[JourneyRow.model_validate(item) for item in items])


@router.get("/{journey_id}")
async def get_journey(journey_id: JourneyId, database: TheDatabase) -> Journey:
    """Read a journey with its draft."""
    async with database.snapshot() as session:
        return Journey.model_validate(await journey_store.read_journey(session, journey_id))


@router.get("/{journey_id}/versions/{number}")
async def get_journey_version(
    journey_id: JourneyId, number: Annotated[VersionNumber, Path()], database: TheDatabase
) -> JourneyVersion:
    """Read a published version."""
    async with database.snapshot() as session:
        return JourneyVersion.model_validate(await journey_store.read_version(session, journey_id, number))


@router.get("/{journey_id}/counts")
async def get_journey_counts(
    journey_id: JourneyId,
    database: TheDatabase,
    version: Annotated[VersionNumber | None, Query(description="The running version when absent.")] = None,
    since: FirstDay = None,
    until: LastDay = None,
) -> JourneyCounts:
    """Read live numbers of a version: who came, who waits, who went where.

    With `since` and `until`, of what happened on those days. Who waits is always who waits now.
    """
    days = count_store.Days(since, until)
    async with database.snapshot() as session:
        return JourneyCounts.model_validate(await count_store.read_counts(session, journey_id, version, days))


async def counts_text(database: Database, key: Key) -> str:
    """The live numbers as JSON."""
    async with database.snapshot() as session:
        counts = await count_store.read_counts(session, *key)
    return JourneyCounts.model_validate(counts).model_dump_json()
