"""Crossings: what counts as a restock, at any threshold, over any history."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stock.levels import Level, available, is_news
from engine.stock.transitions import crossing, crossings, is_restock

QUANTITIES = st.lists(st.integers(-5, 20), max_size=60)
THRESHOLDS = st.integers(1, 8)


@pytest.mark.spec("F-039")
@pytest.mark.parametrize(
    ("before", "after", "restocked"),
    [(0, 1, True), (1, 5, False), (0, 0, False), (5, 0, False), (0, 5, True), (-3, 1, True), (-3, 0, False)],
)
def test_at_threshold_one_only_the_way_from_nothing_to_something_is_a_restock(
    before: int, after: int, restocked: bool
) -> None:
    assert is_restock(before, after) is restocked


@pytest.mark.spec("F-040")
@given(quantities=QUANTITIES, threshold=THRESHOLDS)
def test_the_number_of_restocks_is_the_number_of_upward_crossings(quantities: list[int], threshold: int) -> None:
    below = [quantity < threshold for quantity in quantities]
    passages = sum(was_below and not is_below for was_below, is_below in pairwise(below))

    assert sum(is_restock(a, b, threshold) for a, b in pairwise(quantities)) == passages
    assert crossings(quantities, threshold).count("up") == passages


@pytest.mark.spec("F-040")
@given(quantities=QUANTITIES, threshold=THRESHOLDS)
def test_up_and_down_take_turns(quantities: list[int], threshold: int) -> None:
    found = crossings(quantities, threshold)
    assert all(first != second for first, second in pairwise(found))


@given(before=st.integers(-5, 20), after=st.integers(-5, 20), threshold=THRESHOLDS)
def test_the_way_back_crosses_the_other_way(before: int, after: int, threshold: int) -> None:
    opposite = {"up": "down", "down": "up", None: None}
    assert crossing(after, before, threshold) == opposite[crossing(before, after, threshold)]


@given(quantities=QUANTITIES, threshold=THRESHOLDS)
def test_hearing_a_quantity_twice_changes_nothing(quantities: list[int], threshold: int) -> None:
    doubled = [quantity for quantity in quantities for _ in range(2)]
    assert crossings(doubled, threshold) == crossings(quantities, threshold)


@pytest.mark.spec("F-055")
@given(st.lists(st.builds(Level, on_hand=st.integers(0, 50), reserved=st.integers(0, 50)), max_size=8))
def test_available_is_what_is_on_hand_and_not_reserved_over_all_locations(levels: list[Level]) -> None:
    assert available(levels) == sum(level.on_hand for level in levels) - sum(level.reserved for level in levels)


def test_only_an_older_observation_is_no_news() -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert is_news(noon, None)
    assert is_news(noon, noon)
    assert is_news(noon + timedelta(microseconds=1), noon)
    assert not is_news(noon - timedelta(microseconds=1), noon)
