"""Launches that need a second person: asking, approving, refusing, and whether the workspace wants it so."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.errors import PermissionMissing
from api.fields import Instant
from api.routes.journey_lifecycle import Launch, Launched, Publisher
from api.routes.journeys import JourneyId
from api.security import Caller, StaffMember, acting, staff
from api.services import Now, TheDatabase, TheServices
from engine.store import journeys as journey_store
from engine.store import launch_requests, second_approver
from engine.store.launch_requests import Plan, RequestState
from engine.store.vocabulary import read_catalogue

router = APIRouter(tags=["Journeys"])
Launcher = Annotated[Caller, Depends(staff("launch_journeys"))]
MaySee = Depends(staff("see_journeys", or_key="server"))
RequestId = Annotated[str, Path(max_length=64, examples=["lrq_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
OF_JOURNEY = "/v1/journeys/{journey_id}/launch-requests"


class LaunchWish(Launch):
    """The launch that is asked for, and a word to whoever approves it."""

    note: Annotated[str | None, Field(max_length=500, examples=["New subject line, as agreed on Monday"])] = None


class LaunchRequest(Answer):
    """A launch that waits for a second person, or what became of it. An outdated one can no longer be approved."""

    id: Annotated[str, Field(examples=["lrq_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    state: RequestState
    revision: int
    plan: Annotated[dict[str, Any], Field(description="What becomes of those inside, status and dates.")]
    note: str | None
    asked_by_id: str
    asked_by: Annotated[str, Field(examples=["Ada"])]
    asked_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    version: Annotated[int | None, Field(description="What was published, once it was approved.")]
    is_outdated: Annotated[bool, Field(description="The draft was changed since.")]


class LaunchRequestList(Answer):
    """The newest requests of a journey, and whether launches need one."""

    needed: bool
    items: list[LaunchRequest]


class Refusal(Body):
    """Why not."""

    reason: Annotated[str | None, Field(max_length=500, examples=["The price is wrong"])] = None


class SecondApprover(Answer):
    """Whether a second person must approve a launch before it takes effect."""

    on: bool


class SecondApproverChange(Body):
    """Whether it is to be so from now on."""

    on: bool


@router.get(OF_JOURNEY, dependencies=[MaySee])
async def list_launch_requests(journey_id: JourneyId, database: TheDatabase) -> LaunchRequestList:
    """List the launches of a journey that were asked for."""
    async with database.snapshot() as session:
        await journey_store.read_journey(session, journey_id)
        found = await launch_requests.list_requests(session, journey_id)
        needed = await second_approver.is_needed(session)
    return LaunchRequestList(needed=needed, items=[LaunchRequest.model_validate(one) for one in found])


@router.post(OF_JOURNEY, status_code=201)
async def ask_for_launch(
    journey_id: JourneyId, body: LaunchWish, services: TheServices, caller: Publisher
) -> LaunchRequest:
    """Ask a second person to launch the draft. It must be ready; a request that was open before is replaced."""
    named = body.model_fields_set
    dates: dict[Literal["starts_at", "ends_at"], datetime | None] = {}
    if "starts_at" in named:
        dates["starts_at"] = body.starts_at
    if "ends_at" in named:
        dates["ends_at"] = body.ends_at
    plan = Plan(revision=body.revision, choice=body.migration.choices, status=body.status, dates=dates)
    async with services.database.transaction() as session:
        catalogue = await read_catalogue(session, journey=journey_id, abilities=services.abilities)
        request_id = await launch_requests.ask(
            session,
            journey_id,
            plan,
            note=body.note,
            by=acting(caller),
            now=services.now(),
            catalogue=catalogue,
        )
        return LaunchRequest.model_validate(await launch_requests.read_request(session, journey_id, request_id))


@router.post(OF_JOURNEY + "/{request_id}/approve")
async def approve_launch(
    journey_id: JourneyId, request_id: RequestId, services: TheServices, caller: Launcher
) -> Launched:
    """Launch what somebody else asked for. A person must: a key looks at nothing."""
    if not isinstance(caller, StaffMember):
        raise PermissionMissing("A key cannot be the second person; sign in and approve it yourself.")
    async with services.database.transaction() as session:
        launched = await launch_requests.approve(
            session,
            journey_id,
            request_id,
            by=caller.staff_id,
            now=services.now(),
            catalogue=await read_catalogue(session, journey=journey_id, abilities=services.abilities),
        )
    return Launched.model_validate(launched)


@router.post(OF_JOURNEY + "/{request_id}/refuse")
async def refuse_launch(
    *, journey_id: JourneyId, request_id: RequestId, body: Refusal, database: TheDatabase, caller: Publisher, now: Now
) -> LaunchRequest:
    """Refuse what somebody asked for, or withdraw what one asked for oneself."""
    async with database.transaction() as session:
        refused = await launch_requests.refuse(
            session, journey_id, request_id, reason=body.reason, by=acting(caller), now=now
        )
    return LaunchRequest.model_validate(refused)


@router.get("/v1/workspace/second-approver", dependencies=[Depends(staff("see_journeys"))])
async def get_second_approver(database: TheDatabase) -> SecondApprover:
    """Read whether launches need a second person."""
    async with database.snapshot() as session:
        return SecondApprover(on=await second_approver.is_needed(session))


@router.put("/v1/workspace/second-approver")
async def put_second_approver(
    body: SecondApproverChange,
    database: TheDatabase,
    caller: Annotated[Caller, Depends(staff("manage_staff"))],
    now: Now,
) -> SecondApprover:
    """Ask for a second person from now on, or no more."""
    async with database.transaction() as session:
        await second_approver.set_needed(session, on=body.on, by=acting(caller), now=now)
    return SecondApprover(on=body.on)
