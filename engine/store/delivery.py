"""The facts behind many deliveries, read together: one look at the database for everyone who is about to be sent to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, func, select

from engine.store.ids import address_hash
from engine.store.statements import core
from engine.store.tables import (
    Consent,
    Journey,
    Product,
    Profile,
    PushSubscription,
    Send,
    SendOutcome,
    StockLevel,
    Suppression,
    Variant,
    WaitlistEntry,
    WorkspaceSetting,
)

KILL_SWITCH = "kill_switch"
TOPIC = "back_in_stock"


@dataclass(frozen=True, slots=True)
class DeliveryQuestion:
    """Whose facts are wanted, for which channel and variant."""

    enrollment_id: str
    journey_id: str
    profile_id: str
    channel: str
    variant_id: str | None
    waitlist_entry_id: str | None


Row = Mapping[str, Any]


def _rows(result: Any) -> list[Row]:
    return [cast(Row, row) for row in result.mappings()]


Notified = Mapping[tuple[str, str | None], list[tuple[str, datetime]]]
"""Accepted (or possibly accepted) sends by (profile, variant): enrollment and time of each."""


@dataclass(frozen=True, slots=True)
class DeliveryWorld:
    """What the database says about one question at one moment. Rows are mappings by column name."""

    kill_switch: bool
    journey_status: str
    profile: Row
    consent: bool | None
    subscriptions: tuple[Row, ...]
    suppressed: frozenset[str]
    variant: Row | None
    product: Row | None
    available: int | None
    entry: Row | None
    notified_elsewhere_at: datetime | None


def read_worlds(connection: Connection, questions: Sequence[DeliveryQuestion]) -> list[DeliveryWorld]:
    """The world for each question, from a handful of statements however many there are.

    Raises:
        LookupError: a profile or journey does not exist.
    """
    profiles = {q.profile_id for q in questions}
    variants = {q.variant_id for q in questions if q.variant_id}
    people = _by_id(connection, Profile, profiles)
    journeys = _statuses(connection, {q.journey_id for q in questions})
    consents = _consents(connection, profiles)
    subscriptions = _subscriptions(connection, {q.profile_id for q in questions if q.channel == "web_push"})
    reachable = [_addresses(q.channel, people[q.profile_id], subscriptions.get(q.profile_id, [])) for q in questions]
    suppressed = _suppressions(connection, {hashed for hashes in reachable for hashed in hashes})
    goods = _by_id(connection, Variant, variants)
    products = _by_id(connection, Product, {row["product_id"] for row in goods.values()})
    stock = _available(connection, variants)
    entries = _by_id(connection, WaitlistEntry, {q.waitlist_entry_id for q in questions if q.waitlist_entry_id})
    notified = _notified(connection, profiles if variants else set())
    killed = _kill_switch(connection)

    def world(q: DeliveryQuestion) -> DeliveryWorld:
        variant = goods.get(q.variant_id) if q.variant_id else None
        return DeliveryWorld(
            kill_switch=killed,
            journey_status=journeys[q.journey_id],
            profile=people[q.profile_id],
            consent=consents.get((q.profile_id, q.channel)),
            subscriptions=tuple(subscriptions.get(q.profile_id, ())),
            suppressed=suppressed,
            variant=variant,
            product=products.get(variant["product_id"]) if variant else None,
            available=stock.get(q.variant_id, 0) if q.variant_id else None,
            entry=entries.get(q.waitlist_entry_id) if q.waitlist_entry_id else None,
            notified_elsewhere_at=_newest_elsewhere(q, notified),
        )

    return [world(q) for q in questions]


def _newest_elsewhere(q: DeliveryQuestion, notified: Notified) -> datetime | None:
    others = (at for enrollment, at in notified.get((q.profile_id, q.variant_id), ()) if enrollment != q.enrollment_id)
    return max(others, default=None)


def _by_id(connection: Connection, model: type[Any], ids: set[Any]) -> dict[str, Row]:
    if not ids:
        return {}
    table = core(model)
    rows = connection.execute(select(table).where(table.c.id.in_(ids)))
    return {row["id"]: row for row in _rows(rows)}


def _statuses(connection: Connection, ids: set[str]) -> dict[str, str]:
    journey = core(Journey)
    rows = connection.execute(select(journey.c.id, journey.c.status).where(journey.c.id.in_(ids)))
    return {row.id: row.status for row in rows}


def _consents(connection: Connection, profiles: set[str]) -> dict[tuple[str, str], bool]:
    consent = core(Consent)
    rows = connection.execute(
        select(consent.c.profile_id, consent.c.channel, consent.c.granted).where(
            consent.c.profile_id.in_(profiles), consent.c.topic == TOPIC
        )
    )
    return {(row.profile_id, row.channel): row.granted for row in rows}


def _subscriptions(connection: Connection, profiles: set[str]) -> dict[str, list[Row]]:
    if not profiles:
        return {}
    table = core(PushSubscription)
    rows = connection.execute(
        select(table.c.id, table.c.profile_id, table.c.endpoint, table.c.p256dh, table.c.auth)
        .where(table.c.profile_id.in_(profiles), table.c.removed_at.is_(None))
        .order_by(table.c.created_at)
    )
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _rows(rows):
        found[row["profile_id"]].append(row)
    return found


def _addresses(channel: str, profile: Row, subscriptions: Sequence[Row]) -> list[str]:
    match channel:
        case "web_push":
            return [address_hash(row["endpoint"]) for row in subscriptions]
        case "email" | "sms":
            address = profile["email" if channel == "email" else "phone"]
            return [address_hash(address)] if address else []
        case _:
            return []


def _suppressions(connection: Connection, hashes: set[str]) -> frozenset[str]:
    if not hashes:
        return frozenset()
    table = core(Suppression)
    rows = connection.execute(select(table.c.address_hash).where(table.c.address_hash.in_(hashes)))
    return frozenset(row.address_hash for row in rows)


def _available(connection: Connection, variants: set[str]) -> dict[str, int]:
    if not variants:
        return {}
    level = core(StockLevel)
    rows = connection.execute(
        select(level.c.variant_id, func.sum(level.c.on_hand - level.c.reserved).label("available"))
        .where(level.c.variant_id.in_(variants))
        .group_by(level.c.variant_id)
    )
    return {row.variant_id: int(row.available) for row in rows}


def _notified(connection: Connection, profiles: set[str]) -> Notified:
    if not profiles:
        return {}
    send, outcome = core(Send), core(SendOutcome)
    rows = connection.execute(
        select(send.c.profile_id, send.c.variant_id, send.c.enrollment_id, send.c.claimed_at)
        .select_from(send.join(outcome, outcome.c.send_id == send.c.id))
        .where(send.c.profile_id.in_(profiles), send.c.kind == "live", outcome.c.state.in_(("accepted", "unknown")))
    )
    found: defaultdict[tuple[str, str | None], list[tuple[str, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.profile_id, row.variant_id].append((row.enrollment_id, row.claimed_at))
    return found


def _kill_switch(connection: Connection) -> bool:
    table = core(WorkspaceSetting)
    value = connection.scalar(select(table.c.value).where(table.c.name == KILL_SWITCH))
    return bool(value and value.get("on"))
