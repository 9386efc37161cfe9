"""Any valid journey ends or waits, whatever the world does to it, and tells every step."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.journey.advance import advance
from engine.journey.decisions import Decision, End
from engine.journey.facts import ActOutcome, DeliveryOutcome, EventFact, Facts
from engine.journey.state import EnrollmentState
from engine.journey.trail import TrailStep
from engine.journey.validation import problems
from engine.simulation.simulator import Run, simulate
from tests.builders import version
from tests.generated_journeys import ENTRY, EVENTS, generated, scripted

SEEDS = st.integers(0, 10**9)


def blocking(seed: int) -> list[str]:
    return [problem.sentence for problem in problems(generated(seed)) if problem.is_blocking]


def run(seed: int) -> Run:
    return simulate(version(generated(seed)), ENTRY, scripted(seed), profile=f"p{seed}")


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_generated_journeys_are_valid(seed: int) -> None:
    assert blocking(seed) == []


@pytest.mark.spec("J-003")
@given(SEEDS)
@settings(max_examples=120, deadline=None)
def test_any_valid_journey_ends_or_waits_in_any_world(seed: int) -> None:
    result = run(seed)
    assert result.ended is not None or result.decision.kind in {"wait_for", "sleep_until"}
    assert_well_told(result.trail, ended=result.ended)


def assert_well_told(trail: tuple[TrailStep, ...], *, ended: str | None) -> None:
    """Steps are numbered, in order of time, and every node that is left was entered before."""
    assert [step.seq for step in trail] == list(range(len(trail)))
    assert [step.at for step in trail] == sorted(step.at for step in trail)
    here = None
    for step in trail:
        if step.act == "entered":
            here = step.node
        elif step.outlet != "visits_over":
            assert step.node == here or step.act == "ended"
    assert (trail[-1].act == "ended") == (ended is not None)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_run_can_be_written_down_and_repeated(seed: int) -> None:
    first, again = run(seed), run(seed)
    assert first == again
    assert EnrollmentState.model_validate_json(first.state.model_dump_json()) == first.state
    for step in first.trail:
        assert TrailStep.model_validate_json(step.model_dump_json()) == step


@given(SEEDS)
@settings(max_examples=120, deadline=None)
def test_nothing_that_comes_back_from_the_world_breaks_the_walk(seed: int) -> None:
    """Answers of any kind, at any time, out of turn: the interpreter never raises and never walks for ever."""
    chance = Random(seed)
    shape = version(generated(seed))
    simulated = simulate(shape, ENTRY, until=ENTRY.at, profile="p")
    state, decision, now = simulated.state, simulated.decision, simulated.at
    for _ in range(200):
        if isinstance(decision, End):
            break
        now += timedelta(hours=chance.randint(0, 3000))
        facts = _odd(chance, decision, now)
        again = advance(shape, state, facts, now)
        state, decision = advance(shape, state, facts, now)
        assert again == (state, decision)
        state, _ = state.drain()
        repeated = advance(shape, state, Facts(), now)
        assert repeated[1] == decision, "called early, the decision is repeated"
        assert repeated[0].trail == ()


def _odd(chance: Random, decision: Decision, now: Any) -> Facts:
    odd: tuple[Any, ...] = (None, True, 0, 3, -1)
    attribute: tuple[Any, ...] = (*odd, "DE", "2026-03-05", [], ["a"], {"b": 1}, 10**40, "x" * 1000)
    arrived = tuple(
        EventFact(id=f"o{chance.random()}", name=chance.choice(EVENTS), at=now, properties={"sku": chance.choice(odd)})
        for _ in range(chance.randint(0, 2))
    )
    match decision.kind:
        case "ask_facts":
            answers = {
                key: chance.choice(attribute if question.kind == "attribute" else odd)
                for key, question in decision.questions.items()
            }
            return Facts(answers=answers)
        case "deliver":
            status: Any = chance.choice(("sent", "skipped", "failed", "unknown", "later"))
            outcome = DeliveryOutcome(
                node=decision.node, visit=decision.visit, status=status, channel="email", at=now, send_id="s"
            )
            return Facts(delivered=outcome, arrived=arrived)
        case "update_profile" | "change_waitlist" | "start_journey":
            return Facts(acted=ActOutcome(node=decision.node, visit=decision.visit, at=now), arrived=arrived)
        case _:
            return Facts(arrived=arrived)
