"""Sending a message again on behalf of staff, for a reason: through the journey and its guard, never around them.

    still inside    the enrollment is moved to the message's node, and comes to it once more
    ended           a new enrollment begins at that node, because of the same event, and goes on from there

Either way it is another visit or another enrollment, so the ledger has a row of its own for it. The new one stands for
no waitlist entry: that somebody was told already is what staff know best here.
"""

from datetime import datetime

from sqlalchemy import select

from engine.journey.advance import begin
from engine.journey.facts import EventFact
from engine.journey.steering import placed
from engine.store import events, outbox
from engine.store.errors import UnknownRecord
from engine.store.ids import id_from
from engine.store.merging import current_id
from engine.store.statements import Executor, core, insert_into
from engine.store.steering import Order, note, steer, walked_version
from engine.store.tables import Enrollment, Send

RESENT = "resent"
"""The kind of outbox row that starts an enrollment at a message."""
_send, _enrollment = core(Send), core(Enrollment)


async def send_again(executor: Executor, send_id: str, order: Order, now: datetime) -> str:
    """Have this message sent once more, if the guard allows it then; the id of the audit row.

    Raises:
        UnknownRecord: there is no such message, or it was only a test.
    """
    send = (await executor.execute(select(_send).where(_send.c.id == send_id, _send.c.kind == "live"))).one_or_none()
    former = None
    if send is not None:
        hers = select(_enrollment).where(_enrollment.c.id == send.enrollment_id)
        former = (await executor.execute(hers)).one_or_none()
    if send is None or former is None:
        raise UnknownRecord("message", send_id)
    if former.ended_at is None:
        return await steer(executor, former.id, "move", order, now, node=send.node)
    version = await walked_version(executor, send.journey_id, send.version)
    person = await current_id(executor, send.profile_id) or send.profile_id
    before = {"message": send_id, "enrollment": former.id, "node": send.node}
    audit = await note(executor, person, "message:resend", order, now, before=before)
    known = await events.by_ids(executor, [former.event_id] if former.event_id else [])
    entry = known[0] if known else EventFact(id=audit, name="Sent again", at=former.entered_at)
    key, enrollment = f"again:{audit}", id_from("enr", audit)
    state = begin(version, profile=person, key=key, entry=entry, now=now)
    await executor.execute(
        insert_into(Enrollment, executor),
        {
            "id": enrollment,
            "journey_id": send.journey_id,
            "version": send.version,
            "profile_id": person,
            "key": key,
            "variant_id": send.variant_id,
            "event_id": former.event_id,
            "is_test": former.is_test,
            "status": "starting",
            "entered_at": now,
        },
    )
    task = {
        "id": enrollment,
        "journey": send.journey_id,
        "version": send.version,
        "profile": person,
        "key": key,
        "entry": entry.model_dump(mode="json"),
        "variant": send.variant_id,
        "state": placed(state, send.node, audit, now).model_dump(mode="json"),
        "is_test": former.is_test,
    }
    await outbox.put(executor, RESENT, enrollment, task, now)
    return audit
