"""Wait until: events, conditions and time-outs, each heard or asked at the right moment."""

from datetime import timedelta

import pytest

from engine.journey.decisions import (
    AskFacts,
    Decision,
    Deliver,
    WaitFor,
)
from engine.journey.facts import DeliveryOutcome
from engine.journey.state import EnrollmentState
from tests.builders import NOON, Walk, event, journey, node

PUSH = node("push", "message", channel="web_push", message="hello")


def same_wait(decision: Decision, before: Decision) -> bool:
    """The same wait goes on; only what was heard meanwhile may have grown."""
    assert isinstance(decision, WaitFor)
    assert isinstance(before, WaitFor)
    return decision.model_copy(update={"heard": before.heard}) == before


CLICK = journey(
    PUSH,
    node("click", "wait_until", events=[{"event": "Link Clicked", "message": "push"}], timeout="PT2H"),
    node("nudge", "exit", reason="no_click"),
    paths=[
        "entry > push",
        "push.sent > click",
        "push.not_sent > done",
        "click.happened > done",
        "click.timed_out > nudge",
    ],
)


def sent(walk: Walk, send_id: str = "s1", copies: tuple[str, ...] | None = None) -> None:
    assert isinstance(walk.decision, Deliver)
    outcome = DeliveryOutcome(node="push", visit=1, status="sent", channel="web_push", at=walk.now, send_id=send_id)
    walk.step(delivered=outcome.model_copy(update={"copies": copies}))


def test_a_wait_ends_with_the_event_that_answers_its_message() -> None:
    walk = Walk(CLICK)
    sent(walk)
    assert walk.decision == WaitFor(
        node="click",
        visit=1,
        events=("Link Clicked",),
        until=NOON + timedelta(hours=2),
        since=NOON,
        heard=(walk.state.entry.id,),
    )
    walk.now += timedelta(minutes=5)
    asked = walk.decision
    assert same_wait(walk.hear("Link Clicked", send_id="another"), asked)
    walk.hear("Link Clicked", send_id="s1")
    assert walk.path == ["entry", "push.sent", "click.happened", "done"]


@pytest.mark.parametrize("clicked", ["s1", "s2", "s3"])
def test_a_click_on_any_copy_of_a_message_answers_the_wait(clicked: str) -> None:
    walk = Walk(CLICK)
    sent(walk, copies=("s2", "s3"))
    assert walk.state.touches == 1, "a message to three browsers is one"
    walk.hear("Link Clicked", send_id="another")
    walk.hear("Link Clicked", send_id=clicked)
    assert walk.path == ["entry", "push.sent", "click.happened", "done"]


def test_the_event_that_lets_a_profile_in_ends_no_wait() -> None:
    shape = journey(
        node("again", "wait_until", events=[{"event": "Back in Stock"}], timeout="P1D"),
        paths=["entry > again", "again.happened > done", "again.timed_out > done"],
    )
    walk = Walk(shape)
    walk.step(arrived=[walk.state.entry])
    assert walk.decision.kind == "wait_for"
    walk.hear("Back in Stock")
    assert walk.path[1] == "again.happened"


def test_an_event_is_heard_once() -> None:
    walk = Walk(CLICK)
    sent(walk)
    stray = event("Link Clicked", at=NOON, id_="stray", send_id="another")
    walk.step(arrived=[stray])
    assert isinstance(walk.decision, WaitFor)
    assert walk.decision.heard == (walk.state.entry.id, "stray")
    before = walk.state
    walk.step(arrived=[stray])
    assert walk.state == before


def test_a_state_remembers_the_latest_events_and_when_the_older_ones_were() -> None:
    walk = Walk(CLICK)
    sent(walk)
    strays = [
        event("Link Clicked", at=NOON + timedelta(seconds=second), id_=f"s{second}", send_id="another")
        for second in range(130)
    ]
    walk.step(arrived=strays)
    assert isinstance(walk.decision, WaitFor)
    assert len(walk.decision.heard) == 100
    assert walk.decision.since == NOON + timedelta(seconds=29), "whoever looks for missed events looks from here on"


def test_a_wait_that_nothing_ends_is_over_in_time() -> None:
    walk = Walk(CLICK)
    sent(walk)
    walk.wait(hours=2)
    assert walk.state.ended == "no_click"


def test_an_event_in_time_counts_even_when_it_is_heard_late() -> None:
    walk = Walk(CLICK)
    sent(walk)
    walk.now += timedelta(hours=3)
    walk.step(arrived=[event("Link Clicked", at=NOON + timedelta(hours=2), send_id="s1")])
    assert walk.path[2] == "click.happened"


def test_a_click_quicker_than_the_outcome_of_its_send_is_not_missed() -> None:
    walk = Walk(CLICK)
    walk.now += timedelta(seconds=2)
    outcome = DeliveryOutcome(node="push", visit=1, status="sent", channel="web_push", at=walk.now, send_id="s1")
    walk.step(delivered=outcome, arrived=[event("Link Clicked", at=NOON + timedelta(seconds=1), send_id="s1")])
    assert walk.path == ["entry", "push.sent", "click.happened", "done"]


def test_an_event_before_the_wait_does_not_count() -> None:
    shape = journey(
        node("pause", "delay", duration="P1D"),
        node("order", "wait_until", events=[{"event": "Order Completed"}], timeout="P1D"),
        paths=["entry > pause > order", "order.happened > done", "order.timed_out > done"],
    )
    walk = Walk(shape)
    walk.wait(days=1)
    asked = walk.decision
    assert same_wait(walk.step(arrived=[event("Order Completed", at=NOON + timedelta(hours=3))]), asked)


def test_several_events_may_each_have_their_own_outlet() -> None:
    shape = journey(
        node(
            "race",
            "wait_until",
            events=[
                {"event": "Order Completed", "where": {"kind": "same_item"}, "outlet": "bought"},
                {"event": "Product Viewed", "outlet": "looked"},
            ],
        ),
        paths=["entry > race", "race.bought > done", "race.looked > done"],
    )
    walk = Walk(shape)
    assert walk.decision.kind == "wait_for"
    waiting = walk.decision
    assert same_wait(walk.hear("Order Completed", products=[{"sku": "OTHER"}]), waiting)
    walk.hear("Order Completed", products=[{"sku": "OTHER"}, {"sku": "SKU-1"}])
    assert walk.path == ["entry", "race.bought", "done"]


STOCKED = journey(
    node(
        "ready",
        "wait_until",
        condition={"kind": "all", "of": [{"kind": "stock", "value": 3}, {"kind": "segment", "segment": "vip"}]},
        timeout="PT150M",
    ),
    node("late", "exit", reason="late"),
    paths=["entry > ready", "ready.happened > done", "ready.timed_out > late"],
)


def look(walk: Walk, stock: int, vip: bool = True) -> None:
    assert isinstance(walk.decision, AskFacts), walk.decision
    walk.step(answers={"stock": stock, "segment:vip": vip})


def test_a_condition_that_holds_on_arrival_does_not_wait() -> None:
    walk = Walk(STOCKED)
    look(walk, 3)
    assert walk.path == ["entry", "ready.happened", "done"]


def test_a_condition_is_looked_at_again_in_time_and_after_events_that_could_matter() -> None:
    walk = Walk(STOCKED)
    look(walk, 0)
    assert isinstance(walk.decision, WaitFor)
    assert set(walk.decision.events) == {"Back in Stock", "Low Stock", "Segment Entered", "Segment Left"}
    assert walk.decision.until == NOON + timedelta(hours=1)
    waiting = walk.decision
    assert walk.wait(minutes=30) == waiting, "called early, nothing changes"

    walk.hear("Product Viewed")
    assert same_wait(walk.decision, waiting), "an event that cannot matter is not worth a question"
    walk.hear("Back in Stock")
    look(walk, 2)
    assert isinstance(walk.decision, WaitFor)
    assert walk.decision.until == NOON + timedelta(minutes=90)

    walk.wait(hours=1)
    look(walk, 3, vip=False)
    walk.wait(hours=1)
    look(walk, 3)
    assert walk.path == ["entry", "ready.happened", "done"]
    told = [(step.act, step.outlet) for step in walk.state.trail if step.node == "ready"]
    assert told == [("entered", None), ("asked", None), ("waiting", None), ("took", "happened")], (
        "one line for all looks"
    )


def test_a_condition_is_asked_a_last_time_when_time_is_up() -> None:
    walk = Walk(STOCKED)
    look(walk, 0)
    walk.wait(hours=2, minutes=30)
    look(walk, 3)
    assert walk.path == ["entry", "ready.happened", "done"]

    walk = Walk(STOCKED)
    look(walk, 0)
    walk.wait(hours=2, minutes=30)
    look(walk, 1)
    assert walk.state.ended == "late"


@pytest.mark.parametrize("shape", [CLICK, STOCKED], ids=["click", "stocked"])
def test_a_state_that_waits_survives_being_written_down(shape: dict[str, object]) -> None:
    walk = Walk(shape)
    assert EnrollmentState.model_validate_json(walk.state.model_dump_json()) == walk.state
