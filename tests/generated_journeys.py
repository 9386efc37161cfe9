"""Journeys and worlds made from a number: always valid, as different as the language allows, the same every time.

Nodes stand in a row and lead onward, so that paths rejoin and end; now and then an outlet leads back to a delay with a
visit limit. The same seeds serve the property tests here and the comparison of the simulator with real workflows.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from engine.journey.facts import EventFact
from engine.journey.version import JourneyDocument
from engine.simulation.script import Reaction, Script, ScriptedOutcome, SegmentChange, StockChange
from tests.builders import NOON, Json, event, node

EVENTS = ("Order Completed", "Product Viewed", "Link Clicked", "Back in Stock", "Unsubscribed")
ATTRIBUTES = ("country", "age", "vip", "birthday", "timezone")
CHANNELS = ("web_push", "email", "sms", "webhook")
ENTRY = event(at=NOON, sku="SKU-1", product_id="P-1", price=40)


def generated(seed: int) -> Json:
    """A valid journey document."""
    chance = Random(seed)
    names = [f"n{index}" for index in range(chance.randint(1, 10))]
    nodes = [chance.choice(_NODES)(chance, name) for name in names]
    rows = [node("entry", "entry", trigger={"kind": "event", "event": "Back in Stock"}), *nodes]
    exits = [node("done", "exit"), node("other", "exit", reason="other")]
    delays = [each["id"] for each in nodes if each["type"] == "delay" and "max_visits" in each]
    document: Json = {
        "schema": 1,
        "name": f"Journey {seed}",
        "graph": {"nodes": [*rows, *exits], "edges": []},
        "messages": {each["message"]: {"channel": each["channel"]} for each in nodes if each["type"] == "message"},
        "settings": _settings(chance),
    }
    for index, source in enumerate(JourneyDocument.model_validate(document).graph.nodes[: len(rows)]):
        onward = [each["id"] for each in (*rows[index + 1 :], *exits)]
        for outlet in source.outlets:
            if outlet in source.fallbacks and chance.random() < 0.5:
                continue
            back = [each for each in delays if each != source.id and names.index(each) < index]
            is_back = back and source.type != "entry" and chance.random() < 0.15
            target = chance.choice(back) if is_back else onward[0] if chance.random() < 0.6 else chance.choice(onward)
            document["graph"]["edges"].append({"source": source.id, "outlet": outlet, "target": target})
    return document


def scripted(seed: int) -> Script:
    """A world in which something happens."""
    chance = Random(f"world {seed}")
    happenings = tuple(
        EventFact(
            id=f"h{index}",
            name=chance.choice(EVENTS),
            at=NOON + timedelta(minutes=chance.randint(-50_000, 100_000)),
            properties={"sku": chance.choice(("SKU-1", "SKU-2")), "price": chance.choice((5, 50, None, "odd"))},
        )
        for index in range(chance.randint(0, 6))
    )
    outcomes = ("sent", "sent", "skipped", "failed", "unknown", "later")
    return Script(
        attributes={name: _held(chance) for name in ATTRIBUTES if chance.random() < 0.6},
        stock={"SKU-1": chance.randint(0, 9)},
        stock_changes=(StockChange(at=NOON + timedelta(hours=5), variant="SKU-1", units=chance.choice((0, 3, None))),),
        segments={"vip": chance.random() < 0.5, "loyal": chance.random() < 0.5},
        segment_changes=(
            SegmentChange(
                at=NOON + timedelta(hours=chance.randint(1, 90)), segment="vip", member=chance.random() < 0.5
            ),
        ),
        events=happenings,
        deliveries={
            f"n{index}": (
                ScriptedOutcome.model_validate({"status": chance.choice(outcomes), "reason": "no_consent"}),
                ScriptedOutcome(),
            )
            for index in range(10)
        },
        reactions=tuple(
            Reaction(node=f"n{index}", after=timedelta(minutes=chance.randint(1, 300)))
            for index in range(10)
            if chance.random() < 0.4
        ),
    )


def _held(chance: Random) -> Any:
    """A value that an attribute may hold, of whatever kind: profiles are as they are."""
    values = ("DE", "Europe/Berlin", "Asia/Tokyo", "2026-03-05", "9999-12-31", "0001-01-01", 41, 0.5, True, ["DE", 3])
    return chance.choice(values)


def _settings(chance: Random) -> Json:
    settings: Json = {"zone": chance.choice(("UTC", "Europe/Berlin", "America/New_York"))}
    settings["guardrails"] = {"touches": 100}  # the simulator is told what is sent and asks no guard
    if chance.random() < 0.4:
        where = {"kind": "same_item"} if chance.random() < 0.5 else None
        settings["exits"] = [{"kind": "event", "event": "Order Completed", "where": where, "reason": "bought"}]
    if chance.random() < 0.2:
        settings["exits"] = [*settings.get("exits", ()), {"kind": "segment_left", "segment": "loyal"}]
    if chance.random() < 0.2:
        settings["goals"] = [{"id": "bought", "event": "Order Completed"}]
    return settings


def _duration(chance: Random) -> str:
    return chance.choice(("PT1M", "PT1H", "PT36H", "P7D", "P90D", "P400D"))


def condition(chance: Random, depth: int = 2) -> Json:
    """A condition over a profile, at most this deep."""
    if depth > 0 and chance.random() < 0.4:
        kind = chance.choice(("all", "any", "not"))
        inside = [condition(chance, depth - 1) for _ in range(chance.randint(1, 3))]
        return {"kind": kind, "of": inside[0] if kind == "not" else inside}
    return chance.choice(_CLAUSES)(chance)


def where(chance: Random, depth: int = 1) -> Json:
    """A condition over an event."""
    if depth > 0 and chance.random() < 0.3:
        return {"kind": chance.choice(("all", "any")), "of": [where(chance, depth - 1) for _ in range(2)]}
    return chance.choice(
        (
            {"kind": "same_item", "match": chance.choice(("variant", "product"))},
            {"kind": "property", "property": "price", **_comparison(chance)},
            {"kind": "property", "property": "sku", "op": "equals", "value": {"entry": "sku"}},
        )
    )


def _comparison(chance: Random) -> Json:
    return chance.choice(
        (
            {"op": "equals", "value": "DE"},
            {"op": "not_equals", "value": 5},
            {"op": "in", "value": ["DE", 41]},
            {"op": "contains", "value": "o"},
            {"op": "at_least", "value": 40},
            {"op": "between", "value": [0, 45.5]},
            {"op": "before", "value": "2026-03-06"},
            {"op": "in_last", "value": "P30D"},
            {"op": "exists"},
            {"op": "missing"},
        )
    )


_CLAUSES: tuple[Callable[[Random], Json], ...] = (
    lambda chance: {"kind": "attribute", "attribute": chance.choice(ATTRIBUTES), **_comparison(chance)},
    lambda chance: {"kind": "segment", "segment": chance.choice(("vip", "loyal"))},
    lambda chance: {
        "kind": "has_occurred",
        "event": chance.choice(EVENTS),
        "within": chance.choice((None, "P7D", "P30D")),
        "where": chance.choice((None, where(chance))),
        "at_most": chance.choice((None, None, 0, 2)),
    },
    lambda chance: {"kind": "stock", "op": "at_least", "value": chance.randint(0, 5)},
    lambda chance: {"kind": "time", "window": {"opens": "09:00", "closes": "17:00", "weekdays": ["mon", "tue"]}},
    lambda chance: {"kind": "entry", "property": "price", **_comparison(chance)},
)


def _delay(chance: Random, name: str) -> Json:
    config: Mapping[str, Any] = chance.choice(
        (
            {"duration": _duration(chance)},
            {"window": {"opens": "10:00", "closes": chance.choice((None, "12:00", "03:00"))}},
            {"until_date": {"attribute": "birthday", "offset": chance.choice(("PT0S", "-P1D", "P2D"))}},
        )
    )
    limit = {"max_visits": chance.randint(1, 4)} if chance.random() < 0.7 else {}
    return node(name, "delay", **config, **limit)


def _wait_until(chance: Random, name: str) -> Json:
    config: Json = {"timeout": _duration(chance)}
    if chance.random() < 0.7:
        config["events"] = [
            {"event": chance.choice(EVENTS), "where": chance.choice((None, where(chance))), "outlet": outlet}
            for outlet in ("happened", "differently")[: chance.randint(1, 2)]
        ]
    if "events" not in config or chance.random() < 0.4:
        config |= {"condition": condition(chance), "check_every": chance.choice(("PT6H", "P3D"))}
    return node(name, "wait_until", **config)


_NODES: tuple[Callable[[Random, str], Json], ...] = (
    _delay,
    _wait_until,
    lambda chance, name: node(
        name,
        "branch",
        ways=[{"id": f"way{index}", "when": condition(chance)} for index in range(chance.randint(1, 3))],
    ),
    lambda chance, name: node(
        name, "split", shares=[{"id": "a", "share": 50}, {"id": "b", "share": 30.5}, {"id": "c", "share": 19.5}]
    ),
    lambda chance, name: node(name, "holdout", share=chance.choice((1, 10, 50))),
    lambda chance, name: node(name, "message", channel=chance.choice(CHANNELS), message=f"m_{name}"),
    lambda chance, name: node(name, "message", channel=chance.choice(CHANNELS), message=f"m_{name}"),
    lambda chance, name: node(name, "update_profile", set={"vip": True, "last": {"entry": "sku"}}, remove=["age"]),
    lambda chance, name: node(name, "waitlist", change=chance.choice(("add", "remove"))),
    lambda chance, name: node(name, "start_journey", journey="another"),
    lambda chance, name: node(name, "goal", goal="bought"),
)
