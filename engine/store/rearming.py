"""Waiting anew: where a journey says so, a restock counts those as waiting who were told before and have not bought.

Each of them gets an open entry like the one that was answered, until the same end. Only journeys that rearm let it in.
"""

from datetime import datetime

from sqlalchemy import exists, or_, select

from engine.store.ids import new_id
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import WaitlistEntry

REARMED = "rearmed"
"""The reason of an entry that nobody asked for anew."""
AT_ONCE = 500
_entry = core(WaitlistEntry)


async def rearm(executor: Executor, variant_id: str, now: datetime) -> int:
    """Let the next people who were told about this variant wait for it anew; how many. Call again until it is 0.

    Who bought, unsubscribed, was held out, waits already or has waited out her time is left alone.
    """
    later = _entry.alias("later")
    settled = exists().where(
        later.c.profile_id == _entry.c.profile_id,
        later.c.variant_id == variant_id,
        or_(
            later.c.state.in_(("pending", "purchased", "unsubscribed", "held_out")),
            later.c.created_at > _entry.c.created_at,
        ),
    )
    told = await executor.execute(
        select(_entry.c.profile_id, _entry.c.source, _entry.c.intent, _entry.c.expires_at)
        .where(
            _entry.c.variant_id == variant_id,
            _entry.c.state == "sent",
            or_(_entry.c.expires_at.is_(None), _entry.c.expires_at > now),
            ~settled,
        )
        .order_by(_entry.c.id)
        .limit(AT_ONCE)
    )
    rows = [
        {**row, "id": new_id("wle"), "variant_id": variant_id, "state": "pending", "reason": REARMED, "created_at": now}
        for row in told.mappings()
    ]
    if rows:
        await executor.execute(insert_into(WaitlistEntry, executor).on_conflict_do_nothing(), rows)
    return len(rows)
