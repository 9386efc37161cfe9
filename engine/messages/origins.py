"""How the models of messages tell a channel of ours from one that a plugin brings."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from engine.journey.nodes.message import BUILT_IN_CHANNELS

BUILT_IN, CUSTOM = "built_in", "custom"


def brought_by(raw: Any) -> str:
    """Which of the two a message is for; one that names no channel is judged like one of ours."""
    is_mapping = isinstance(raw, Mapping)
    named = cast("Mapping[str, Any]", raw).get("channel") if is_mapping else getattr(raw, "channel", None)
    return CUSTOM if isinstance(named, str) and named not in BUILT_IN_CHANNELS else BUILT_IN


def without_origin(location: Sequence[int | str]) -> Sequence[int | str]:
    """Where a model found something wrong, without this word at its beginning."""
    return location[1:] if location and location[0] in (BUILT_IN, CUSTOM) else location
