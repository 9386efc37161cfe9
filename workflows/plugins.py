"""Plugins: Python files of a developer's own, found in a folder or by an entry point, and loaded at start-up.

    plugins/win_back.py                          every `JourneyWorkflow` in it may lead a journey
    entry point in the group `waitline.plugins`  a module that holds the same

A file that breaks is named in the log and set aside; the rest starts. The folder is put on the path of modules, so that
the files may import each other; names that begin with _ are left alone.
"""

import importlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import structlog

from engine.settings import Settings

if TYPE_CHECKING:
    from workflows.own import JourneyWorkflow

GROUP = "waitline.plugins"
_RESERVED = frozenset({"Enrollment", "Release", "Notice", "Feed"})
_log: Any = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plugins:
    """What was found: workflows by the name that journeys call them by, and why files were set aside."""

    workflows: Mapping[str, "type[JourneyWorkflow]"] = field(default_factory=dict[str, Any])
    set_aside: Mapping[str, str] = field(default_factory=dict[str, str])


def load_plugins(settings: Settings) -> Plugins:
    """Every plugin of this deployment."""
    workflows: dict[str, type[JourneyWorkflow]] = {}
    set_aside: dict[str, str] = {}
    for place, load in _places(settings.plugins or settings.home / "plugins"):
        try:
            found = _workflows_of(load())
            if twice := sorted((found.keys() & workflows.keys()) | (found.keys() & _RESERVED)):
                raise ValueError(f"There is a workflow “{twice[0]}” already; give this one another name.")
        except Exception as error:
            set_aside[place] = f"{type(error).__name__}: {error}"
            _log.warning("plugin_set_aside", plugin=place, problem=set_aside[place])
        else:
            workflows |= found
    return Plugins(workflows, set_aside)


def _places(folder: Path) -> Iterator[tuple[str, Any]]:
    """Where plugins are, and how each is loaded."""
    for found in _installed():
        yield found.value, found.load
    paths = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    if paths and str(folder.resolve()) not in sys.path:
        sys.path.insert(0, str(folder.resolve()))
    for path in paths:
        yield str(path), lambda path=path: _module(path)


@cache
def _installed() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _module(path: Path) -> ModuleType:
    module = importlib.import_module(path.stem)
    if Path(module.__file__ or "").resolve() != path.resolve():
        raise ValueError(f"“{path.stem}” is the name of another module; rename the file.")
    return module


def _workflows_of(module: ModuleType) -> "dict[str, type[JourneyWorkflow]]":
    """The workflows that the module defines, by the names that Temporal knows them by."""
    from workflows.own import JourneyWorkflow  # noqa: PLC0415 - an API without plugins needs no part of a worker

    found: dict[str, type[JourneyWorkflow]] = {}
    held: list[object] = list(vars(module).values())
    for one in held:
        if isinstance(one, type) and issubclass(one, JourneyWorkflow) and one.__module__ == module.__name__:
            definition: Any = getattr(one, "__temporal_workflow_definition", None)
            if definition is None or definition.cls is not one:
                raise ValueError(f"“{one.__name__}” is no workflow yet; write @workflow.defn above it.")
            found[definition.name] = one
    return found
