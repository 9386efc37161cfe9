"""How the timeline speaks. Plain sentences for people who support customers; codes stay in `reason` and `data`."""

from collections.abc import Mapping
from datetime import datetime

CHANNELS: Mapping[str, str] = {
    "web_push": "Push",
    "mobile_push": "App push",
    "email": "E-mail",
    "sms": "SMS",
    "webhook": "Webhook",
}

_REASONS: Mapping[str, str] = {
    "kill_switch": "all sending is stopped",
    "no_link": "its link would lead nowhere",
    "no_address": "no address on this channel",
    "no_subscription": "no browser subscribed",
    "held_out": "held out for comparison",
    "not_in_audience": "not in the journey's audience",
    "already_entered": "entered the journey before",
    "too_soon_again": "entered the journey not long ago",
    "quiet_hours": "quiet hours",
    "stale_inventory": "its shop has not reported its stock for too long",
    "restock_first": "a restock of the same variant goes first",
    "ttl": "too late to be of use",
    "gone": "the browser's subscription no longer exists",
    "gave_up": "the provider stayed unavailable",
    "unknown": "it may or may not have arrived",
    "interrupted": "a worker stopped while it was under way",
    "timed_out": "the provider did not answer in time",
    "connection_lost": "the connection ended before the provider answered",
    "malformed_answer": "the provider's answer could not be read",
    "product_filter": "the journey is not for this product",
    "plugin_missing": "the plugin that it needs is not installed",
    "plugin_refuses_settings": "the plugin does not take its settings",
}

_WAYS: Mapping[str, str | None] = {
    "next": None,
    "sent": "The message went out",
    "not_sent": "The message did not go out",
    "no_channel": "No way to reach the person on this channel",
    "happened": "What it waited for happened",
    "timed_out": "What it waited for did not happen in time",
    "no_date": "There was no date to wait for",
    "otherwise": "None of the conditions held",
    "visits_over": "Came here more often than allowed",
    "held_out": "Held out for comparison",
    "failed": "The step failed",
}
"""Outlets in words; that it simply went on needs none."""

_INTEREST: Mapping[str, str] = {
    "explicit": "Asked to be told",
    "wishlist": "Put it on the wishlist",
    "favorite": "Marked it as a favourite",
    "view": "Looked at it again",
    "cart": "Had it in the cart",
    "purchase": "Bought it before",
}


def channel_name(channel: str) -> str:
    """The channel as a sentence begins with it."""
    return CHANNELS.get(channel, channel)


def reason_words(reason: str | None) -> str:
    """A reason code in words."""
    if reason is None:
        return "no reason given"
    return _REASONS.get(reason, reason.replace("_", " "))


def way_words(outlet: str | None) -> str | None:
    """By which outlet a step was left; one that a person named is called by that name."""
    if outlet is None:
        return None
    return _WAYS[outlet] if outlet in _WAYS else f"Took the way “{outlet.replace('_', ' ')}”"


def day(instant: datetime | str | None) -> str:
    """An instant in a sentence (UTC); the page shows it in the zones of the person and of the viewer, too."""
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant)
    return "a time that is not known" if instant is None else f"{instant:%d %B %Y, %H:%M} UTC".lstrip("0")


def interest_words(source: str) -> str:
    """How somebody came to wait."""
    return _INTEREST.get(source, source)


def target_words(target: str, channel: str) -> str:
    """The part of a message that was clicked."""
    name = CHANNELS.get(channel, "message")
    message = f"the {name if name == 'SMS' else name.lower()}"
    if target.startswith("action_") and target.removeprefix("action_").isdecimal():
        return f"button {int(target.removeprefix('action_')) + 1} of {message}"
    return message if target in {"body", "link"} else f"a link in {message}"
