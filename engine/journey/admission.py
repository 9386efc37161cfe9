"""Who may enter, and when: the status of a journey, its dates, its audience and its rule for entering again.

    draft ──► test ──► active ◄──► paused
      │        │         │           │
      └────────┴────────►└──► ended ◄┘

A draft lets nobody in. Under test only profiles with a test link enter. A pause lets nobody in, and nobody on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from engine.journey.conditions import Condition, HasOccurred, Not
from engine.journey.facts import EventFact
from engine.journey.items import Match, item_of
from engine.journey.settings import AgainAfter, EveryTime, JourneySettings, OnceEver, OncePerKey, Reentry
from engine.journey.vocabulary import CART_VIEWED, ORDER_COMPLETED, PRODUCT_VIEWED, WISHLISTED
from engine.model import Frozen

JourneyStatus = Literal["draft", "test", "active", "paused", "ended"]
TRANSITIONS: Mapping[JourneyStatus, frozenset[JourneyStatus]] = {
    "draft": frozenset({"test", "active"}),
    "test": frozenset({"draft", "active", "ended"}),
    "active": frozenset({"paused", "ended", "test"}),
    "paused": frozenset({"active", "ended"}),
    "ended": frozenset({"active"}),
}
"""From which status a journey may go where. An ended journey may be launched again."""

Refusal = Literal[
    "journey_not_active",
    "test_profiles_only",
    "journey_paused",
    "journey_ended",
    "not_started_yet",
    "already_entered",
    "too_soon_again",
]


class PastEntries(Frozen):
    """When a profile entered a journey before: at all, and for the key at hand. None: never."""

    last: datetime | None = None
    last_for_key: datetime | None = None


def may_change(status: JourneyStatus, to: JourneyStatus) -> bool:
    """Whether a journey may go from one status to the other."""
    return to in TRANSITIONS[status]


def closed(status: JourneyStatus, settings: JourneySettings, now: datetime, *, is_test: bool = False) -> Refusal | None:
    """Why the journey lets nobody in at this moment; None when it is open. `is_test`: by a signed test link."""
    refusals: Mapping[JourneyStatus, Refusal | None] = {
        "draft": "journey_not_active",
        "test": None if is_test else "test_profiles_only",
        "active": None,
        "paused": "journey_paused",
        "ended": "journey_ended",
    }
    refused = refusals[status]
    if refused is not None:
        return refused
    if settings.ends_at is not None and now >= settings.ends_at:
        return "journey_ended"
    if settings.starts_at is not None and now < settings.starts_at and not is_test:
        return "not_started_yet"
    return None


def is_over(settings: JourneySettings, now: datetime) -> bool:
    """Whether those inside must leave because the journey's end has come and its setting says so."""
    return settings.at_end == "exit" and settings.ends_at is not None and now >= settings.ends_at


def refused_again(rule: Reentry, past: PastEntries, now: datetime) -> Refusal | None:
    """Why a profile may not enter again; None when it may."""
    match rule:
        case EveryTime():
            return None
        case OnceEver():
            return None if past.last is None else "already_entered"
        case OncePerKey():
            return None if past.last_for_key is None else "already_entered"
        case AgainAfter(wait=wait):
            return "too_soon_again" if past.last is not None and now < past.last + wait else None


def entry_key(rule: Reentry, entry: EventFact, match: Match = "variant") -> str:
    """The key under which an enrollment is unique for its profile.

    The same event always gives the same key, so that an event that comes twice lets in once. Under a rule that allows
    one entry for ever, or one for each item, two different events give the same key too, even at the same moment.
    """
    match rule:
        case OnceEver():
            return "once"
        case OncePerKey():
            item = item_of(entry, match)
            return "once" if item is None else f"item:{item}"
        case _:
            return entry.id


RECENT_EVENTS: Mapping[str, str] = {
    "purchase": ORDER_COMPLETED,
    "product_view": PRODUCT_VIEWED,
    "cart_view": CART_VIEWED,
    "wishlist": WISHLISTED,
}
"""The ready-made filters of an audience, and the event that each looks for."""

RECENT_DAYS = 90
"""How far back a ready-made filter looks unless its author says fewer days, and at most."""


class ReadyMadeFilter(Frozen):
    """A filter that pages offer by its name: whom `include` keeps, `exclude` leaves out."""

    id: str
    event: str
    days: int = RECENT_DAYS
    most_days: int = RECENT_DAYS
    include: Condition
    exclude: Condition


def recently(what: str, *, days: int = RECENT_DAYS, exclude: bool = False) -> Condition:
    """A ready-made filter: profiles who did this (a key of `RECENT_EVENTS`) in the last days, or those who did not."""
    occurred = HasOccurred(event=RECENT_EVENTS[what], within=timedelta(days=days))
    return Not(of=occurred) if exclude else occurred


READY_MADE_FILTERS = tuple(
    ReadyMadeFilter(id=what, event=event, include=recently(what), exclude=recently(what, exclude=True))
    for what, event in RECENT_EVENTS.items()
)
"""The ready-made filters, in the order in which they are offered."""
