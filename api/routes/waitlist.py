"""Waiting: a visitor asks to be told when a variant is back."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from api.answers import Answer, Channel, WaitSource, WaitState
from api.bodies import Body
from api.fields import Email, Instant, Locale, Sku, SourceName, WebAddress, language_of, phone_number
from api.people import ProfileRef, PushSubscriptionRef, check_ref, proof_of
from api.security import WRITE_KEY, Caller
from api.services import Now, TheDatabase, TheSettings
from engine.store import catalog, consents, identity, push_subscriptions, sources, waitlist
from engine.store.consents import BACK_IN_STOCK_TOPIC
from engine.store.identity import Found, Identifiers
from engine.store.statements import Executor

router = APIRouter(prefix="/v1/waitlist", tags=["Waitlist"])


class ConsentGiven(Body):
    """A yes for one channel. `text_version` names the words that the visitor read."""

    channel: Literal["web_push", "email", "sms"]
    topic: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$")] = BACK_IN_STOCK_TOPIC
    text_version: Annotated[str | None, Field(max_length=64, examples=["2026-11-22"])] = None


class WaitlistRequest(Body):
    """Who wants to be told about which variant, and how she may be reached.

    At least one of `profile`, `email`, `phone` and `push_subscription` says who; a request by e-mail alone is complete.
    A phone number without a country code is read as dialled in the country of `locale`.
    """

    variant: Annotated[Sku, Field(description="SKU or alias.")]
    data_source: Annotated[SourceName | None, Field(description="Needed when several sources know this SKU.")] = None
    profile: ProfileRef | None = None
    email: Email | None = None
    locale: Locale | None = None
    phone: Annotated[str | None, Field(max_length=40, examples=["+442079460000"])] = None
    push_subscription: PushSubscriptionRef | None = None
    consents: Annotated[tuple[ConsentGiven, ...], Field(max_length=20)] = ()
    source: WaitSource = "explicit"
    page_url: WebAddress | None = None

    @field_validator("phone")
    @classmethod
    def _in_e164(cls, typed: str | None, info: ValidationInfo) -> str | None:
        return typed if typed is None else phone_number(typed, info.data.get("locale"))

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.profile or self.email or self.phone or self.push_subscription):
            raise PydanticCustomError("nobody", "One of profile, email, phone and push_subscription is needed")
        return self

    def identifiers(self) -> Identifiers:
        """Who this is about."""
        return Identifiers(
            **(self.profile.model_dump() if self.profile else {}),
            email=self.email,
            phone=self.phone,
            endpoint=self.push_subscription and self.push_subscription.endpoint,
            language=language_of(self.locale),
        )


class WaitlistAnswer(Answer):
    """The open waitlist entry."""

    id: Annotated[str, Field(examples=["wle_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    variant: Sku
    profile_id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    state: WaitState
    source: WaitSource
    created_at: Instant
    expires_at: Annotated[Instant | None, Field(description="Null: it waits for as long as it takes.")]
    notified_at: Instant | None


@router.post(
    "",
    status_code=201,
    responses={200: {"model": WaitlistAnswer, "description": "It was open already; this is the same entry."}},
)
async def join_waitlist(
    *,
    caller: Annotated[Caller, Depends(WRITE_KEY)],
    body: WaitlistRequest,
    request: Request,
    response: Response,
    database: TheDatabase,
    settings: TheSettings,
    now: Now,
) -> WaitlistAnswer:
    """Wait for a variant. The same request again finds the same entry and answers 200."""
    check_ref(body.profile, caller)
    if body.push_subscription is not None:
        body.push_subscription.check_endpoint("push_subscription", allow_private=settings.allow_private_endpoints)
    async with database.transaction() as session:
        source_id = (await sources.find_source(session, body.data_source)).id if body.data_source else None
        variant = await catalog.find_variant(session, body.variant, source_id)
        found = await identity.find_or_create(session, body.identifiers(), now)
        await _keep_reach(session, body, request, found, now)
        wish = waitlist.Wish(found.addressee, variant.id, body.source)
        entry, created = await waitlist.open_entry(session, wish, retention=settings.waitlist_retention, now=now)
    if not created:
        response.status_code = 200
    return WaitlistAnswer.model_validate({**asdict(entry), "variant": variant.sku})


async def _keep_reach(executor: Executor, body: WaitlistRequest, request: Request, found: Found, now: datetime) -> None:
    """Keep how she may be reached, and what she said yes to: the browser is the visitor's, addresses their owner's."""
    proof = proof_of(request, "waitlist", body.page_url)
    if body.push_subscription is not None:
        await push_subscriptions.subscribe(executor, found.visitor, body.push_subscription.browser(request), now)
    for profile_id, channels in _by_owner(found).items():
        given = [consents.Answer(one.channel, True, one.topic, one.text_version) for one in body.consents]
        await consents.record_answers(
            executor, profile_id, [answer for answer in given if answer.channel in channels], proof, now
        )
    if body.push_subscription is not None:
        await consents.record_unless_answered(executor, found.visitor, "web_push", proof, now)


def _by_owner(found: Found) -> dict[str, set[Channel]]:
    if found.addressee == found.visitor:
        return {found.visitor: {"web_push", "email", "sms"}}
    return {found.visitor: {"web_push"}, found.addressee: {"email", "sms"}}
