"""The states of a waitlist entry and how long it waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stock.errors import IllegalTransition
from engine.stock.waiting import (
    SOURCES,
    STATES,
    WaitState,
    check_transition,
    expiry,
    intent_of,
    is_waiting,
    may_become,
    retention_of,
    states_before,
)

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.spec("F-014")
def test_by_default_an_entry_waits_ninety_days_and_not_a_second_longer() -> None:
    until = expiry(NOON, retention_of(None, timedelta(days=90)))

    assert until == NOON + timedelta(days=90)
    assert is_waiting("pending", until, NOON + timedelta(days=90) - SECOND)
    assert not is_waiting("pending", until, NOON + timedelta(days=90))


@pytest.mark.spec("F-015")
def test_a_source_may_wait_longer_or_shorter_and_without_end() -> None:
    assert retention_of(400, timedelta(days=90)) == timedelta(days=400)
    assert retention_of(None, None) is None
    assert expiry(NOON, None) is None
    assert is_waiting("pending", None, NOON + timedelta(days=10_000))


@pytest.mark.spec("F-022")
@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_whatever_is_asked_an_entry_walks_only_along_the_arrows(wishes: list[WaitState]) -> None:
    state: WaitState = "pending"
    walked: list[WaitState] = [state]
    for wish in wishes:
        if may_become(state, wish):
            check_transition(state, wish)
            state = wish
            walked.append(state)
        else:
            with pytest.raises(IllegalTransition):
                check_transition(state, wish)

    assert len(walked) <= 3
    assert "pending" not in walked[1:]
    assert len(walked) < 3 or walked[2] == "purchased"


def test_the_states_before_a_state_are_those_with_an_arrow_to_it() -> None:
    assert states_before("purchased") == ("pending", "sent", "failed", "held_out")
    assert states_before("expired") == ("pending",)
    assert states_before("pending") == ()


def test_only_those_who_asked_have_explicit_intent() -> None:
    assert [source for source in SOURCES if intent_of(source) == 0] == ["explicit"]
