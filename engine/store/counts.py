"""Live numbers of journeys: counters kept while enrollments move; only who stands where is counted anew.

Counters are kept by day (UTC), so that a stretch of days has its numbers as quickly as all time has.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

from engine.journey.graph import Graph
from engine.journey.version import JourneyDocument
from engine.store.errors import UnknownJourney
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, Journey, NodeCounter, PublishedVersion
from engine.store.versions import UnknownVersion

_counter = core(NodeCounter)
_enrollment = core(Enrollment)
_journey = core(Journey)
_version = core(PublishedVersion)


@dataclass(frozen=True, slots=True)
class JourneyTotals:
    """Enrollments and messages of a journey over all its versions. `skipped` counts every message that was not sent."""

    entered: int = 0
    active: int = 0
    ended: int = 0
    sent: int = 0
    skipped: int = 0


@dataclass(slots=True)
class NodeCounts:
    """Who came to a node, who stands there now, who went on, and why messages were not sent there."""

    entered: int = 0
    waiting: int = 0
    passed: int = 0
    dropped: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class EdgeCount:
    """How many left a node by the edge at this outlet."""

    source: str
    outlet: str
    count: int


@dataclass(slots=True)
class EnrollmentCounts:
    """Enrollments under way, ended, and how they ended."""

    active: int = 0
    ended: int = 0
    exits: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class JourneyCounts:
    """The numbers of one version; without a published version everything is empty and `version` is None."""

    version: int | None
    nodes: Mapping[str, NodeCounts] = field(default_factory=dict[str, NodeCounts])
    edges: tuple[EdgeCount, ...] = ()
    enrollments: EnrollmentCounts = field(default_factory=EnrollmentCounts)


async def read_totals(executor: Executor) -> dict[str, JourneyTotals]:
    """The totals of every journey that anyone has entered."""
    rows = await executor.execute(
        select(
            _counter.c.journey_id,
            _sum(_counter.c.counter.startswith("ended:")).label("ended"),
            _sum(_counter.c.counter == "outlet:sent").label("sent"),
            _sum(_counter.c.counter.startswith("dropped:")).label("skipped"),
        ).group_by(_counter.c.journey_id)
    )
    counted = {row.journey_id: (int(row.ended), int(row.sent), int(row.skipped)) for row in rows}
    inside = await read_active(executor)
    totals: dict[str, JourneyTotals] = {}
    for journey in counted.keys() | inside.keys():
        ended, sent, skipped = counted.get(journey, (0, 0, 0))
        active = inside.get(journey, 0)
        totals[journey] = JourneyTotals(ended + active, active, ended, sent, skipped)
    return totals


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days (UTC), both ends included; open where none is given."""

    since: date | None = None
    until: date | None = None


ALL_DAYS = Days()
RECENT_DAYS = 14
"""So many days are drawn beside a journey in the list."""


async def read_counts(
    executor: Executor, journey_id: str, number: int | None = None, days: Days = ALL_DAYS
) -> JourneyCounts:
    """The numbers of version `number`, or of the version that new enrollments walk, over these days.

    Who stands where is always who stands there now.

    Raises:
        UnknownJourney: there is none with this id.
        UnknownVersion: it has no such version.
    """
    row = (
        await executor.execute(select(_journey.c.published_version).where(_journey.c.id == journey_id))
    ).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    number = number or row.published_version
    if number is None:
        return JourneyCounts(version=None)
    graph = await read_graph(executor, journey_id, number)
    nodes = {node.id: NodeCounts() for node in graph.nodes}
    enrollments = EnrollmentCounts()
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    for node, counter, n in await _counters(executor, journey_id, number, days):
        what, _, which = counter.partition(":")
        match what:
            case "entered":
                nodes[node].entered += n
            case "passed":
                nodes[node].passed += n
            case "dropped":
                nodes[node].dropped[which] = n
            case "outlet":
                taken[node, drawn_outlet(graph, node, which)] += n
            case _:
                enrollments.exits[which] = enrollments.exits.get(which, 0) + n
    for node, n in await _standing(executor, journey_id, number):
        nodes[node].waiting = n
        enrollments.active += n
    enrollments.ended = sum(enrollments.exits.values())
    edges = tuple(EdgeCount(edge.source, edge.outlet, taken[edge.source, edge.outlet]) for edge in graph.edges)
    return JourneyCounts(number, nodes, edges, enrollments)


def drawn_outlet(graph: Graph, node_id: str, outlet: str) -> str:
    """The outlet by whose edge an enrollment went on: this one, or the connected one that it falls back to."""
    connected = {edge.outlet for edge in graph.edges if edge.source == node_id}
    fallbacks = graph.node(node_id).fallbacks
    drawn = outlet
    while drawn not in connected:
        if drawn not in fallbacks:
            return outlet
        drawn = fallbacks[drawn]
    return drawn


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(_counter.c.n).filter(condition), 0)


async def read_graph(executor: Executor, journey_id: str, number: int) -> Graph:
    """What version `number` of a journey draws.

    Raises:
        UnknownVersion: it has no such version.
    """
    document = await executor.scalar(
        select(_version.c.document).where(_version.c.journey_id == journey_id, _version.c.number == number)
    )
    if document is None:
        raise UnknownVersion(journey_id, number)
    return JourneyDocument.model_validate(document).graph


async def _counters(executor: Executor, journey_id: str, number: int, days: Days) -> list[tuple[str, str, int]]:
    statement = (
        select(_counter.c.node, _counter.c.counter, func.sum(_counter.c.n).label("n"))
        .where(_counter.c.journey_id == journey_id, _counter.c.version == number)
        .group_by(_counter.c.node, _counter.c.counter)
    )
    if days.since is not None:
        statement = statement.where(_counter.c.day >= days.since)
    if days.until is not None:
        statement = statement.where(_counter.c.day <= days.until)
    return [(row.node, row.counter, int(row.n)) for row in await executor.execute(statement)]


async def read_entered(executor: Executor, today: date) -> dict[tuple[str, str], list[int]]:
    """How many came to each node on each of the last days, today last, over all versions; by journey and node."""
    first = today - timedelta(days=RECENT_DAYS - 1)
    rows = await executor.execute(
        select(_counter.c.journey_id, _counter.c.node, _counter.c.day, func.sum(_counter.c.n).label("n"))
        .where(_counter.c.counter == "entered", _counter.c.day >= first, _counter.c.day <= today)
        .group_by(_counter.c.journey_id, _counter.c.node, _counter.c.day)
    )
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * RECENT_DAYS)
    for row in rows:
        found[row.journey_id, row.node][(row.day - first).days] = int(row.n)
    return dict(found)


async def _standing(executor: Executor, journey_id: str, number: int) -> list[tuple[str, int]]:
    """How many enrollments stand at each node now."""
    rows = await executor.execute(
        select(_enrollment.c.node, func.count().label("n"))
        .where(
            _enrollment.c.journey_id == journey_id,
            _enrollment.c.version == number,
            _enrollment.c.ended_at.is_(None),
            _enrollment.c.node.is_not(None),
        )
        .group_by(_enrollment.c.node)
    )
    return [(row.node, row.n) for row in rows]


async def read_active(executor: Executor) -> dict[str, int]:
    """How many enrollments are under way in each journey."""
    rows = await executor.execute(
        select(_enrollment.c.journey_id, func.count().label("n"))
        .where(_enrollment.c.ended_at.is_(None))
        .group_by(_enrollment.c.journey_id)
    )
    return {row.journey_id: row.n for row in rows}
