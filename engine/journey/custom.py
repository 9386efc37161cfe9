"""Node types that developers bring: one Python class each, whose fields are the settings of the node.

    class LoyaltyPoints(CustomNode):
        \"\"\"Book loyalty points for the profile.\"\"\"

        type = "loyalty_points"
        label = "Loyalty points"
        points: int = Field(50, ge=1, description="How many.")

        async def run(self, situation: Situation) -> str:
            ...
            return "next"

The class is only looked at where the world is touched or a document is judged: an activity calls `run`, the simulator
`simulate`, the editor draws a form from the schema of the fields. The interpreter never sees it. It knows such a node
as `nodes.custom.Custom`, which holds for one decision and takes the way out that came back; so a version walks the
same whatever becomes of the class, and a history is replayed without it.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from engine.journey.catalogue import CustomType
from engine.journey.node_types import CATEGORIES, Category, NodeType
from engine.journey.nodes import BUILT_IN_TYPES
from engine.journey.nodes.base import OUTLET, VISITS_OVER
from engine.journey.nodes.custom import FAILED, NODE_TYPE
from engine.journey.plugin_faults import idle, reserved, undocumented, unnamed
from engine.model import Frozen

RESERVED_FIELDS = frozenset({"id", "type", "title", "max_visits", "to"})
"""What every node has; a setting cannot be called so."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Who stands at the node, and why: all that a message's merge tags could say of it.

    `key` is the same for every try of this step and for no other step: hand it to whoever must not do it twice.
    """

    key: str
    now: datetime
    journey: str
    profile_id: str
    profile: Mapping[str, Any] = field(default_factory=dict[str, Any])
    event: Mapping[str, Any] = field(default_factory=dict[str, Any])
    product: Mapping[str, Any] = field(default_factory=dict[str, Any])
    variant: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the profile waits at the node, and is asked about again after this long. The trail says why."""

    after: timedelta
    reason: str = "not_now"


class CustomNode(Frozen):
    """The base class. Each field is a setting; its description and limits make the form and the problems.

    `outlets` are the ways out that `run` may answer with. Every node has the way `failed` beside them: it is taken when
    `run` raised at every try, and ends the enrollment where nothing is connected.
    """

    type: ClassVar[str]
    label: ClassVar[str]
    category: ClassVar[Category] = "act"
    outlets: ClassVar[tuple[str, ...]] = ("next",)
    seconds: ClassVar[float] = 30
    """How long one try of `run` may take."""

    async def run(self, situation: Situation) -> str | Later:
        """Do it, and say by which way out the profile leaves. What raises is tried again, with the same key."""
        raise NotImplementedError

    def simulate(self) -> str:
        """The way out that the simulator takes; nothing is done."""
        return self.outlets[0]


def for_catalogue(model: type[CustomNode]) -> CustomType:
    """What has to be known of the type where documents are judged."""
    return CustomType(model=model, outlets=(*model.outlets, FAILED))


def for_editor(model: type[CustomNode]) -> NodeType:
    """What an editor needs to know of the type."""
    documentation = inspect.getdoc(model) or ""
    return NodeType(
        type=model.type,
        title=model.label,
        category=model.category,
        summary=documentation.partition("\n")[0],
        documentation=documentation,
        config_schema=model.model_json_schema(),
        outlets=(*model.outlets, FAILED),
        optional_outlets=(FAILED,),
    )


def usual_way(model: type[CustomNode]) -> Callable[[Mapping[str, Any]], str]:
    """By which way out the simulator leaves such a node, given its settings."""
    return lambda settings: model.model_validate(dict(settings)).simulate()


def faults_of(model: type[CustomNode]) -> list[str]:
    """What keeps the class from being a node type, in sentences for its developer."""
    if found := unnamed(model, "type", "label"):
        return found
    if not re.fullmatch(NODE_TYPE, model.type):
        found.append(f"Its type “{model.type}” is not a name of small letters, digits and underscores; rename it.")
    if model.type in BUILT_IN_TYPES:
        found.append(f"There is a node type “{model.type}” already; give this one another name.")
    if model.category not in CATEGORIES:
        found.append(f"Its category “{model.category}” is none of {', '.join(CATEGORIES)}; choose one of them.")
    found += _faults_of_outlets(model)
    found += reserved(model, RESERVED_FIELDS, "A setting")
    found += idle(model.run, CustomNode.run, "It does nothing; write async def run(self, situation).")
    no_words = "It has no docstring; say in one what the node does, for those who draw journeys."
    return found + undocumented(model, CustomNode, no_words)


def _faults_of_outlets(model: type[CustomNode]) -> list[str]:
    named = cast("object", model.outlets)  # a developer may have written anything
    if not isinstance(named, tuple) or not named:
        return ["It has no way out; write outlets = (“next”,)."]
    named = cast("tuple[Any, ...]", named)
    found = [
        f"“{name}” cannot be the name of a way out; choose another one."
        for name in named
        if not isinstance(name, str) or not re.fullmatch(OUTLET, name) or name in {FAILED, VISITS_OVER}
    ]
    return found or (["Two of its ways out have one name; rename one."] if len(set(named)) < len(named) else [])
