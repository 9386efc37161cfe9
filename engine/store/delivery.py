"""The facts behind many deliveries, read together: one look at the database for everyone who is about to be sent to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, select

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
from engine.store.tables.base import Table

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


def _whole(model: type[Table]) -> Any:
    table = core(model)
    return select(table).where(table.c.id.in_(_IDS))


_IDS = cast("Any", bindparam("ids", expanding=True))
_consent, _push, _level = core(Consent), core(PushSubscription), core(StockLevel)
_send, _outcome, _journey = core(Send), core(SendOutcome), core(Journey)
_suppression, _setting = core(Suppression), core(WorkspaceSetting)
_PROFILES, _VARIANTS, _PRODUCTS, _ENTRIES = (_whole(one) for one in (Profile, Variant, Product, WaitlistEntry))
_JOURNEYS = select(_journey.c.id, _journey.c.status).where(_journey.c.id.in_(_IDS))
_CONSENTS = select(_consent.c.profile_id, _consent.c.channel, _consent.c.granted).where(
    _consent.c.profile_id.in_(_IDS), _consent.c.topic == TOPIC
)
_SUBSCRIPTIONS = (
    select(_push.c.id, _push.c.profile_id, _push.c.endpoint, _push.c.p256dh, _push.c.auth)
    .where(_push.c.profile_id.in_(_IDS), _push.c.removed_at.is_(None))
    .order_by(_push.c.created_at)
)
_SUPPRESSIONS = select(_suppression.c.address_hash).where(_suppression.c.address_hash.in_(_IDS))
_AVAILABLE = (
    select(_level.c.variant_id, func.sum(_level.c.on_hand - _level.c.reserved))
    .where(_level.c.variant_id.in_(_IDS))
    .group_by(_level.c.variant_id)
)
_NOTIFIED = (
    select(_send.c.profile_id, _send.c.variant_id, _send.c.enrollment_id, _send.c.claimed_at)
    .select_from(_send.join(_outcome, _outcome.c.send_id == _send.c.id))
    .where(_send.c.profile_id.in_(_IDS), _send.c.kind == "live", _outcome.c.state.in_(("accepted", "unknown")))
)
_KILL_SWITCH = select(_setting.c.value).where(_setting.c.name == KILL_SWITCH)

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
    people = _by_id(connection, _PROFILES, profiles)
    journeys = _by_id(connection, _JOURNEYS, {q.journey_id for q in questions})
    consents = _consents(connection, profiles)
    subscriptions = _subscriptions(connection, {q.profile_id for q in questions if q.channel == "web_push"})
    reachable = [_addresses(q.channel, people[q.profile_id], subscriptions.get(q.profile_id, [])) for q in questions]
    suppressed = _suppressions(connection, {hashed for hashes in reachable for hashed in hashes})
    goods = _by_id(connection, _VARIANTS, variants)
    products = _by_id(connection, _PRODUCTS, {row["product_id"] for row in goods.values()})
    stock = _available(connection, variants)
    entries = _by_id(connection, _ENTRIES, {q.waitlist_entry_id for q in questions if q.waitlist_entry_id})
    notified = _notified(connection, profiles if variants else set())
    killed = _kill_switch(connection)

    def world(q: DeliveryQuestion) -> DeliveryWorld:
        variant = goods.get(q.variant_id) if q.variant_id else None
        return DeliveryWorld(
            kill_switch=killed,
            journey_status=journeys[q.journey_id]["status"],
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


def _by_id(connection: Connection, statement: Any, ids: set[Any]) -> dict[str, Row]:
    if not ids:
        return {}
    return {row["id"]: row for row in _rows(connection.execute(statement, {"ids": ids}))}


def _consents(connection: Connection, profiles: set[str]) -> dict[tuple[str, str], bool]:
    rows = connection.execute(_CONSENTS, {"ids": profiles})
    return {(profile, channel): granted for profile, channel, granted in rows}


def _subscriptions(connection: Connection, profiles: set[str]) -> dict[str, list[Row]]:
    if not profiles:
        return {}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _rows(connection.execute(_SUBSCRIPTIONS, {"ids": profiles})):
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
    return frozenset(connection.execute(_SUPPRESSIONS, {"ids": hashes}).scalars()) if hashes else frozenset()


def _available(connection: Connection, variants: set[str]) -> dict[str, int]:
    if not variants:
        return {}
    return {variant: int(available) for variant, available in connection.execute(_AVAILABLE, {"ids": variants})}


def _notified(connection: Connection, profiles: set[str]) -> Notified:
    if not profiles:
        return {}
    found: defaultdict[tuple[str, str | None], list[tuple[str, datetime]]] = defaultdict(list)
    for profile, variant, enrollment, at in connection.execute(_NOTIFIED, {"ids": profiles}):
        found[profile, variant].append((enrollment, at))
    return found


def _kill_switch(connection: Connection) -> bool:
    value = connection.scalar(_KILL_SWITCH)
    return bool(value and value.get("on"))
