"""How an answer speaks: plain sentences for people who have a customer on the phone."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from engine.store.timeline.words import channel_name, day, reason_words

_SPAN: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_INSTANTS = (
    "notified_elsewhere_at",
    "notified_at",
    "purchased_at",
    "returned_at",
    "entry_expires_at",
    "expires_at",
    "quiet_until",
)
_REFUSALS: Mapping[str, str] = {
    "no_consent": "The person {answered} to {channel} about {topic}.",
    "no_subscription": "No browser of the person was subscribed to push.",
    "no_address": "There was no address for {channel}.",
    "suppressed": "Every address for {channel} was suppressed ({suppressed} of {addresses}).",
    "out_of_stock_at_send": (
        "It was sold out again when the message was due: {available} left, and it takes {threshold}."
    ),
    "already_notified": "The person was told about this variant already, on {notified_elsewhere_at}.",
    "purchased": "The person had bought the variant already.",
    "unsubscribed": "The person had asked not to be told any more.",
    "recent_purchase": "The person bought the product lately, on {purchased_at}.",
    "recent_return": "The person returned the product lately, on {returned_at}.",
    "recently_notified": "The person was told about another restock on {notified_at}.",
    "interest_expired": "The wait was over since {entry_expires_at}.",
    "journey_cap": (
        "The frequency cap was reached: {counted} messages of this journey within {window}, and {limit} are allowed."
    ),
    "channel_cap": (
        "The frequency cap was reached: {counted} messages on these channels within {window}, and {limit} are allowed."
    ),
    "quiet_hours": (
        "It was quiet hours for the person ({clock}) until {quiet_until}, and the journey drops messages then."
    ),
    "restock_first": (
        "The message was about a cart, and a restock of the same variant goes first: the person waited for it, was in "
        "a journey about it, or had been told of it since."
    ),
    "ttl": "The message would have been too old: it was worth something until {expires_at}.",
}


def span(length: timedelta) -> str:
    """A length of time in a sentence."""
    if length.days:
        return f"{length.days} day{'' if length.days == 1 else 's'}"
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes % 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{minutes // 60} hour{'' if minutes == 60 else 's'}"


def refusal(reason: str, channel: str, inputs: Mapping[str, Any]) -> str:
    """Why the guard did not let this message go, with the values that it read."""
    told = _REFUSALS.get(reason)
    if told is None:
        return f"Not sent: {reason_words(reason)}."
    cap: Mapping[str, Any] = inputs.get("cap") or {}
    values: dict[str, Any] = {
        **inputs,
        **{name: day(inputs.get(name)) for name in _INSTANTS},
        "channel": channel_name(channel),
        "topic": str(inputs.get("topic", "this topic")).replace("_", " "),
        "answered": "had withdrawn consent" if inputs.get("consent") is False else "had never agreed",
        "clock": inputs.get("zone") or inputs.get("workspace_zone"),
        "window": span(_SPAN.validate_python(cap.get("window", "P1D"))),
        "limit": cap.get("limit"),
    }
    return told.format_map(defaultdict(lambda: "an unknown number", values))
