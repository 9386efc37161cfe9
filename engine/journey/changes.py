"""What changed between two documents, as data that a person can read and a page can colour."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from engine.journey.version import JourneyDocument
from engine.model import Frozen

Part = Literal["name", "node", "edge", "message", "setting", "layout"]
How = Literal["added", "removed", "changed"]


class Change(Frozen):
    """One difference: `what` was added, removed or changed. A change of a node, message or setting names its field."""

    part: Part
    how: How
    what: str
    field: str | None = None
    before: Any = None
    after: Any = None


def changes(before: JourneyDocument, after: JourneyDocument) -> tuple[Change, ...]:
    """Every difference, in the order name, nodes, edges, messages, settings, layout. Empty: the same journey."""
    old, new = (document.model_dump(mode="json", by_alias=True) for document in (before, after))
    return tuple(_changes(old, new))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    if old["name"] != new["name"]:
        yield Change(part="name", how="changed", what="name", before=old["name"], after=new["name"])
    nodes = ({node["id"]: node for node in each["graph"]["nodes"]} for each in (old, new))
    yield from _compared("node", *nodes)
    edges = (
        {(edge["source"], edge["outlet"]): edge["target"] for edge in each["graph"]["edges"]} for each in (old, new)
    )
    yield from _compared_edges(*edges)
    yield from _compared("message", old["messages"], new["messages"])
    yield from _fields("setting", "settings", old["settings"], new["settings"])
    for node in sorted({*old["layout"], *new["layout"]}):
        if old["layout"].get(node) != new["layout"].get(node):
            yield Change(
                part="layout", how="changed", what=node, before=old["layout"].get(node), after=new["layout"].get(node)
            )


def _compared(part: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in (name for name in old if name not in new):
        yield Change(part=part, how="removed", what=name, before=old[name])
    for name, value in new.items():
        if name not in old:
            yield Change(part=part, how="added", what=name, after=value)
        else:
            yield from _fields(part, name, old[name], value)


def _fields(part: Part, what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for field in dict.fromkeys((*old, *new)):
        before, after = old.get(field), new.get(field)
        if before != after:
            yield Change(part=part, how="changed", what=what, field=field, before=before, after=after)


def _compared_edges(old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]) -> Iterator[Change]:
    for end in dict.fromkeys((*old, *new)):
        before, after = old.get(end), new.get(end)
        if before != after:
            how: How = "added" if before is None else "removed" if after is None else "changed"
            yield Change(part="edge", how=how, what=".".join(end), before=before, after=after)
