"""Interest: which behaviour counts as waiting, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stock.interest import InterestRule, is_viewed_enough, is_wanted

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_an_interest_counts_for_as_long_as_the_window_and_no_longer() -> None:
    rule = InterestRule(window=30 * DAY)
    assert rule.is_fresh(NOON - timedelta(days=29, hours=23), NOON)
    assert not rule.is_fresh(NOON - timedelta(days=30, seconds=1), NOON)


def test_a_source_that_the_journey_does_not_list_lets_nobody_in() -> None:
    rule = InterestRule(sources=frozenset({"explicit", "wishlist"}))
    assert rule.lets_in("wishlist", NOON - DAY, NOON)
    assert not rule.lets_in("view", NOON - DAY, NOON)


def test_by_default_only_those_who_asked_count() -> None:
    assert is_wanted([InterestRule()], "explicit")
    assert not is_wanted([InterestRule()], "wishlist")
    assert not is_wanted([], "explicit")


@pytest.mark.spec("F-005")
@given(ages=st.lists(st.integers(0, 40), max_size=20), needed=st.integers(1, 8), days=st.integers(1, 30))
def test_views_count_within_their_window_only(ages: list[int], needed: int, days: int) -> None:
    rule = InterestRule(sources=frozenset({"view"}), views=needed, view_window=days * DAY)
    enough = sum(age <= days for age in ages) >= needed
    assert is_viewed_enough([rule], [NOON - age * DAY for age in ages], NOON) is enough
