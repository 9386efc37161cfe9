"""How fast the journey engine decides: `python -m benchmarks.engine`.

Prints microseconds a step on a journey of fifty nodes, a condition of ten clauses, and a simulated journey of ninety
days, each beside its goal. Processor time of the best of several rounds is shown: other work only ever adds to it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from time import process_time
from typing import Any

from pydantic import TypeAdapter

from engine.journey.advance import advance, begin
from engine.journey.conditions import Condition, Criteria
from engine.journey.facts import EventFact, Facts
from engine.journey.verdicts import Evidence
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.simulation.simulator import simulate

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ENTRY = EventFact(id="e", name="Back in Stock", at=NOW, properties={"sku": "SKU-1"})
ROUNDS = 15
NODES = 50


def best(work: Callable[[], object], repeats: int) -> float:
    """Seconds of processor time that one call takes in the best round."""
    work()
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = process_time()
        for _ in range(repeats):
            work()
        rounds.append((process_time() - started) / repeats)
    return min(rounds)


def version(nodes: Sequence[dict[str, Any]], edges: Sequence[tuple[str, str, str]]) -> JourneyVersion:
    """A published journey of these nodes and (source, outlet, target) edges, between an entry and an exit."""
    entry = {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}}
    drawn = [{"source": source, "outlet": outlet, "target": target} for source, outlet, target in edges]
    graph = {"nodes": [entry, *nodes, {"id": "done", "type": "exit"}], "edges": drawn}
    document = JourneyDocument.model_validate({"schema": 1, "name": "Measured", "graph": graph})
    return JourneyVersion(journey="measured", number=1, document=document)


def step_seconds() -> float:
    """One step of fifty instantaneous ones: the walk, the trail and the state."""
    names = [f"n{index}" for index in range(NODES - 2)]
    stops = ["entry", *names, "done"]
    goals = [{"id": name, "type": "goal", "goal": "reached"} for name in names]
    edges = [(source, "next", target) for source, target in pairwise(stops)]
    shape = version(goals, edges)
    state = begin(shape, profile="p", key="k", entry=ENTRY, now=NOW)
    return best(lambda: advance(shape, state, Facts(), NOW), 10) / NODES


def condition_seconds() -> float:
    """One judgement of ten clauses, with the verdict of each."""
    clauses = [
        {"kind": "attribute", "attribute": f"a{index}", "op": op, "value": value}
        for index, (op, value) in enumerate((("equals", "x"), ("at_least", 3), ("contains", "y"), ("exists", None)) * 2)
    ]
    history = {"kind": "has_occurred", "event": "Order Completed", "within": "P7D"}
    tree = {"kind": "all", "of": [*clauses, history, {"kind": "stock", "value": 1}]}
    condition: Condition = TypeAdapter[Condition](Criteria).validate_python(tree)
    answers = {**dict.fromkeys(condition.asks, 5), **{f"attribute:a{index}": "xyz" for index in range(8)}}
    evidence = Evidence(now=NOW, entry=ENTRY, answers=answers)
    return best(lambda: condition.judge(evidence), 200)


def ninety_day_seconds() -> float:
    """A message a day for ninety days."""
    again = {"id": "again", "type": "delay", "duration": "P1D", "max_visits": 90}
    push = {"id": "push", "type": "message", "channel": "web_push", "message": "hello"}
    edges = [
        ("entry", "next", "again"),
        ("again", "next", "push"),
        ("push", "sent", "again"),
        ("push", "not_sent", "again"),
        ("again", "visits_over", "done"),
    ]
    shape = version([again, push], edges)
    return best(lambda: simulate(shape, ENTRY), 1)


def main() -> None:
    """Print the table."""
    rows = [
        (f"a step of {NODES} nodes", step_seconds() * 1e6, 50, "µs"),
        ("a condition of 10 clauses", condition_seconds() * 1e6, 20, "µs"),
        ("90 simulated days, 90 messages", ninety_day_seconds() * 1e3, 50, "ms"),
    ]
    for what, took, goal, unit in rows:
        print(f"{what:<32} {took:8.1f} {unit}   goal {goal} {unit}   {'met' if took < goal else 'MISSED'}")


if __name__ == "__main__":
    main()
