"""What a mail service reports, carried out: the ledger, the event that journeys hear, and suppression.

A hard bounce and a complaint suppress the address, whoever owns it; a soft bounce does not. A person who unsubscribes
at the mail service has unsubscribed here.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.messages.mail_reports import MailReport
from engine.messages.status import SendState
from engine.store import feedback, unsubscribing
from engine.store.consents import Proof
from engine.store.feedback import MESSAGE_COMPLAINED, Report
from engine.store.ids import address_hash
from engine.store.statements import core, insert_into
from engine.store.tables import Send, Suppression

_send = core(Send)
_STATES = {"delivered": SendState.DELIVERED, "bounced": SendState.BOUNCED, "opened": SendState.OPENED}


async def take(connection: AsyncConnection, service: str, report: MailReport, now: datetime) -> None:
    """Carry the report out. Taking it again changes nothing."""
    told = Report(
        report.message_id or "",
        _STATES.get(report.kind, SendState.DELIVERED),
        min(report.at or now, now),
        send_id=report.send_id,
        reason=report.reason,
        detail={"service": service, "hard": report.is_hard} if report.kind == "bounced" else {"service": service},
    )
    send_id = await feedback.find_send(connection, told)
    if send_id is not None:
        await _tell(connection, send_id, report, told, now)
    if report.kind == "complained" or (report.kind == "bounced" and report.is_hard):
        await _suppress(connection, send_id, report, now)


async def _tell(connection: AsyncConnection, send_id: str, report: MailReport, told: Report, now: datetime) -> None:
    match report.kind:
        case "complained":
            await feedback.tell(connection, send_id, MESSAGE_COMPLAINED, told, now)
        case "unsubscribed":
            sent = await unsubscribing.find_send(connection, send_id)
            if sent is not None:
                await unsubscribing.unsubscribe(connection, sent, Proof("mail_service"), now)
        case _:
            await feedback.record_report(connection, told)


async def _suppress(connection: AsyncConnection, send_id: str | None, report: MailReport, now: datetime) -> None:
    """By the address that the send went to, else by the one that the report names."""
    hashed = None
    if send_id is not None:
        hashed = await connection.scalar(select(_send.c.address_hash).where(_send.c.id == send_id))
    elif report.address is not None:
        hashed = address_hash(report.address.strip().lower())
    if hashed:
        row = {"channel": "email", "address_hash": hashed, "reason": report.kind, "at": now}
        await connection.execute(insert_into(Suppression, connection).on_conflict_do_nothing(), [row])
