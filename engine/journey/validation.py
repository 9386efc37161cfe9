"""Validation: every way in which a document can be wrong, told with code, place and remedy.

`problems` is what the canvas, the API and the builder all call. A document without blocking problems can be published,
and a published version never fails at run time for a reason that could have been known here.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.checks import (
    Place,
    check_condition,
    check_event,
    check_length,
    check_segment,
    check_zone,
)
from engine.journey.custom_checks import check_custom, outlets_of
from engine.journey.errors import InvalidJourney
from engine.journey.graph import Edge, Graph
from engine.journey.loops import loops_without_limit, loops_without_wait
from engine.journey.nodes import Custom, Delay, Entry, Goal, Message, WaitUntil
from engine.journey.nodes.base import VISITS_OVER
from engine.journey.problems import Problem
from engine.journey.reading import read
from engine.journey.settings import AgainAfter, ExitOnEvent, ExitOnSegmentLeft, JourneySettings
from engine.journey.version import JourneyDocument


def problems(document: Any, catalogue: Catalogue = UNCHECKED) -> tuple[Problem, ...]:
    """All problems of a document (JSON, or read already): those that block first, each once."""
    found = read(document)
    if not isinstance(found, JourneyDocument):
        return found
    every = dict.fromkeys(_all(found, catalogue))
    return tuple(sorted(every, key=lambda problem: not problem.is_blocking))


def validated(document: Any, catalogue: Catalogue = UNCHECKED) -> JourneyDocument:
    """The document, when nothing blocks it.

    Raises:
        InvalidJourney: something does; the error carries the problems.
    """
    found = problems(document, catalogue)
    if any(problem.is_blocking for problem in found):
        raise InvalidJourney(found)
    checked = read(document)
    assert isinstance(checked, JourneyDocument), "what cannot be read has blocking problems"
    return checked


def _all(document: JourneyDocument, catalogue: Catalogue) -> Iterator[Problem]:
    graph = document.graph
    for node in graph.nodes:
        yield from check_custom(node, catalogue) if isinstance(node, Custom) else node.check(catalogue)
    yield from _check_settings(document.settings, catalogue)
    yield from _check_messages(document)
    names = list(_check_names(graph))
    yield from names
    if names:
        return  # the shape cannot be judged while it is not clear which node is meant
    yield from _check_edges(graph, catalogue)
    yield from _check_loops(graph)
    if document.settings.workflow is None:
        yield from _check_outlets(graph, catalogue)
        yield from _check_reach(graph)
    yield from _check_buffers(graph)
    yield from _check_references(document)


def _check_names(graph: Graph) -> Iterator[Problem]:
    entries = [node for node in graph.nodes if isinstance(node, Entry)]
    if not entries:
        yield Problem(code="entry_missing", sentence="The journey has no entry; add one and say what lets profiles in.")
    for entry in entries[1:]:
        yield entry.problem("entry_twice", "type", "A journey has one entry; remove this one.")
    for name, count in Counter(node.id for node in graph.nodes).items():
        if count > 1:
            yield Problem(
                code="node_twice",
                node=name,
                field="id",
                sentence=f"{count} nodes are named “{name}”; rename all but one.",
            )
    known = {node.id for node in graph.nodes}
    for index, edge in enumerate(graph.edges):
        for field, name in (("source", edge.source), ("target", edge.target)):
            if name not in known:
                yield Problem(
                    code=f"edge_{field}_unknown",
                    edge=_named(edge),
                    field=f"graph.edges.{index}.{field}",
                    sentence=f"The edge {_named(edge)} refers to “{name}”, which does not exist; draw it to a node.",
                )


def _check_edges(graph: Graph, catalogue: Catalogue) -> Iterator[Problem]:
    taken: set[tuple[str, str]] = set()
    for edge in graph.edges:
        source = graph.node(edge.source)
        known = outlets_of(source, catalogue)
        outlets = (*known, VISITS_OVER) if known is not None and source.max_visits is not None else known
        if outlets is not None and edge.outlet not in outlets:
            has = f"its ways out are {', '.join(outlets)}" if outlets else "it has no way out"
            yield _edge_problem(
                edge, "outlet_unknown", f"“{edge.source}” has no way out named “{edge.outlet}”: {has}. Draw it anew."
            )
        elif (edge.source, edge.outlet) in taken:
            yield _edge_problem(
                edge, "outlet_taken", f"“{edge.outlet}” of “{edge.source}” already leads somewhere; remove one edge."
            )
        taken.add((edge.source, edge.outlet))
        if edge.target == graph.entry.id:
            yield _edge_problem(
                edge, "edge_into_entry", "Nothing leads back into the entry; draw it to the node behind."
            )


def _check_outlets(graph: Graph, catalogue: Catalogue) -> Iterator[Problem]:
    for node in graph.nodes:
        for outlet in outlets_of(node, catalogue) or ():
            if outlet not in node.ends and graph.follow(node.id, outlet) is None:
                yield node.problem(
                    "outlet_open",
                    f"outlets.{outlet}",
                    f"“{outlet}” leads nowhere; connect it to a node, or to an exit.",
                )


def _check_loops(graph: Graph) -> Iterator[Problem]:
    for edge in loops_without_wait(graph):
        yield _edge_problem(
            edge, "loop_without_wait", f"{_named(edge)} closes a loop that never waits; put a delay into the loop."
        )
    for edge in loops_without_limit(graph):
        yield _edge_problem(
            edge,
            "loop_without_limit",
            f"{_named(edge)} closes a loop without an end; limit the visits of a node in it.",
        )


def _check_reach(graph: Graph) -> Iterator[Problem]:
    onward: dict[str, list[str]] = {}
    for edge in graph.edges:
        onward.setdefault(edge.source, []).append(edge.target)
    reached, ahead = {graph.entry.id}, [graph.entry.id]
    while ahead:
        fresh = [target for target in onward.get(ahead.pop(), ()) if target not in reached]
        reached.update(fresh)
        ahead.extend(fresh)
    for node in graph.nodes:
        if node.id not in reached:
            yield node.problem(
                "node_unreachable", "id", "No path leads here; connect it or remove it.", severity="warning"
            )


def _check_buffers(graph: Graph) -> Iterator[Problem]:
    behind_entry = graph.follow(graph.entry.id, "next")
    for node in graph.nodes:
        if isinstance(node, Delay) and node.buffer and node.id != behind_entry:
            yield node.problem(
                "buffer_misplaced",
                "buffer",
                "A buffer is the first node behind the entry; move it there or turn it off.",
            )


def _check_references(document: JourneyDocument) -> Iterator[Problem]:
    sending = {node.id for node in document.graph.nodes if isinstance(node, Message)}
    goals = {goal.id for goal in document.settings.goals}
    for node in document.graph.nodes:
        if isinstance(node, Goal) and goals and node.goal not in goals:
            yield node.problem(
                "goal_unknown", "goal", f"The journey has no goal “{node.goal}”; choose one of its goals."
            )
        if isinstance(node, WaitUntil):
            for index, awaited in enumerate(node.events):
                if awaited.message is not None and awaited.message not in sending:
                    yield node.problem(
                        "message_node_unknown",
                        f"events.{index}.message",
                        f"“{awaited.message}” is not a message of this journey; choose one that is.",
                    )


def _check_messages(document: JourneyDocument) -> Iterator[Problem]:
    used: set[str] = set()
    for node in document.graph.nodes:
        if not isinstance(node, Message):
            continue
        used.add(node.message)
        content = document.messages.get(node.message)
        if content is None:
            yield node.problem(
                "message_missing", "message", f"There is no message “{node.message}”; write it or choose another one."
            )
        elif content.get("channel", node.channel) != node.channel:
            yield node.problem(
                "message_channel",
                "channel",
                f"“{node.message}” is written for {content['channel']}, not for {node.channel}; change one of them.",
            )
    for name in document.messages:
        if name not in used:
            yield Problem(
                code="message_unused",
                field=f"messages.{name}",
                severity="warning",
                sentence=f"No node sends the message “{name}”; send it or remove it.",
            )


def _check_settings(settings: JourneySettings, catalogue: Catalogue) -> Iterator[Problem]:
    yield from check_zone(settings.zone, Place(None, "settings.zone"))
    if settings.starts_at is not None and settings.ends_at is not None and settings.starts_at >= settings.ends_at:
        yield Place(None, "settings.ends_at").problem(
            "end_before_start", "The journey ends before it starts; set a later end or an earlier start."
        )
    if isinstance(settings.reentry, AgainAfter):
        yield from check_length(
            settings.reentry.wait, Place(None, "settings.reentry.wait"), "reentry", "The pause before entering again"
        )
    known = catalogue.workflows
    if settings.workflow is not None and known is not None and settings.workflow not in known:
        yield Place(None, "settings.workflow").problem(
            "workflow_unknown",
            f"There is no workflow “{settings.workflow}”; put its file into the plugins folder and restart.",
        )
    audience = settings.audience
    yield from check_condition(audience.condition, Place(None, "settings.audience.condition"), catalogue)
    for side, segments in (("include", audience.include), ("exclude", audience.exclude)):
        for index, segment in enumerate(segments):
            yield from check_segment(segment, Place(None, f"settings.audience.{side}.{index}"), catalogue)
    for segment in sorted(set(audience.include) & set(audience.exclude)):
        yield Place(None, "settings.audience.exclude").problem(
            "audience_contradiction", f"“{segment}” is both included and excluded; remove it from one of them."
        )
    for index, criterion in enumerate(settings.exits):
        place = Place(None, f"settings.exits.{index}")
        match criterion:
            case ExitOnEvent():
                yield from check_event(criterion.event, place.inside("event"), catalogue)
                yield from check_condition(criterion.where, place.inside("where"), catalogue)
            case ExitOnSegmentLeft():
                yield from check_segment(criterion.segment, place.inside("segment"), catalogue)
            case _:
                pass
    yield from _check_goals(settings, catalogue)


def _check_goals(settings: JourneySettings, catalogue: Catalogue) -> Iterator[Problem]:
    named: set[str] = set()
    for index, goal in enumerate(settings.goals):
        place = Place(None, f"settings.goals.{index}")
        if goal.id in named:
            yield place.inside("id").problem("goal_twice", f"Two goals are named “{goal.id}”; give one another name.")
        named.add(goal.id)
        yield from check_event(goal.event, place.inside("event"), catalogue)
        yield from check_condition(goal.where, place.inside("where"), catalogue)
        yield from check_length(goal.within, place.inside("within"), "goal", "The time to reach the goal")


def _named(edge: Edge) -> str:
    return f"{edge.source}.{edge.outlet} → {edge.target}"


def _edge_problem(edge: Edge, code: str, sentence: str) -> Problem:
    return Problem(code=code, node=edge.source, edge=_named(edge), field=f"outlets.{edge.outlet}", sentence=sentence)
