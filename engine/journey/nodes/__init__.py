"""The registry of node types: one module each, joined in the `BuiltIn` union by their `type`.

A node of any other type is `Custom`: a plugin brings it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, cast, get_args

from pydantic import Discriminator, Field, Tag

from engine.journey.nodes.base import NodeBase
from engine.journey.nodes.branch import Branch
from engine.journey.nodes.custom import Custom
from engine.journey.nodes.delay import Delay
from engine.journey.nodes.entry import Entry
from engine.journey.nodes.exit import Exit
from engine.journey.nodes.goal import Goal
from engine.journey.nodes.holdout import Holdout
from engine.journey.nodes.message import Message
from engine.journey.nodes.split import Split
from engine.journey.nodes.start_journey import StartJourney
from engine.journey.nodes.update_profile import UpdateProfile
from engine.journey.nodes.wait_until import WaitUntil
from engine.journey.nodes.waitlist import Waitlist

BuiltIn = Annotated[
    Entry
    | Delay
    | WaitUntil
    | Branch
    | Split
    | Holdout
    | Message
    | UpdateProfile
    | Waitlist
    | StartJourney
    | Goal
    | Exit,
    Field(discriminator="type"),
]
NODE_MODELS: tuple[type[NodeBase], ...] = get_args(get_args(BuiltIn)[0])
BUILT_IN_TYPES: tuple[str, ...] = tuple(str(model.model_fields["type"].default) for model in NODE_MODELS)
BUILT_IN, CUSTOM = "built_in", "custom"
"""How the models tell a node of ours from one of a plugin; places in a document are told without these words."""


def _brought_by(raw: Any) -> str:
    """Which of the two a node is."""
    if isinstance(raw, NodeBase):
        return CUSTOM if isinstance(raw, Custom) else BUILT_IN
    named = cast("Mapping[str, Any]", raw).get("type") if isinstance(raw, Mapping) else None
    return CUSTOM if isinstance(named, str) and named not in BUILT_IN_TYPES else BUILT_IN


Node = Annotated[
    Annotated[BuiltIn, Tag(BUILT_IN)] | Annotated[Custom, Tag(CUSTOM)],
    Discriminator(_brought_by),
]

__all__ = [
    "BUILT_IN",
    "BUILT_IN_TYPES",
    "CUSTOM",
    "NODE_MODELS",
    "Branch",
    "BuiltIn",
    "Custom",
    "Delay",
    "Entry",
    "Exit",
    "Goal",
    "Holdout",
    "Message",
    "Node",
    "Split",
    "StartJourney",
    "UpdateProfile",
    "WaitUntil",
    "Waitlist",
]
