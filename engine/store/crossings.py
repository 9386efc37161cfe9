"""The enrollments behind a number: who entered a node, went on from it, was not sent a message there, or ended there.

Live numbers are counters, which have forgotten whom they counted. The trail remembers: an enrollment is behind a number
when its trail holds a step that the number counted. A step belongs to the version that the enrollment walked then: the
one it was moved away from at its next move to another version, or the one that it walks now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, select

from engine.store.counts import ALL_DAYS, Days, drawn_outlet, read_graph
from engine.store.enrollments import DROPPED
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, TrailRow

Crossed = Literal["entered", "passed", "dropped", "ended"]
_ACTS: Mapping[Crossed, str] = {"entered": "entered", "passed": "took", "dropped": "took", "ended": "ended"}
_enrollment, _trail = core(Enrollment), core(TrailRow)
_later = core(TrailRow).alias("later")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A kind of step: what was done, for which reason, by which of the ways out, on which days. None: any."""

    crossed: Crossed
    version: int | None = None
    node: str | None = None
    reason: str | None = None
    outlets: tuple[str, ...] | None = None
    days: Days = ALL_DAYS

    @property
    def did(self) -> ColumnElement[bool]:
        """Whether the enrollment at hand did this."""
        return self._steps(select(_trail.c.seq)).exists()

    @property
    def last_at(self) -> Any:
        """When it did so last."""
        return self._steps(select(func.max(_trail.c.at))).scalar_subquery()

    def _steps(self, statement: Select[Any]) -> Select[Any]:
        asked = [_trail.c.enrollment_id == _enrollment.c.id, _trail.c.act == _ACTS[self.crossed]]
        if self.node is not None:
            asked.append(_trail.c.node == self.node)
        if self.crossed == "dropped":
            asked.append(_trail.c.facts["status"].as_string().in_(sorted(DROPPED)))
        if self.reason is not None:
            asked.append(_trail.c.reason == self.reason)
        if self.outlets is not None:
            asked.append(_trail.c.outlet.in_(self.outlets))
        if self.days.since is not None:
            asked.append(_trail.c.at >= _midnight(self.days.since))
        if self.days.until is not None:
            asked.append(_trail.c.at < _midnight(self.days.until) + timedelta(days=1))
        if self.version is not None:
            asked.append(_version_then() == self.version)
        return statement.where(and_(*asked)).correlate(_enrollment)


async def drawn_together(executor: Executor, journey_id: str, version: int, node: str, outlet: str) -> tuple[str, ...]:
    """The outlets whose people go by the edge that is drawn at this one: itself, and those that fall back to it.

    Raises:
        UnknownVersion: the journey has no such version.
    """
    graph = await read_graph(executor, journey_id, version)
    if all(one.id != node for one in graph.nodes):
        return (outlet,)
    outlets = {outlet, *graph.node(node).outlets, *graph.node(node).fallbacks}
    return tuple(sorted(one for one in outlets if drawn_outlet(graph, node, one) == outlet))


def _version_then() -> Any:
    left = _later.c.facts["from_version"].as_integer()
    moved_on = (
        select(left)
        .where(
            _later.c.enrollment_id == _trail.c.enrollment_id,
            _later.c.seq > _trail.c.seq,
            _later.c.act == "moved",
            left.is_not(None),
        )
        .order_by(_later.c.seq)
        .limit(1)
        .correlate(_trail)
        .scalar_subquery()
    )
    return func.coalesce(moved_on, _enrollment.c.version)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
