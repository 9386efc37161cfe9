"""Conditions: one meaning for every operator, two values, and an answer to “why”."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from engine.journey.admission import RECENT_EVENTS, recently
from engine.journey.conditions import Condition, Criteria, Where
from engine.journey.facts import EventFact
from engine.journey.triggers import EventTrigger, is_triggered
from engine.journey.values import OPPOSITES, duration, fits, instant, values_at
from engine.journey.verdicts import Evidence
from engine.segments.memory import Known
from tests.builders import NOON, Json, event

CRITERIA: TypeAdapter[Condition] = TypeAdapter(Criteria)
WHERE: TypeAdapter[Condition] = TypeAdapter(Where)


def judge(clause: Json, *events: EventFact, now: datetime = NOON, **attributes: Any) -> bool:
    """Whether the clause holds for a person with these attributes and events."""
    return Known(now=now, attributes=attributes, events=events).judge(CRITERIA.validate_python(clause)).holds


def attribute(op: str, value: Any = None, name: str = "x") -> Json:
    return {"kind": "attribute", "attribute": name, "op": op, "value": value}


@pytest.mark.parametrize(
    ("op", "value", "held", "holds"),
    [
        ("equals", "DE", "DE", True),
        ("equals", "DE", "de", False),
        ("equals", 5, 5.0, True),
        ("equals", 5, "5", False),
        ("equals", 1, True, False),
        ("equals", True, True, True),
        ("equals", "a", ["b", "a"], True),
        ("not_equals", "DE", "FR", True),
        ("not_equals", "DE", None, True),
        ("not_equals", "a", ["b", "a"], False),
        ("in", ("DE", "FR"), "FR", True),
        ("in", ("DE", "FR"), None, False),
        ("not_in", ("DE", "FR"), "IT", True),
        ("not_in", ("DE", "FR"), None, True),
        ("contains", "shop", "workshop", True),
        ("contains", "Shop", "workshop", False),
        ("not_contains", "shop", None, True),
        ("starts_with", "a", "abc", True),
        ("ends_with", "c", "abc", True),
        ("less_than", 10, 9.99, True),
        ("less_than", 10, "9", False),
        ("less_than", 10, None, False),
        ("at_most", 10, 10, True),
        ("greater_than", 10, 10, False),
        ("at_least", 10, 10, True),
        ("at_least", 1, True, False),
        ("between", (1, 3), 3, True),
        ("between", (1, 3), 3.01, False),
        ("before", "2026-03-01", "2026-02-28T23:59:59Z", True),
        ("before", "2026-03-01", "2026-03-01T00:00:00+01:00", True),
        ("before", "2026-03-01", "yesterday", False),
        ("before", "2026-03-01", "2026-02-30", False),
        ("after", "2026-03-01", "2026-03-01T00:00:01Z", True),
        ("in_last", "P7D", "2026-02-23T12:00:00Z", True),
        ("in_last", "P7D", "2026-02-23T11:59:59Z", False),
        ("in_last", "P7D", "2026-03-02T12:00:01Z", False),
        ("in_next", "P7D", "2026-03-09T12:00:00Z", True),
        ("exists", None, False, True),
        ("exists", None, None, False),
        ("exists", None, [], False),
        ("missing", None, None, True),
        ("missing", None, "", False),
    ],
)
def test_an_operator_means(op: str, value: Any, held: Any, holds: bool) -> None:
    assert judge(attribute(op, value), x=held) is holds


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("2026-03-01")


@given(
    op=st.sampled_from(sorted(OPPOSITES)),
    held=VALUES | st.lists(VALUES),
    expected=VALUES | st.lists(VALUES, max_size=3).map(tuple),
)
def test_a_negative_operator_is_the_exact_opposite_and_nothing_raises(op: str, held: Any, expected: Any) -> None:
    found = values_at({"x": held}, "x")
    assert fits(op, found, expected, NOON) is not fits(OPPOSITES[op], found, expected, NOON)


@given(
    op=st.sampled_from(["less_than", "between", "before", "in_last", "contains", "in"]), held=VALUES, expected=VALUES
)
def test_what_cannot_be_compared_does_not_fit(op: str, held: Any, expected: Any) -> None:
    assert fits(op, values_at({"x": held}, "x"), expected, NOON) in {True, False}


@given(st.text())
def test_any_text_is_an_instant_or_none(text: str) -> None:
    assert instant(text) is None or instant(text) == datetime.fromisoformat(text).replace(tzinfo=UTC)
    assert duration(text) is None or isinstance(duration(text), timedelta)


def test_a_dotted_path_reaches_through_arrays() -> None:
    order = {"products": [{"sku": "A", "price": {"amount": 5}}, {"sku": "B"}, "odd", None]}
    assert values_at(order, "products.sku") == ["A", "B"]
    assert values_at(order, "products.price.amount") == [5]
    assert values_at(order, "products.colour") == []
    assert values_at(order, "nothing.at.all") == []


def test_groups_and_their_opposite() -> None:
    german, adult = attribute("equals", "DE", "country"), attribute("at_least", 18, "age")
    both: Json = {"kind": "all", "of": [german, adult]}
    either: Json = {"kind": "any", "of": [german, adult]}
    assert judge(both, country="DE", age=20)
    assert not judge(both, country="DE", age=17)
    assert judge(either, country="FR", age=20)
    assert not judge(either)
    assert judge({"kind": "not", "of": either})


@pytest.mark.spec("F-095")
@pytest.mark.parametrize(
    ("ago", "holds"), [(timedelta(days=7, seconds=1), False), (timedelta(days=7, seconds=-1), True)]
)
def test_has_occurred_in_the_last_seven_days_is_exact_to_the_second(ago: timedelta, holds: bool) -> None:
    clause: Json = {"kind": "has_occurred", "event": "Back in Stock", "within": "P7D"}
    assert judge(clause, event("Back in Stock", at=NOON - ago)) is holds
    assert judge({"kind": "not", "of": clause}, event("Back in Stock", at=NOON - ago)) is not holds


@pytest.mark.parametrize("what", sorted(RECENT_EVENTS))
@pytest.mark.parametrize("days", [90, 30])
@pytest.mark.parametrize("exclude", [False, True])
def test_the_ready_made_event_filters_include_or_exclude_to_the_second(what: str, days: int, exclude: bool) -> None:
    clause = recently(what, exclude=exclude) if days == 90 else recently(what, days=days, exclude=exclude)
    for seconds, inside in ((1, False), (-1, True)):
        at = NOON - timedelta(days=days, seconds=seconds)
        known = Known(now=NOON, events=[event(RECENT_EVENTS[what], at=at)])
        assert known.judge(clause).holds is (inside is not exclude)


def test_events_are_counted() -> None:
    views = [event("Product Viewed", at=NOON - timedelta(days=day), sku="A") for day in range(5)]
    clause: Json = {"kind": "has_occurred", "event": "Product Viewed", "within": "P3D"}
    assert judge(clause | {"at_least": 4}, *views)
    assert not judge(clause | {"at_least": 5}, *views)
    assert judge(clause | {"at_most": 4}, *views)
    assert not judge(clause | {"at_most": 3}, *views)
    assert judge(clause | {"at_most": 0}), "at most none: it has not occurred"
    assert not judge(clause), "without a count it must have occurred"


def test_only_events_where_it_holds_count() -> None:
    clause: Json = {
        "kind": "has_occurred",
        "event": "Order Completed",
        "where": {"kind": "property", "property": "products.sku", "op": "equals", "value": "A"},
    }
    assert judge(clause, event("Order Completed", products=[{"sku": "B"}, {"sku": "A"}]))
    assert not judge(clause, event("Order Completed", products=[{"sku": "B"}]))
    assert not judge(clause, event("Order Refunded", products=[{"sku": "A"}]))


def test_what_lies_ahead_has_not_occurred() -> None:
    assert not judge({"kind": "has_occurred", "event": "X"}, event("X", at=NOON + timedelta(seconds=1)))


@pytest.mark.spec("F-093")
@pytest.mark.parametrize(
    ("where", "other"),
    [
        ({"kind": "property", "property": "sku", "op": "equals", "value": "1234"}, {"sku": "12345"}),
        ({"kind": "property", "property": "source", "op": "equals", "value": "My Shop"}, {"source": "Your Shop"}),
    ],
)
def test_a_trigger_lets_in_only_events_where_it_holds(where: Json, other: Json) -> None:
    trigger = EventTrigger(event="Back in Stock", where=WHERE.validate_python(where))
    restock = event("Back in Stock", sku="1234", source="My Shop")
    assert is_triggered(trigger, restock)
    assert not is_triggered(trigger, event("Back in Stock", **{**restock.properties, **other}))
    assert not is_triggered(trigger, event("Low Stock", **restock.properties))
    assert is_triggered(EventTrigger(event="Back in Stock"), restock)


def test_a_trigger_takes_a_whole_tree() -> None:
    price = {"kind": "property", "property": "price.amount", "op": "between", "value": [10, 50]}
    sku = {"kind": "property", "property": "sku", "op": "starts_with", "value": "SHOE-"}
    tree = WHERE.validate_python({"kind": "any", "of": [{"kind": "not", "of": price}, sku]})
    trigger = EventTrigger(event="Price Dropped", where=tree)
    assert is_triggered(trigger, event("Price Dropped", sku="SHOE-1", price={"amount": 20}))
    assert is_triggered(trigger, event("Price Dropped", sku="HAT-1", price={"amount": 60}))
    assert not is_triggered(trigger, event("Price Dropped", sku="HAT-1", price={"amount": 20}))


@pytest.mark.spec("F-183")
@pytest.mark.parametrize("name", ["Waiting on Stock", "Back in Stock"])
def test_our_events_let_profiles_in_and_can_be_asked_about(name: str) -> None:
    assert is_triggered(EventTrigger(event=name), event(name))
    assert judge({"kind": "has_occurred", "event": name, "within": "P1D"}, event(name))


def test_a_time_clause_looks_at_the_clock_where_the_profile_lives() -> None:
    office: Json = {"kind": "time", "window": {"opens": "09:00", "closes": "17:00", "weekdays": ["mon"]}}
    assert judge(office, timezone="Europe/Berlin"), "13:00 on a Monday"
    assert not judge(office, timezone="America/Los_Angeles"), "04:00"
    assert not judge(office, timezone="Pacific/Auckland"), "01:00 on Tuesday"
    assert judge(office, timezone="Not/AZone"), "the journey's zone, UTC"
    assert judge({"kind": "time", "after": "2026-03-02T12:00:00Z", "before": "2026-03-02T12:00:01Z"})
    assert not judge({"kind": "time", "before": "2026-03-02T12:00:00Z"})


def test_conditions_may_look_at_the_entry_event() -> None:
    clause = CRITERIA.validate_python(
        {
            "kind": "all",
            "of": [
                {"kind": "entry", "property": "price", "op": "less_than", "value": 50},
                attribute("equals", {"entry": "sku"}, "favourite"),
            ],
        }
    )
    entry = event(sku="A", price=20)
    assert clause.judge(Evidence(now=NOON, entry=entry, attributes={"favourite": "A"})).holds
    assert not clause.judge(Evidence(now=NOON, entry=entry, attributes={"favourite": "B"})).holds
    assert not clause.judge(Evidence(now=NOON, attributes={"favourite": "A"})).holds


def test_a_bound_where_clause_means_the_same_without_the_entry() -> None:
    entry = event(sku="A", product_id="P")
    clause = WHERE.validate_python(
        {
            "kind": "all",
            "of": [
                {"kind": "same_item"},
                {"kind": "property", "property": "shop", "op": "equals", "value": {"entry": "shop"}},
                {"kind": "entry", "property": "product_id", "op": "equals", "value": "P"},
            ],
        }
    )
    shop_entry = event(sku="A", product_id="P", shop="S")
    for order, from_entry in (
        (event("Order Completed", sku="A", shop="S"), shop_entry),
        (event("Order Completed", products=[{"sku": "A"}], shop="S"), shop_entry),
        (event("Order Completed", sku="B", shop="S"), shop_entry),
        (event("Order Completed", sku="A"), entry),
    ):
        full = clause.judge(Evidence(now=NOON, entry=from_entry, event=order)).holds
        bound = clause.bound(from_entry).judge(Evidence(now=NOON, event=order)).holds
        assert full is bound


def test_why_names_each_clause_with_the_value_it_read() -> None:
    clause = CRITERIA.validate_python(
        {
            "kind": "all",
            "of": [attribute("equals", "DE", "country"), {"kind": "not", "of": attribute("exists", name="vip")}],
        }
    )
    verdict = Known(now=NOON, attributes={"country": "FR"}).judge(clause)
    assert verdict.explain() == {
        "kind": "all",
        "holds": False,
        "of": [
            {"kind": "attribute", "attribute": "country", "op": "equals", "value": "DE", "read": "FR", "holds": False},
            {
                "kind": "not",
                "holds": True,
                "of": [{"kind": "attribute", "attribute": "vip", "op": "exists", "read": None, "holds": False}],
            },
        ],
    }
    assert [failed.clause["attribute"] for failed in verdict.failed()] == ["country"]


@pytest.mark.parametrize("kind", ["attribute", "segment", "stock", "time", "has_occurred"])
def test_a_where_clause_asks_only_about_its_event(kind: str) -> None:
    needs: dict[str, Json] = {
        "attribute": attribute("exists"),
        "segment": {"kind": "segment", "segment": "vip"},
        "stock": {"kind": "stock"},
        "time": {"kind": "time"},
        "has_occurred": {"kind": "has_occurred", "event": "X"},
    }
    with pytest.raises(ValidationError, match="where-clause"):
        WHERE.validate_python({"kind": "any", "of": [needs[kind]]})
