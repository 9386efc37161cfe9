"""Clicks: the link of a send, where it leads, and the event that somebody followed it.

A click is an event of the profile, and the send's ledger moves to `clicked`. Programs follow links, too (previews,
scanners); what they do is kept as another event, which moves nothing and wakes nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.journey.vocabulary import MESSAGE_OPENED
from engine.messages.status import SendState, follows, settled
from engine.store import events, ledger
from engine.store.events import NewEvent
from engine.store.ids import new_id
from engine.store.ledger import Outcome
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Enrollment, Event, Rendering, Send, SendOutcome

LINK_CLICKED = "Link Clicked"
LINK_CHECKED = "Link Checked"
MESSAGE_FETCHED = "Message Fetched"
"""A program fetched the pictures of an e-mail; nobody opened it."""
_send = core(Send)
_outcome = core(SendOutcome)
_rendering = core(Rendering)
_enrollment = core(Enrollment)


@dataclass(frozen=True, slots=True)
class SentLink:
    """One link of a message that was sent; `url` is where it leads, `message` what the message is called."""

    send_id: str
    target: str
    url: str
    purpose: str
    profile_id: str
    enrollment_id: str
    journey_id: str
    version: int
    node: str
    channel: str
    variant_id: str | None
    restock_id: str | None
    message: str | None

    @property
    def properties(self) -> dict[str, Any]:
        """What an event about this link says of it."""
        known = {
            "target": self.target,
            "url": self.url,
            "message": self.message,
            "channel": self.channel,
            "send_id": self.send_id,
            "journey_id": self.journey_id,
            "version": self.version,
            "node": self.node,
            "enrollment_id": self.enrollment_id,
            "restock_id": self.restock_id,
        }
        return {name: value for name, value in known.items() if value is not None}


async def find_link(executor: Executor, send_id: str, target: str) -> SentLink | None:
    """The link of this send; None when there is no such send, or its message has no such link."""
    content = _rendering.c.content
    statement = (
        select(
            _send.c.kind,
            _send.c.profile_id,
            _send.c.enrollment_id,
            _send.c.journey_id,
            _send.c.version,
            _send.c.node,
            _send.c.channel,
            _send.c.variant_id,
            _enrollment.c.restock_id,
            func.coalesce(content["title"].as_string(), content["subject"].as_string()).label("message"),
            content["links"].as_json().label("links"),
        )
        .join_from(_send, _rendering, _rendering.c.hash == _send.c.rendering_hash)
        .outerjoin(_enrollment, _enrollment.c.id == _send.c.enrollment_id)
        .where(_send.c.id == send_id)
    )
    row = (await executor.execute(statement)).one_or_none()
    links: Sequence[Mapping[str, str]] = row.links if row is not None else ()
    url = next((link["url"] for link in links if link["target"] == target), None)
    if row is None or url is None:
        return None
    return SentLink(
        send_id=send_id,
        target=target,
        url=url,
        purpose=row.kind,
        profile_id=row.profile_id,
        enrollment_id=row.enrollment_id,
        journey_id=row.journey_id,
        version=row.version,
        node=row.node,
        channel=row.channel,
        variant_id=row.variant_id,
        restock_id=row.restock_id,
        message=row.message,
    )


async def record_click(connection: AsyncConnection, link: SentLink, now: datetime) -> None:
    """Somebody followed the link: the event, its way to the journeys that wait for it, and the ledger."""
    clicked = NewEvent(LINK_CLICKED, link.profile_id, now, variant_id=link.variant_id, properties=link.properties)
    await events.record(connection, [clicked], now)
    await _move(connection, link.send_id, SendState.CLICKED, now, {"target": link.target})


async def _move(
    connection: AsyncConnection, send_id: str, state: SendState, now: datetime, detail: Mapping[str, Any]
) -> None:
    """Move the ledger, when the state may follow the present one."""
    states = await connection.scalars(
        select(_outcome.c.state).where(_outcome.c.send_id == send_id).order_by(_outcome.c.id)
    )
    if follows(settled(SendState.SENDING, (SendState(one) for one in states)), state):
        await connection.run_sync(ledger.report, Outcome(send_id, state, now, detail=detail))


async def record_open(connection: AsyncConnection, send_id: str, program: str | None, now: datetime) -> None:
    """The e-mail was opened: an event each time, the ledger once; a program that fetched its pictures moves nothing."""
    sent = (await connection.execute(select(_send).where(_send.c.id == send_id))).one_or_none()
    if sent is None or sent.kind != "live":
        return
    columns = ("channel", "journey_id", "version", "node", "enrollment_id")
    said = {"send_id": send_id, **{name: getattr(sent, name) for name in columns}}
    if program is not None:
        row = {"id": new_id("evt"), "name": MESSAGE_FETCHED, "profile_id": sent.profile_id, "at": now}
        row |= {"variant_id": sent.variant_id, "properties": {**said, "program": program}, "received_at": now}
        await connection.execute(insert_into(Event, connection), [row])
        return
    opened = NewEvent(MESSAGE_OPENED, sent.profile_id, now, variant_id=sent.variant_id, properties=said)
    await events.record(connection, [opened], now)
    await _move(connection, send_id, SendState.OPENED, now, {})


async def record_check(connection: AsyncConnection, link: SentLink, program: str, now: datetime) -> None:
    """A program looked at the link; `program` says how it was known for one."""
    row = {
        "id": new_id("evt"),
        "name": LINK_CHECKED,
        "profile_id": link.profile_id,
        "variant_id": link.variant_id,
        "properties": {**link.properties, "program": program},
        "at": now,
        "received_at": now,
    }
    await connection.execute(insert_into(Event, connection), [row])
