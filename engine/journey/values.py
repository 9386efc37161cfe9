"""Comparing one value with another: the operators of the condition language and what they mean.

The meaning is two-valued and the same in memory and in SQL:

- A comparison looks at all values found under a name (an array holds several) and holds when *any* of them fits.
- Values of different kinds never fit: the text "5" is not the number 5, and `true` is not 1.
- A missing value (absent or null) fits nothing.
- Every negative operator is the exact opposite of its positive one, so `not_equals` holds for a missing value.
- Text is compared as written, letter case included. An instant is ISO 8601; without a zone it is read as UTC.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, cast, final

from pydantic import TypeAdapter, ValidationError

from engine.model import Frozen

Operator = Literal[
    "equals",
    "not_equals",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "less_than",
    "at_most",
    "greater_than",
    "at_least",
    "between",
    "before",
    "after",
    "in_last",
    "in_next",
    "exists",
    "missing",
]
ValueKind = Literal["text", "number", "boolean", "date", "list"]
Scalar = str | int | float | bool


@final
class EntryRef(Frozen):
    """A value taken from the entry event: `{"entry": "sku"}`."""

    entry: str


Value = Scalar | tuple[Scalar, ...] | EntryRef | None

OPPOSITES: Mapping[str, str] = {
    "not_equals": "equals",
    "not_in": "in",
    "not_contains": "contains",
    "missing": "exists",
}
"""Negative operators and the positive one that each is the opposite of."""

OPERATOR_KINDS: Mapping[str, frozenset[str]] = {
    "equals": frozenset({"text", "number", "boolean", "date", "list"}),
    "in": frozenset({"text", "number", "date", "list"}),
    "contains": frozenset({"text", "date", "list"}),
    "starts_with": frozenset({"text", "date", "list"}),
    "ends_with": frozenset({"text", "date", "list"}),
    "less_than": frozenset({"number"}),
    "at_most": frozenset({"number"}),
    "greater_than": frozenset({"number"}),
    "at_least": frozenset({"number"}),
    "between": frozenset({"number"}),
    "before": frozenset({"date"}),
    "after": frozenset({"date"}),
    "in_last": frozenset({"date"}),
    "in_next": frozenset({"date"}),
    "exists": frozenset({"text", "number", "boolean", "date", "list"}),
}
"""Which kinds of value an operator can be asked about; a negative operator has those of its opposite."""

LONGEST = timedelta(days=5 * 366)
"""No wait, window or rule reaches further than five years."""

INSTANT_PATTERN = (
    r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?"
)
"""What an instant looks like as text; written so that Python and PostgreSQL read it alike."""
_INSTANT = re.compile(INSTANT_PATTERN)
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


@lru_cache(maxsize=4096)
def instant(text: str) -> datetime | None:
    """The instant that this ISO 8601 text names (a date is its midnight, UTC), or None when it names none."""
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        named = datetime.fromisoformat(text)
        return named.replace(tzinfo=UTC) if named.tzinfo is None else named.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1024)
def duration(text: str) -> timedelta | None:
    """The length of time that this ISO 8601 text names, or None when it names none."""
    if not text.lstrip("-+").startswith("P"):
        return None
    try:
        return _DURATION.validate_python(text)
    except ValidationError:
        return None


_KINDS: Mapping[type, ValueKind] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "list",
    tuple: "list",
}


def kind_of(value: object) -> ValueKind | None:
    """The kind of a JSON value; None for null and for objects. A date is text that an operator reads as an instant."""
    return _KINDS.get(type(value))


def values_at(holder: Mapping[str, Any], path: str) -> Sequence[Any]:
    """All values under a dotted path, arrays unfolded on the way: `products.sku` finds the SKU of every product."""
    if "." not in path:
        return unfolded(holder.get(path))
    found: list[Any] = [holder]
    for name in path.split("."):
        step: list[Any] = []
        for each in found:
            if isinstance(each, Mapping):
                step.extend(unfolded(cast("Mapping[str, Any]", each).get(name)))
        found = step
    return found


def unfolded(value: Any) -> Sequence[Any]:
    """The values that one value stands for: the members of an array, itself, or none when it is null."""
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return [each for each in cast("Sequence[Any]", value) if each is not None]
    return (value,)


def fits(op: str, actuals: Sequence[Any], expected: Any, now: datetime) -> bool:
    """Whether these values fit `op expected` at `now`. Never raises: what cannot be compared does not fit."""
    positive = OPPOSITES.get(op)
    if positive is not None:
        return not fits(positive, actuals, expected, now)
    test = _TESTS[op]
    if len(actuals) == 1:
        return test(actuals[0], expected, now)
    return any(test(actual, expected, now) for actual in actuals)


Comparison = Callable[[Sequence[Any], datetime], bool]
"""Whether these values fit, at this instant."""


def comparison(op: str, expected: Any) -> Comparison:
    """`fits` for an operator and a value that are known beforehand: what never changes is decided once."""
    positive = OPPOSITES.get(op)
    test = _prepared(op if positive is None else positive, expected)

    def holds(actuals: Sequence[Any], now: datetime) -> bool:
        if len(actuals) == 1:
            return test(actuals[0], now)
        for actual in actuals:  # noqa: SIM110 - twice as fast as any() over a generator
            if test(actual, now):
                return True
        return False

    return holds if positive is None else lambda actuals, now: not holds(actuals, now)


def _prepared(op: str, expected: Any) -> Callable[[Any, datetime], bool]:
    """The test of one value by a positive operator."""
    kind, kinds = kind_of(expected), _KINDS
    if op == "exists":
        return lambda actual, now: actual is not None  # noqa: ARG005 - one shape for all
    if op == "equals":
        return lambda actual, now: actual == expected and kinds.get(actual.__class__) == kind is not None  # noqa: ARG005
    if op == "contains" and kind == "text":
        return lambda actual, now: type(actual) is str and expected in actual  # noqa: ARG005
    compare = _ORDER.get(op)
    if compare is not None and kind == "number":
        return lambda actual, now: kinds.get(actual.__class__) == "number" and compare(actual, expected)  # noqa: ARG005
    test = _TESTS[op]
    return lambda actual, now: test(actual, expected, now)


def _equals(actual: Any, expected: Any, now: datetime) -> bool:  # noqa: ARG001 - one shape for all tests
    return actual == expected and kind_of(actual) == kind_of(expected) is not None


def _in(actual: Any, expected: Any, now: datetime) -> bool:
    return isinstance(expected, list | tuple) and any(
        _equals(actual, each, now) for each in cast("Sequence[Any]", expected)
    )


def _text(compare: Callable[[str, str], bool]) -> Callable[[Any, Any, datetime], bool]:
    return lambda actual, expected, now: (  # noqa: ARG005
        isinstance(actual, str) and isinstance(expected, str) and compare(actual, expected)
    )


def _number(compare: Callable[[float, float], bool]) -> Callable[[Any, Any, datetime], bool]:
    return lambda actual, expected, now: (  # noqa: ARG005
        kind_of(actual) == "number" == kind_of(expected) and compare(actual, expected)
    )


def _between(actual: Any, expected: Any, now: datetime) -> bool:  # noqa: ARG001
    if not isinstance(expected, list | tuple) or kind_of(actual) != "number":
        return False
    bounds = cast("Sequence[Any]", expected)
    return len(bounds) == 2 and all(kind_of(each) == "number" for each in bounds) and bounds[0] <= actual <= bounds[1]


def _date(compare: Callable[[datetime, datetime], bool]) -> Callable[[Any, Any, datetime], bool]:
    def test(actual: Any, expected: Any, now: datetime) -> bool:  # noqa: ARG001
        if not isinstance(actual, str) or not isinstance(expected, str):
            return False
        left, right = instant(actual), instant(expected)
        return left is not None and right is not None and compare(left, right)

    return test


def _window(compare: Callable[[datetime, timedelta, datetime], bool]) -> Callable[[Any, Any, datetime], bool]:
    def test(actual: Any, expected: Any, now: datetime) -> bool:
        if not isinstance(actual, str) or not isinstance(expected, str):
            return False
        at, length = instant(actual), duration(expected)
        return at is not None and length is not None and compare(at, length, now)

    return test


_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "less_than": operator.lt,
    "at_most": operator.le,
    "greater_than": operator.gt,
    "at_least": operator.ge,
}
_TESTS: Mapping[str, Callable[[Any, Any, datetime], bool]] = {
    "equals": _equals,
    "in": _in,
    "contains": _text(lambda actual, expected: expected in actual),
    "starts_with": _text(str.startswith),
    "ends_with": _text(str.endswith),
    **{op: _number(compare) for op, compare in _ORDER.items()},
    "between": _between,
    "before": _date(lambda actual, expected: actual < expected),
    "after": _date(lambda actual, expected: actual > expected),
    "in_last": _window(lambda at, length, now: now - length <= at <= now),
    "in_next": _window(lambda at, length, now: now <= at <= now + length),
    "exists": lambda actual, expected, now: actual is not None,  # noqa: ARG005
}


Expected = Literal["nothing", "scalar", "text", "number", "list", "pair", "instant", "duration"]
EXPECTED: Mapping[str, Expected] = {
    "exists": "nothing",
    "equals": "scalar",
    "in": "list",
    "contains": "text",
    "starts_with": "text",
    "ends_with": "text",
    "less_than": "number",
    "at_most": "number",
    "greater_than": "number",
    "at_least": "number",
    "between": "pair",
    "before": "instant",
    "after": "instant",
    "in_last": "duration",
    "in_next": "duration",
}
"""What an operator compares with; a negative operator compares with the same as its opposite."""


def expected_by(op: str) -> Expected:
    """What this operator compares with."""
    return EXPECTED[OPPOSITES.get(op, op)]


def is_expected(op: str, value: Value) -> bool:
    """Whether an operator can compare with this value at all. A value of the entry event is known only later."""
    expected = expected_by(op)
    if isinstance(value, EntryRef):
        return expected in {"scalar", "text", "number", "instant"}
    return _IS_EXPECTED[expected](value)


_IS_EXPECTED: Mapping[str, Callable[[Any], bool]] = {
    "nothing": lambda value: value is None,
    "scalar": lambda value: kind_of(value) in {"text", "number", "boolean"},
    "text": lambda value: kind_of(value) == "text" and value != "",
    "number": lambda value: kind_of(value) == "number",
    "list": lambda value: kind_of(value) == "list" and len(value) > 0,
    "pair": lambda value: (
        kind_of(value) == "list" and len(value) == 2 and _between(value[0], value, datetime.min.replace(tzinfo=UTC))
    ),
    "instant": lambda value: isinstance(value, str) and instant(value) is not None,
    "duration": lambda value: isinstance(value, str) and timedelta() < (duration(value) or timedelta()) <= LONGEST,
}
