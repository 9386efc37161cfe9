"""Checks that several node types and the settings share: conditions, events, windows of time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from engine.journey.catalogue import Catalogue
from engine.journey.conditions import (
    All,
    AnyOf,
    Attribute,
    Condition,
    EntryProperty,
    HasOccurred,
    Property,
    Segment,
    Stock,
    Time,
    clauses,
)
from engine.journey.problems import Problem, Severity
from engine.journey.timing import LocalWindow, zone_named
from engine.journey.values import LONGEST, OPERATOR_KINDS, OPPOSITES, expected_by, is_expected

MOST_CLAUSES = 200
"""In one condition, groups included: more than an author can read, and fewer than a database refuses."""
MOST_VALUES = 500
_COMPARES_WITH = {
    "nothing": "takes no value",
    "scalar": "compares with a text, a number, or true or false",
    "text": "compares with a text",
    "number": "compares with a number",
    "list": "compares with a list of values",
    "pair": "compares with two numbers, the smaller one first",
    "instant": "compares with a date like 2026-03-01 or 2026-03-01T12:00:00Z",
    "duration": "takes a length of time like P7D",
}


class Place(NamedTuple):
    """Where a check looks: the node (None for the settings) and the field."""

    node: str | None
    field: str

    def inside(self, field: str) -> "Place":
        """A field of what is here."""
        return Place(self.node, f"{self.field}.{field}")

    def problem(self, code: str, sentence: str, severity: Severity = "blocking") -> Problem:
        """A problem here."""
        return Problem(code=code, sentence=sentence, severity=severity, node=self.node, field=self.field)


def check_condition(condition: Condition | None, place: Place, catalogue: Catalogue) -> Iterator[Problem]:
    """Problems of a condition tree and of the where-clauses in it."""
    if condition is None:
        return
    if sum(1 for _ in clauses(condition)) > MOST_CLAUSES:
        yield place.problem(
            "condition_too_large", f"A condition has at most {MOST_CLAUSES} clauses; save parts of it as segments."
        )
    for clause in clauses(condition):
        match clause:
            case All() | AnyOf():
                if not clause.of:
                    yield place.problem(
                        "group_empty", "This group of conditions is empty; add a condition or remove it."
                    )
            case Attribute():
                yield from _check_value(clause, place)
                yield from _check_attribute(clause, place, catalogue)
            case Property() | EntryProperty():
                yield from _check_value(clause, place)
            case Segment():
                yield from check_segment(clause.segment, place, catalogue)
            case HasOccurred():
                yield from _check_history(clause, place, catalogue)
            case Stock():
                yield from _check_stock(clause, place)
            case Time():
                yield from _check_time(clause, place)
            case _:
                pass


def check_event(name: str, place: Place, catalogue: Catalogue) -> Iterator[Problem]:
    """An event that nobody has sent yet is a warning: it may be about to come."""
    if catalogue.events is not None and name not in catalogue.events:
        yield place.problem(
            "event_unknown",
            f"No event named “{name}” has been seen yet; check its spelling, or send one before launch.",
            "warning",
        )


def check_segment(segment: str, place: Place, catalogue: Catalogue) -> Iterator[Problem]:
    """A segment must exist."""
    if catalogue.segments is not None and segment not in catalogue.segments:
        yield place.problem("segment_unknown", f"There is no segment “{segment}”; choose one that exists or create it.")


def check_window(window: LocalWindow | None, place: Place) -> Iterator[Problem]:
    """A window must be open at some time."""
    if window is not None and window.opens == window.closes:
        yield place.problem(
            "window_empty", "The window closes when it opens; set another closing time, or none for a point in time."
        )


def check_length(
    length: timedelta | None, place: Place, code: str, what: str, least: timedelta = timedelta()
) -> Iterator[Problem]:
    """A length of time must be longer than nothing (or at least `least`) and within reach."""
    if length is None:
        return
    if length <= timedelta() or length < least:
        floor = "longer than zero" if least <= timedelta() else f"at least {int(least.total_seconds())} seconds long"
        yield place.problem(f"{code}_too_short", f"{what} must be {floor}; set a longer one, like PT1H or P7D.")
    elif length > LONGEST:
        yield place.problem(f"{code}_too_long", f"{what} is longer than five years; set a shorter one.")


def check_zone(zone: str, place: Place) -> Iterator[Problem]:
    """A zone must be one of the IANA names."""
    if zone_named(zone) is None:
        yield place.problem("zone_unknown", f"“{zone}” is not a time zone; use a name like Europe/Berlin.")


def _check_value(clause: Attribute | Property | EntryProperty, place: Place) -> Iterator[Problem]:
    if not is_expected(clause.op, clause.value):
        how = _COMPARES_WITH[expected_by(clause.op)]
        yield place.problem("operator_value", f"“{clause.op}” {how}; correct the value or choose another comparison.")
    elif isinstance(clause.value, tuple) and len(clause.value) > MOST_VALUES:
        yield place.problem(
            "list_too_long", f"A list has at most {MOST_VALUES} values; set an attribute instead and compare with that."
        )


def _check_attribute(clause: Attribute, place: Place, catalogue: Catalogue) -> Iterator[Problem]:
    if catalogue.attributes is None:
        return
    kind = catalogue.attributes.get(clause.root)
    if clause.root not in catalogue.attributes:
        yield place.problem(
            "attribute_unknown",
            f"No profile has an attribute “{clause.root}” yet; check its spelling, or set it before launch.",
            "warning",
        )
    elif (
        kind is not None
        and "." not in clause.attribute
        and kind not in OPERATOR_KINDS[OPPOSITES.get(clause.op, clause.op)]
    ):
        yield place.problem(
            "operator_kind",
            f"“{clause.op}” cannot be asked of “{clause.attribute}”, which holds a {kind}; choose another comparison.",
        )


def _check_history(clause: HasOccurred, place: Place, catalogue: Catalogue) -> Iterator[Problem]:
    yield from check_event(clause.event, place, catalogue)
    yield from check_length(clause.within, place.inside("within"), "window", "The window of “has occurred”")
    yield from check_condition(clause.where, place.inside("where"), catalogue)
    if clause.at_most is not None and clause.at_least is not None and clause.at_least > clause.at_most:
        yield place.problem(
            "count_impossible",
            f"Nothing occurs at least {clause.at_least} and at most {clause.at_most} times; swap them.",
        )


def _check_stock(clause: Stock, place: Place) -> Iterator[Problem]:
    pair = isinstance(clause.value, tuple)
    if pair != (clause.op == "between") or (isinstance(clause.value, tuple) and clause.value[0] > clause.value[1]):
        yield place.problem(
            "operator_value",
            f"“{clause.op}” compares stock with {'two numbers' if not pair else 'one number'}; correct it.",
        )


def _check_time(clause: Time, place: Place) -> Iterator[Problem]:
    yield from check_window(clause.window, place.inside("window"))
    if clause.after is None and clause.before is None and clause.window is None:
        yield place.problem("time_empty", "This condition names no time; set a window, or a time after or before.")
    if clause.after is not None and clause.before is not None and clause.after >= clause.before:
        yield place.problem("time_impossible", "No moment is after the later and before the earlier time; swap them.")
