"""What a workspace has that a journey may refer to, so that a reference to nothing is found before launch."""

from collections.abc import Mapping

from engine.journey.values import ValueKind
from engine.model import Frozen


class Catalogue(Frozen):
    """Known names. None means that they are not known here, and references to them are not checked.

    `journey` is the id of the journey that is being checked; `channels` are those that can send today. An attribute
    that was seen with values of several kinds has None for its kind.
    """

    journey: str | None = None
    events: frozenset[str] | None = None
    attributes: Mapping[str, ValueKind | None] | None = None
    segments: frozenset[str] | None = None
    journeys: frozenset[str] | None = None
    channels: frozenset[str] | None = None


UNCHECKED = Catalogue()
"""Nothing is known: only what the document itself shows is checked."""
