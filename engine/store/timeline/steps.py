"""What the steps of published versions are called, as their cards on the canvas say it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from engine.journey.node_types import node_types
from engine.store.statements import Executor, core
from engine.store.tables import PublishedVersion
from engine.store.timeline.words import channel_name

Steps = Mapping[str, str]
"""Titles by the ids of nodes."""
_version = core(PublishedVersion)


async def read_steps(executor: Executor, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Steps]:
    """The titles in each of these versions that there is; a page of a timeline refers to few."""
    graph = _version.c.document["graph"]["nodes"]
    found: dict[tuple[str, int], Steps] = {}
    for journey, number in sorted(set(versions)):
        nodes = await executor.scalar(
            select(graph).where(_version.c.journey_id == journey, _version.c.number == number)
        )
        found[journey, number] = {node["id"]: _title(node) for node in nodes or ()}
    return found


def _title(node: Mapping[str, Any]) -> str:
    """What its author called it, else its channel or its type; of a plugin's type no title is known here: its id."""
    if node.get("title"):
        return str(node["title"])
    if node["type"] == "message":
        return channel_name(node["channel"])
    return next((one.title for one in node_types() if one.type == node["type"]), str(node["id"]))
