"""A document in its leanest form: what its author chose, without what is so anyway. Printers begin here.

The order of edges means nothing; they are put in the order of their nodes and ways out, so that the same journey is
always printed alike.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter

from engine.journey.graph import Edge, Graph
from engine.journey.nodes.base import VISITS_OVER
from engine.journey.version import JourneyDocument

_TAGS = frozenset({"type", "kind", "channel"})
_LENGTH: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def lean(document: JourneyDocument) -> dict[str, Any]:
    """The document as JSON, without defaults, its edges in order."""
    return {"schema": 1, **_lean(ordered(document))}


def ordered(document: JourneyDocument) -> JourneyDocument:
    """The same journey, its edges in the order of their nodes and ways out."""
    graph = document.graph
    ranks: dict[tuple[str, str], int] = {}
    for node in graph.nodes:
        for outlet in (*node.outlets, VISITS_OVER):
            ranks.setdefault((node.id, outlet), len(ranks))

    seen: set[tuple[str, str]] = set()

    def rank(edge: Edge) -> tuple[int, str, str]:
        end = (edge.source, edge.outlet)
        if end in ranks and end not in seen:
            seen.add(end)
            return ranks[end], "", ""
        return len(ranks), *end

    edges = tuple(sorted(graph.edges, key=rank))
    return document.model_copy(update={"graph": Graph.model_construct(nodes=graph.nodes, edges=edges)})


def iso(length: timedelta) -> str:
    """A length of time in ISO 8601, in the largest unit that it is a whole number of."""
    whole = length // timedelta(seconds=1)
    if length < timedelta(0) or length != timedelta(seconds=whole):
        return str(_LENGTH.dump_python(length, mode="json"))
    for size, before, unit in ((86_400, "P", "D"), (3_600, "PT", "H"), (60, "PT", "M")):
        if whole and whole % size == 0:
            return f"{before}{whole // size}{unit}"
    return f"PT{whole}S"


def _lean(value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value
    match value:
        case BaseModel():
            fields, settings = type(value).model_fields, value.model_extra or {}
            held = ((name, getattr(value, name)) for name in fields)
            return {
                fields[name].alias or name: _lean(one)
                for name, one in held
                if name in _TAGS
                or fields[name].is_required()
                or one != fields[name].get_default(call_default_factory=True)
            } | {name: _lean(one) for name, one in settings.items()}
        case timedelta():
            return iso(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return {name: _lean(one) for name, one in cast("Mapping[str, Any]", value).items()}
        case list() | tuple():
            return [_lean(one) for one in cast("list[Any]", value)]
        case float() if value.is_integer() and abs(value) < 1e15:
            return int(value)
        case _:
            return value
