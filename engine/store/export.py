"""All data of a person, as JSON: every row that is about her, by what it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy import Table as CoreTable

from engine.store.erasure import find_person
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core
from engine.store.tables import (
    CartLine,
    Consent,
    ConsentRecord,
    Enrollment,
    Event,
    Identity,
    Profile,
    PushSubscription,
    Rendering,
    SegmentMember,
    Send,
    SendOutcome,
    TrailRow,
    WaitlistEntry,
    WaitlistTransition,
)

_enrollment, _send = core(Enrollment), core(Send)
_OF_PROFILE = {
    "identities": Identity,
    "consents": Consent,
    "consent_history": ConsentRecord,
    "push_subscriptions": PushSubscription,
    "cart": CartLine,
    "segments": SegmentMember,
    "events": Event,
    "waits": WaitlistEntry,
    "wait_history": WaitlistTransition,
    "enrollments": Enrollment,
    "sends": Send,
}
_OURS = frozenset({"salt", "p256dh", "auth", "chain", "link", "hash"})
"""What keeps other data safe and is not about her."""


async def export(executor: Executor, profile_id: str, *, by: str, now: datetime) -> Mapping[str, Any]:
    """Everything that is kept about a person, all her merged profiles included.

    Raises:
        UnknownProfile: there is none with this id.
    """
    person = await find_person(executor, profile_id)
    found: dict[str, Any] = {"exported_at": now.isoformat(), "profile": person.ids[0]}
    found["profiles"] = await _rows(executor, core(Profile), core(Profile).c.id.in_(person.ids))
    for name, model in _OF_PROFILE.items():
        table = core(model)
        found[name] = await _rows(executor, table, table.c.profile_id.in_(person.ids))
    trail, outcome, rendering = core(TrailRow), core(SendOutcome), core(Rendering)
    inside = select(_enrollment.c.id).where(_enrollment.c.profile_id.in_(person.ids))
    sends = select(_send.c.id).where(_send.c.profile_id.in_(person.ids))
    said = select(_send.c.rendering_hash).where(_send.c.profile_id.in_(person.ids))
    found["steps"] = await _rows(executor, trail, trail.c.enrollment_id.in_(inside))
    found["send_history"] = await _rows(executor, outcome, outcome.c.send_id.in_(sends))
    found["messages"] = await _rows(executor, rendering, rendering.c.hash.in_(said), keep={"hash"})
    change = Change(by=by, action="export", subject_kind="profile", subject_id=person.ids[0])
    await remember(executor, change, now)
    return found


async def _rows(
    executor: Executor, table: CoreTable, which: ColumnElement[bool], keep: frozenset[str] | set[str] = frozenset()
) -> list[dict[str, Any]]:
    rows = await executor.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
            if name not in _OURS or name in keep
        }
        for row in rows.mappings()
    ]
