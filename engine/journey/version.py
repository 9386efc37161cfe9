"""A journey as it is written down, and a version as it is published: immutable, addressed by (journey, number)."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Field

from engine.journey.graph import Graph
from engine.journey.settings import JourneySettings
from engine.model import Frozen


class Position(Frozen):
    """Where the canvas draws a node, in canvas pixels. Layout is not part of what a journey means."""

    x: float
    y: float


FORMAT: Final = 1
"""How documents are written, as their `schema` says; one of another format is refused, not guessed at."""


class StickyNote(Position):
    """A remark on the canvas, for those who edit the journey; it means nothing to those who walk it.

    Whoever saves a draft becomes the author of what is new in it: `author` and `at` are not the writer's to choose.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    text: str = Field(default="", max_length=4_000)
    author: str | None = Field(default=None, max_length=320)
    at: AwareDatetime | None = None


class JourneyDocument(Frozen):
    """The one JSON document that the canvas, the builder and the API edit.

    `messages` are opaque here: the message room gives them types and validates them.
    """

    schema_: Literal[1] = Field(default=FORMAT, alias="schema")
    name: str = Field(min_length=1, max_length=120)
    graph: Graph
    messages: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    settings: JourneySettings = JourneySettings()
    layout: Mapping[str, Position] = Field(default_factory=dict)
    notes: tuple[StickyNote, ...] = Field(default=(), max_length=200)


class JourneyVersion(Frozen):
    """Version `number` of journey `journey`, frozen at publish."""

    journey: str
    number: int = Field(ge=1)
    document: JourneyDocument

    @property
    def graph(self) -> Graph:
        """The graph that enrollments of this version walk."""
        return self.document.graph
