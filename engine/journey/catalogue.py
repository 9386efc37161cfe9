"""What a workspace has that a journey may refer to, so that a reference to nothing is found before launch."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from engine.journey.values import ValueKind
from engine.model import Frozen


class BareProduct(Frozen):
    """A product, with one of its variants, that lacks some of name, description, image and link (`missing`)."""

    name: str
    source: str
    missing: tuple[str, ...]
    sku: str
    product_id: str
    price: int | None = None
    original_price: int | None = None
    currency: str | None = None
    attributes: Mapping[str, Any] = Field(default_factory=dict)


class CustomType(Frozen):
    """What a plugin brought: the model of its settings, and the ways out where it is a node type."""

    model: type[BaseModel]
    outlets: tuple[str, ...] = ()


class Catalogue(Frozen):
    """Known names. None means that they are not known here, and references to them are not checked.

    `journey` is the id of the journey that is being checked; `channels` are those that can send today. An attribute
    that was seen with values of several kinds has None for its kind. `workflows` are those that developers wrote.
    `bare` are products that a product block cannot show. `node_types` and `channel_types` are those that
    plugins brought, each by its name.
    """

    journey: str | None = None
    events: frozenset[str] | None = None
    attributes: Mapping[str, ValueKind | None] | None = None
    segments: frozenset[str] | None = None
    journeys: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    workflows: frozenset[str] | None = None
    bare: tuple[BareProduct, ...] = ()
    node_types: Mapping[str, CustomType] = Field(default_factory=dict)
    channel_types: Mapping[str, CustomType] = Field(default_factory=dict)


UNCHECKED = Catalogue()
"""Nothing is known: only what the document itself shows is checked."""
