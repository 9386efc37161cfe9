"""What providers tell us after a send: reports that move it on, and phones that ask to be left alone.

What moves a send on is also an event of the person, so that journeys can wait for it and branch by it.

Reports come late, twice and out of order. One is appended only when its state may follow the present one, so the
ledger never moves back; the rest are known already and change nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.journey.vocabulary import MESSAGE_OPENED, SEND_ID
from engine.messages.status import SendState, follows, settled
from engine.store import events, ledger
from engine.store.events import NewEvent
from engine.store.ids import address_hash
from engine.store.ledger import Outcome
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Send, SendOutcome, Suppression

ASKED_TO_STOP = "asked_to_stop"
MESSAGE_DELIVERED = "Message Delivered"
MESSAGE_BOUNCED = "Message Bounced"
MESSAGE_COMPLAINED = "Message Complained"
MESSAGE_FAILED = "Message Failed"
_EVENTS: Mapping[SendState, str] = {
    SendState.DELIVERED: MESSAGE_DELIVERED,
    SendState.OPENED: MESSAGE_OPENED,
    SendState.BOUNCED: MESSAGE_BOUNCED,
    SendState.FAILED: MESSAGE_FAILED,
}
_send = core(Send)
_outcome = core(SendOutcome)
_suppression = core(Suppression)


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says became of a message that it knows as `provider_id`; `send_id` is ours, when it says it."""

    provider_id: str
    state: SendState
    at: datetime
    send_id: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def record_report(connection: AsyncConnection, report: Report) -> SendState | None:
    """The send's state after the report; None when no send of ours is meant."""
    send_id = await find_send(connection, report)
    if send_id is None:
        return None
    states = await connection.scalars(
        select(_outcome.c.state).where(_outcome.c.send_id == send_id).order_by(_outcome.c.id)
    )
    current = settled(SendState.SENDING, [SendState(state) for state in states])
    if not follows(current, report.state):
        return current
    outcome = Outcome(send_id, report.state, report.at, report.reason, report.provider_id, report.detail)
    await connection.run_sync(ledger.report, outcome)
    if (name := _EVENTS.get(report.state)) is not None:
        await tell(connection, send_id, name, report, report.at)
    return report.state


async def tell(connection: AsyncConnection, send_id: str, name: str, report: Report, now: datetime) -> None:
    """The event that this happened to the send, once for each send, and its way to the journeys that wait for it."""
    sent = (await connection.execute(select(_send).where(_send.c.id == send_id))).one()
    if sent.kind != "live":
        return
    columns = ("channel", "journey_id", "version", "node", "enrollment_id")
    said = {SEND_ID: send_id, **{column: getattr(sent, column) for column in columns}}
    if report.reason is not None:
        said["reason"] = report.reason
    event = NewEvent(name, sent.profile_id, report.at, f"{name}/{send_id}", sent.variant_id, properties=said)
    await events.record(connection, [event], now)


async def suppress_phone(executor: Executor, number: str, now: datetime) -> None:
    """Never text this number again, whoever it belongs to, until `allow_phone`."""
    row = {"channel": "sms", "address_hash": address_hash(number), "reason": ASKED_TO_STOP, "at": now}
    await executor.execute(insert_into(Suppression, executor).on_conflict_do_nothing(), [row])


async def allow_phone(executor: Executor, number: str) -> None:
    """Take back what the number's owner had asked for; a suppression for another reason stays."""
    await executor.execute(
        delete(_suppression).where(
            _suppression.c.channel == "sms",
            _suppression.c.address_hash == address_hash(number),
            _suppression.c.reason == ASKED_TO_STOP,
        )
    )


async def find_send(executor: Executor, report: Report) -> str | None:
    """Which send of ours is meant: by our own id for it, or by the provider's."""
    if report.send_id is not None:
        return await executor.scalar(select(_send.c.id).where(_send.c.id == report.send_id))
    return await executor.scalar(
        select(_outcome.c.send_id).where(_outcome.c.provider_id == report.provider_id).limit(1)
    )
