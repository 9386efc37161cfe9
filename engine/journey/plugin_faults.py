"""What keeps the class of a plugin, node type or channel, from being used: in sentences for its developer."""

import inspect
from collections.abc import Callable, Set
from typing import Any

from pydantic import BaseModel


def unnamed(model: type[BaseModel], *names: str) -> list[str]:
    """Each of these class variables that is not a text with something in it."""
    return [
        f"It has no {name}; write {name} = “…”."
        for name in names
        if not isinstance(getattr(model, name, None), str) or not getattr(model, name)
    ]


def reserved(model: type[BaseModel], names: Set[str], what: str) -> list[str]:
    """Each field that is called as something else is; `what` a field is there."""
    return [f"{what} cannot be called “{name}”; rename it." for name in sorted(names & model.model_fields.keys())]


def idle(own: Callable[..., Any], inherited: Callable[..., Any], sentence: str) -> list[str]:
    """The sentence, when the class has no coroutine of its own to do its work."""
    return [sentence] if own is inherited or not inspect.iscoroutinefunction(own) else []


def undocumented(model: type[BaseModel], base: type[BaseModel], sentence: str) -> list[str]:
    """The sentence, when the class has no docstring of its own."""
    return [sentence] if not (model.__doc__ or "").strip() or model.__doc__ == base.__doc__ else []
