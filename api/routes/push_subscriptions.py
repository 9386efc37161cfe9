"""Push subscriptions: a browser says that it can be reached."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.people import ProfileRef, PushSubscriptionRef, check_ref, proof_of
from api.security import WRITE_KEY, Caller
from api.services import Now, TheDatabase, TheSettings
from engine.store import consents, identity, push_subscriptions
from engine.store.identity import Identifiers

router = APIRouter(prefix="/v1/push-subscriptions", tags=["Push subscriptions"])


class PushSubscriptionRequest(Body):
    """A browser, and whose it is."""

    profile: ProfileRef | None = None
    subscription: PushSubscriptionRef


class PushSubscriptionAnswer(Answer):
    """The stored subscription."""

    id: Annotated[str, Field(examples=["psh_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    profile_id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


@router.post("", status_code=201)
async def keep_push_subscription(
    *,
    caller: Annotated[Caller, Depends(WRITE_KEY)],
    body: PushSubscriptionRequest,
    request: Request,
    database: TheDatabase,
    settings: TheSettings,
    now: Now,
) -> PushSubscriptionAnswer:
    """Keep a browser's push subscription; a renewed one takes the place of the old."""
    check_ref(body.profile, caller)
    body.subscription.check_endpoint("subscription", allow_private=settings.allow_private_endpoints)
    who = Identifiers(
        **(body.profile.model_dump() if body.profile else {}),
        endpoint=body.subscription.endpoint,
    )
    async with database.transaction() as session:
        visitor = (await identity.find_or_create(session, who, now)).visitor
        subscription_id, _ = await push_subscriptions.subscribe(
            session, visitor, body.subscription.browser(request), now
        )
        await consents.record_unless_answered(session, visitor, "web_push", proof_of(request, "push_subscription"), now)
    return PushSubscriptionAnswer(id=subscription_id, profile_id=visitor)
