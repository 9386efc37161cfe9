"""The interpreter walks the instantaneous nodes and stops with one decision."""

from datetime import timedelta

import pytest

from engine.journey.advance import advance
from engine.journey.decisions import Deliver, End, SleepUntil
from engine.journey.errors import UnknownNode
from engine.journey.facts import Facts
from engine.journey.state import EnrollmentState
from tests.builders import NOON, Walk, journey, node, version

PUSH = node("push", "message", channel="web_push", message="hello")
BACK_IN_STOCK = journey(
    node("pause", "delay", duration="PT1H"),
    PUSH,
    paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
)


def test_an_enrollment_walks_from_its_entry_to_its_exit() -> None:
    walk = Walk(BACK_IN_STOCK)
    assert walk.decision == SleepUntil(node="pause", visit=1, until=NOON + timedelta(hours=1))

    walk.wait(hours=1)
    assert walk.decision == Deliver(node="push", visit=1, channel="web_push", message="hello")

    walk.deliver("sent")
    assert walk.decision == End(node="done", reason="completed")
    assert walk.path == ["entry", "pause", "push.sent", "done"]
    assert walk.state.ended == "completed"


def test_the_same_arguments_give_the_same_answer() -> None:
    walk = Walk(BACK_IN_STOCK)
    again = advance(walk.version, walk.state, Facts(), NOON)
    assert again == (walk.state, walk.decision)
    assert advance(walk.version, walk.state, Facts(), NOON) == again


def test_asking_too_early_repeats_the_decision_and_adds_nothing_to_the_trail() -> None:
    walk = Walk(BACK_IN_STOCK)
    before, decision = walk.state, walk.decision
    assert walk.wait(minutes=59) == decision
    assert walk.state == before

    walk.wait(minutes=1)
    before, decision = walk.state, walk.decision
    assert walk.wait(hours=5) == decision, "a delivery whose outcome is not known yet is asked for again, not skipped"
    assert walk.state == before


def test_an_outcome_of_another_node_or_visit_does_not_count() -> None:
    walk = Walk(journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]))
    outcome = {"node": "other", "visit": 1, "status": "sent", "channel": "web_push", "at": NOON}
    facts = Facts.model_validate({"delivered": outcome})
    assert advance(walk.version, walk.state, facts, NOON) == (walk.state, walk.decision)


@pytest.mark.parametrize(
    ("status", "reason", "left_by"),
    [
        ("sent", None, "push.sent"),
        ("skipped", "no_consent", "push.not_sent"),
        ("failed", "refused", "push.not_sent"),
        ("unknown", None, "push.not_sent"),
        ("skipped", "no_subscription", "push.no_channel"),
        ("skipped", "no_address", "push.no_channel"),
    ],
)
def test_a_message_is_left_by_the_outlet_of_its_outcome(status: str, reason: str | None, left_by: str) -> None:
    walk = Walk(
        journey(
            PUSH,
            node("other", "exit"),
            node("away", "exit"),
            paths=["entry > push", "push.sent > done", "push.not_sent > other", "push.no_channel > away"],
        )
    )
    walk.deliver(status, reason)  # pyright: ignore[reportArgumentType] - the table holds plain strings
    assert walk.path[1] == left_by


def test_an_unconnected_outlet_takes_the_edge_of_the_one_it_falls_back_to() -> None:
    walk = Walk(
        journey(PUSH, node("other", "exit"), paths=["entry > push", "push.sent > done", "push.not_sent > other"])
    )
    walk.deliver("skipped", "no_subscription")
    assert walk.path == ["entry", "push.no_channel", "other"]


def test_a_path_that_leads_nowhere_ends_with_its_own_reason() -> None:
    walk = Walk(journey(PUSH, paths=["entry > push"]))
    walk.deliver("sent")
    assert walk.decision == End(node="push", reason="path_ended")


def test_an_ended_enrollment_stays_ended() -> None:
    walk = Walk(journey(paths=["entry > done"]))
    ended = walk.state
    assert walk.wait(days=400) == End(node="done", reason="completed")
    assert walk.state == ended


def test_the_trail_tells_every_step_with_its_reason_and_the_facts_it_read() -> None:
    walk = Walk(BACK_IN_STOCK)
    walk.wait(hours=1)
    walk.deliver("skipped", "no_consent")
    steps = [(step.node, step.act, step.outlet or step.reason) for step in walk.state.trail]
    assert steps == [
        ("entry", "entered", None),
        ("entry", "took", "next"),
        ("pause", "entered", None),
        ("pause", "waiting", None),
        ("pause", "took", "next"),
        ("push", "entered", None),
        ("push", "delivering", None),
        ("push", "took", "not_sent"),
        ("done", "entered", None),
        ("done", "ended", "completed"),
    ]
    assert [step.seq for step in walk.state.trail] == list(range(10))
    took = walk.state.trail[7]
    assert (took.reason, took.facts["status"]) == ("no_consent", "skipped")
    assert walk.state.trail[3].facts == {"until": "2026-03-02T13:00:00+00:00"}


def test_a_drained_state_goes_on_counting_where_it_was() -> None:
    walk = Walk(BACK_IN_STOCK)
    walk.state, stored = walk.state.drain()
    assert len(stored) == 4
    assert walk.state.trail == ()
    walk.wait(hours=1)
    assert [step.seq for step in walk.state.trail] == [4, 5, 6]


def test_a_state_survives_being_written_down_between_any_two_steps() -> None:
    walk = Walk(BACK_IN_STOCK)
    walk.state = EnrollmentState.model_validate_json(walk.state.model_dump_json())
    walk.wait(hours=1)
    walk.state = EnrollmentState.model_validate_json(walk.state.model_dump_json())
    walk.deliver()
    assert walk.path == ["entry", "pause", "push.sent", "done"]


def test_standing_on_a_node_that_the_version_lacks_is_a_named_error() -> None:
    walk = Walk(BACK_IN_STOCK)
    lost = walk.state.model_copy(update={"node": "gone"})
    with pytest.raises(UnknownNode, match="gone"):
        advance(version(BACK_IN_STOCK), lost, Facts(), NOON)
