"""A condition as SQL: the same tree, the same meaning, asked of all profiles at once.

    condition ──compiled──►  Predicate(sql, parameters)  ──►  SELECT … FROM profile p WHERE <sql>

The text names its parameters (`:c0`, `:c1` …) and the two tables by `p` (profile) and `e` (event). Every clause is true
or false, never NULL. What does not depend on the profile (dates, stock, the entry event) is decided here.

A history clause is a list of profiles (`p.id IN (…)`) when many are asked about, so that the database may walk the
events once, and a look at the profile's own events when one is. PostgreSQL makes a join of `EXISTS` as well, and of its
opposite too, which it does not of a list.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, cast
from zoneinfo import available_timezones

from engine.journey.conditions import (
    All,
    AnyOf,
    Attribute,
    Condition,
    EntryProperty,
    HasOccurred,
    Not,
    Property,
    SameItem,
    Segment,
    Stock,
    Time,
)
from engine.journey.facts import EventFact
from engine.journey.questions import HistoryQuestion
from engine.journey.timing import LocalWindow, zone_of
from engine.journey.values import OPPOSITES, EntryRef, Value, duration, instant
from engine.journey.verdicts import Evidence
from engine.journey.vocabulary import SEND_ID, TEXT_ATTRIBUTES
from engine.segments.dialects import DIALECTS, Dialect
from engine.segments.errors import SegmentLoop

TEXT_COLUMNS = TEXT_ATTRIBUTES
"""Attributes that are columns of the profile; all others are in its JSON."""

TRUE, FALSE = "(1 = 1)", "(1 = 0)"
_NOBODY = EventFact(id="", name="", at=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))


@dataclass(frozen=True, slots=True)
class Predicate:
    """SQL that is true or false for a profile `p`, and the parameters that it names."""

    sql: str
    parameters: Mapping[str, Any]


@dataclass(slots=True)
class Compiler:
    """Turns conditions into predicates for one database, as of one moment.

    `segments` are the saved conditions by name; `stock` the units that can be bought, by SKU; `scope` says whether many
    profiles are asked about or one.
    """

    dialect: Literal["sqlite", "postgresql"]
    now: datetime
    segments: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    stock: Mapping[str, int] = field(default_factory=dict[str, int])
    zone: str = "UTC"
    scope: Literal["many", "one"] = "many"

    def predicate(self, condition: Condition) -> Predicate:
        """The condition over the profile `p`.

        Raises:
            SegmentLoop: a saved condition asks about itself.
        """
        work = _Work(self, DIALECTS[self.dialect])
        return Predicate(work.clause(condition), work.parameters)

    def history(self, question: HistoryQuestion) -> Predicate:
        """Which events `e` a question counts; the caller adds whose events they are."""
        work = _Work(self, DIALECTS[self.dialect])
        return Predicate(work.occurred(question), work.parameters)


@dataclass(slots=True)
class _Work:
    """One compilation: the parameters that it has named so far, and the segments that it is inside of."""

    plan: Compiler
    dialect: Dialect
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    inside: tuple[str, ...] = ()

    def bind(self, value: Any) -> str:
        name = f"c{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def clause(self, condition: Condition) -> str:
        match condition:
            case All():
                sql = _joined(" AND ", [self.clause(part) for part in condition.of], TRUE)
            case AnyOf():
                sql = _joined(" OR ", [self.clause(part) for part in condition.of], FALSE)
            case Not():
                sql = f"(NOT {self.clause(condition.of)})"
            case Attribute():
                sql = self._attribute(condition)
            case Segment():
                sql = self._segment(condition.segment)
            case HasOccurred():
                sql = self._has_occurred(condition)
            case Stock():
                sql = self._decided(condition, {condition.key: self.plan.stock.get(condition.variant or "")})
            case Time():
                sql = self._time(condition)
            case Property():
                sql = self._compared("e.properties", condition.property, condition.op, condition.value)
            case EntryProperty() | SameItem():
                sql = self._decided(condition, {})
        return sql

    def _decided(self, condition: Condition, answers: Mapping[str, Any]) -> str:
        """What no profile changes is judged here and now."""
        evidence = Evidence(now=self.plan.now, answers=answers, zone=self.plan.zone)
        return TRUE if condition.judge(evidence).holds else FALSE

    def _segment(self, name: str) -> str:
        if name in self.inside:
            raise SegmentLoop(name)
        saved = self.plan.segments.get(name)
        if saved is None:
            return FALSE
        outer, self.inside = self.inside, (*self.inside, name)
        compiled = self.clause(saved)
        self.inside = outer
        return compiled

    def _attribute(self, clause: Attribute) -> str:
        if clause.root not in TEXT_COLUMNS:
            return self._compared("p.attributes", clause.attribute, clause.op, clause.value)
        if clause.attribute != clause.root:
            return TRUE if clause.op in OPPOSITES else FALSE
        column = f"p.{clause.root}"
        positive = OPPOSITES.get(clause.op, clause.op)
        test = self._test(self.dialect.column(column), positive, clause.value)
        found = f"({column} IS NOT NULL AND coalesce({test}, {FALSE}))"
        return found if positive == clause.op else f"(NOT {found})"

    def _compared(self, document: str, path: str, op: str, value: Value) -> str:
        """Whether any value under the path fits; for a negative operator, whether none does."""
        positive = OPPOSITES.get(op, op)
        exists = self.dialect.any_value(document, path, self.bind, lambda one: self._test(one, positive, value))
        return exists if positive == op else f"(NOT {exists})"

    def _test(self, one: str, op: str, value: Value) -> str:
        """Whether one found value fits a positive operator."""
        if isinstance(value, EntryRef):
            return FALSE if op != "exists" else TRUE
        test = _TESTS[op](self, one, value)
        return FALSE if test is None else test

    def _time(self, clause: Time) -> str:
        bare = clause.model_copy(update={"window": None})
        now_fits = self._decided(bare, {})
        return now_fits if clause.window is None else f"({now_fits} AND {self._window(clause.window)})"

    def _window(self, window: LocalWindow) -> str:
        """Whether the window is open now where the profile lives: decided zone by zone."""
        now = self.plan.now
        elsewhere = window.is_open(now, zone_of(None, self.plan.zone))
        others = [name for name in _zone_names() if window.is_open(now, zone_of(name, "UTC")) != elsewhere]
        lives_there = f"coalesce(p.timezone IN ({_listed(others)}), {FALSE})"
        return f"(NOT {lives_there})" if elsewhere else lives_there

    def _has_occurred(self, clause: HasOccurred) -> str:
        if clause.message is not None:
            return self._counted(FALSE, clause)
        question = HistoryQuestion(
            event=clause.event,
            since=None if clause.within is None else self.plan.now - clause.within,
            until=self.plan.now,
            where=None if clause.where is None else clause.where.bound(_NOBODY),
        )
        return self._counted(self.occurred(question), clause)

    def occurred(self, question: HistoryQuestion) -> str:
        """Which events a question counts."""
        parts = [f"e.name = {self.bind(question.event)}"]
        if question.since is not None:
            parts.append(f"e.at >= {self._moment(question.since)}")
        parts.append(f"e.at <= {self._moment(question.until)}")
        if question.sends is not None:
            parts.append(self._compared("e.properties", SEND_ID, "in", question.sends))
        if question.where is not None:
            parts.append(self.clause(question.where))
        return " AND ".join(parts)

    def _moment(self, at: datetime) -> str:
        return self.bind(self.dialect.moment(at))

    def _counted(self, occurred: str, clause: HasOccurred) -> str:
        """Profiles whose number of such events lies between the bounds; those without any are not in the list."""
        fewest, most = clause.fewest, clause.at_most
        if fewest > 0:
            return self._listed_profiles(occurred, fewest, most)
        return TRUE if most is None else f"(NOT {self._listed_profiles(occurred, most + 1, None)})"

    def _listed_profiles(self, occurred: str, fewest: int, most: int | None) -> str:
        having = f"count(*) >= {fewest}" + ("" if most is None else f" AND count(*) <= {most}")
        if self.plan.scope == "one":
            number = f"(SELECT count(*) FROM event e WHERE e.profile_id = p.id AND {occurred})"  # noqa: S608 - as above
            return f"({number} >= {fewest}" + ("" if most is None else f" AND {number} <= {most}") + ")"
        if self.plan.dialect == "postgresql" and fewest == 1 and most is None:
            return f"(EXISTS (SELECT 1 FROM event e WHERE e.profile_id = p.id AND {occurred}))"  # noqa: S608 - as above
        having_any = "" if fewest == 1 and most is None else f" GROUP BY e.profile_id HAVING {having}"
        who = f"SELECT e.profile_id FROM event e WHERE e.profile_id IS NOT NULL AND {occurred}"  # noqa: S608 - as above
        return f"(p.id IN ({who}{having_any}))"


_Test = Callable[[_Work, str, Any], str | None]


def _equals(work: _Work, one: str, value: Any) -> str | None:
    return work.dialect.equals(one, value, work.bind) if isinstance(value, str | int | float) else None


def _in(work: _Work, one: str, value: Any) -> str | None:
    if not isinstance(value, tuple):
        return None
    members = cast("tuple[str | float | bool, ...]", value)
    return _joined(" OR ", [work.dialect.equals(one, member, work.bind) for member in members], FALSE)


def _text(compare: Callable[[_Work, str, str], str]) -> _Test:
    def test(work: _Work, one: str, value: Any) -> str | None:
        if not isinstance(value, str):
            return None
        part = f"CAST({work.bind(value)} AS text)"
        return f"({work.dialect.is_text(one)} AND {compare(work, work.dialect.text(one), part)})"

    return test


def _number(operator: str) -> _Test:
    def test(work: _Work, one: str, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        dialect = work.dialect
        bound = dialect.number_parameter(value, work.bind)
        return f"({dialect.is_number(one)} AND {dialect.number(one)} {operator} {bound})"

    return test


def _between(work: _Work, one: str, value: Any) -> str | None:
    if not isinstance(value, tuple):
        return None
    bounds = cast("tuple[Any, ...]", value)
    if len(bounds) != 2:
        return None
    sides = [_number(">=")(work, one, bounds[0]), _number("<=")(work, one, bounds[1])]
    return None if None in sides else f"({sides[0]} AND {sides[1]})"


def _date(operator: str) -> _Test:
    def test(work: _Work, one: str, value: Any) -> str | None:
        at = instant(value) if isinstance(value, str) else None
        if at is None:
            return None
        bound = work.dialect.instant_parameter(at, work.bind)
        return f"coalesce({work.dialect.instant(one)} {operator} {bound}, {FALSE})"

    return test


def _window(forward: int) -> _Test:
    def test(work: _Work, one: str, value: Any) -> str | None:
        length = duration(value) if isinstance(value, str) else None
        if length is None:
            return None
        now, dialect = work.plan.now, work.dialect
        ends = (now - length, now) if forward < 0 else (now, now + length)
        low, high = (dialect.instant_parameter(at, work.bind) for at in ends)
        return f"coalesce({dialect.instant(one)} BETWEEN {low} AND {high}, {FALSE})"

    return test


_TESTS: Mapping[str, _Test] = {
    "equals": _equals,
    "in": _in,
    "contains": _text(lambda work, text, part: work.dialect.contains(text, part)),
    "starts_with": _text(lambda _, text, part: f"substr({text}, 1, length({part})) = {part}"),
    "ends_with": _text(
        lambda _, text, part: (
            f"(length({text}) >= length({part}) AND substr({text}, length({text}) - length({part}) + 1) = {part})"
        )
    ),
    "less_than": _number("<"),
    "at_most": _number("<="),
    "greater_than": _number(">"),
    "at_least": _number(">="),
    "between": _between,
    "before": _date("<"),
    "after": _date(">"),
    "in_last": _window(-1),
    "in_next": _window(1),
    "exists": lambda work, one, value: TRUE,  # noqa: ARG005 - what was found is not null
}


def _joined(word: str, parts: list[str], otherwise: str) -> str:
    return f"({word.join(parts)})" if parts else otherwise


@lru_cache(maxsize=1)
def _zone_names() -> tuple[str, ...]:
    """Every zone by name, as far as a name can stand in SQL as it is."""
    return tuple(sorted(name for name in available_timezones() if re.fullmatch(r"[A-Za-z0-9_+\-/]+", name)))


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "NULL"
