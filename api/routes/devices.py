"""Devices: the shop's app says that it can be reached by mobile push."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.people import ProfileRef, check_ref, proof_of
from api.security import WRITE_KEY, Caller
from api.services import Now, TheDatabase
from engine.store import consents, identity, push_subscriptions
from engine.store.identity import Identifiers
from engine.store.push_subscriptions import DEVICE_TOKEN

router = APIRouter(prefix="/v1/devices", tags=["Push subscriptions"])


class DeviceRequest(Body):
    """An installation of the app, and whose it is."""

    profile: ProfileRef
    token: Annotated[
        str,
        Field(
            description="The registration token that Firebase Cloud Messaging gave the app.",
            examples=["dA3x9vQzT0m:APA91bGk2"],
            min_length=1,
            max_length=2_000,
            pattern=r"^[\x21-\x7e]+$",
        ),
    ]
    platform: Literal["ios", "android"] | None = None


class DeviceAnswer(Answer):
    """The device as it is kept."""

    id: Annotated[str, Field(examples=["psh_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    profile_id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


@router.post("", status_code=201)
async def keep_device(
    *,
    caller: Annotated[Caller, Depends(WRITE_KEY)],
    body: DeviceRequest,
    request: Request,
    database: TheDatabase,
    now: Now,
) -> DeviceAnswer:
    """Keep a device's token; a device that changes hands moves to whoever uses the app on it now."""
    check_ref(body.profile, caller)
    async with database.transaction() as session:
        visitor = (await identity.find_or_create(session, Identifiers(**body.profile.model_dump()), now)).visitor
        device = push_subscriptions.app(body.token, body.platform)
        device_id, _ = await push_subscriptions.subscribe(session, visitor, device, now)
        await consents.record_unless_answered(
            session, visitor, push_subscriptions.MOBILE_PUSH, proof_of(request, DEVICE_TOKEN), now
        )
    return DeviceAnswer(id=device_id, profile_id=visitor)
