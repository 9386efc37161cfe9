"""The built-in inbox: what the local doubles of providers caught."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.answers import Answer, Page
from api.cursors import CursorText, Limit, from_text, to_text
from api.errors import NotFound
from api.frames import framed
from api.security import staff
from api.services import TheDatabase
from engine.store import inbox as inbox_store

Caught = Literal["email", "sms", "mobile_push"]
router = APIRouter(prefix="/v1/inbox", tags=["Inbox"], dependencies=[Depends(staff("see_inbox"))])


class InboxItem(Answer):
    """A message that a built-in double caught."""

    id: Annotated[str, Field(examples=["inb_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    channel: Annotated[Caught, Field(examples=["email"])]
    to: Annotated[str, Field(examples=["ada@shop.example"])]
    sender: Annotated[
        str, Field(alias="from", validation_alias="sender", examples=["Waitline <hello@waitline.example>"])
    ]
    subject: Annotated[str | None, Field(examples=["Fjell jacket is back"])]
    text: str
    html: str | None
    received_at: datetime


class InboxPage(Page):
    """Caught messages, newest first."""

    items: list[InboxItem]


@router.get("")
async def list_inbox(
    database: TheDatabase,
    channel: Annotated[Caught | None, Query(description="Only this channel.")] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> InboxPage:
    """List caught messages."""
    async with database.snapshot() as session:
        page = await inbox_store.list_inbox(session, channel, after=from_text(cursor), limit=limit)
    return InboxPage(items=[InboxItem.model_validate(item) for item in page.items], next=to_text(page.next))


@router.get(
    "/{message_id}/html",
    response_class=HTMLResponse,
    responses={200: {"description": "The e-mail's HTML, for a frame: it may show pictures and nothing else."}},
)
async def show_inbox_html(message_id: Annotated[str, Path(max_length=64)], database: TheDatabase) -> HTMLResponse:
    """Show the HTML of a caught e-mail, shut off from everything else."""
    async with database.snapshot() as session:
        html = await inbox_store.read_html(session, message_id)
    if html is None:
        raise NotFound("There is no such message, or it has no HTML.")
    return framed(html)
