"""Strands of the shop: events, restocks and clicks among them, and waits that ended."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from engine.store import clicks, interest, orders, restocks, waitlist
from engine.store.statements import core
from engine.store.tables import Event, WaitlistTransition
from engine.store.timeline.items import Kind, TimelineItem, Tone
from engine.store.timeline.strands import Found, Names, Query
from engine.store.timeline.words import interest_words, reason_words, target_words

_event = core(Event)
_transition = core(WaitlistTransition)

_KIND_OF_EVENT: Mapping[str, Kind] = {
    waitlist.WAITING_ON_STOCK: "waitlist",
    restocks.BACK_IN_STOCK: "restock",
    clicks.LINK_CLICKED: "click",
    clicks.LINK_CHECKED: "click",
    interest.ORDERED: "order",
    orders.REFUNDED: "order",
}
"""Events of our own and orders have their kinds; every other is an event of the shop."""


class _Events:
    """What happened to the profile in the shop, or because of it."""

    rank = 2
    kinds: frozenset[Kind] = frozenset({"event", *_KIND_OF_EVENT.values()})
    at: ColumnElement[datetime] = _event.c.at
    key: Sequence[ColumnElement[Any]] = (_event.c.id,)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:
        """Events of these kinds, told apart by their names."""
        properties = _event.c.properties
        query = select(
            _event.c.id,
            _event.c.name,
            _event.c.at,
            _event.c.variant_id,
            _event.c.properties,
            properties["journey_id"].as_string().label("journey_id"),
            func.coalesce(_event.c.restock_id, properties["restock_id"].as_string()).label("restock_id"),
        ).where(_event.c.profile_id.in_(people))
        if set(kinds) >= self.kinds:
            return query
        named = _event.c.name.in_([name for name, kind in _KIND_OF_EVENT.items() if kind in kinds])
        others = _event.c.name.not_in(list(_KIND_OF_EVENT))
        return query.where(or_(named, others) if "event" in kinds else named)

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """By what the event is called."""
        match row.name:
            case waitlist.WAITING_ON_STOCK:
                return self._item(
                    row,
                    names,
                    title=f"Waiting for {names.title(row.variant_id)}",
                    detail=interest_words(str(row.properties.get("interest", "explicit"))),
                )
            case restocks.BACK_IN_STOCK:
                return self._restocked(row, names)
            case clicks.LINK_CLICKED:
                return self._item(row, names, title=f"Clicked {_target(row)}", tone="good", detail=_destination(row))
            case clicks.LINK_CHECKED:
                return self._item(
                    row, names, title=f"A program looked at {_target(row)}", detail="Not counted as a click"
                )
            case _:
                return self._item(row, names, title=row.name, detail=_about(row, names))

    def _restocked(self, row: Found, names: Names) -> TimelineItem:
        restock = names.restocks.get(row.restock_id)
        title = f"Restocked: {restock.before} → {restock.after}" if restock else "Restocked"
        detail = f"{names.title(row.variant_id)} is back in stock" + (
            f", says {restock.source_name}" if restock else ""
        )
        return self._item(row, names, title=title, tone="good", detail=detail)

    def _item(
        self, row: Found, names: Names, *, title: str, tone: Tone = "neutral", detail: str | None = None
    ) -> TimelineItem:
        properties: Mapping[str, Any] = row.properties
        enrollment = properties.get("enrollment_id") if _KIND_OF_EVENT.get(row.name) == "click" else None
        return TimelineItem(
            id=row.id,
            at=row.at,
            kind=_KIND_OF_EVENT.get(row.name, "event"),
            title=title,
            tone=tone,
            detail=detail,
            variant=names.variant(row.variant_id),
            journey=names.journeys.get(row.journey_id) if enrollment else None,
            node=properties.get("node") if enrollment else None,
            enrollment_id=enrollment,
            channel=properties.get("channel") if enrollment else None,
            data={"event": row.name, **properties},
            links=names.origins(enrollment, row.restock_id),
        )


class _Transitions:
    """Waits that ended, and how."""

    rank = 7
    kinds: frozenset[Kind] = frozenset({"waitlist"})
    at: ColumnElement[datetime] = _transition.c.at
    key: Sequence[ColumnElement[Any]] = (_transition.c.id,)

    _ENDINGS: Mapping[str, tuple[str, Tone]] = {
        "sent": ("Told about {}", "good"),
        "failed": ("Could not be told about {}", "bad"),
        "expired": ("Stopped waiting for {}: time ran out", "warn"),
        "unsubscribed": ("Stopped waiting for {}: unsubscribed", "warn"),
        "purchased": ("Stopped waiting for {}: bought it", "good"),
        "held_out": ("Deliberately not told about {}, for comparison", "neutral"),
    }

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """All of them."""
        return select(_transition).where(_transition.c.profile_id.in_(people))

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """By the new state."""
        sentence, tone = self._ENDINGS.get(row.after, ("{}: " + row.after, "neutral"))
        return TimelineItem(
            id=f"{row.entry_id}.{row.id}",
            at=row.at,
            kind="waitlist",
            title=sentence.format(names.title(row.variant_id)),
            tone=tone,
            detail=None if row.reason is None else reason_words(row.reason).capitalize(),
            variant=names.variant(row.variant_id),
            reason=row.reason,
            data={"entry": row.entry_id, "before": row.before, "state": row.after},
        )


def _target(row: Found) -> str:
    properties: Mapping[str, Any] = row.properties
    return target_words(str(properties.get("target", "link")), str(properties.get("channel", "")))


def _destination(row: Found) -> str | None:
    properties: Mapping[str, Any] = row.properties
    return f"“{properties['message']}”" if properties.get("message") else None


def _about(row: Found, names: Names) -> str | None:
    """What a shop's event was about: a variant that we know, or what the event itself says."""
    properties: Mapping[str, Any] = row.properties
    variant = names.variant(row.variant_id)
    if variant is not None:
        return variant.title
    about = next((properties[name] for name in ("product", "name", "sku", "order_id") if properties.get(name)), None)
    return None if about is None else str(about)


EVENTS = _Events()
TRANSITIONS = _Transitions()
