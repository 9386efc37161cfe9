"""Events in the form of Segment's HTTP API: one call, or a batch of which each is judged by itself.

    {"type": "track", "event": "Product Viewed", "userId"?, "anonymousId"?, "messageId"?, "timestamp"?, "sentAt"?,
     "properties": {"sku": "FJELL-M", …}}
    {"batch": [call, …], "sentAt"?}

    identify   who a visitor is, and her traits
    track      something that she did
    page       a page that she saw: the event `Page Viewed`
    screen     a screen of an app: the event `Screen Viewed`
    group      a company or club that she belongs to: the event `Group Joined`, and her attribute `group`
    alias      a new name for a visitor who had an anonymous one

`context.device.token` of a mobile client says that its app can be reached by push, and `type` what it runs on.
Fields that are not used here are let pass: clients send many. Times are corrected for a clock that is wrong: what
matters is how long before it was sent a thing happened.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, to_json

from api.bodies import UNSTORABLE_TEXT, holds_unstorable_text
from api.errors import BodyTooLarge, FieldProblem, ValidationFailed
from api.fields import Instant
from api.ingest.document import LARGEST_CALL, Document
from api.ingest.inventory import field_problems, storable
from engine.store.deadletters import Unusable
from engine.store.identity import Identifiers
from engine.store.intake import Deed, Device

CALL = "event"
"""Where a dead letter's payload holds the call that it is about."""
MOST_CALLS = 2_500
PAGE_VIEWED = "Page Viewed"
SCREEN_VIEWED = "Screen Viewed"
GROUP_JOINED = "Group Joined"
Identifier = Annotated[str, Field(min_length=1, max_length=255)]
Bag = Annotated[dict[str, Any], Field(default_factory=dict)]
Label = Annotated[str | None, Field(max_length=255)]
_TOKEN = re.compile(r"[\x21-\x7e]{1,2000}")
_TOLERANT = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Call(BaseModel):
    """What every call says: who, when, and under which id, so that a repetition is known as one."""

    model_config = _TOLERANT

    user_id: Identifier | None = None
    anonymous_id: Identifier | None = None
    message_id: Identifier | None = None
    timestamp: Instant | None = None
    sent_at: Instant | None = None
    context: Any = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.user_id is None and self.anonymous_id is None:
            raise PydanticCustomError("nobody", "One of userId and anonymousId is needed")
        return self

    @property
    def who(self) -> Identifiers:
        """Who did it."""
        return Identifiers(None, self.user_id, self.anonymous_id)

    @property
    def device(self) -> Device | None:
        """The app that the call comes from, as `context.device` of Segment's mobile clients names it."""
        context = self.context
        if not isinstance(context, dict) or "device" not in context:
            return None
        device = _mapping(cast("dict[str, Any]", context)["device"])
        token, platform = device.get("token"), device.get("type")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return None
        return Device(token, platform if isinstance(platform, str) else None)

    def at(self, sent_at: datetime | None, now: datetime) -> datetime:
        """When it happened by our clock; never later than now."""
        sent = self.sent_at or sent_at
        if self.timestamp is None:
            return now
        return min(now - (sent - self.timestamp) if sent is not None else self.timestamp, now)

    def deed(self, at: datetime) -> Deed:
        """The same, in the words of the store."""
        return Deed(self.who, at, message_id=self.message_id)


class IdentifyCall(Call):
    """Says who a visitor is; `traits` is what is known of her. RudderStack's clients send them in the context."""

    type: Literal["identify"] = "identify"
    traits: Bag

    def deed(self, at: datetime) -> Deed:
        """The same, in the words of the store."""
        traits = _mapping(_mapping(self.context).get("traits"))
        return Deed(self.who, at, traits={**traits, **self.traits}, device=self.device)


class TrackCall(Call):
    """Says that something happened."""

    type: Literal["track"] = "track"
    event: Annotated[str, Field(min_length=1, max_length=120, examples=["Product Viewed"])]
    properties: Bag

    def deed(self, at: datetime) -> Deed:
        """The same, in the words of the store."""
        names = _names(self.properties)
        return Deed(self.who, at, self.event, self.message_id, names, self.properties, device=self.device)


class PageCall(Call):
    """Says that a page was looked at."""

    type: Literal["page"] = "page"
    name: Label = None
    category: Label = None
    properties: Bag

    def deed(self, at: datetime) -> Deed:
        """The same, in the words of the store."""
        return Deed(self.who, at, PAGE_VIEWED, self.message_id, _names(self.properties), _labelled(self))


class ScreenCall(Call):
    """Says that a screen of an app was looked at."""

    type: Literal["screen"] = "screen"
    name: Label = None
    category: Label = None
    properties: Bag

    def deed(self, at: datetime) -> Deed:
        """The same, in the words of the store."""
        return Deed(self.who, at, SCREEN_VIEWED, self.message_id, _names(self.properties), _labelled(self))


class GroupCall(Call):
    """Says that a visitor belongs to a group; `traits` is what is known of the group."""

    type: Literal["group"] = "group"
    group_id: Identifier
    traits: Bag

    def deed(self, at: datetime) -> Deed:
        """The same, in the words of the store."""
        group = {"id": self.group_id, **self.traits}
        properties = {"group_id": self.group_id, "traits": self.traits}
        return Deed(self.who, at, GROUP_JOINED, self.message_id, (), properties, {"group": group})


class AliasCall(Call):
    """Says that a visitor with an anonymous id has a name now. Two named people are never joined by it."""

    type: Literal["alias"] = "alias"
    previous_id: Identifier

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.user_id is None:
            raise PydanticCustomError("nobody", "userId is needed")
        return self

    @property
    def who(self) -> Identifiers:
        """The person, with the browser that she was."""
        return Identifiers(external_id=self.user_id, anonymous_id=self.previous_id)


AnyCall = TrackCall | IdentifyCall | PageCall | ScreenCall | GroupCall | AliasCall
CALLS: Mapping[str, type[AnyCall]] = {
    "track": TrackCall,
    "identify": IdentifyCall,
    "page": PageCall,
    "screen": ScreenCall,
    "group": GroupCall,
    "alias": AliasCall,
}
_TOO_LARGE = f"A call may have {LARGEST_CALL >> 10} kB; send less with it."


def _mapping(found: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _labelled(call: PageCall | ScreenCall) -> dict[str, Any]:
    labels = {"name": call.name, "category": call.category}
    return {**{key: label for key, label in labels.items() if label is not None}, **call.properties}


def _names(properties: Mapping[str, Any]) -> list[str]:
    """The SKUs or aliases that these properties name: their own, or one by one those of their `products`."""
    own = _name(properties)
    products: Any = properties.get("products")
    if not isinstance(products, list):
        return [] if own is None else [own]
    named = [own, *(_name(cast("dict[str, Any]", one)) for one in cast("list[Any]", products) if isinstance(one, dict))]
    return list(dict.fromkeys(name for name in named if name is not None))


def _name(line: Mapping[str, Any]) -> str | None:
    for field in ("sku", "variant_id", "product_id"):
        name = line.get(field)
        if isinstance(name, str) and 0 < len(name) <= 255:
            return name
    return None


class Batch(BaseModel):
    """Several calls at once."""

    model_config = _TOLERANT

    batch: Annotated[list[Any], Field(min_length=1, max_length=MOST_CALLS)]
    sent_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that can be used, in the words of the store, and those that cannot."""

    usable: Sequence[Deed]
    unusable: Sequence[Unusable]


def parse_call(kind: type[AnyCall], document: Document, now: datetime) -> Calls:
    """Read one call.

    Raises:
        BodyTooLarge: it is larger than a call may be.
        ValidationFailed: it cannot be used.
    """
    if document.size > LARGEST_CALL:
        raise BodyTooLarge(_TOO_LARGE)
    fields = {**document.fields, "type": kind.model_fields["type"].default}
    return Calls([_read(kind, fields, None, now, is_plain=document.is_plain)], [])


def parse_batch(document: Document, now: datetime) -> Calls:
    """Read a batch, and judge each call by itself.

    Raises:
        ValidationFailed: it is no batch.
    """
    try:
        batch = Batch.model_validate(document.fields)
    except ValidationError as error:
        raise ValidationFailed(errors=field_problems(error)) from None
    return parse_calls(
        batch.batch, batch.sent_at, now, is_plain=document.is_plain, are_small=document.size <= LARGEST_CALL
    )


def parse_calls(
    given: Sequence[Any], sent_at: datetime | None, now: datetime, *, is_plain: bool = False, are_small: bool = False
) -> Calls:
    """Judge each of these by itself. `is_plain` and `are_small` say what is known of all of them already."""
    usable: list[Deed] = []
    unusable: list[Unusable] = []
    for one in given:
        if not are_small and len(to_json(one)) > LARGEST_CALL:
            unusable.append(Unusable("event_too_large", _TOO_LARGE, {CALL: _head(one)}))
            continue
        try:
            usable.append(_read(_kind(one), one, sent_at, now, is_plain=is_plain))
        except ValidationFailed as error:
            reason = " ".join(f"{each.field}: {each.detail}" for each in error.errors)
            unusable.append(Unusable("invalid_event", reason, {CALL: storable(one)}))
    return Calls(usable, unusable)


def _kind(given: Any) -> type[AnyCall]:
    named: Any = cast("dict[str, Any]", given).get("type") if isinstance(given, dict) else None
    kind = CALLS.get(named) if isinstance(named, str) else None
    if kind is None:
        raise ValidationFailed(errors=[FieldProblem("type", "call_type", f"One of {', '.join(CALLS)} is needed.")])
    return kind


def _read(kind: type[AnyCall], given: Any, sent_at: datetime | None, now: datetime, *, is_plain: bool) -> Deed:
    if not is_plain and holds_unstorable_text(given):
        raise ValidationFailed(errors=[FieldProblem("body", "unstorable_text", f"{UNSTORABLE_TEXT}.")])
    try:
        call = kind.model_validate(given if is_plain else storable(given))
    except ValidationError as error:
        raise ValidationFailed(errors=field_problems(error)) from None
    return call.deed(call.at(sent_at, now))


def _head(one: Any) -> dict[str, Any]:
    """What identifies a call that is too large to be kept."""
    fields = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
    names = ("type", "event", "messageId", "userId", "anonymousId")
    return {name: storable(str(fields[name])[:255]) for name in names if fields.get(name) is not None}
