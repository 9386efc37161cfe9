"""The life of a journey: what a launch would do, launching, pausing, ending, and the link that lets testers in."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.answers import Answer, JourneyStatus
from api.bodies import Body
from api.fields import Instant
from api.routes.journey_drafts import Revision
from api.routes.journeys import Journey, JourneyId
from api.security import Caller, acting, staff
from api.services import Now, TheDatabase, TheServices
from engine.journey.migration import Choice, Keep, Leave, MigrationChoice, MoveTo
from engine.store import drafts, lifecycle
from engine.store import journeys as journey_store
from engine.store.impact import read_impact
from engine.store.lifecycle import Dates
from engine.store.publishing import published, ready
from engine.store.vocabulary import read_catalogue

router = APIRouter(prefix="/v1/journeys", tags=["Journeys"])
Launcher = Annotated[Caller, Depends(staff("launch_journeys"))]
Publisher = Annotated[Caller, Depends(staff("launch_journeys", or_key="server"))]
"""Deployments publish journeys that are kept as code, with the key of a server."""
NodeId = Annotated[str, Field(min_length=1, max_length=120)]
_CHOICES: dict[str, Choice] = {"keep": Keep(), "move": MoveTo(), "exit": Leave()}


class Migration(Body):
    """What becomes of those who are inside: all keep the old version, move to the new one, or leave.

    Those who move and stand on a node that is gone go on from the node that `mapping` gives for it.
    """

    choice: Literal["keep", "move", "exit"] = "keep"
    mapping: dict[NodeId, NodeId] = Field(default_factory=dict, max_length=500, examples=[{"old_pause": "pause"}])

    @property
    def choices(self) -> MigrationChoice:
        """The same in the engine's words."""
        nodes = {old: MoveTo(node=new) for old, new in self.mapping.items()} if self.choice == "move" else {}
        return MigrationChoice(standing=_CHOICES[self.choice], nodes=nodes)


class MigrationQuestion(Body):
    """The choice whose impact is asked for."""

    migration: Migration = Migration()


class NodeImpact(Answer):
    """What happens to those who stand on one node of one version."""

    version: Annotated[int, Field(examples=[2])]
    node: Annotated[str, Field(examples=["pause"])]
    label: Annotated[str, Field(examples=["One day"])]
    enrollments: Annotated[int, Field(examples=[12])]
    outcome: Literal["stay", "move", "exit", "needs_mapping"]
    to: Annotated[str | None, Field(description="The node of the new version on which they go on.")]


class Impact(Answer):
    """A line for each node on which someone stands."""

    total: Annotated[int, Field(description="Enrollments under way.", examples=[40])]
    nodes: list[NodeImpact]


class Launch(Body):
    """The draft to be published, at the revision that was looked at."""

    revision: Revision
    migration: Migration = Migration()
    starts_at: Annotated[Instant | None, Field(description="From when on it lets profiles in.")] = None
    ends_at: Annotated[Instant | None, Field(description="When it ends.")] = None
    status: Annotated[
        Literal["active", "test"] | None,
        Field(description="Absent: active after a draft, otherwise as it is."),
    ] = None


class Launched(Answer):
    """The version that was published."""

    version: Annotated[int, Field(examples=[4])]
    status: JourneyStatus
    migrating: Annotated[int, Field(description="Enrollments that move or leave because of it.", examples=[40])]


class StatusChange(Body):
    """The status that the journey is to have, and the dates that are to change with it."""

    status: Literal["active", "paused", "test", "ended"]
    reason: Annotated[str | None, Field(max_length=500, examples=["Wrong picture"])] = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


@router.post("/{journey_id}/impact", dependencies=[Depends(staff("see_journeys", or_key="server"))])
async def get_impact(journey_id: JourneyId, body: MigrationQuestion, database: TheDatabase) -> Impact:
    """Read what publishing the draft would do to those who are inside."""
    async with database.snapshot() as session:
        draft = await drafts.read_draft(session, journey_id)
        old = None if draft.live_version is None else await published(session, journey_id, draft.live_version)
        new = ready(draft.document, old, await read_catalogue(session, journey=journey_id))
        return Impact.model_validate(await read_impact(session, journey_id, new, body.migration.choices))


@router.post("/{journey_id}/publish")
async def publish_journey(journey_id: JourneyId, body: Launch, services: TheServices, caller: Publisher) -> Launched:
    """Publish the draft as the next version. 422 `journey_not_ready` names what keeps it from that."""
    async with services.database.transaction() as session:
        launched = await lifecycle.launch(
            session,
            journey_id,
            body.revision,
            choice=body.migration.choices,
            by=acting(caller),
            now=services.now(),
            status=body.status,
            dates=_dates(body),
            catalogue=await read_catalogue(session, journey=journey_id, abilities=services.abilities),
        )
    return Launched.model_validate(launched)


@router.post("/{journey_id}/status")
async def change_status(
    journey_id: JourneyId, body: StatusChange, database: TheDatabase, caller: Launcher, now: Now
) -> Journey:
    """Pause a journey, let it go on, test it, or end it."""
    async with database.transaction() as session:
        await lifecycle.change_status(
            session,
            journey_id,
            body.status,
            by=acting(caller),
            now=now,
            reason=body.reason,
            dates=_dates(body),
        )
        return Journey.model_validate(await journey_store.read_journey(session, journey_id))


def _dates(body: Launch | StatusChange) -> Dates:
    """The dates that the request names."""
    named: dict[Literal["starts_at", "ends_at"], datetime | None] = {}
    if "starts_at" in body.model_fields_set:
        named["starts_at"] = body.starts_at
    if "ends_at" in body.model_fields_set:
        named["ends_at"] = body.ends_at
    return named
