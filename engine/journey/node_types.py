"""What an editor needs to know about each node type: its form, its ways out, and what it is for."""

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, get_args

from engine.journey.nodes import NODE_MODELS
from engine.journey.nodes.base import NodeBase
from engine.model import Frozen

Category = Literal["start", "time", "choice", "message", "act", "end"]
CATEGORIES: tuple[str, ...] = get_args(Category)


class NodeType(Frozen):
    """One node type: `config_schema` is the JSON Schema of its config, references and all.

    `outlets` are the ways out that every such node has; `outlets_from` names the config field that adds more, one for
    each row. `optional_outlets` may stay unconnected. `answers_with` are the facts that it may ask for.
    """

    type: str
    title: str
    category: Category
    summary: str
    documentation: str
    config_schema: Mapping[str, Any]
    outlets: tuple[str, ...]
    optional_outlets: tuple[str, ...] = ()
    outlets_from: str | None = None
    waits: bool = False
    asks: tuple[str, ...] = ()


_SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "entry": {"trigger": {"kind": "api"}},
    "delay": {"until_date": {"attribute": "date"}},
    "wait_until": {"timeout": "P1D"},
    "branch": {"ways": []},
    "split": {"shares": []},
    "holdout": {"share": 10},
    "message": {"channel": "email", "message": "letter"},
    "update_profile": {},
    "waitlist": {"change": "add"},
    "start_journey": {"journey": "another"},
    "goal": {"goal": "bought"},
    "exit": {},
}
_CATEGORIES: Mapping[str, Category] = {
    "entry": "start",
    "delay": "time",
    "wait_until": "time",
    "branch": "choice",
    "split": "choice",
    "holdout": "choice",
    "message": "message",
    "update_profile": "act",
    "waitlist": "act",
    "start_journey": "act",
    "goal": "act",
    "exit": "end",
}
_OUTLETS_FROM = {"branch": "ways", "split": "shares", "wait_until": "events"}
_ASKS: Mapping[str, tuple[str, ...]] = {
    "delay": ("attribute",),
    "wait_until": ("attribute", "segment", "history", "stock"),
    "branch": ("attribute", "segment", "history", "stock"),
    "message": ("segment", "history"),
}


@lru_cache(maxsize=1)
def node_types() -> tuple[NodeType, ...]:
    """Every node type, in the order in which a palette shows them."""
    return tuple(_described(member) for member in NODE_MODELS)


def _described(model: type[NodeBase]) -> NodeType:
    name = str(model.model_fields["type"].default)
    sample = model.model_validate({"id": "sample", "type": name, **_SAMPLES[name]})
    documentation = inspect.getdoc(model) or ""
    return NodeType(
        type=name,
        title=name.replace("_", " ").capitalize(),
        category=_CATEGORIES[name],
        summary=documentation.partition("\n")[0],
        documentation=documentation,
        config_schema=model.model_json_schema(),
        outlets=sample.outlets,
        optional_outlets=(*sample.fallbacks, *sample.ends),
        outlets_from=_OUTLETS_FROM.get(name),
        waits=model.waits,
        asks=_ASKS.get(name, ()),
    )
