"""The test kit: what a developer's own tests can say, and that they run in virtual time."""

from datetime import timedelta
from time import process_time

import pytest

from engine.journey.decisions import WaitFor
from engine.simulation.kit import enroll
from engine.simulation.script import ScriptedOutcome
from tests.builders import journey, node

pytest_plugins = ["pytester"]
PUSH = node("push", "message", channel="web_push", message="push")
CHASER = journey(
    PUSH,
    node("click", "wait_until", events=[{"event": "Link Clicked", "message": "push"}], timeout="PT2H"),
    node("left", "branch", ways=[{"id": "some", "when": {"kind": "stock", "value": 1}}]),
    node("mail", "message", channel="email", message="mail"),
    paths=[
        "entry > push",
        "push.sent > click",
        "push.not_sent > left",
        "click.happened > done",
        "click.timed_out > left",
        "left.some > mail",
        "left.otherwise > done",
        "mail.sent > done",
        "mail.not_sent > done",
    ],
    settings={"exits": [{"kind": "event", "event": "Order Completed", "where": {"kind": "same_item"}}]},
)
A_TEST = """
def test_who_does_not_click_gets_an_email(enroll, journey_template):
    ada = enroll(journey_template("back_in_stock"), sku="M", stock={"M": 3})
    ada.passes(hours=2)
    assert ada.sent == ["push", "mail"]
    assert ada.ended == "completed"


def test_who_clicks_gets_none(enroll, journey_template):
    ada = enroll(journey_template("back_in_stock"), sku="M", stock={"M": 3})
    ada.passes(minutes=30).does("Link Clicked", message="push")
    assert ada.path[-2:] == ["click.happened", "done"]
    assert ada.sent == ["push"]
"""


@pytest.mark.spec("D-004")
@pytest.mark.parametrize("named", [(), ("engine.simulation.fixtures",)])
def test_a_test_of_ones_own_needs_two_fixtures(pytester: pytest.Pytester, named: tuple[str, ...]) -> None:
    pytester.makepyfile(A_TEST)

    plugins = (*named, "no:cacheprovider", "no:asyncio")
    result = pytester.runpytest_inprocess("-q", *(part for plugin in plugins for part in ("-p", plugin)))

    result.assert_outcomes(passed=2)


@pytest.mark.spec("D-004")
def test_a_made_up_person_does_things_while_time_passes() -> None:
    ada = enroll(CHASER, sku="M")
    assert isinstance(ada.waits_for, WaitFor)
    assert ada.path == ["entry", "push.sent", "click"]

    ada.passes(hours=1).stock("M", 2).passes(hours=1)
    assert (ada.sent, ada.ended) == (["push", "mail"], "completed")

    bob = enroll(CHASER, sku="M", outcomes={"push": (ScriptedOutcome(status="skipped", reason="no_consent"),)})
    assert (bob.skips, bob.path[-1], bob.sent) == ({"push": "no_consent"}, "done", [])

    cyd = enroll(CHASER, sku="M").passes(minutes=5).does("Order Completed", sku="M")
    assert cyd.ended == "exit_event"
    assert enroll(CHASER, sku="M").does("Order Completed", sku="L").ended is None


@pytest.mark.spec("D-004")
def test_attributes_and_segments_change_under_a_waiting_person() -> None:
    gold = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}
    waits = journey(
        node("rise", "wait_until", condition=gold, check_every="P30D"),
        paths=["entry > rise", "rise.happened > done"],
        settings={"exits": [{"kind": "segment_left", "segment": "loyal"}]},
    )

    assert enroll(waits).passes(days=3).has(tier="gold").ended == "completed"
    assert enroll(waits).enters("loyal").passes(days=3).leaves("loyal").ended == "segment_left"


@pytest.mark.spec("D-004")
def test_ninety_days_take_less_than_fifty_milliseconds() -> None:
    daily = journey(
        node("again", "delay", duration="P1D", max_visits=90),
        PUSH,
        paths=["entry > again > push", "push.sent > again", "push.not_sent > again", "again.visits_over > done"],
    )
    took: list[float] = []
    for _ in range(7):
        began = process_time()
        ada = enroll(daily).passes(timedelta(days=91))
        took.append(process_time() - began)
        assert len(ada.sent) == 90

    assert min(took) < 0.05
