"""Trying a message: seen as a person would see it, and sent to oneself. Nothing here reaches a customer."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends
from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from activities.channels.network import endpoint_problem
from activities.channels.vapid import VapidKey
from activities.trial import Occasion, TrialSender, preview
from api.answers import Answer, Channel
from api.bodies import Body
from api.errors import FieldProblem, ValidationFailed
from api.fields import Email, phone_number
from api.languages.asked import Sentence
from api.security import Caller, staff
from api.services import Services, TheServices, TheSettings
from engine.journey.nodes.message import BUILT_IN_CHANNELS
from engine.messages.addresses import Address, DeviceToken, EmailAddress, PhoneNumber, PushAddress
from engine.messages.content import CustomContent, MessageContent, parse_messages
from engine.messages.errors import MessageError
from engine.messages.origins import without_origin
from engine.messages.variants import BASE, content_name
from engine.store.delivery import read_scene
from engine.store.errors import UnknownRecord
from engine.store.occasions import read_event, sample_variant

router = APIRouter(prefix="/v1/messages", tags=["Messages"])

PREVIEW_ID = "snd_" + "0" * 26
Trying = Annotated[Caller, Depends(staff("edit_journeys"))]


class GivenEvent(Body):
    """An event made up for the preview."""

    name: Annotated[str, Field(min_length=1, max_length=120)] = "Back in Stock"
    properties: Annotated[dict[str, Any], Field(default_factory=dict)]


class PreviewRequest(Body):
    """A message as the document holds it, and for whom and because of what it is rendered.

    Without a profile it is somebody made up; without an event and a variant, the newest product of the catalog.
    """

    message: Annotated[dict[str, Any], Field(description="A message of a journey document.")]
    profile_id: Annotated[str | None, Field(max_length=64)] = None
    event_id: Annotated[str | None, Field(max_length=64, description="A past event, whose variant counts.")] = None
    event: GivenEvent | None = None
    variant_id: Annotated[str | None, Field(max_length=64)] = None
    variant: Annotated[str | None, Field(max_length=63, description="Which of the message's variants.")] = None
    journey: Annotated[str, Field(max_length=120, description="What `journey.name` says.")] = "Preview"

    @model_validator(mode="after")
    def _one_event(self) -> Self:
        if self.event_id is not None and self.event is not None:
            raise PydanticCustomError("two_events", "Give event_id or event, not both")
        return self


class PreviewProblem(Answer):
    """Why the message cannot be rendered for this person."""

    code: Annotated[str, Field(examples=["missing_value"])]
    detail: Annotated[Sentence, Field(examples=["title, line 1: profile.first_name is empty; give it a fallback."])]


class Preview(Answer):
    """The message as it would be sent; null with problems when it would not."""

    channel: Channel
    rendering: dict[str, Any] | None
    problems: list[PreviewProblem]


class BrowserKeys(Body):
    """The keys of a push subscription."""

    p256dh: str
    auth: str


class Browser(Body):
    """A browser of one's own, as `PushSubscription.toJSON()` gives it."""

    endpoint: Annotated[str, Field(max_length=2048)]
    keys: BrowserKeys
    expirationTime: float | None = None  # noqa: N815 - the browser's name for it


class TestAddress(Body):
    """Where a test goes: an address of one's own on the message's channel."""

    email: Email | None = None
    phone: Annotated[str | None, Field(max_length=40)] = None
    push_subscription: Browser | None = None
    device_token: Annotated[str | None, Field(max_length=2_000, pattern=r"^[\x21-\x7e]+$")] = None


class TestRequest(PreviewRequest):
    """A message, for whom it is rendered, and one's own address that gets it."""

    to: TestAddress


class TestWays(Answer):
    """What a browser of one's own needs to get tests."""

    vapid_public_key: Annotated[str | None, Field(description="Null while web push is not set up.")]


class TestAnswer(Answer):
    """What the provider said, and the ledger's row, which counts nowhere."""

    id: Annotated[str, Field(examples=["snd_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    status: Literal["accepted", "failed", "unknown"]
    detail: Sentence


@router.post("/preview", dependencies=[Depends(staff("edit_journeys"))])
async def preview_message(body: PreviewRequest, services: TheServices) -> Preview:
    """See a message as a person would see it. It is never sent, and may be half written."""
    occasion = await _occasion(body, services)
    try:
        content = _content(body, services)
    except ValidationFailed as unfinished:
        channel = body.message.get("channel")
        if not isinstance(channel, str) or channel not in {*BUILT_IN_CHANNELS, *services.plugins.channels}:
            raise
        problems = [PreviewProblem(code="content_invalid", detail=one.detail) for one in unfinished.errors]
        return Preview(channel=channel, rendering=None, problems=problems)
    try:
        rendered = preview(content, occasion, services.composer, PREVIEW_ID)
    except MessageError as problem:
        return Preview(
            channel=content.channel,
            rendering=None,
            problems=[PreviewProblem(code=problem.code, detail=str(problem))],
        )
    return Preview(channel=content.channel, rendering=rendered.model_dump(mode="json"), problems=[])


@router.get("/test", dependencies=[Depends(staff("edit_journeys"))])
async def get_test_ways(settings: TheSettings) -> TestWays:
    """Tell what a browser needs to get tests: the key that its push subscription is made for."""
    private = settings.vapid_private_key
    key = None if private is None else VapidKey.from_text(private.get_secret_value())
    return TestWays(vapid_public_key=key and key.public_text)


@router.post("/test", dependencies=[Depends(staff("edit_journeys"))])
async def send_test_message(body: TestRequest, services: TheServices) -> TestAnswer:
    """Send a message to oneself. No cap and no number counts it."""
    content = _content(body, services)
    address = _address(body.to, content.channel, allow_private=services.settings.allow_private_endpoints)
    sender = TrialSender(services.database, services.channel, services.composer, services.now)
    try:
        outcome = await sender.send(content, await _occasion(body, services), address)
    except MessageError as problem:
        raise ValidationFailed(errors=[FieldProblem("message", problem.code, str(problem))]) from None
    return TestAnswer(id=outcome.send_id, status=outcome.status, detail=outcome.detail)


def _content(body: PreviewRequest, services: Services) -> MessageContent:
    try:
        said = parse_messages({"message": body.message})
        content = said[content_name("message", body.variant or BASE)]
        if isinstance(content, CustomContent) and content.channel in services.plugins.channels:
            services.plugins.channels[content.channel].model_validate(dict(content.settings))
        return content
    except KeyError:
        detail = f"The message has no variant {body.variant}; leave it out, or name one of its own."
        raise ValidationFailed(errors=[FieldProblem("variant", "unknown_variant", detail)]) from None
    except ValidationError as error:
        raise ValidationFailed(
            errors=[FieldProblem(_place(one["loc"]), one["type"], one["msg"]) for one in error.errors()]
        ) from None


def _place(location: Sequence[int | str]) -> str:
    return ".".join(map(str, (*location[:1], *without_origin(location[1:]))))


async def _occasion(body: PreviewRequest, services: Services) -> Occasion:
    """The rows behind the preview.

    Raises:
        UnknownRecord: the profile, the event or the variant does not exist.
    """
    async with services.database.snapshot() as session:
        event = None if body.event_id is None else await read_event(session, body.event_id)
        variant_id = body.variant_id or (event.variant_id if event else None) or await sample_variant(session)
    profile_id = body.profile_id or (event.profile_id if event else None)
    try:
        world = await services.database.run(
            lambda connection: read_scene(connection, profile_id, variant_id), writes=False
        )
    except KeyError as unknown:
        raise UnknownRecord("record", str(unknown.args[0])) from None
    properties = event.properties if event else body.event.properties if body.event else {}
    return Occasion(world, body.journey, properties)


def _address(to: TestAddress, channel: str, *, allow_private: bool) -> Address:
    match channel:
        case "email" if to.email is not None:
            return EmailAddress(address=to.email)
        case "sms" if to.phone is not None:
            try:
                return PhoneNumber(number=phone_number(to.phone, None))
            except PydanticCustomError as error:
                raise ValidationFailed(errors=[FieldProblem("to.phone", error.type, error.message())]) from None
        case "web_push" if to.push_subscription is not None:
            return _browser(to.push_subscription, allow_private=allow_private)
        case "mobile_push" if to.device_token is not None:
            return DeviceToken(token=to.device_token)
        case _:
            field = _FIELDS.get(channel)
            missing = f"This message goes to {field}; give an address of your own." if field else _NOT_TO_PEOPLE
            raise ValidationFailed(errors=[FieldProblem(f"to.{field or ''}".rstrip("."), "missing", missing)])


_FIELDS = {"email": "email", "sms": "phone", "web_push": "push_subscription", "mobile_push": "device_token"}
_NOT_TO_PEOPLE = "A message on this channel goes to a system of the shop and has no test address; preview it."


def _browser(browser: Browser, *, allow_private: bool) -> PushAddress:
    problem = endpoint_problem(browser.endpoint, allow_private=allow_private)
    if problem is not None:
        raise ValidationFailed(errors=[FieldProblem("to.push_subscription.endpoint", "endpoint", problem)])
    try:
        return PushAddress(endpoint=browser.endpoint, p256dh=browser.keys.p256dh, auth=browser.keys.auth)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValidationFailed(
            errors=[FieldProblem(f"to.push_subscription.{first['loc'][0]}", first["type"], first["msg"])]
        ) from None
