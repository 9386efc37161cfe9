"""Loops in a graph: found by their closing edge, and told apart by whether they wait and whether they end.

A loop is sound when every turn of it passes a node that lets time pass and one whose visits are limited. Leaving by
`visits_over` is neither, so such an edge does not make a loop sound.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.journey.graph import Edge, Graph
from engine.journey.nodes.base import VISITS_OVER


def loops_without_wait(graph: Graph) -> Iterator[Edge]:
    """The closing edges of loops that can turn without any time passing."""
    return _closing(graph, lambda edge: graph.node(edge.source).waits and edge.outlet != VISITS_OVER)


def loops_without_limit(graph: Graph) -> Iterator[Edge]:
    """The closing edges of loops that can turn for ever."""
    return _closing(graph, lambda edge: graph.node(edge.source).max_visits is not None and edge.outlet != VISITS_OVER)


def _closing(graph: Graph, is_sound: Callable[[Edge], bool]) -> Iterator[Edge]:
    """The edges that close a loop of edges of which none is sound, depth first from the entry on."""
    onward: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        if not is_sound(edge):
            onward.setdefault(edge.source, []).append(edge)
    done: set[str] = set()
    for node in graph.nodes:
        if node.id not in done:
            yield from _walk(node.id, onward, done)


def _walk(start: str, onward: Mapping[str, Sequence[Edge]], done: set[str]) -> Iterator[Edge]:
    path, on_path = [(start, iter(onward.get(start, ())))], {start}
    while path:
        node, edges = path[-1]
        for edge in edges:
            if edge.target in on_path:
                yield edge
            elif edge.target not in done:
                path.append((edge.target, iter(onward.get(edge.target, ()))))
                on_path.add(edge.target)
                break
        else:
            path.pop()
            on_path.discard(node)
            done.add(node)
