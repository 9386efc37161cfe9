"""Exit criteria: heard while waiting, asked before each send; and goals that end the journey."""

from datetime import timedelta
from typing import Any

import pytest

from engine.journey.decisions import AskFacts, Deliver, SleepUntil, WaitFor
from engine.journey.facts import DeliveryOutcome
from engine.journey.questions import HistoryQuestion, SegmentQuestion
from engine.simulation.script import Script, ScriptedOutcome, SegmentChange
from engine.simulation.simulator import simulate
from tests.builders import NOON, Json, Walk, event, journey, node, version

PUSH = node("push", "message", channel="web_push", message="hello")
BOUGHT = {"kind": "event", "event": "Order Completed", "where": {"kind": "same_item"}, "reason": "purchased"}
ENTRY = event(at=NOON, sku="SKU-1", product_id="P-1")


def waiting(**settings: Any) -> Json:
    return journey(
        node("pause", "delay", duration="P3D"),
        PUSH,
        paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        settings=settings,
    )


EXITS: list[tuple[Json, Json, str]] = [
    ({"exits": [BOUGHT]}, {"name": "Order Completed", "products": [{"sku": "SKU-1"}]}, "purchased"),
    ({"exits": [{"kind": "unsubscribed"}]}, {"name": "Unsubscribed"}, "unsubscribed"),
    ({"goals": [{"id": "buy", "event": "Order Completed"}]}, {"name": "Order Completed"}, "goal:buy"),
    (
        {"exits": [{"kind": "segment_left", "segment": "vip"}]},
        {"name": "Segment Left", "segment": "vip"},
        "segment_left",
    ),
]


@pytest.mark.spec("J-007")
@pytest.mark.parametrize(("settings", "happens", "reason"), EXITS)
def test_a_profile_leaves_while_it_waits(settings: Json, happens: Json, reason: str) -> None:
    walk = Walk(waiting(**settings))
    assert isinstance(walk.decision, WaitFor), "a delay listens too when something may end the journey"
    assert walk.decision.until == NOON + timedelta(days=3)
    walk.now += timedelta(days=1)
    walk.hear(**happens)
    assert walk.state.ended == reason
    assert walk.state.trail[-1].facts["event"] == happens["name"]


@pytest.mark.spec("J-007")
@pytest.mark.parametrize(("settings", "happens", "reason"), EXITS)
def test_a_profile_leaves_before_a_send_even_when_its_event_was_not_heard(
    settings: Json, happens: Json, reason: str
) -> None:
    walk = Walk(waiting(**settings))
    walk.wait(days=3)
    asked = walk.decision
    assert isinstance(asked, AskFacts)
    ((key, question),) = asked.questions.items()
    if isinstance(question, HistoryQuestion):
        assert (question.event, question.since, question.until) == (happens["name"], NOON, walk.now)
        left, stays = 1, 0
    else:
        assert question == SegmentQuestion(segment="vip")
        left, stays = False, True
    assert walk.wait(minutes=1) == asked, "until it is answered it is asked as it was"

    again = Walk(waiting(**settings))
    again.wait(days=3)
    again.step(answers={key: stays})
    assert isinstance(again.decision, Deliver)

    walk.step(answers={key: left})
    assert walk.state.ended == reason
    assert walk.path == ["entry", "pause", "push"]


def test_an_event_of_another_item_does_not_end_the_journey_nor_fill_the_trail() -> None:
    walk = Walk(waiting(exits=[BOUGHT]))
    before = walk.state.trail
    walk.hear("Order Completed", products=[{"sku": "OTHER"}])
    assert walk.state.ended is None
    assert walk.state.trail == before


def test_an_event_before_the_entry_does_not_end_the_journey() -> None:
    walk = Walk(waiting(exits=[BOUGHT]))
    walk.step(arrived=[event("Order Completed", at=NOON - timedelta(seconds=1), sku="SKU-1")])
    assert walk.state.ended is None


def test_nothing_is_asked_before_a_send_at_the_moment_of_entry() -> None:
    shape = journey(
        PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"], settings={"exits": [BOUGHT]}
    )
    assert isinstance(Walk(shape).decision, Deliver)


def test_without_exit_criteria_a_delay_only_sleeps() -> None:
    assert isinstance(Walk(waiting()).decision, SleepUntil)


def test_a_goal_that_does_not_end_leaves_the_journey_alone() -> None:
    assert isinstance(
        Walk(waiting(goals=[{"id": "buy", "event": "Order Completed", "ends": False}])).decision, SleepUntil
    )


def test_an_exit_event_that_comes_with_the_outcome_of_a_send_is_heard_after_it() -> None:
    shape = journey(
        PUSH,
        node("pause", "delay", duration="P1D"),
        paths=["entry > push", "push.sent > pause > done", "push.not_sent > done"],
        settings={"exits": [BOUGHT]},
    )
    walk = Walk(shape)
    asked = walk.decision
    assert asked.kind == "deliver"
    walk.now += timedelta(seconds=1)
    outcome = DeliveryOutcome(node="push", visit=1, status="sent", channel="web_push", at=walk.now)
    walk.step(delivered=outcome, arrived=[event("Order Completed", at=walk.now, id_="o1", sku="SKU-1")])
    assert walk.path == ["entry", "push.sent", "pause"]
    assert walk.state.ended == "purchased"


def test_a_message_that_is_put_off_listens_too_and_asks_again() -> None:
    shape = journey(
        PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"], settings={"exits": [BOUGHT]}
    )
    night = {"push": (ScriptedOutcome(status="later", retry_after=timedelta(hours=8)), ScriptedOutcome())}
    order = event("Order Completed", at=NOON + timedelta(hours=3), id_="o1", sku="SKU-1")
    assert simulate(version(shape), ENTRY, Script(deliveries=night)).sent == ("push",)
    assert simulate(version(shape), ENTRY, Script(deliveries=night, events=(order,))).ended == "purchased"


def test_the_simulator_and_exits_agree_on_segments() -> None:
    shape = waiting(exits=[{"kind": "segment_left", "segment": "vip"}])
    stays = Script(segments={"vip": True})
    leaves = Script(
        segments={"vip": True},
        segment_changes=(SegmentChange(at=NOON + timedelta(days=1), segment="vip", member=False),),
    )
    assert simulate(version(shape), ENTRY, stays).ended == "completed"
    assert simulate(version(shape), ENTRY, leaves).ended == "segment_left"
    assert simulate(version(shape), ENTRY).ended == "segment_left", "who never was in it does not get a message"
