"""Messages: what was sent and skipped, each with its reasons and exactly what the person got."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.answers import Answer, Channel, JourneyRef, Page, Variant
from api.cursors import CursorText, Limit, from_text, to_text
from api.errors import NotFound
from api.frames import framed
from api.security import staff
from api.services import Services, TheDatabase, TheServices
from engine.messages.rendered import restore, showing_ends
from engine.store import messages as message_store
from engine.store import sends
from engine.store.engagement import read_engagement
from engine.store.messages import MessageRecord, Sought

router = APIRouter(prefix="/v1/messages", tags=["Messages"], dependencies=[Depends(staff("see_people"))])

Status = Literal[
    "sending",
    "queued",
    "accepted",
    "delivered",
    "opened",
    "clicked",
    "bounced",
    "failed",
    "skipped",
    "expired",
    "unknown",
]
Word = Annotated[str | None, Query(max_length=120)]


class Addressee(Answer):
    """Who a message was for."""

    id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str | None, Field(examples=["Ada Lind"])]


class MessageItem(Answer):
    """A message that was sent or skipped, and what became of it. `kind` is test for those that staff sent to try."""

    id: Annotated[str, Field(examples=["snd_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    at: datetime
    channel: Channel
    status: Status
    reason: Annotated[str | None, Field(examples=["quiet_hours"])]
    kind: Literal["live", "test"]
    profile: Addressee
    journey: JourneyRef | None
    version: int
    node: str
    enrollment_id: str
    variant: Variant | None


class MessagePage(Page):
    """Messages, newest first."""

    items: list[MessageItem]


class MessageStep(Answer):
    """One state that the message reached."""

    state: Status
    reason: str | None
    provider_id: Annotated[str | None, Field(description="The provider's own name for it.")]
    detail: dict[str, Any]
    at: datetime


class MessageDetail(MessageItem):
    """A message with what the guard read before it, what was sent, and its history."""

    verdict: Annotated[dict[str, Any], Field(description="The facts that the guard read, and its answer.")]
    rendering: Annotated[
        dict[str, Any] | None, Field(description="The message as it was sent; links show where they end.")
    ]
    history: list[MessageStep]


class MessageNumbers(Answer):
    """What became of every attempt; all of these together are `attempts`."""

    attempts: int
    sent: int
    unknown: int
    open: Annotated[int, Field(description="Not over yet.")]
    failed: Annotated[dict[str, int], Field(description="By reason.")]
    skipped: Annotated[dict[str, int], Field(description="By reason.")]


class EventCount(Answer):
    """How often something happened, and with how many messages."""

    total: int
    unique: int


class LinkClicks(Answer):
    """Clicks of one link of the message at a node of a version."""

    journey_id: str
    version: int
    node: str
    target: Annotated[str, Field(examples=["action_1"])]
    url: str
    clicks: EventCount


class MessageEngagement(Answer):
    """What people did with the messages. `by_programs` was fetched by programs and counts nowhere else."""

    sent: int
    opens: EventCount
    clicks: EventCount
    by_programs: dict[str, EventCount]
    bounces: EventCount
    complaints: EventCount
    unsubscribes: EventCount
    browsers_lost: Annotated[int, Field(description="Push subscriptions that turned out to be gone.")]
    rates: Annotated[dict[str, float], Field(description="Per message that was sent, from 0 to 1.")]
    links: list[LinkClicks]


class UnknownMessageItem(Answer):
    """A message of which nobody knows whether it arrived, and what can be done about it."""

    id: str
    channel: Channel
    profile_id: str
    journey_id: str
    node: str
    reason: str | None
    at: datetime
    action: Literal["look_up_at_twilio", "search_message_id", "repeat", "ask_the_receiver"]


class UnknownMessages(Answer):
    """Newest first."""

    items: list[UnknownMessageItem]


@router.get("")
async def list_messages(
    *,
    database: TheDatabase,
    channel: Annotated[Channel | None, Query(description="Only this channel.")] = None,
    status: Annotated[Status | None, Query(description="Only those that are this now.")] = None,
    journey: Word = None,
    reason: Word = None,
    profile: Word = None,
    kind: Annotated[Literal["live", "test"] | None, Query(description="Real ones, or tests.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> MessagePage:
    """List what was sent and skipped."""
    sought = Sought(channel, status, journey, reason, profile, kind)
    async with database.snapshot() as session:
        page = await message_store.list_messages(session, sought, after=from_text(cursor), limit=limit)
    return MessagePage(items=[MessageItem.model_validate(item) for item in page.items], next=to_text(page.next))


@router.get("/numbers")
async def get_message_numbers(
    database: TheDatabase, journey: Annotated[str | None, Query(max_length=64)] = None
) -> MessageNumbers:
    """Count what became of every attempt, in one journey or in all."""
    async with database.snapshot() as session:
        return MessageNumbers.model_validate(await sends.read_numbers(session, journey))


@router.get("/engagement")
async def get_message_engagement(
    database: TheDatabase, journey: Annotated[str | None, Query(max_length=64)] = None
) -> MessageEngagement:
    """Count opens, clicks by link, bounces, complaints and leaving, in one journey or in all."""
    async with database.snapshot() as session:
        found = await read_engagement(session, journey)
    rates = {name: found.rate(getattr(found, name)) for name in ("opens", "clicks", "bounces", "complaints")}
    return MessageEngagement.model_validate(
        {**asdict(found), "rates": {**rates, "unsubscribes": found.rate(found.unsubscribes)}}
    )


@router.get("/unknown")
async def list_unknown_messages(database: TheDatabase, limit: Limit = 50) -> UnknownMessages:
    """List the messages of which nobody knows whether they arrived, with the way to find out."""
    async with database.snapshot() as session:
        found = await sends.read_unsettled(session, limit=limit)
    return UnknownMessages(items=[UnknownMessageItem.model_validate(one) for one in found])


@router.get("/{message_id}")
async def get_message(message_id: Annotated[str, Path(max_length=64)], services: TheServices) -> MessageDetail:
    """Read a message with its reasons, its exact rendering and its history."""
    async with services.database.snapshot() as session:
        record = await message_store.read_message(session, message_id)
    return MessageDetail.model_validate(
        {
            **MessageItem.model_validate(record.message).model_dump(),
            "verdict": record.verdict,
            "rendering": _rendering(record, services),
            "history": [MessageStep.model_validate(one).model_dump() for one in record.history],
        }
    )


@router.get(
    "/{message_id}/html",
    response_class=HTMLResponse,
    responses={200: {"description": "The e-mail's HTML, for a frame: it may show pictures and nothing else."}},
)
async def show_message_html(message_id: Annotated[str, Path(max_length=64)], services: TheServices) -> HTMLResponse:
    """Show the HTML of an e-mail that was sent, shut off from everything else."""
    async with services.database.snapshot() as session:
        record = await message_store.read_message(session, message_id)
    html = (_rendering(record, services) or {}).get("html")
    if html is None:
        raise NotFound("This message has no HTML.")
    return framed(html)


def _rendering(record: MessageRecord, services: Services) -> dict[str, Any] | None:
    """As it was sent, but for click links and the way out: those belong to the person, and would count for her."""
    if record.archived is None:
        return None
    send_id = record.message.id
    sent = restore(
        record.archived, send_id=send_id, link_for=lambda target, _url: services.composer.link(send_id, target)
    )
    return showing_ends(sent, services.composer.sample_ways).model_dump(mode="json")
