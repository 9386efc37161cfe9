"""Erasing a person: what is about her goes, what is counted stays.

    now       addresses, names, attributes, identities, consents' proofs, subscriptions, events' properties, what was
              read for decisions, messages as sent, and whatever else names one of her addresses
    then      her enrollments end and the salts of their keys go, so that Temporal's histories say nothing (the relay)
    stays     the profile's id with nothing behind it: sends, waits and steps are counted, and the ledger's chains hold

A profile that others were merged into is erased together with them. Suppressions stay: they hold the hash of an address
that asked for nothing more, and are what keeps that promise.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, or_, select, update
from sqlalchemy import Table as CoreTable

from engine.store import outbox, waitlist
from engine.store.errors import UnknownProfile
from engine.store.identity import current_id
from engine.store.staff_changes import Change, read_changes, remember
from engine.store.statements import Executor, core, in_chunks
from engine.store.tables import (
    PENDING,
    Audit,
    CartLine,
    Consent,
    ConsentRecord,
    DeadLetter,
    Enrollment,
    Event,
    Identity,
    InboxMessage,
    JourneyTester,
    KnownField,
    OutboxRow,
    Profile,
    PushSubscription,
    Rendering,
    SegmentMember,
    Send,
    TrailRow,
    WaitlistEntry,
)
from engine.store.waitlist import Closing

ERASED = "erased"
"""The kind of outbox row that ends the enrollments of an erased person; also the reason of whatever ended by it."""
_ERASE = "erase"
SHORTEST_TRACE = 5
"""Shorter texts (a first name, a country) name nobody by themselves and are not searched for in what others wrote."""
_profile, _enrollment, _send = core(Profile), core(Enrollment), core(Send)
_rendering, _field = core(Rendering), core(KnownField)
_GONE = tuple(core(one) for one in (Identity, Consent, PushSubscription, CartLine, SegmentMember, JourneyTester))


@dataclass(frozen=True, slots=True)
class Person:
    """Everybody who turned out to be one person, the one who is left first, and what would give her away.

    `traces` name her wherever they stand; `words`, her names and what her attributes say, in a sample of one value.
    """

    ids: tuple[str, ...]
    traces: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a person was erased; `by` is the name of whoever did it."""

    at: datetime
    by: str
    reason: str | None


async def erase(executor: Executor, profile_id: str, *, by: str, reason: str, now: datetime) -> str:
    """Erase a person; the id of the profile that is left. Doing it again does no harm.

    Raises:
        UnknownProfile: there is none with this id.
    """
    person = await find_person(executor, profile_id)
    left = person.ids[0]
    await _end_waits(executor, person, now)
    await _forget_messages(executor, person)
    await _forget_events(executor, person)
    await _forget_traces(executor, person)
    for table in _GONE:
        await executor.execute(delete(table).where(table.c.profile_id.in_(person.ids)))
    await _blank(executor, ConsentRecord, person, ip_truncated=None, page_url=None)
    values: dict[str, Any] = {**_BLANKED, "attributes": {}, "updated_at": now, "erased_at": now}
    await executor.execute(update(_profile).where(_profile.c.id.in_(person.ids)).values(values))
    audit = core(Audit)
    hers = (audit.c.subject_kind == "profile") & audit.c.subject_id.in_(person.ids)
    await executor.execute(update(audit).where(hers).values(before={}, after={}, reason=None))
    await remember(
        executor,
        Change(by=by, action=_ERASE, subject_kind="profile", subject_id=left, reason=reason),
        now,
    )
    await outbox.put(executor, ERASED, left, {"profiles": list(person.ids)}, now)
    return left


async def read_erasure(executor: Executor, profile_id: str) -> Erasure | None:
    """When a person was erased, by whom and why; None while she is known."""
    changes = await read_changes(executor, "profile", profile_id)
    found = next((one for one in changes.items if one.action == _ERASE), None)
    return found and Erasure(at=found.at, by=found.by, reason=found.reason)


async def find_person(executor: Executor, profile_id: str) -> Person:
    """All profiles of one person, and every text that names her.

    Raises:
        UnknownProfile: there is none with this id.
    """
    left = await current_id(executor, profile_id)
    if left is None:
        raise UnknownProfile(profile_id)
    rows = (
        await executor.execute(select(_profile).where(or_(_profile.c.id == left, _profile.c.merged_into == left)))
    ).all()
    ids = (left, *(row.id for row in rows if row.id != left))
    identity = core(Identity)
    known = (await executor.execute(select(identity.c.value).where(identity.c.profile_id.in_(ids)))).scalars()
    named = [value for row in rows for value in (row.email, row.phone, row.external_id) if value]
    subscription = core(PushSubscription)
    ends = (await executor.execute(select(subscription.c.endpoint).where(subscription.c.profile_id.in_(ids)))).scalars()
    traces = frozenset(text for text in (*named, *known, *ends) if len(text) >= SHORTEST_TRACE)
    said = [text for row in rows for text in (row.first_name, row.last_name, *row.attributes.values())]
    words = frozenset(text for text in said if isinstance(text, str) and len(text) >= SHORTEST_TRACE)
    return Person(ids, traces, words)


async def open_enrollments(executor: Executor, profiles: Collection[str]) -> Sequence[str]:
    """Enrollments of these people that have not ended."""
    inside = select(_enrollment.c.id).where(_enrollment.c.profile_id.in_(profiles), _enrollment.c.ended_at.is_(None))
    return (await executor.execute(inside)).scalars().all()


async def destroy_keys(executor: Executor, profiles: Collection[str], now: datetime) -> None:
    """End every enrollment of these people, and make what Temporal keeps of them unreadable."""
    hers = _enrollment.c.profile_id.in_(profiles)
    await executor.execute(
        update(_enrollment)
        .where(hers, _enrollment.c.ended_at.is_(None))
        .values(status="ended", ended_at=now, exit_reason=ERASED, listens=None, until=None)
    )
    await executor.execute(update(_enrollment).where(hers).values(salt=None))


async def _end_waits(executor: Executor, person: Person, now: datetime) -> None:
    entry = core(WaitlistEntry)
    pending = select(entry.c.id).where(entry.c.profile_id.in_(person.ids), entry.c.state == PENDING)
    waits = (await executor.execute(pending)).scalars().all()
    await waitlist.close(executor, waits, Closing("unsubscribed", now, ERASED))


async def _forget_messages(executor: Executor, person: Person) -> None:
    """Messages as sent to her. One that was sent to others word for word says nothing of her, and is theirs, too."""
    hers = select(_send.c.rendering_hash).where(_send.c.profile_id.in_(person.ids), _send.c.rendering_hash.is_not(None))
    hashes = list(set((await executor.execute(hers)).scalars()))
    for chunk in in_chunks(hashes):
        shared = select(_send.c.rendering_hash).where(
            _send.c.rendering_hash.in_(chunk), _send.c.profile_id.not_in(person.ids)
        )
        theirs = set((await executor.execute(shared)).scalars())
        await executor.execute(
            delete(_rendering).where(_rendering.c.hash.in_([one for one in chunk if one not in theirs]))
        )
    inbox = core(InboxMessage)
    if person.traces:
        await executor.execute(
            delete(inbox).where(_names(person, inbox.c.to, inbox.c.text, inbox.c.html, inbox.c.headers))
        )


async def _forget_events(executor: Executor, person: Person) -> None:
    """What her events said, and what was read for her decisions."""
    await _blank(executor, Event, person, properties={}, message_id=None)
    trail = core(TrailRow)
    enrollments = select(_enrollment.c.id).where(_enrollment.c.profile_id.in_(person.ids))
    await executor.execute(update(trail).where(trail.c.enrollment_id.in_(enrollments)).values(facts={}))


async def _forget_traces(executor: Executor, person: Person) -> None:
    """Where else one of her addresses may stand: what could not be used, what is still to be routed, samples."""
    for field in await executor.execute(select(_field)):
        kept = [sample for sample in field.samples if not _tells(person, sample)]
        if len(kept) < len(field.samples):
            which = (_field.c.holder == field.holder) & (_field.c.name == field.name)
            await executor.execute(update(_field).where(which).values(samples=kept))
    if not person.traces:
        return
    letter, row = core(DeadLetter), core(OutboxRow)
    await executor.execute(delete(letter).where(_names(person, letter.c.payload, letter.c.reason)))
    await executor.execute(update(row).where(_names(person, row.c.last_error)).values(last_error=None))
    routed = row.c.routed_at.is_not(None)
    await executor.execute(delete(row).where(routed, _names(person, row.c.payload, row.c.subject_id)))


async def _blank(executor: Executor, model: type[Any], person: Person, **values: Any) -> None:
    table: CoreTable = core(model)
    await executor.execute(update(table).where(table.c.profile_id.in_(person.ids)).values(values))


def _names(person: Person, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether one of these columns holds a text that names her."""
    return or_(
        *(
            cast(column, String).icontains(json.dumps(trace)[1:-1], autoescape=True)
            for column in columns
            for trace in sorted(person.traces)
        )
    )


def _tells(person: Person, sample: Any) -> bool:
    said = json.dumps(sample, ensure_ascii=False).lower()
    return any(text.lower() in said for text in person.traces | person.words)


_BLANKED: Mapping[str, None] = dict.fromkeys(
    ("external_id", "email", "phone", "first_name", "last_name", "language", "country", "timezone")
)
