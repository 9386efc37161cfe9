"""Plugins: Python files of a developer's own, found in a folder or by an entry point, and loaded at start-up.

    plugins/loyalty_points.py               every `CustomNode` in it is a node type
    plugins/slack.py                        every `CustomChannel` in it is a channel
    plugins/win_back.py                     every `JourneyWorkflow` in it may lead a journey
    entry point in the group waitline.plugins   a module that holds the same

A file that breaks is named in the log, by `GET /v1/plugins` and by `waitline plugins`, and set aside; the rest starts.
The folder is put on the path of modules, so that the files may import each other; names that begin with _ are left
alone.
"""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import structlog

from engine.journey import custom as node_types
from engine.journey.custom import CustomNode
from engine.messages import custom as channel_types
from engine.messages.custom import CustomChannel
from engine.settings import Settings
from engine.simulation.simulator import Steps

if TYPE_CHECKING:
    from engine.store.vocabulary import Abilities
    from workflows.own import JourneyWorkflow

GROUP = "waitline.plugins"
Kind = Literal["node", "channel", "workflow"]
_RESERVED = {"workflow": frozenset({"Enrollment", "Release", "Notice", "Feed"})}
_log: Any = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that a plugin brings, by the name that journeys call it by."""

    kind: Kind
    name: str
    label: str
    model: type[Any]


@dataclass(frozen=True, slots=True)
class Plugins:
    """What was found, by file or module, and why others were set aside."""

    brought: Mapping[str, tuple[Brought, ...]] = field(default_factory=dict[str, tuple[Brought, ...]])
    set_aside: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def nodes(self) -> Mapping[str, type[CustomNode]]:
        """The node types, by name."""
        return self._named("node")

    @property
    def channels(self) -> Mapping[str, type[CustomChannel]]:
        """The channels, by name."""
        return self._named("channel")

    @property
    def workflows(self) -> Mapping[str, "type[JourneyWorkflow]"]:
        """The workflows, by the name that Temporal knows them by."""
        return self._named("workflow")

    @property
    def steps(self) -> Steps:
        """How the simulator walks over the nodes."""
        return {name: node_types.usual_way(model) for name, model in self.nodes.items()}

    def abilities(self, channels: frozenset[str]) -> "Abilities":
        """What a deployment with these plugins, and with providers for these channels, can carry out."""
        from engine.store.vocabulary import Abilities  # noqa: PLC0415 - the command line needs no part of a database

        return Abilities(
            channels | self.channels.keys(),
            frozenset(self.workflows),
            node_types={name: node_types.for_catalogue(model) for name, model in self.nodes.items()},
            channel_types={name: channel_types.for_catalogue(model) for name, model in self.channels.items()},
        )

    def _named(self, kind: Kind) -> dict[str, Any]:
        return {one.name: one.model for brought in self.brought.values() for one in brought if one.kind == kind}


def load_plugins(settings: Settings) -> Plugins:
    """Every plugin of this deployment."""
    return plugins_in(settings.plugins or settings.home / "plugins")


def plugins_in(folder: Path) -> Plugins:
    """Every plugin of this folder, and every one that is installed."""
    brought: dict[str, tuple[Brought, ...]] = {}
    set_aside: dict[str, str] = {}
    taken: dict[tuple[Kind, str], str] = {}
    for place, load in _places(folder):
        try:
            found = tuple(_brought_by(load()))
            for one in found:
                _check_name(one, taken)
            taken |= {(one.kind, one.name): place for one in found}
        except (Exception, SystemExit) as error:
            set_aside[place] = str(error) if isinstance(error, _Unfit) else f"{type(error).__name__}: {error}"
            _log.warning("plugin_set_aside", plugin=place, problem=set_aside[place])
        else:
            brought[place] = found
    return Plugins(brought, set_aside)


class _Unfit(ValueError):
    """The file does not hold what it is meant to hold; the sentence says what to do."""


def _places(folder: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
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
        raise _Unfit(f"“{path.stem}” is the name of another module; rename the file.")
    return module


def _brought_by(module: Any) -> Iterator[Brought]:
    """All that the module defines itself, each judged."""
    if not isinstance(module, ModuleType):
        raise _Unfit("The entry point names no module; name the module that holds the classes.")
    held: list[object] = list(vars(module).values())
    own: list[type[Any]] = [one for one in held if isinstance(one, type) and one.__module__ == module.__name__]
    for one in dict.fromkeys(own):
        if issubclass(one, CustomNode):
            _judge(one, node_types.faults_of(one))
            node_types.for_editor(one)
            yield Brought("node", one.type, one.label, one)
        elif issubclass(one, CustomChannel):
            _judge(one, channel_types.faults_of(one))
            one.model_json_schema()
            yield Brought("channel", one.name, one.label, one)
        elif (name := _workflow_name(one)) is not None:
            yield Brought("workflow", name, one.__name__, one)


def _judge(model: type, faults: list[str]) -> None:
    if faults:
        raise _Unfit(f"{model.__name__}: {' '.join(faults)}")


def _workflow_name(model: type) -> str | None:
    """The name that Temporal knows the class by; None when it is no workflow of a journey."""
    from workflows.own import JourneyWorkflow  # noqa: PLC0415 - an API without plugins needs no part of a worker

    if not issubclass(model, JourneyWorkflow):
        return None
    definition: Any = getattr(model, "__temporal_workflow_definition", None)
    if definition is None or definition.cls is not model:
        raise _Unfit(f"“{model.__name__}” is no workflow yet; write @workflow.defn above it.")
    return definition.name


def _check_name(one: Brought, taken: Mapping[tuple[Kind, str], str]) -> None:
    held_by = taken.get((one.kind, one.name))
    if held_by is not None or one.name in _RESERVED.get(one.kind, ()):
        by = f" ({held_by})" if held_by else ""
        raise _Unfit(f"There is a {one.kind} “{one.name}” already{by}; give this one another name.")
