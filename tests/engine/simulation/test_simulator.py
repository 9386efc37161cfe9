"""The simulator walks a journey in virtual time, in a world that the test scripts."""

import time
from datetime import timedelta
from typing import Any

import pytest

from engine.journey.decisions import WaitFor
from engine.journey.facts import EventFact
from engine.simulation.script import AttributeChange, Reaction, Script, ScriptedOutcome, SegmentChange, StockChange
from engine.simulation.simulator import Run, Simulation, simulate
from tests.builders import NOON, Json, event, journey, node, version

PUSH = node("push", "message", channel="web_push", message="hello")
MAIL = node("mail", "message", channel="email", message="letter")
ENTRY = event(at=NOON, sku="SKU-1", product_id="P-1")
PUSH_THEN_MAIL = journey(
    PUSH,
    node("click", "wait_until", events=[{"event": "Link Clicked", "message": "push"}], timeout="PT2H"),
    node("stocked", "branch", ways=[{"id": "yes", "when": {"kind": "stock", "value": 1}}]),
    MAIL,
    node("gone", "exit", reason="sold_out"),
    paths=[
        "entry > push",
        "push.sent > click",
        "push.not_sent > stocked",
        "click.happened > done",
        "click.timed_out > stocked",
        "stocked.yes > mail",
        "stocked.otherwise > gone",
        "mail.sent > done",
        "mail.not_sent > done",
    ],
)


def run(document: Json, script: Script | None = None, entry: EventFact = ENTRY, **options: Any) -> Run:
    return simulate(version(document), entry, script or Script(), **options)


@pytest.mark.spec("F-091")
def test_push_first_and_mail_only_without_a_click_and_with_stock() -> None:
    in_stock = {"SKU-1": 5}
    clicked = Script(stock=in_stock, reactions=(Reaction(node="push", after=timedelta(minutes=30)),))
    assert run(PUSH_THEN_MAIL, clicked).sent == ("push",)

    too_late = Script(stock=in_stock, reactions=(Reaction(node="push", after=timedelta(minutes=121)),))
    assert run(PUSH_THEN_MAIL, too_late).sent == ("push", "mail")

    sold_out = Script(
        stock=in_stock, stock_changes=(StockChange(at=NOON + timedelta(hours=1), variant="SKU-1", units=0),)
    )
    assert run(PUSH_THEN_MAIL, sold_out).ended == "sold_out"


@pytest.mark.spec("F-171")
def test_clicks_and_opens_are_events_that_waits_and_branches_of_the_same_enrollment_hear() -> None:
    opened = {"kind": "has_occurred", "event": "Message Opened", "message": "push"}
    shape = journey(
        PUSH,
        node("pause", "delay", duration="P1D"),
        node("opened", "branch", ways=[{"id": "yes", "when": opened}]),
        node("reader", "exit", reason="reader"),
        paths=[
            "entry > push",
            "push.sent > pause",
            "push.not_sent > pause",
            "pause > opened",
            "opened.yes > reader",
            "opened.otherwise > done",
        ],
    )
    reads = Reaction(node="push", after=timedelta(minutes=5), event="Message Opened")
    assert run(shape, Script(reactions=(reads,))).ended == "reader"
    assert run(shape).ended == "completed"
    elsewhere = event("Message Opened", at=NOON + timedelta(hours=1), id_="x", send_id="another enrollment's")
    assert run(shape, Script(events=(elsewhere,))).ended == "completed"


def test_a_delivery_may_be_put_off_and_then_succeed() -> None:
    night = ScriptedOutcome(status="later", reason="quiet_hours", retry_after=timedelta(hours=9))
    result = run(
        journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]),
        Script(deliveries={"push": (night, ScriptedOutcome())}),
    )
    assert [outcome.status for outcome in result.deliveries] == ["later", "sent"]
    assert result.at == NOON + timedelta(hours=9)
    assert result.path == ("entry", "push.sent", "done")


def test_what_a_journey_writes_to_the_profile_is_read_by_its_own_branches() -> None:
    shape = journey(
        node("mark", "update_profile", set={"size": {"entry": "sku"}}),
        node(
            "sized",
            "branch",
            ways=[{"id": "yes", "when": {"kind": "attribute", "attribute": "size", "op": "equals", "value": "SKU-1"}}],
        ),
        paths=["entry > mark > sized", "sized.yes > done", "sized.otherwise > done"],
    )
    assert run(shape).path == ("entry", "mark", "sized.yes", "done")


def test_a_wait_for_a_condition_ends_when_the_profile_changes() -> None:
    shape = journey(
        node(
            "verified",
            "wait_until",
            condition={"kind": "attribute", "attribute": "verified", "op": "equals", "value": True},
            timeout="P30D",
            check_every="P30D",
        ),
        paths=["entry > verified", "verified.happened > done", "verified.timed_out > done"],
    )
    at = NOON + timedelta(days=3)
    changed = Script(attribute_changes=(AttributeChange(at=at, attribute="verified", value=True),))
    result = run(shape, changed)
    assert (result.path[1], result.at) == ("verified.happened", at)
    assert run(shape).path[1] == "verified.timed_out"


def test_segments_are_saved_conditions_or_memberships() -> None:
    shape = journey(
        node("who", "branch", ways=[{"id": "vip", "when": {"kind": "segment", "segment": "vip"}}]),
        paths=["entry > who", "who.vip > done", "who.otherwise > done"],
    )
    spends = {"kind": "attribute", "attribute": "spent", "op": "at_least", "value": 100}
    saved = Script.model_validate({"segments": {"vip": spends}, "attributes": {"spent": 120}})
    assert run(shape, saved).path[1] == "who.vip"
    assert (
        run(shape, Script(segment_changes=(SegmentChange(at=NOON, segment="vip", member=True),))).path[1] == "who.vip"
    )
    assert run(shape).path[1] == "who.otherwise"


def test_a_run_stops_at_the_instant_that_was_asked_for_and_can_go_on() -> None:
    simulation = Simulation(version(PUSH_THEN_MAIL), ENTRY, Script(stock={"SKU-1": 1}))
    early = simulation.run(until=NOON + timedelta(hours=1))
    assert isinstance(early.decision, WaitFor)
    assert early.path == ("entry", "push.sent", "click")
    assert simulation.run().sent == ("push", "mail")


def test_a_wait_that_nothing_ends_is_left_waiting() -> None:
    shape = journey(
        node("order", "wait_until", events=[{"event": "Order Completed"}]),
        paths=["entry > order", "order.happened > done"],
    )
    result = run(shape)
    assert result.ended is None
    assert isinstance(result.decision, WaitFor)


def test_the_same_script_gives_the_same_trail() -> None:
    script = Script(stock={"SKU-1": 1})
    assert run(PUSH_THEN_MAIL, script) == run(PUSH_THEN_MAIL, script)


def test_ninety_days_take_no_time() -> None:
    shape = journey(
        node("again", "delay", duration="P1D", max_visits=90),
        PUSH,
        paths=["entry > again > push", "push.sent > again", "push.not_sent > again", "again.visits_over > done"],
    )
    started = time.perf_counter()
    result = run(shape)
    assert len(result.sent) == 90
    assert result.at == NOON + timedelta(days=90)
    assert time.perf_counter() - started < 5, (
        "days must not be waited for; benchmarks/engine.py measures how fast it is"
    )
