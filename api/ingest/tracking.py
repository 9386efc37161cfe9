"""Events in the form of Segment's HTTP API: one call, or a batch of which each is judged by itself.

    {"type": "track", "event": "Product Viewed", "userId"?, "anonymousId"?, "messageId"?, "timestamp"?, "sentAt"?,
     "properties": {"sku": "FJELL-M", …}}
    {"batch": [call, …], "sentAt"?}

Fields that are not used here are let pass: clients send many. Times are corrected for a clock that is wrong: what
matters is how long before it was sent a thing happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from api.bodies import Body
from api.fields import Instant
from api.ingest.inventory import storable
from engine.store.deadletters import Unusable
from engine.store.identity import Identifiers

CALL = "event"
"""Where a dead letter's payload holds the call that it is about."""
MOST_CALLS = 2_500
Identifier = Annotated[str, Field(min_length=1, max_length=255)]


class Call(Body):
    """What every call says: who, when, and under which id, so that a repetition is known as one."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    user_id: Identifier | None = None
    anonymous_id: Identifier | None = None
    message_id: Identifier | None = None
    timestamp: Instant | None = None
    sent_at: Instant | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.user_id is None and self.anonymous_id is None:
            raise PydanticCustomError("nobody", "One of userId and anonymousId is needed")
        return self

    @property
    def identifiers(self) -> Identifiers:
        """Who did it."""
        return Identifiers(external_id=self.user_id, anonymous_id=self.anonymous_id)

    def at(self, sent_at: datetime | None, now: datetime) -> datetime:
        """When it happened by our clock; never later than now."""
        sent = self.sent_at or sent_at
        if self.timestamp is None:
            return now
        return min(now - (sent - self.timestamp) if sent is not None else self.timestamp, now)


class IdentifyCall(Call):
    """Says who a visitor is; `traits` is what is known of her."""

    type: Literal["identify"] = "identify"
    traits: Annotated[dict[str, Any], Field(default_factory=dict)]


class TrackCall(Call):
    """Says that something happened."""

    type: Literal["track"] = "track"
    event: Annotated[str, Field(min_length=1, max_length=120, examples=["Product Viewed"])]
    properties: Annotated[dict[str, Any], Field(default_factory=dict)]

    @property
    def names(self) -> list[str]:
        """The SKUs or aliases that it names: its own, or one by one those of its `products`."""
        products: Any = self.properties.get("products")
        lines: list[Any] = [self.properties, *cast("list[Any]", products if isinstance(products, list) else [])]
        named = (_name(cast("dict[str, Any]", line)) for line in lines if isinstance(line, dict))
        return list(dict.fromkeys(name for name in named if name is not None))


def _name(line: Mapping[str, Any]) -> str | None:
    given = (line.get(field) for field in ("sku", "variant_id", "product_id"))
    return next((name for name in given if isinstance(name, str) and 0 < len(name) <= 255), None)


_CALL: TypeAdapter[TrackCall | IdentifyCall] = TypeAdapter(
    Annotated[TrackCall | IdentifyCall, Field(discriminator="type")]
)


class Batch(BaseModel):
    """Several calls at once."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    batch: Annotated[list[Any], Field(min_length=1, max_length=MOST_CALLS)]
    sent_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of a batch that can be used, and those that cannot."""

    usable: Sequence[TrackCall | IdentifyCall]
    unusable: Sequence[Unusable]


def parse_calls(given: Sequence[Any]) -> Calls:
    """Judge each call by itself."""
    usable: list[TrackCall | IdentifyCall] = []
    unusable: list[Unusable] = []
    for one in given:
        try:
            usable.append(_CALL.validate_python(one))
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            reason = " ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}." for each in found)
            unusable.append(Unusable("invalid_event", reason, {CALL: storable(one)}))
    return Calls(usable, unusable)
