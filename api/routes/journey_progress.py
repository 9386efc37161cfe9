"""Who is inside a journey, and its numbers as they change.

GET /v1/journeys/{id}/counts/stream sends server-sent events, each with the body of GET /v1/journeys/{id}/counts. It is
left out of the OpenAPI document, which cannot describe an answer that does not end.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.answers import Answer, Page
from api.cursors import CursorText, Limit, from_text, to_text
from api.routes.journeys import FirstDay, JourneyId, LastDay, VersionNumber
from api.security import staff
from api.services import TheDatabase, TheServices
from engine.store import counts as count_store
from engine.store.crossings import Crossing, drawn_together
from engine.store.enrollment_pages import EnrollmentState, read_enrollments

router = APIRouter(prefix="/v1/journeys", tags=["Journeys"])
Did = Literal["entered", "passed", "dropped", "ended"]


class EnrolledProfile(Answer):
    """Whose enrollment it is."""

    id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str | None, Field(description="Their name, or their address.", examples=["Ada Lind"])]


class EnrollmentPlace(Answer):
    """An enrollment and where it stands, or where it ended."""

    id: Annotated[str, Field(examples=["enr_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    profile: EnrolledProfile
    version: Annotated[int, Field(examples=[3])]
    node: Annotated[str | None, Field(examples=["pause"])]
    since: Annotated[
        datetime, Field(description="Since when it stands there; with `did`, when it last did what was asked for.")
    ]
    until: Annotated[datetime | None, Field(description="When its wait is over.")]
    status: Literal["starting", "active", "waiting", "parked", "ended"]
    exit_reason: Annotated[str | None, Field(examples=["completed"])]
    is_test: Annotated[bool, Field(description="Whether a tester began it.")]


class EnrollmentPage(Page):
    """Enrollments, the newest first."""

    items: list[EnrollmentPlace]


@router.get("/{journey_id}/enrollments", dependencies=[Depends(staff("see_people"))])
async def list_enrollments(  # noqa: PLR0917 - one parameter for each way to narrow the list down
    journey_id: JourneyId,
    database: TheDatabase,
    version: Annotated[VersionNumber | None, Query()] = None,
    node: Annotated[str | None, Query(max_length=120)] = None,
    state: Annotated[EnrollmentState | None, Query(description="`inside`: not ended, whatever it does.")] = None,
    did: Annotated[
        Did | None, Query(description="Those behind a number: who ever did this, at `node` if given.")
    ] = None,
    reason: Annotated[str | None, Query(max_length=120, description="With `did`: only those for this reason.")] = None,
    outlet: Annotated[str | None, Query(max_length=63, description="With `did`: only those by this way out.")] = None,
    since: FirstDay = None,
    until: LastDay = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> EnrollmentPage:
    """List who is or was inside a journey.

    Without `did`, `version` and `node` say where they are now. With it they are those behind a number of the counts:
    `did=dropped&node=push&reason=no_consent` are those who were not sent the push for want of consent. `since` and
    `until` then say on which days.
    """
    async with database.snapshot() as session:
        if did is None:
            page = await read_enrollments(
                session, journey_id, version=version, node=node, state=state, after=from_text(cursor), limit=limit
            )
        else:
            outlets = None if outlet is None else (outlet,)
            if outlet is not None and version is not None and node is not None:
                outlets = await drawn_together(session, journey_id, version, node, outlet)
            crossing = Crossing(did, version, node, reason, outlets, count_store.Days(since, until))
            page = await read_enrollments(
                session, journey_id, state=state, crossing=crossing, after=from_text(cursor), limit=limit
            )
    return EnrollmentPage(items=[EnrollmentPlace.model_validate(item) for item in page.items], next=to_text(page.next))


@router.get(
    "/{journey_id}/counts/stream",
    dependencies=[Depends(staff("see_journeys"))],
    include_in_schema=False,
    response_class=StreamingResponse,
)
async def stream_counts(
    journey_id: JourneyId,
    services: TheServices,
    version: Annotated[VersionNumber | None, Query()] = None,
    since: FirstDay = None,
    until: LastDay = None,
) -> StreamingResponse:
    """Send the live numbers of a version, and again whenever they change."""
    days = count_store.Days(since, until)
    async with services.database.snapshot() as session:
        await count_store.read_counts(session, journey_id, version, days)
    events = services.counts.watch((journey_id, version, days))
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
