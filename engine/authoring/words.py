"""The words of the Python builder: conditions, triggers, settings, message contents, lengths of time.

Each word is a function that writes a piece of the journey document and remembers the line on which it stands. What it
is given is not judged here: the finished document is checked as a whole, like one from the canvas.

    has_occurred("Order Completed", within=days(7), where=same_item())
    {"kind": "has_occurred", "event": "Order Completed", "within": "P7D", "where": {"kind": "same_item"}}
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from engine.authoring.places import caller
from engine.journey.timing import Weekday
from engine.journey.values import Operator

Json = dict[str, Any]
Scalar = str | int | float | bool


class Part(Json):
    """A piece of a document, the line that wrote it, and where its way out leads if it has one of its own."""

    line: int = 0
    to: Any = None


class Onward:
    """The way out leads to the node that is written next."""


ONWARD = Onward()
Target = str | None | Onward
"""Where a way out leads: the id of a node, nowhere yet, or onward to the node that is written next."""


def _part(fields: Mapping[str, Any], /, **fixed: str) -> Part:
    part = Part(fixed)
    part |= {name: value for name, value in fields.items() if value is not None and name != "to"}
    part.line = caller(2).f_lineno  # the caller of the word
    part.to = fields.get("to", ONWARD)
    return part


def seconds(count: int) -> str:
    """So many seconds."""
    return f"PT{count}S"


def minutes(count: int) -> str:
    """So many minutes."""
    return f"PT{count}M"


def hours(count: int) -> str:
    """So many hours."""
    return f"PT{count}H"


def days(count: int) -> str:
    """So many days."""
    return f"P{count}D"


def all_of(*of: Part) -> Part:
    """Every one of these holds."""
    return _part({"of": list(of)}, kind="all")


def any_of(*of: Part) -> Part:
    """At least one of these holds."""
    return _part({"of": list(of)}, kind="any")


def not_(of: Part) -> Part:
    """This does not hold."""
    return _part({"of": of}, kind="not")


def attribute(attribute: str, op: Operator, value: Scalar | Sequence[Scalar] | Part | None = None) -> Part:
    """A profile attribute compares like this: `attribute("country", "in", ["DE", "AT"])`."""
    return _part(locals(), kind="attribute")


def segment(segment: str) -> Part:
    """The profile is in this saved segment."""
    return _part(locals(), kind="segment")


def has_occurred(
    event: str,
    *,
    within: str | None = None,
    where: Part | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
    message: str | None = None,
) -> Part:
    """This event has occurred, so often, within this long before now. `at_most=0`: it has not."""
    return _part(locals(), kind="has_occurred")


def stock(op: Operator = "at_least", value: int | Sequence[int] = 1, *, variant: str | None = None) -> Part:
    """So many units can be bought now."""
    return _part(locals(), kind="stock")


def time_is(*, after: str | None = None, before: str | None = None, window: Part | None = None) -> Part:
    """It is this time of day where the profile lives, or after or before these instants."""
    return _part(locals(), kind="time")


def entry_property(property: str, op: Operator, value: Scalar | Sequence[Scalar] | Part | None = None) -> Part:
    """A property of the event that let the profile in compares like this."""
    return _part(locals(), kind="entry")


def event_property(property: str, op: Operator, value: Scalar | Sequence[Scalar] | Part | None = None) -> Part:
    """A property of the event in question compares like this; only inside `where`."""
    return _part(locals(), kind="property")


def same_item(match: str | None = None) -> Part:
    """The event is about the same variant (or `product`) as the one that let the profile in; only inside `where`."""
    return _part(locals(), kind="same_item")


def from_entry(entry: str) -> Part:
    """The value of this property of the entry event."""
    return _part(locals())


def window(opens: str, closes: str | None = None, *, weekdays: Sequence[Weekday] | None = None) -> Part:
    """A time of day where the profile lives: `window("09:00", "17:00", weekdays=["mon", "tue"])`."""
    return _part(locals())


def until_date(attribute: str, *, offset: str | None = None, at: str | None = None) -> Part:
    """A date that the profile has, so long before or after it, at a time of day."""
    return _part(locals())


def on(event: str, *, where: Part | None = None) -> Part:
    """Enter when this event occurs for a profile."""
    return _part(locals(), kind="event")


def segment_entered(segment: str) -> Part:
    """Enter when a profile becomes a member of this segment."""
    return _part(locals(), kind="segment_entered")


def schedule(
    at: str,
    *,
    audience: Part,
    weekdays: Sequence[Weekday] | None = None,
    day_of_month: int | None = None,
    zone: str | None = None,
) -> Part:
    """Let everyone in the audience in at this time: every day, on these weekdays, or once a month."""
    return _part(locals(), kind="schedule")


def api_call() -> Part:
    """Enter when a call with the server key names the profile."""
    return _part({}, kind="api")


def launch(audience: Part, *, at: str | None = None) -> Part:
    """Let everyone in the audience in, once."""
    return _part(locals(), kind="audience")


def once() -> Part:
    """A profile enters once, whatever happens later."""
    return _part({}, kind="once")


def once_per_key() -> Part:
    """A profile enters once for each variant."""
    return _part({}, kind="once_per_key")


def again_after(wait: str) -> Part:
    """A profile enters again when this long has passed."""
    return _part(locals(), kind="after")


def every_time() -> Part:
    """Every event lets the profile in once."""
    return _part({}, kind="always")


def audience(
    *,
    include: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    combine: str | None = None,
    condition: Part | None = None,
) -> Part:
    """Who may enter at all."""
    return _part(locals())


def goal(
    id: str,
    event: str,
    *,
    title: str | None = None,
    where: Part | None = None,
    within: str | None = None,
    ends: bool | None = None,
) -> Part:
    """What the journey is for; reaching it ends the enrollment, unless `ends=False`."""
    return _part(locals())


def exit_on(event: str, *, where: Part | None = None, reason: str | None = None) -> Part:
    """Leave when this event occurs."""
    return _part(locals(), kind="event")


def exit_on_unsubscribe() -> Part:
    """Leave when the profile unsubscribes."""
    return _part({}, kind="unsubscribed")


def exit_on_segment_left(segment: str) -> Part:
    """Leave when the profile is no longer in this segment."""
    return _part(locals(), kind="segment_left")


def way(id: str, when: Part, *, title: str | None = None, to: Target = ONWARD) -> Part:
    """A way out of a branch, taken when its condition is the first that holds."""
    return _part(locals())


def share(id: str, share: float, *, title: str | None = None, to: Target = ONWARD) -> Part:
    """A way out of a split, taken by this share of profiles (percent)."""
    return _part(locals())


def occurs(
    event: str,
    *,
    where: Part | None = None,
    message: str | None = None,
    outlet: str | None = None,
    to: Target = ONWARD,
) -> Part:
    """An event that ends a wait; `outlet` gives it a way out of its own, `to` says where that leads."""
    return _part(locals())


def web_push(
    *,
    title: str,
    link: str | Json,
    body: str | None = None,
    layout: Literal["icon", "icon_image"] | None = None,
    icon: str | None = None,
    image: str | None = None,
    badge: str | None = None,
    actions: Sequence[Json] | None = None,
    ttl: str | None = None,
    urgency: Literal["very-low", "low", "normal", "high"] | None = None,
    topic: str | None = None,
    utm: Json | None = None,
) -> Part:
    """A browser notification."""
    return _part(locals(), channel="web_push")


def mobile_push(
    *,
    title: str,
    link: str | Json,
    body: str | None = None,
    image: str | None = None,
    ttl: str | None = None,
    priority: Literal["normal", "high"] | None = None,
    collapse_key: str | None = None,
    android: Json | None = None,
    apns: Json | None = None,
    utm: Json | None = None,
) -> Part:
    """A notification of the shop's own app."""
    return _part(locals(), channel="mobile_push")


def email(
    *,
    subject: str,
    preheader: str | None = None,
    blocks: Sequence[Json] | None = None,
    html: str | None = None,
    text: str | None = None,
    from_name: str | None = None,
    from_address: str | None = None,
    reply_to: str | None = None,
    utm: Json | None = None,
) -> Part:
    """An e-mail, of blocks or of HTML."""
    return _part(locals(), channel="email")


def sms(*, text: str, link: str | Json | None = None, sender: str | None = None, utm: Json | None = None) -> Part:
    """A text message; its link stands where the text says `{{ link }}`."""
    return _part(locals(), channel="sms")


def webhook(*, url: str, fields: Sequence[Json] | None = None) -> Part:
    """A call to one of the shop's own systems."""
    return _part(locals(), channel="webhook")


LENGTHS: Mapping[str, Callable[[int], str]] = {"S": seconds, "M": minutes, "H": hours, "D": days}
CONDITIONS: Mapping[str, Callable[..., Part]] = {
    "all": all_of,
    "any": any_of,
    "not": not_,
    "attribute": attribute,
    "segment": segment,
    "has_occurred": has_occurred,
    "stock": stock,
    "time": time_is,
    "entry": entry_property,
    "property": event_property,
    "same_item": same_item,
}
TRIGGERS: Mapping[str, Callable[..., Part]] = {
    "event": on,
    "segment_entered": segment_entered,
    "schedule": schedule,
    "api": api_call,
    "audience": launch,
}
REENTRIES: Mapping[str, Callable[..., Part]] = {
    "once": once,
    "once_per_key": once_per_key,
    "after": again_after,
    "always": every_time,
}
EXITS: Mapping[str, Callable[..., Part]] = {
    "event": exit_on,
    "unsubscribed": exit_on_unsubscribe,
    "segment_left": exit_on_segment_left,
}
CONTENTS: Mapping[str, Callable[..., Part]] = {
    "web_push": web_push,
    "mobile_push": mobile_push,
    "email": email,
    "sms": sms,
    "webhook": webhook,
}
PIECES: tuple[Callable[..., Part], ...] = (from_entry, window, until_date, audience, goal, way, share, occurs)
WORDS: Mapping[str, Callable[..., Any]] = {
    word.__name__: word
    for word in (
        *LENGTHS.values(),
        *CONDITIONS.values(),
        *TRIGGERS.values(),
        *REENTRIES.values(),
        *EXITS.values(),
        *CONTENTS.values(),
        *PIECES,
    )
}
"""Every word by its name: what a journey written in Python may use."""
