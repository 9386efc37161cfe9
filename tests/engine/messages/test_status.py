"""The states of a send: only legal moves, whatever order reports come in."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.messages.status import LEGAL, SendState, follows, settled, twilio_state

ENDS = {SendState.BOUNCED, SendState.FAILED, SendState.SKIPPED, SendState.EXPIRED}
FORWARD = [SendState.ACCEPTED, SendState.DELIVERED, SendState.OPENED, SendState.CLICKED]
states = st.sampled_from(SendState)


class SendMachine(RuleBasedStateMachine):
    """A send as its worker and its provider move it, with reports that come whenever they like."""

    def __init__(self) -> None:
        super().__init__()
        self.state = SendState.QUEUED
        self.history = [self.state]

    def move(self, reported: SendState) -> None:
        self.state = settled(self.state, [reported])
        if self.state is not self.history[-1]:
            self.history.append(self.state)

    @precondition(lambda self: self.state is SendState.QUEUED)
    @rule(decision=st.sampled_from([SendState.SENDING, SendState.SKIPPED, SendState.EXPIRED]))
    def decide(self, decision: SendState) -> None:
        self.move(decision)
        assert self.state is decision

    @precondition(lambda self: self.state is SendState.SENDING)
    @rule(
        outcome=st.sampled_from(
            [SendState.ACCEPTED, SendState.FAILED, SendState.UNKNOWN, SendState.EXPIRED, SendState.QUEUED]
        )
    )
    def learn_the_outcome(self, outcome: SendState) -> None:
        self.move(outcome)
        assert self.state is outcome

    @rule(report=st.sampled_from([*FORWARD, SendState.BOUNCED, SendState.FAILED]))
    def hear_a_report(self, report: SendState) -> None:
        self.move(report)

    @rule(report=states)
    def hear_nonsense(self, report: SendState) -> None:
        if not follows(self.state, report):
            before = self.state
            self.move(report)
            assert self.state is before

    @invariant()
    def every_step_was_legal(self) -> None:
        assert all(after in LEGAL[before] for before, after in zip(self.history, self.history[1:], strict=False))

    @invariant()
    def progress_is_never_undone(self) -> None:
        ranks = [FORWARD.index(state) for state in self.history if state in FORWARD]
        assert ranks == sorted(set(ranks))

    @invariant()
    def an_end_is_the_end(self) -> None:
        assert not any(state in ENDS for state in self.history[:-1])


test_a_send_only_makes_legal_moves = pytest.mark.spec("F-173")(SendMachine.TestCase)


@pytest.mark.spec("F-173")
def test_every_state_has_its_followers_and_none_follows_itself() -> None:
    assert set(LEGAL) == set(SendState)
    assert all(state not in followers for state, followers in LEGAL.items())
    assert all(not LEGAL[end] for end in ENDS)


@pytest.mark.spec("F-173")
def test_every_state_can_be_reached() -> None:
    reached = {SendState.QUEUED}
    while (more := reached | {after for before in reached for after in LEGAL[before]}) != reached:
        reached = more

    assert reached == set(SendState)


@pytest.mark.spec("F-102", "F-173")
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_order_and_number_of_reports_does_not_matter(count: int) -> None:
    expected = FORWARD[count - 1]

    for order in permutations(FORWARD[:count]):
        assert settled(SendState.SENDING, [*order, *order]) is expected


@given(st.lists(states))
def test_hearing_it_all_again_changes_nothing(reports: list[SendState]) -> None:
    after = settled(SendState.SENDING, reports)

    assert settled(after, [after]) is after


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", SendState.ACCEPTED),
        ("sent", SendState.ACCEPTED),
        ("Delivered", SendState.DELIVERED),
        ("read", SendState.OPENED),
        ("undelivered", SendState.BOUNCED),
        ("failed", SendState.FAILED),
        ("receiving", None),
        ("", None),
    ],
)
def test_twilio_statuses_mean_ledger_states(status: str, state: SendState | None) -> None:
    assert twilio_state(status) is state
