"""The line: a fair order, and never more than the stock allows."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stock.line import Place, Rationing, allowance, batch_size, in_order, next_batch

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@st.composite
def lines(draw: st.DrawFn) -> list[Place]:
    size = draw(st.integers(0, 40))
    return [
        Place(
            entry_id=f"wle_{number:03d}",
            since=NOON + timedelta(minutes=draw(st.integers(0, 10))),
            tier=draw(st.integers(0, 2)),
            intent=draw(st.integers(0, 1)),
            score=draw(st.sampled_from([0.0, 0.5, 0.9])),
        )
        for number in range(size)
    ]


RATIONS = st.builds(
    Rationing,
    threshold=st.integers(1, 5),
    per_unit=st.none() | st.sampled_from([0.5, 1, 1.5, 2, 3]),
    batch=st.none() | st.integers(1, 20),
)


@pytest.mark.spec("F-009")
@given(lines())
def test_who_asked_comes_before_who_merely_looked_in_the_same_tier(line: list[Place]) -> None:
    for ahead, behind in pairwise(in_order(line)):
        if ahead.tier == behind.tier:
            assert ahead.intent <= behind.intent


@given(lines(), st.randoms(use_true_random=False))
def test_the_order_is_tier_intent_score_age_and_does_not_depend_on_how_the_line_was_read(
    line: list[Place], chance: random.Random
) -> None:
    ordered = in_order(line)
    shuffled = line.copy()
    chance.shuffle(shuffled)

    assert in_order(shuffled) == ordered
    for ahead, behind in pairwise(ordered):
        first_difference = next(
            (a, b)
            for a, b in (
                (ahead.tier, behind.tier),
                (ahead.intent, behind.intent),
                (behind.score, ahead.score),
                (ahead.since, behind.since),
                (ahead.entry_id, behind.entry_id),
            )
            if a != b
        )
        assert first_difference[0] < first_difference[1]


def test_five_units_at_two_each_release_exactly_ten_and_the_rest_stay() -> None:
    rationing = Rationing(per_unit=2)
    line = [Place(entry_id=f"wle_{number:02d}", since=NOON) for number in range(30)]

    first = next_batch(line, 5, rationing)
    assert len(first) == 10
    rest = [place for place in line if place not in first]
    assert next_batch(rest, 5, rationing, outstanding=10) == ()


def test_below_the_threshold_nobody_is_released() -> None:
    rationing = Rationing(threshold=5)
    assert allowance(3, rationing) == 0
    assert allowance(6, rationing) is None


def test_a_ration_is_counted_exactly_not_in_floating_point() -> None:
    assert allowance(10, Rationing(per_unit=1.1)) == 11
    assert allowance(3, Rationing(per_unit=0.3)) == 0


@given(waiting=st.integers(0, 200), available=st.integers(-5, 50), rationing=RATIONS, outstanding=st.integers(0, 100))
def test_a_batch_never_exceeds_any_of_its_limits(
    waiting: int, available: int, rationing: Rationing, outstanding: int
) -> None:
    size = batch_size(waiting, available, rationing, outstanding)

    assert 0 <= size <= waiting
    if available < rationing.threshold:
        assert size == 0
    if rationing.batch is not None:
        assert size <= rationing.batch
    if rationing.per_unit is not None and size:
        assert size + outstanding <= rationing.per_unit * available


@given(line=lines(), available=st.integers(0, 20), rationing=RATIONS)
def test_batch_after_batch_releases_each_once_in_order_and_only_what_the_stock_allows(
    line: list[Place], available: int, rationing: Rationing
) -> None:
    released: list[Place] = []
    rest = line
    while batch := next_batch(rest, available, rationing, outstanding=len(released)):
        released += batch
        rest = [place for place in rest if place not in batch]

    assert released == in_order(line)[: len(released)]
    allowed = allowance(available, rationing)
    assert len(released) == (len(line) if allowed is None else min(len(line), allowed))
