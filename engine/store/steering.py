"""What staff do for one person: each act with its reason in the audit, and so in the person's timeline.

    an enrollment     take it out, skip its wait, move it to a node      by a signal, heeded between two steps
    a person          suppress the addresses, and take that back         at once
    a waitlist entry  close it                                           at once

The signal goes by the outbox, in the transaction of the audit row: what was written down happens, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engine.journey.steering import Steering, may_skip
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.messages.addresses import push_channel
from engine.store import outbox, waitlist
from engine.store.errors import EnrollmentOver, UnknownRecord, WaitNotSkippable
from engine.store.ids import address_hash
from engine.store.merging import current_id
from engine.store.profiles import ProfileCard, read_profile
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Enrollment, PublishedVersion, PushSubscription, Suppression, WaitlistEntry
from engine.store.waitlist import Closing

STEERED = "steered"
"""The kind of outbox row that carries an act to its enrollment."""
BY_STAFF = "by_staff"
"""The reason of what staff suppressed or closed."""
_enrollment, _version, _entry = core(Enrollment), core(PublishedVersion), core(WaitlistEntry)
_suppression, _subscription = core(Suppression), core(PushSubscription)


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants it done, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """How many addresses a person has now, and of how many staff, or another reason, forbid use."""

    addresses: int
    by_staff: int
    otherwise: int


async def steer(
    executor: Executor, enrollment_id: str, act: Steering, order: Order, now: datetime, *, node: str | None = None
) -> str:
    """Have this done with an enrollment that is still inside; the id of its audit row.

    Raises:
        UnknownRecord: there is no such enrollment, or its version has no such node.
        EnrollmentOver: it has ended.
        WaitNotSkippable: it does not wait, or only an event ends its wait.
    """
    row = (await executor.execute(select(_enrollment).where(_enrollment.c.id == enrollment_id))).one_or_none()
    if row is None:
        raise UnknownRecord("enrollment", enrollment_id)
    if row.ended_at is not None:
        raise EnrollmentOver(enrollment_id)
    version = await walked_version(executor, row.journey_id, row.version)
    if act == "move" and all(one.id != node for one in version.graph.nodes):
        raise UnknownRecord("node", node or "")
    if act == "skip" and (row.status not in {"waiting", "parked"} or not may_skip(version, row.node)):
        raise WaitNotSkippable(enrollment_id)
    stands = {"enrollment": enrollment_id, "journey": row.journey_id, "node": row.node, "status": row.status}
    after = {"act": act, **({"node": node} if node is not None else {})}
    person = await current_id(executor, row.profile_id) or row.profile_id
    audit = await note(executor, person, f"enrollment:{act}", order, now, before=stands, after=after)
    signal = {"id": audit, "kind": act, "node": node}
    await outbox.put(executor, STEERED, enrollment_id, signal, now)
    return audit


async def is_starting(executor: Executor, enrollment_id: str) -> bool:
    """Whether this enrollment is let in and has not begun to walk."""
    return await executor.scalar(select(_enrollment.c.status).where(_enrollment.c.id == enrollment_id)) == "starting"


async def suppress(executor: Executor, profile_id: str, order: Order, now: datetime) -> int:
    """Send nothing more to any address that the person has now; how many there are.

    Raises:
        UnknownProfile: there is none with this id.
    """
    card = await read_profile(executor, profile_id)
    addresses = await _addresses(executor, card)
    rows = [
        {"channel": channel, "address_hash": address_hash(address), "reason": BY_STAFF, "at": now}
        for channel, address in addresses
    ]
    if rows:
        await executor.execute(insert_into(Suppression, executor).on_conflict_do_nothing(), rows)
    channels = sorted({channel for channel, _ in addresses})
    await note(executor, card.id, "suppress", order, now, after={"channels": channels, "addresses": len(addresses)})
    return len(addresses)


async def allow_again(executor: Executor, profile_id: str, order: Order, now: datetime) -> int:
    """Take back what staff suppressed; bounces, complaints and what the person asked for stay. How many it were.

    Raises:
        UnknownProfile: there is none with this id.
    """
    card = await read_profile(executor, profile_id)
    addresses = await _addresses(executor, card)
    hashes = [address_hash(address) for _, address in addresses]
    found = delete(_suppression).where(_suppression.c.address_hash.in_(hashes), _suppression.c.reason == BY_STAFF)
    freed = len((await executor.execute(found.returning(_suppression.c.address_hash))).all())
    await note(executor, card.id, "allow_again", order, now, before={"addresses": freed})
    return freed


async def read_suppressed(executor: Executor, card: ProfileCard) -> Suppressed:
    """How the addresses that the person has now stand."""
    addresses = {(channel, address_hash(address)) for channel, address in await _addresses(executor, card)}
    if not addresses:
        return Suppressed(0, 0, 0)
    wanted = _suppression.c.address_hash.in_({hashed for _, hashed in addresses})
    found = await executor.execute(
        select(_suppression.c.channel, _suppression.c.address_hash, _suppression.c.reason).where(wanted)
    )
    reasons = [reason for channel, hashed, reason in found if (channel, hashed) in addresses]
    by_staff = reasons.count(BY_STAFF)
    return Suppressed(len(addresses), by_staff, len(reasons) - by_staff)


async def close_wait(executor: Executor, entry_id: str, order: Order, now: datetime) -> None:
    """Let the person wait no more for this; whoever wants to wait again asks anew.

    Raises:
        UnknownRecord: there is no open entry with this id.
    """
    row = (await executor.execute(select(_entry).where(_entry.c.id == entry_id))).one_or_none()
    if row is None or not await waitlist.close(executor, [entry_id], Closing("unsubscribed", now, BY_STAFF)):
        raise UnknownRecord("open waitlist entry", entry_id)
    told = {"entry": entry_id, "variant": row.variant_id, "state": row.state}
    await note(executor, row.profile_id, "waitlist:close", order, now, before=told, after={"state": "unsubscribed"})


async def note(
    executor: Executor,
    person: str,
    action: str,
    order: Order,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> str:
    """Write down what was done for this person; the id of the audit row."""
    change = Change(
        by=order.by,
        action=action,
        subject_kind="profile",
        subject_id=person,
        reason=order.reason,
        before=before or {},
        after=after or {},
    )
    return await remember(executor, change, now)


async def walked_version(executor: Executor, journey: str, number: int) -> JourneyVersion:
    """The version that an enrollment walks; it is never deleted."""
    document = await executor.scalar(
        select(_version.c.document).where(_version.c.journey_id == journey, _version.c.number == number)
    )
    return JourneyVersion(journey=journey, number=number, document=JourneyDocument.model_validate(document))


async def _addresses(executor: Executor, card: ProfileCard) -> list[tuple[str, str]]:
    """Every address that the person has, with its channel."""
    live = select(_subscription.c.endpoint).where(
        _subscription.c.profile_id == card.id, _subscription.c.removed_at.is_(None)
    )
    endpoints = (await executor.execute(live)).scalars()
    found: list[tuple[str, str]] = [(push_channel(endpoint), endpoint) for endpoint in endpoints]
    found += [("email", card.email)] if card.email else []
    found += [("sms", card.phone)] if card.phone else []
    return found
