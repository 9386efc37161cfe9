"""The built-in inbox: what the doubles of e-mail and SMS providers caught instead of delivering it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.store.ids import new_id
from engine.store.paging import Cursor, StaleCursor, before, instant_of
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import InboxMessage

_message = core(InboxMessage)


@dataclass(frozen=True, slots=True)
class CaughtMessage:
    """A message as its double saw it. `sender` is who it claims to be from."""

    channel: str
    to: str
    sender: str
    subject: str | None
    text: str
    html: str | None
    headers: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class KeptMessage(CaughtMessage):
    """A message in the inbox."""

    id: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Messages, newest first, and where the next page begins."""

    items: tuple[KeptMessage, ...]
    next: Cursor | None


async def keep(executor: Executor, caught: CaughtMessage) -> str:
    """Put a message into the inbox; its id."""
    message_id = new_id("inb")
    row = {
        "id": message_id,
        "channel": caught.channel,
        "to": caught.to,
        "sender": caught.sender,
        "subject": caught.subject,
        "text": caught.text,
        "html": caught.html,
        "headers": dict(caught.headers),
        "received_at": caught.received_at,
    }
    await executor.execute(insert_into(InboxMessage, executor), [row])
    return message_id


async def list_inbox(executor: Executor, channel: str | None, *, after: Cursor | None, limit: int) -> InboxPage:
    """What was caught on this channel, or on all.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    statement = select(_message)
    if channel is not None:
        statement = statement.where(_message.c.channel == channel)
    if after is not None:
        if len(after) != 2:
            raise StaleCursor
        seen = (instant_of(after, 0), str(after[1]))
        statement = statement.where(before((_message.c.received_at, _message.c.id), seen))
    newest_first = statement.order_by(_message.c.received_at.desc(), _message.c.id.desc()).limit(limit + 1)
    rows = (await executor.execute(newest_first)).mappings().all()
    items = tuple(KeptMessage(**row) for row in rows[:limit])
    more = len(rows) > limit
    return InboxPage(items, (items[-1].received_at.isoformat(), items[-1].id) if more else None)


async def read_html(executor: Executor, message_id: str) -> str | None:
    """The HTML of a caught e-mail; None when there is no such message, or it has none."""
    return await executor.scalar(select(_message.c.html).where(_message.c.id == message_id))
