"""A journey as it is written down, and a version as it is published: immutable, addressed by (journey, number)."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from engine.journey.graph import Graph
from engine.journey.settings import JourneySettings
from engine.model import Frozen


class Position(Frozen):
    """Where the canvas draws a node, in canvas pixels. Layout is not part of what a journey means."""

    x: float
    y: float


class JourneyDocument(Frozen):
    """The one JSON document that the canvas, the builder and the API edit.

    `messages` are opaque here: the message room gives them types and validates them.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    name: str = Field(min_length=1, max_length=120)
    graph: Graph
    messages: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    settings: JourneySettings = JourneySettings()
    layout: Mapping[str, Position] = Field(default_factory=dict)


class JourneyVersion(Frozen):
    """Version `number` of journey `journey`, frozen at publish."""

    journey: str
    number: int = Field(ge=1)
    document: JourneyDocument

    @property
    def graph(self) -> Graph:
        """The graph that enrollments of this version walk."""
        return self.document.graph
