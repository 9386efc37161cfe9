"""Variants of one message: the same message said in different ways, each to its share of the people.

A message of a document may list `variants` beside its content, which is itself the variant `a`:

    {"channel": "sms", "text": "It is back.",
     "variants": [{"id": "b", "share": 30, "changes": {"text": "Quick: it is back!"}}]}

Each gives in percent how many people get it, and which parts of the content it says otherwise; `a` has the rest. Who
gets which follows from (journey, node, profile) alone, so that a retry, a reminder and a replay say the same again.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from engine.journey.splits import PLACES, Slice, owner, place, places_for, sliced
from engine.model import Frozen

BASE = "a"
MOST_VARIANTS = 8
_MARK = "#"


class MessageVariant(Frozen):
    """Another way to say a message."""

    id: Annotated[str, Field(pattern=r"^[b-z]$")]
    title: Annotated[str, Field(max_length=120)] = ""
    share: Annotated[float, Field(ge=0, le=100, description="Percent of the people.")]
    changes: dict[str, Any] = Field(default_factory=dict)


class _Varied(BaseModel):
    """The part of a message that tells its variants."""

    variants: Annotated[tuple[MessageVariant, ...], Field(max_length=MOST_VARIANTS)] = ()

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if len({one.id for one in self.variants}) < len(self.variants):
            raise ValueError("Two variants have the same letter; give each its own.")
        if sum(places_for(one.share) for one in self.variants) > PLACES:
            raise ValueError("The shares of the variants are more than 100 percent together; lower one.")
        return self


def contents_of(name: str, raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The contents that this message may say, by name: the base by its own, each variant by `name#id`.

    Raises:
        ValidationError: its variants are not what they should be; `loc` begins with `variants`.
    """
    if not raw.get("variants"):
        return {name: _without_variants(raw)}
    base = _without_variants(raw)
    return {
        name: base,
        **{_key(name, one.id): {**base, **one.changes, "channel": base.get("channel")} for one in variants_of(raw)},
    }


def variants_of(raw: Mapping[str, Any]) -> Sequence[MessageVariant]:
    """The variants beside the base.

    Raises:
        ValidationError: they are not what they should be.
    """
    return _Varied.model_validate({"variants": raw.get("variants") or ()}).variants


def slices_of(raw: Mapping[str, Any]) -> tuple[Slice, ...]:
    """Who gets which variant of this message, as slices of the line that a split draws; the base has what is left."""
    shares = {one.id: places_for(one.share) for one in variants_of(raw)}
    return sliced({BASE: PLACES - sum(shares.values()), **shares})


def variant_for(slices: Sequence[Slice], *, journey: str, node: str, profile: str) -> str:
    """Which variant this profile gets at this node, always."""
    return owner(slices, place(journey, f"{node}{_MARK}variant", profile)) or BASE


def content_name(name: str, variant: str) -> str:
    """The name of the content that this variant of the message says."""
    return name if variant == BASE else _key(name, variant)


def _key(name: str, variant: str) -> str:
    return f"{name}{_MARK}{variant}"


def _without_variants(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    return {part: value for part, value in raw.items() if part != "variants"}
