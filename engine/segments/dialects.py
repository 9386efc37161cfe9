"""How each database looks into JSON and compares what it finds there.

Both do what `engine.journey.values` says. A path is followed step by step, and arrays are unfolded on the way, so that
a comparison holds when any of the values fits:

    SQLite        json_each(document) finds the name, a second json_each unfolds an array (or stands for one value)
    PostgreSQL    jsonb -> name, jsonb_array_elements unfolds

SQLite cannot tell a date from other text, so it asks the same Python function that conditions in memory use.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from engine.journey.values import INSTANT_PATTERN, instant

Bind = Callable[[Any], str]
"""Keeps a value as a parameter and gives the placeholder that stands for it."""
Test = Callable[[str], str]
"""The condition that one value must meet, written for the expression that stands for it."""

SQLITE_FUNCTION = "waitline_instant"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """An instant as a whole number that sorts by time."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def sqlite_instant(text: Any) -> int | None:
    """What SQLite calls as `waitline_instant`: the instant that a text names, in microseconds, or NULL."""
    named = instant(text) if isinstance(text, str) else None
    return None if named is None else microseconds(named)


class Dialect(Protocol):
    """What differs between the databases. A *value* is an expression for one found value, whatever its kind."""

    def moment(self, at: datetime) -> Any:
        """An instant as a parameter that compares with an instant column."""
        ...

    def any_value(self, document: str, path: str, bind: Bind, test: Test) -> str:
        """Whether the test holds for any of the values under the path in a JSON document."""
        ...

    def column(self, name: str) -> str:
        """A text column as a value."""
        ...

    def is_text(self, value: str) -> str:
        """Whether the value is text."""
        ...

    def text(self, value: str) -> str:
        """The value as text, once it is known to be text."""
        ...

    def is_number(self, value: str) -> str:
        """Whether the value is a number."""
        ...

    def number(self, value: str) -> str:
        """The value as a number, once it is known to be one."""
        ...

    def number_parameter(self, number: float, bind: Bind) -> str:
        """A number to compare with."""
        ...

    def equals(self, value: str, expected: str | float | bool, bind: Bind) -> str:
        """Whether the value is of the kind of the expected one and equal to it."""
        ...

    def instant(self, value: str) -> str:
        """The instant that the value names; NULL when it names none."""
        ...

    def instant_parameter(self, at: datetime, bind: Bind) -> str:
        """An instant to compare with."""
        ...

    def contains(self, text: str, part: str) -> str:
        """Whether a text holds another."""
        ...


class Sqlite:
    """SQLite: a value is written as `type|value`, two expressions joined by a bar that no expression contains."""

    def moment(self, at: datetime) -> str:
        """The fixed-width text in which instants are stored."""
        return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def any_value(self, document: str, path: str, bind: Bind, test: Test) -> str:
        """A pair of json_each for every step of the path."""
        sources: list[str] = []
        names: list[str] = []
        kind, value = "'object'", f"coalesce({document}, '{{}}')"
        for depth, name in enumerate(path.split(".")):
            k, e = f"k{depth}", f"e{depth}"
            sources.append(f"json_each(CASE {kind} WHEN 'object' THEN {value} ELSE '{{}}' END) {k}")
            sources.append(f"json_each(CASE {k}.type WHEN 'array' THEN {k}.value ELSE '[0]' END) {e}")
            names.append(f"{k}.key = {bind(name)}")
            kind = f"(CASE {k}.type WHEN 'array' THEN {e}.type ELSE {k}.type END)"
            value = f"(CASE {k}.type WHEN 'array' THEN {e}.value ELSE {k}.value END)"
        found = " AND ".join([*names, f"{kind} <> 'null'"])
        return f"EXISTS (SELECT 1 FROM {', '.join(sources)} WHERE {found} AND {test(f'{kind}|{value}')})"  # noqa: S608 - values are bound, the rest is ours

    def column(self, name: str) -> str:
        """Text, whatever it holds."""
        return f"'text'|{name}"

    def is_text(self, value: str) -> str:
        """By the type that json_each tells."""
        return f"{_kind(value)} = 'text'"

    def text(self, value: str) -> str:
        """The value itself."""
        return _held(value)

    def is_number(self, value: str) -> str:
        """Integers and reals."""
        return f"{_kind(value)} IN ('integer', 'real')"

    def number(self, value: str) -> str:
        """The value itself."""
        return _held(value)

    def number_parameter(self, number: float, bind: Bind) -> str:
        """As it is; what does not fit 64 bits becomes a real, as it does in the document."""
        return bind(number if isinstance(number, float) or -(2**63) <= number < 2**63 else float(number))

    def equals(self, value: str, expected: str | float | bool, bind: Bind) -> str:
        """Kind and value."""
        match expected:
            case bool():
                return f"{_kind(value)} = '{'true' if expected else 'false'}'"
            case str():
                return f"({self.is_text(value)} AND {_held(value)} = {bind(expected)})"
            case _:
                return f"({self.is_number(value)} AND {_held(value)} = {self.number_parameter(expected, bind)})"

    def instant(self, value: str) -> str:
        """Asked of Python."""
        return f"{SQLITE_FUNCTION}(CASE WHEN {self.is_text(value)} THEN {_held(value)} END)"

    def instant_parameter(self, at: datetime, bind: Bind) -> str:
        """Microseconds."""
        return bind(microseconds(at))

    def contains(self, text: str, part: str) -> str:
        """By position."""
        return f"instr({text}, {part}) > 0"


class Postgres:
    """PostgreSQL: a value is a jsonb expression, or `text|` and a text column, which is compared as it is."""

    def moment(self, at: datetime) -> datetime:
        """As it is."""
        return at

    def any_value(self, document: str, path: str, bind: Bind, test: Test) -> str:
        """A jsonb_array_elements for every step of the path; for a plain name only where it holds an array.

        Most attributes are single values, and a set-returning function for each profile costs more than all else.
        """
        if "." not in path:
            return self._any_of_one(f"({document} -> CAST({bind(path)} AS text))", test)
        sources: list[str] = []
        value = document
        for depth, name in enumerate(path.split(".")):
            step = f"({value} -> CAST({bind(name)} AS text))"
            array = f"CASE jsonb_typeof{step} WHEN 'array' THEN {step} ELSE jsonb_build_array{step} END"
            sources.append(f"jsonb_array_elements({array}) AS v{depth}(j)")
            value = f"v{depth}.j"
        found = f"jsonb_typeof({value}) <> 'null'"
        return f"EXISTS (SELECT 1 FROM {', '.join(sources)} WHERE {found} AND {test(value)})"  # noqa: S608 - values are bound, the rest is ours

    @staticmethod
    def _any_of_one(held: str, test: Test) -> str:
        """The test of the value that is held, or of any member of the array that is."""
        members = f"jsonb_array_elements({held}) AS v0(j)"
        among = f"EXISTS (SELECT 1 FROM {members} WHERE jsonb_typeof(v0.j) <> 'null' AND {test('v0.j')})"  # noqa: S608 - as above
        itself = f"coalesce(jsonb_typeof({held}) <> 'null' AND {test(held)}, FALSE)"
        return f"(CASE jsonb_typeof({held}) WHEN 'array' THEN {among} ELSE {itself} END)"

    def column(self, name: str) -> str:
        """Text, whatever it holds."""
        return f"{_TEXT}{name}"

    def is_text(self, value: str) -> str:
        """By its type."""
        return "TRUE" if value.startswith(_TEXT) else f"jsonb_typeof({value}) = 'string'"

    def text(self, value: str) -> str:
        """Without its quotes."""
        return value.removeprefix(_TEXT) if value.startswith(_TEXT) else f"({value} #>> '{{}}')"

    def is_number(self, value: str) -> str:
        """By its type."""
        return "FALSE" if value.startswith(_TEXT) else f"jsonb_typeof({value}) = 'number'"

    def number(self, value: str) -> str:
        """Only ever cast when it is a number: the planner may not look first."""
        return f"(CASE WHEN {self.is_number(value)} THEN ({self.text(value)})::numeric END)"

    def number_parameter(self, number: float, bind: Bind) -> str:
        """By its shortest decimal, which is what the document holds."""
        return f"CAST(CAST({bind(json.dumps(number))} AS text) AS numeric)"

    def equals(self, value: str, expected: str | float | bool, bind: Bind) -> str:
        """Equality of jsonb is by kind and value."""
        if value.startswith(_TEXT):
            return f"{self.text(value)} = CAST({bind(expected)} AS text)" if isinstance(expected, str) else "FALSE"
        return f"{value} = CAST(CAST({bind(json.dumps(expected))} AS text) AS jsonb)"

    def instant(self, value: str) -> str:
        """Cast only what looks like an instant and whose month has that day; without a zone it is UTC."""
        text = self.text(value)
        month = f"make_date(substr({text}, 1, 4)::int, substr({text}, 6, 2)::int, 1)"
        last = f"extract(day FROM {month} + interval '1 month - 1 day')"
        has_zone = f"length({text}) > 10 AND {text} ~ '(Z|[+-][0-9]{{2}}:[0-9]{{2}})$'"
        zoned = f"CASE WHEN {has_zone} THEN {text} ELSE {text} || 'Z' END"
        full = f"CASE WHEN length({text}) = 10 THEN {text} || ' 00:00Z' ELSE {zoned} END"
        return (
            f"(CASE WHEN {self.is_text(value)} AND {text} ~ '^{INSTANT_PATTERN}$' THEN "
            f"CASE WHEN substr({text}, 9, 2)::int <= {last} THEN ({full})::timestamptz END END)"
        )

    def instant_parameter(self, at: datetime, bind: Bind) -> str:
        """As it is."""
        return f"CAST({bind(at)} AS timestamptz)"

    def contains(self, text: str, part: str) -> str:
        """By position."""
        return f"strpos({text}, {part}) > 0"


_TEXT = "text|"
DIALECTS: Mapping[str, Dialect] = {"sqlite": Sqlite(), "postgresql": Postgres()}


def _kind(value: str) -> str:
    return value.partition("|")[0]


def _held(value: str) -> str:
    return value.partition("|")[2]
