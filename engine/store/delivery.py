"""The facts behind many deliveries, read together: one look at the database for everyone who is about to be sent to."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, or_, select, union_all

from engine.guardrails.settings import BACK_IN_STOCK_TOPIC, NO_LIMITS, WorkspaceGuardrails, limits_from
from engine.journey.facts import EventFact
from engine.journey.vocabulary import ORDER_COMPLETED, ORDER_REFUNDED
from engine.messages.addresses import PUSH_CHANNELS, push_channel
from engine.messages.store_links import StoreLinks
from engine.store.ids import address_hash
from engine.store.prepared import IDS, Prepared, Row, Texts, is_among
from engine.store.statements import core
from engine.store.store_links import STORE_LINKS, links_from
from engine.store.tables import (
    PENDING,
    Consent,
    Enrollment,
    Event,
    Journey,
    Product,
    Profile,
    PushSubscription,
    Restock,
    Send,
    SendOutcome,
    Source,
    StockLevel,
    Suppression,
    Variant,
    WaitlistEntry,
    WorkspaceSetting,
)
from engine.store.tables.base import Table

KILL_SWITCH = "kill_switch"
GUARDRAILS = "guardrails"
"""The workspace setting that holds caps over channels, the workspace's zone and quiet hours by country."""


@dataclass(frozen=True, slots=True)
class DeliveryQuestion:
    """Whose facts are wanted, for which channel, topic and variant.

    `history_since` is from when on orders and returns matter; None when they do not. `latest_restock` asks for the item
    that was restocked last among all that the profile waited for. `rivals` asks whether a restock of the variant
    concerns the profile. `address` names the attribute that holds the profile's address on a plugin's channel.
    """

    enrollment_id: str
    journey_id: str
    profile_id: str
    channel: str
    variant_id: str | None
    waitlist_entry_id: str | None
    topic: str = BACK_IN_STOCK_TOPIC
    history_since: datetime | None = None
    latest_restock: bool = False
    rivals: bool = False
    address: str | None = None


def _whole(model: type[Table]) -> Prepared:
    table = core(model)
    return Prepared(select(table).where(is_among(table.c.id, IDS)))


_consent, _push, _level = core(Consent), core(PushSubscription), core(StockLevel)
_send, _outcome, _journey = core(Send), core(SendOutcome), core(Journey)
_suppression, _setting = core(Suppression), core(WorkspaceSetting)
_PROFILES, _VARIANTS, _ENTRIES = (_whole(one) for one in (Profile, Variant, WaitlistEntry))
_product, _source, _enrollment = core(Product), core(Source), core(Enrollment)
_PRODUCTS = Prepared(
    select(
        _product,
        _source.c.name.label("source_name"),
        _source.c.settings.label("source_settings"),
        _source.c.last_seen_at.label("source_seen_at"),
    )
    .join(_source, _source.c.id == _product.c.source_id)
    .where(is_among(_product.c.id, IDS))
)
_JOURNEYS = Prepared(select(_journey.c.id, _journey.c.status).where(is_among(_journey.c.id, IDS)))
_CONSENTS = Prepared(
    select(_consent.c.profile_id, _consent.c.channel, _consent.c.topic, _consent.c.granted).where(
        is_among(_consent.c.profile_id, IDS)
    )
)
_SUBSCRIPTIONS = Prepared(
    select(_push.c.id, _push.c.profile_id, _push.c.endpoint, _push.c.p256dh, _push.c.auth)
    .where(is_among(_push.c.profile_id, IDS), _push.c.removed_at.is_(None))
    .order_by(_push.c.created_at)
)
_SUPPRESSIONS = Prepared(
    select(_suppression.c.channel, _suppression.c.address_hash).where(
        is_among(_suppression.c.channel, bindparam("channels", type_=Texts())),
        is_among(_suppression.c.address_hash, IDS),
    )
)
_AVAILABLE = Prepared(
    select(_level.c.variant_id, func.sum(_level.c.on_hand - _level.c.reserved).label("available"))
    .where(is_among(_level.c.variant_id, IDS))
    .group_by(_level.c.variant_id)
)
_accepted = _send.join(_outcome, _outcome.c.send_id == _send.c.id)
_ARRIVED = (_send.c.kind == "live", or_(_outcome.c.state == "accepted", _outcome.c.state == "unknown"))
_former = core(Profile)
_NOTIFIED = Prepared(
    union_all(
        select(_send.c.profile_id.label("person"), _send.c.variant_id, _send.c.enrollment_id, _send.c.claimed_at)
        .select_from(_accepted)
        .where(is_among(_send.c.profile_id, IDS), *_ARRIVED),
        select(_former.c.merged_into, _send.c.variant_id, _send.c.enrollment_id, _send.c.claimed_at)
        .select_from(_accepted.join(_former, _former.c.id == _send.c.profile_id))
        .where(is_among(_former.c.merged_into, IDS), *_ARRIVED),
    )
)
"""What reached people under any id that they have had: rows of the ledger keep the id that they began with."""
_NAMES = literal((KILL_SWITCH, GUARDRAILS, STORE_LINKS), Texts())
_SETTINGS = Prepared(select(_setting.c.name, _setting.c.value).where(is_among(_setting.c.name, _NAMES)))
_event, _entry, _restock = core(Event), core(WaitlistEntry), core(Restock)
_RESTOCKED = Prepared(
    select(_entry.c.profile_id, _restock.c.variant_id)
    .join(_restock, _restock.c.variant_id == _entry.c.variant_id)
    .where(is_among(_entry.c.profile_id, IDS), _restock.c.at >= _entry.c.created_at)
    .order_by(_restock.c.at, _restock.c.id)
)
_RIVALS = Prepared(
    union_all(
        select(_entry.c.profile_id, _entry.c.variant_id).where(
            is_among(_entry.c.profile_id, IDS), _entry.c.state == PENDING, _entry.c.source == "explicit"
        ),
        select(_enrollment.c.profile_id, _enrollment.c.variant_id).where(
            is_among(_enrollment.c.profile_id, IDS),
            _enrollment.c.restock_id.is_not(None),
            _enrollment.c.ended_at.is_(None),
        ),
    )
)
"""Who asked to be told of which variant, or is in a journey about its restock."""
_HISTORY = Prepared(
    select(_event.c.id, _event.c.profile_id, _event.c.name, _event.c.at, _event.c.properties)
    .where(
        is_among(_event.c.profile_id, IDS),
        _event.c.at > bindparam("since", type_=_event.c.at.type),
        is_among(_event.c.name, literal((ORDER_COMPLETED, ORDER_REFUNDED), Texts())),
    )
    .order_by(_event.c.at)
)

SAMPLE_PERSON: Row = {
    "id": None,
    "first_name": "Ada",
    "last_name": "Lind",
    "email": "ada@shop.example",
    "phone": "+436601234567",
    "language": "en",
    "country": "AT",
    "external_id": "customer-77",
    "attributes": {},
}
"""Whom a preview is for when nobody is named."""

Notified = Mapping[str, list[tuple[str, str | None, datetime]]]
"""Accepted (or possibly accepted) sends by profile: enrollment, variant and time of each."""


@dataclass(frozen=True, slots=True)
class DeliveryWorld:
    """What the database says about one question at one moment. Rows are mappings by column name.

    `notified_elsewhere_at` is the newest message about the same variant from another enrollment, `notified_at` about
    any variant. `history` holds orders and returns, oldest first, and `latest` variant and product of the newest
    restock, when the question asks for them. The product's row also tells its source: `source_name`,
    `source_settings` and `source_seen_at`. `has_rivals` says whether a restock of the variant concerns the profile.
    """

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
    notified_at: datetime | None = None
    history: tuple[EventFact, ...] = ()
    limits: WorkspaceGuardrails = NO_LIMITS
    latest: tuple[Row, Row] | None = None
    has_rivals: bool = False
    store_links: Mapping[str, StoreLinks] = field(default_factory=dict[str, StoreLinks])


def read_worlds(connection: Connection, questions: Sequence[DeliveryQuestion]) -> list[DeliveryWorld]:
    """The world for each question, from a handful of statements however many there are.

    Raises:
        LookupError: a profile or journey does not exist.
    """
    people, today = _people(connection, {q.profile_id for q in questions})
    profiles = set(today.values())
    variants = {q.variant_id for q in questions if q.variant_id}
    journeys = _by_id(connection, _JOURNEYS, {q.journey_id for q in questions})
    consents = _consents(connection, profiles)
    subscriptions = _subscriptions(connection, {today[q.profile_id] for q in questions if q.channel in PUSH_CHANNELS})
    persons = [today[q.profile_id] for q in questions]
    reachable = [
        _addresses(q, people[person], subscriptions.get((person, q.channel), []))
        for q, person in zip(questions, persons, strict=True)
    ]
    channels = {q.channel for q in questions}
    suppressed = _suppressions(connection, channels, {hashed for hashes in reachable for hashed in hashes})
    goods = _by_id(connection, _VARIANTS, variants)
    products = _by_id(connection, _PRODUCTS, {row["product_id"] for row in goods.values()})
    stock = _available(connection, variants)
    entries = _by_id(connection, _ENTRIES, {q.waitlist_entry_id for q in questions if q.waitlist_entry_id})
    notified = _notified(connection, profiles if variants else set())
    settings = _settings(connection)
    store_links = links_from(settings)
    killed = KILL_SWITCH in settings and bool(settings[KILL_SWITCH].get("on"))
    limits = limits_from(json.dumps(settings[GUARDRAILS])) if GUARDRAILS in settings else NO_LIMITS
    history = _history(connection, questions, today)
    latest = _latest(connection, {today[q.profile_id] for q in questions if q.latest_restock})
    rivals = _rivals(connection, {one for q in questions if q.rivals for one in (q.profile_id, today[q.profile_id])})

    def world(q: DeliveryQuestion) -> DeliveryWorld:
        variant, person = goods.get(q.variant_id) if q.variant_id else None, today[q.profile_id]
        sends = notified.get(person, ())
        elsewhere = [(about, at) for enrollment, about, at in sends if enrollment != q.enrollment_id]
        return DeliveryWorld(
            kill_switch=killed,
            journey_status=journeys[q.journey_id]["status"],
            profile=people[person],
            consent=consents.get((person, q.channel, q.topic)),
            subscriptions=tuple(subscriptions.get((person, q.channel), ())),
            suppressed=suppressed.get(q.channel, frozenset()),
            variant=variant,
            product=products.get(variant["product_id"]) if variant else None,
            available=stock.get(q.variant_id, 0) if q.variant_id else None,
            entry=entries.get(q.waitlist_entry_id) if q.waitlist_entry_id else None,
            notified_elsewhere_at=max((at for variant, at in elsewhere if variant == q.variant_id), default=None),
            notified_at=max((at for variant, at in elsewhere if variant is not None), default=None),
            history=tuple(one for one in history.get(person, ()) if q.history_since and one.at > q.history_since),
            limits=limits,
            latest=latest.get(person),
            has_rivals=q.rivals and not rivals.isdisjoint(((q.profile_id, q.variant_id), (person, q.variant_id))),
            store_links=store_links,
        )

    return [world(q) for q in questions]


def _people(connection: Connection, profiles: set[str]) -> tuple[dict[str, Row], dict[str, str]]:
    """The profiles, and who each of them is today: itself, or the one that it was merged into on the way."""
    people = _by_id(connection, _PROFILES, profiles)
    today = {profile: row["merged_into"] or profile for profile, row in people.items()}
    if moved := set(today.values()) - people.keys():
        people |= _by_id(connection, _PROFILES, moved)
    return people, today


def read_scene(connection: Connection, profile_id: str | None, variant_id: str | None) -> DeliveryWorld:
    """What a preview shows: this person, or Ada when it is nobody in particular, and this variant.

    Raises:
        LookupError: the profile or the variant does not exist.
    """
    profile = SAMPLE_PERSON if profile_id is None else _by_id(connection, _PROFILES, {profile_id})[profile_id]
    variant = None if variant_id is None else _by_id(connection, _VARIANTS, {variant_id})[variant_id]
    product = None if variant is None else _by_id(connection, _PRODUCTS, {variant["product_id"]})[variant["product_id"]]
    return DeliveryWorld(
        kill_switch=False,
        journey_status="test",
        profile=profile,
        consent=None,
        subscriptions=(),
        suppressed=frozenset(),
        variant=variant,
        product=product,
        available=None if variant_id is None else _available(connection, {variant_id}).get(variant_id, 0),
        entry=None,
        notified_elsewhere_at=None,
        latest=_latest(connection, set() if profile_id is None else {profile_id}).get(profile_id or ""),
        store_links=links_from(_settings(connection)),
    )


def _settings(connection: Connection) -> dict[str, Any]:
    return {row["name"]: row["value"] for row in _SETTINGS.rows(connection)}


def _latest(connection: Connection, profiles: set[str]) -> dict[str, tuple[Row, Row]]:
    """For each profile variant and product of the newest restock that it waited for; no statement for nobody."""
    if not profiles:
        return {}
    newest = {row["profile_id"]: row["variant_id"] for row in _RESTOCKED.rows(connection, {"ids": profiles})}
    goods = _by_id(connection, _VARIANTS, set(newest.values()))
    products = _by_id(connection, _PRODUCTS, {row["product_id"] for row in goods.values()})
    return {profile: (goods[variant], products[goods[variant]["product_id"]]) for profile, variant in newest.items()}


def _rivals(connection: Connection, profiles: set[str]) -> frozenset[tuple[str, str | None]]:
    """Profile and variant of every restock that concerns these people; no statement for nobody."""
    if not profiles:
        return frozenset()
    return frozenset((row["profile_id"], row["variant_id"]) for row in _RIVALS.rows(connection, {"ids": profiles}))


def _history(
    connection: Connection, questions: Sequence[DeliveryQuestion], today: Mapping[str, str]
) -> dict[str, list[EventFact]]:
    """Orders and returns of those profiles for whom they matter; no statement when they matter for nobody."""
    asking = {today[q.profile_id]: q.history_since for q in questions if q.history_since is not None}
    found: defaultdict[str, list[EventFact]] = defaultdict(list)
    if asking:
        for row in _HISTORY.rows(connection, {"ids": set(asking), "since": min(asking.values())}):
            event = EventFact(id=row["id"], name=row["name"], at=row["at"], properties=row["properties"])
            found[row["profile_id"]].append(event)
    return found


def _by_id(connection: Connection, statement: Prepared, ids: set[Any]) -> dict[str, Row]:
    if not ids:
        return {}
    return {row["id"]: row for row in statement.rows(connection, {"ids": ids})}


def _consents(connection: Connection, profiles: set[str]) -> dict[tuple[str, str, str], bool]:
    rows = _CONSENTS.rows(connection, {"ids": profiles})
    return {(row["profile_id"], row["channel"], row["topic"]): row["granted"] for row in rows}


def _subscriptions(connection: Connection, profiles: set[str]) -> dict[tuple[str, str], list[Row]]:
    if not profiles:
        return {}
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _SUBSCRIPTIONS.rows(connection, {"ids": profiles}):
        found[row["profile_id"], push_channel(row["endpoint"])].append(row)
    return found


def custom_address(profile: Row, attribute: str) -> str | None:
    """Where a plugin's channel reaches the profile: what its attribute holds, as text."""
    columns = {name: profile[name] for name in SAMPLE_PERSON if name not in {"id", "attributes"}}
    value = columns.get(attribute) if attribute in columns else profile["attributes"].get(attribute)
    return str(value) if isinstance(value, str | int) and str(value) else None


def custom_hash(channel: str, address: str) -> str:
    """How an address on a plugin's channel stands in ledger and suppressions."""
    return address_hash(f"{channel}:{address}")


def _addresses(q: DeliveryQuestion, profile: Row, subscriptions: Sequence[Row]) -> list[str]:
    match q.channel:
        case "web_push" | "mobile_push":
            return [address_hash(row["endpoint"]) for row in subscriptions]
        case "email" | "sms":
            address = profile["email" if q.channel == "email" else "phone"]
            return [address_hash(address)] if address else []
        case _ if q.address is not None:
            address = custom_address(profile, q.address)
            return [custom_hash(q.channel, address)] if address else []
        case _:
            return []


def _suppressions(connection: Connection, channels: set[str], hashes: set[str]) -> dict[str, frozenset[str]]:
    """Which of these addresses must not be written to, by channel."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    if hashes:
        for row in _SUPPRESSIONS.rows(connection, {"channels": channels, "ids": hashes}):
            found[row["channel"]].add(row["address_hash"])
    return {channel: frozenset(addresses) for channel, addresses in found.items()}


def _available(connection: Connection, variants: set[str]) -> dict[str, int]:
    if not variants:
        return {}
    return {row["variant_id"]: int(row["available"]) for row in _AVAILABLE.rows(connection, {"ids": variants})}


def _notified(connection: Connection, profiles: set[str]) -> Notified:
    if not profiles:
        return {}
    found: defaultdict[str, list[tuple[str, str | None, datetime]]] = defaultdict(list)
    for row in _NOTIFIED.rows(connection, {"ids": profiles}):
        found[row["person"]].append((row["enrollment_id"], row["variant_id"], row["claimed_at"]))
    return found
