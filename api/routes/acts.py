"""What staff do for one person. Each act asks for a reason, and stands in the audit and in the person's timeline."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.routes.profiles import ProfileId
from api.security import Caller, acting, staff
from api.services import Now, TheDatabase
from engine.journey.steering import Steering
from engine.store import steering
from engine.store.database import Database
from engine.store.resending import send_again
from engine.store.steering import Order

router = APIRouter(prefix="/v1", tags=["Profiles"])
MayAct = Depends(staff("act_for_people"))
Actor = Annotated[Caller, MayAct]
EnrollmentId = Annotated[str, Path(max_length=200, examples=["enr_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
EntryId = Annotated[str, Path(max_length=64, examples=["wle_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
MessageId = Annotated[str, Path(max_length=64, examples=["snd_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
NodeId = Annotated[str, Field(min_length=1, max_length=120, examples=["push"])]


class Act(Body):
    """Why it is done."""

    reason: Annotated[str, Field(min_length=3, max_length=500, examples=["She asked for it by phone."])]


class MoveAct(Act):
    """Where to, and why."""

    node: NodeId


class Steered(Answer):
    """The act is on its way to the enrollment, which heeds it between two steps."""

    audit_id: Annotated[str, Field(examples=["aud_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


class Addresses(Answer):
    """How many addresses it was about."""

    addresses: Annotated[int, Field(examples=[2])]


@router.post("/enrollments/{enrollment_id}/cancel", status_code=202)
async def cancel_enrollment(
    enrollment_id: EnrollmentId, body: Act, caller: Actor, database: TheDatabase, now: Now
) -> Steered:
    """Take somebody out of a journey, where they stand. To let them in again, an event must begin it anew."""
    return await _steer(database, enrollment_id, "cancel", Order(acting(caller), body.reason), now)


@router.post("/enrollments/{enrollment_id}/skip-wait", status_code=202)
async def skip_wait(enrollment_id: EnrollmentId, body: Act, caller: Actor, database: TheDatabase, now: Now) -> Steered:
    """Let the wait in which somebody stands be over now, as if its time had come."""
    return await _steer(database, enrollment_id, "skip", Order(acting(caller), body.reason), now)


@router.post("/enrollments/{enrollment_id}/move", status_code=202)
async def move_enrollment(
    enrollment_id: EnrollmentId, body: MoveAct, caller: Actor, database: TheDatabase, now: Now
) -> Steered:
    """Put somebody on another node of the same version. At a message they are sent it again, if the guard allows it."""
    return await _steer(database, enrollment_id, "move", Order(acting(caller), body.reason), now, node=body.node)


@router.post("/messages/{message_id}/resend", status_code=202)
async def resend_message(message_id: MessageId, body: Act, caller: Actor, database: TheDatabase, now: Now) -> Steered:
    """Send a message once more through its journey, if the guard allows it. Who has left goes on from there."""
    async with database.transaction() as session:
        return Steered(audit_id=await send_again(session, message_id, Order(acting(caller), body.reason), now))


@router.post("/profiles/{profile_id}/suppress")
async def suppress_profile(
    profile_id: ProfileId, body: Act, caller: Actor, database: TheDatabase, now: Now
) -> Addresses:
    """Send nothing more to any address of a person, on any channel."""
    async with database.transaction() as session:
        count = await steering.suppress(session, profile_id, Order(acting(caller), body.reason), now)
    return Addresses(addresses=count)


@router.post("/profiles/{profile_id}/allow-again")
async def allow_profile_again(
    profile_id: ProfileId, body: Act, caller: Actor, database: TheDatabase, now: Now
) -> Addresses:
    """Take back what staff suppressed. What bounced, or what the person asked for, stays suppressed."""
    async with database.transaction() as session:
        count = await steering.allow_again(session, profile_id, Order(acting(caller), body.reason), now)
    return Addresses(addresses=count)


@router.post("/waitlist-entries/{entry_id}/close", status_code=204)
async def close_waitlist_entry(entry_id: EntryId, body: Act, caller: Actor, database: TheDatabase, now: Now) -> None:
    """Let somebody wait no more for a variant."""
    async with database.transaction() as session:
        await steering.close_wait(session, entry_id, Order(acting(caller), body.reason), now)


async def _steer(
    database: Database, enrollment_id: str, act: Steering, order: Order, now: datetime, *, node: str | None = None
) -> Steered:
    async with database.transaction() as session:
        return Steered(audit_id=await steering.steer(session, enrollment_id, act, order, now, node=node))
