"""The graph of a journey: nodes, and edges from a node's outlet to the next node. Data, nothing else."""

from collections.abc import Mapping
from functools import cached_property

from engine.journey.errors import UnknownNode
from engine.journey.nodes import Entry, Node
from engine.journey.nodes.base import VISITS_OVER
from engine.model import Frozen

PATH_ENDED = "path_ended"
VISIT_LIMIT = "visit_limit"


class Edge(Frozen):
    """From an outlet of `source` to `target`. Several edges may lead to one target: paths rejoin."""

    source: str
    outlet: str
    target: str


class Graph(Frozen):
    """Nodes and edges, as drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()

    @cached_property
    def _nodes_by_id(self) -> Mapping[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _targets(self) -> Mapping[tuple[str, str], str]:
        return {(edge.source, edge.outlet): edge.target for edge in self.edges}

    @cached_property
    def entry(self) -> Entry:
        """The node where enrollments begin."""
        for node in self.nodes:
            if isinstance(node, Entry):
                return node
        raise UnknownNode("entry")

    def node(self, node_id: str) -> Node:
        """The node with this id.

        Raises:
            UnknownNode: the graph has none; a validated version never asks for one.
        """
        try:
            return self._nodes_by_id[node_id]
        except KeyError:
            raise UnknownNode(node_id) from None

    def follow(self, source: str, outlet: str) -> str | None:
        """The node behind this outlet, or behind the outlet that it falls back to; None when nothing is connected."""
        node = self.node(source)
        while (target := self._targets.get((source, outlet))) is None:
            fallback = node.fallbacks.get(outlet)
            if fallback is None:
                return None
            outlet = fallback
        return target

    def end_reason(self, source: str, outlet: str) -> str:
        """With which reason an enrollment ends that leaves by this unconnected outlet."""
        return VISIT_LIMIT if outlet == VISITS_OVER else self.node(source).ends.get(outlet, PATH_ENDED)
