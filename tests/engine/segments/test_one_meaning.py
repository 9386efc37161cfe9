"""A condition has one meaning: in memory, on SQLite and on PostgreSQL."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import insert, text

from engine.journey.conditions import Condition, Criteria
from engine.journey.facts import EventFact
from engine.journey.questions import questions
from engine.journey.values import OPPOSITES
from engine.segments.errors import SegmentLoop
from engine.segments.memory import Known
from engine.segments.sql import TEXT_COLUMNS, Compiler
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Event, Profile
from tests.builders import NOON, Json, event

CRITERIA: TypeAdapter[Condition] = TypeAdapter(Criteria)
VALUES: tuple[Any, ...] = (
    "DE",
    "de",
    "",
    "größe",
    'it\'s 100 % "x" \\ :c0 {}',
    "5",
    5,
    5.0,
    5.5,
    0,
    -3,
    0.1,
    2**53,
    True,
    False,
    None,
    [],
    ["DE", 5],
    [True, None],
    [["DE"], {"b": 1}],
    {"b": "DE"},
    {"b": [1, 5, {"c": "DE"}]},
    "2026-03-01",
    "2026-02-30",
    "2024-02-29",
    "2026-02-23T12:00:00Z",
    "2026-02-23 11:59:59.999999+00:00",
    "2026-03-02T13:30:00+01:30",
    "2026-03-02T12:00",
    "2026-03-02T24:00:00Z",
    "2026-03-09T12:00:00.5Z",
    "9999-12-31",
    "0001-01-01",
    "2026-3-1",
    "2026-03-01T12:00:00+15:00",
    "now",
    "12:00",
)
NAMES = ("x", "y", "größe", "country", "timezone", "language")
PATHS = (*NAMES, "x.b", "x.b.c", "country.b")
ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "nowhere", None)
EVENTS = ("Order Completed", "Product Viewed")


def a_person(chance: Random, number: int) -> dict[str, Any]:
    held = {name: chance.choice(VALUES) for name in NAMES if name not in TEXT_COLUMNS and chance.random() < 0.8}
    return {
        "id": f"p{number:02}",
        "country": chance.choice(("DE", "FR", "", None, "2026-03-01", "5")),
        "language": chance.choice(("de", "en", None)),
        "timezone": chance.choice(ZONES),
        "attributes": held,
        "created_at": NOON,
        "updated_at": NOON,
    }


def an_event(chance: Random, number: int, profile: str) -> dict[str, Any]:
    ago = chance.choice((0, 1, 3600, 86_400 * 7, 86_400 * 7 + 1, 86_400 * 7 - 1, 86_400 * 40, -60))
    price = chance.choice((None, 5, 50, "50", [5, 50]))
    products = chance.choice((None, [], [{"sku": "A"}, {"sku": "B"}], {"sku": "A"}))
    return {
        "id": f"e{number}",
        "name": chance.choice(EVENTS),
        "profile_id": profile,
        "properties": {"sku": chance.choice(("A", "B", 5, None)), "price": price, "products": products},
        "at": NOON - timedelta(seconds=ago),
        "received_at": NOON,
    }


def a_comparison(chance: Random) -> Json:
    op, value = chance.choice(
        (
            ("equals", chance.choice(("DE", "5", 5, 5.5, 0.1, True, False, 2**53, "größe", VALUES[4]))),
            ("in", ["DE", 5, True]),
            ("contains", chance.choice(("E", "ö", "%", "_", "\\"))),
            ("starts_with", chance.choice(("2026", "D", "it's"))),
            ("ends_with", chance.choice(("Z", "e", "00:00"))),
            ("less_than", chance.choice((5, 5.5, 0.1))),
            ("at_most", 5),
            ("greater_than", -1),
            ("at_least", 5.5),
            ("between", [0, 5]),
            ("before", chance.choice(("2026-03-01", "2026-03-02T12:00:00Z"))),
            ("after", "2026-02-28"),
            ("in_last", "P7D"),
            ("in_next", "P7D"),
            ("exists", None),
        )
    )
    opposite = {"equals": "not_equals", "in": "not_in", "contains": "not_contains", "exists": "missing"}
    if op in opposite and chance.random() < 0.4:
        op = opposite[op]
    return {"op": op, "value": value}


def a_where(chance: Random, depth: int = 1) -> Json:
    if depth and chance.random() < 0.4:
        kind = chance.choice(("all", "any", "not"))
        inside = [a_where(chance, depth - 1) for _ in range(2)]
        return {"kind": kind, "of": inside[0] if kind == "not" else inside}
    return {"kind": "property", "property": chance.choice(("sku", "price", "products.sku")), **a_comparison(chance)}


def a_condition(chance: Random, depth: int = 2) -> Json:
    if depth and chance.random() < 0.5:
        kind = chance.choice(("all", "any", "not"))
        inside = [a_condition(chance, depth - 1) for _ in range(chance.randint(0, 3))] or [a_condition(chance, 0)]
        return {"kind": kind, "of": inside[0] if kind == "not" else inside}
    window = {"opens": "09:00", "closes": chance.choice(("12:30", "14:00", "03:00")), "weekdays": ["mon"]}
    bounds = chance.choice(({}, {"at_least": 2}, {"at_most": 0}, {"at_most": 2}, {"at_least": 1, "at_most": 2}))
    return chance.choice(
        (
            {"kind": "attribute", "attribute": chance.choice(PATHS), **a_comparison(chance)},
            {"kind": "attribute", "attribute": chance.choice(PATHS), **a_comparison(chance)},
            {
                "kind": "has_occurred",
                "event": chance.choice(EVENTS),
                "within": chance.choice((None, "P7D")),
                "where": chance.choice((None, a_where(chance))),
                **bounds,
            },
            {"kind": "segment", "segment": chance.choice(("german", "buyers", "unknown"))},
            {"kind": "stock", "value": chance.randint(0, 3), "variant": chance.choice((None, "A", "C"))},
            {"kind": "time", "window": window},
            {"kind": "time", "after": "2026-03-02T12:00:00Z"},
            {"kind": "entry", "property": "sku", "op": chance.choice(("exists", "missing"))},
        )
    )


SEGMENTS: Mapping[str, Condition] = {
    "german": CRITERIA.validate_python({"kind": "attribute", "attribute": "country", "op": "equals", "value": "DE"}),
    "buyers": CRITERIA.validate_python(
        {
            "kind": "all",
            "of": [
                {"kind": "has_occurred", "event": "Order Completed"},
                {"kind": "not", "of": {"kind": "segment", "segment": "german"}},
            ],
        }
    ),
}
STOCK = {"A": 2}


class Crowd:
    """People and their events, in the database and in memory."""

    def __init__(self, database: Database) -> None:
        chance = Random(7)
        self.database = database
        self.people = [a_person(chance, number) for number in range(60)]
        self.events = [an_event(chance, number, chance.choice(self.people[:45])["id"]) for number in range(150)]

    async def set_up(self) -> "Crowd":
        async with self.database.connection() as connection:
            await connection.execute(insert(core(Profile)), self.people)
            await connection.execute(insert(core(Event)), self.events)
        return self

    def known(self, person: Mapping[str, Any]) -> Known:
        columns = {name: person[name] for name in TEXT_COLUMNS & person.keys() if person[name] is not None}
        events = [
            EventFact(id=row["id"], name=row["name"], at=row["at"], properties=row["properties"])
            for row in self.events
            if row["profile_id"] == person["id"]
        ]
        return Known(
            now=NOON,
            attributes={**person["attributes"], **columns},
            events=events,
            segments=SEGMENTS,
            stock=lambda variant: STOCK.get(variant or ""),
            zone="Europe/Berlin",
        )

    def compiler(self, scope: Any = "many") -> Compiler:
        return Compiler(
            dialect="sqlite" if self.database.is_sqlite else "postgresql",
            now=NOON,
            segments=SEGMENTS,
            stock=STOCK,
            zone="Europe/Berlin",
            scope=scope,
        )

    async def asked(self, condition: Condition, scope: Any = "many") -> set[str]:
        predicate = self.compiler(scope).predicate(condition)
        async with self.database.connection() as connection:
            statement = text(f"SELECT p.id FROM profile p WHERE {predicate.sql}")
            return set(await connection.scalars(statement, predicate.parameters))


@pytest.fixture
async def crowd(database: Database) -> Crowd:
    return await Crowd(database).set_up()


@pytest.mark.spec("J-001")
async def test_memory_and_database_give_the_same_answer(crowd: Crowd) -> None:
    chance = Random(11)
    sizes: set[int] = set()
    for number in range(150):
        condition = CRITERIA.validate_python(a_condition(chance))
        expected = {person["id"] for person in crowd.people if crowd.known(person).judge(condition).holds}
        scope = "one" if number % 3 == 0 else "many"
        assert await crowd.asked(condition, scope) == expected, condition.model_dump_json(exclude_none=True)
        sizes.add(len(expected))
    assert len(sizes) > 20, "the conditions must tell people apart"


@pytest.mark.parametrize("path", PATHS)
async def test_every_operator_on_every_kind_of_value(crowd: Crowd, path: str) -> None:
    chance = Random(path)
    seen: set[str] = set()
    while len(seen) < 15:
        comparison = a_comparison(chance)
        seen.add(OPPOSITES.get(comparison["op"], comparison["op"]))
        condition = CRITERIA.validate_python({"kind": "attribute", "attribute": path, **comparison})
        expected = {person["id"] for person in crowd.people if crowd.known(person).judge(condition).holds}
        assert await crowd.asked(condition) == expected, comparison


async def test_a_question_counts_the_same_events_in_the_database(crowd: Crowd) -> None:
    chance = Random(13)
    for _ in range(60):
        clause = {"kind": "has_occurred", "event": chance.choice(EVENTS), "within": "P7D", "where": a_where(chance)}
        condition = CRITERIA.validate_python(clause)
        (question,) = questions(condition.asks, entry=event(sku="A"), now=NOON, sends={}).values()
        assert question.kind == "history"
        counted = crowd.compiler().history(question)
        statement = text(f"SELECT e.profile_id, count(*) FROM event e WHERE {counted.sql} GROUP BY e.profile_id")
        async with crowd.database.connection() as connection:
            found = {row[0]: row[1] for row in await connection.execute(statement, counted.parameters)}
        expected = {person["id"]: crowd.known(person).answer(question) for person in crowd.people}
        assert found == {name: number for name, number in expected.items() if number}


def test_a_segment_that_asks_about_itself_is_refused() -> None:
    around = {
        "a": CRITERIA.validate_python({"kind": "not", "of": {"kind": "segment", "segment": "b"}}),
        "b": CRITERIA.validate_python({"kind": "segment", "segment": "a"}),
    }
    with pytest.raises(SegmentLoop, match="asks about itself"):
        Compiler(dialect="sqlite", now=NOON, segments=around).predicate(around["a"])
