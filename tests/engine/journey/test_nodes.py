"""Each node type: what it asks, what it waits for, and by which outlet it is left."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.journey.decisions import (
    AskFacts,
    ChangeWaitlist,
    Deliver,
    End,
    SleepUntil,
    UpdateProfile,
)
from engine.journey.facts import ActOutcome, DeliveryOutcome
from engine.journey.questions import AttributeQuestion, HistoryQuestion, SegmentQuestion, StockQuestion
from engine.journey.state import EnrollmentState
from tests.builders import NOON, Walk, journey, node

PUSH = node("push", "message", channel="web_push", message="hello")
GERMAN = {"kind": "attribute", "attribute": "country", "op": "equals", "value": "DE"}
BOUGHT = {"kind": "has_occurred", "event": "Order Completed", "within": "P7D", "where": {"kind": "same_item"}}


def done(walk: Walk, **detail: object) -> None:
    """The act that was asked for has been carried out."""
    decision = walk.decision
    assert not isinstance(decision, End)
    walk.step(acted=ActOutcome(node=decision.node, visit=decision.visit, at=walk.now, detail=detail))


# branch


BRANCH = journey(
    node(
        "where",
        "branch",
        ways=[
            {"id": "german", "when": GERMAN},
            {"id": "bought", "when": BOUGHT},
            {"id": "vip", "when": {"kind": "segment", "segment": "vip"}},
            {"id": "stocked", "when": {"kind": "stock", "value": 5}},
        ],
    ),
    *(node(f"at_{name}", "exit", reason=name) for name in ("german", "bought", "vip", "stocked", "rest")),
    paths=[
        "entry > where",
        "where.german > at_german",
        "where.bought > at_bought",
        "where.vip > at_vip",
        "where.stocked > at_stocked",
        "where.otherwise > at_rest",
    ],
)


def branch_answers(
    country: object = None, bought: int = 0, vip: bool = False, stock: int | None = 0
) -> dict[str, object]:
    walk = Walk(BRANCH)
    assert isinstance(walk.decision, AskFacts)
    given = {"attribute": country, "history": bought, "segment": vip, "stock": stock}
    return {key: given[question.kind] for key, question in walk.decision.questions.items()}


def test_a_branch_asks_once_for_all_that_its_ways_need() -> None:
    walk = Walk(BRANCH)
    assert isinstance(walk.decision, AskFacts)
    asked = list(walk.decision.questions.values())
    assert asked[0] == AttributeQuestion(attribute="country")
    assert asked[2:] == [SegmentQuestion(segment="vip"), StockQuestion(variant="SKU-1")]
    history = asked[1]
    assert isinstance(history, HistoryQuestion)
    assert (history.event, history.since, history.until) == ("Order Completed", NOON - timedelta(days=7), NOON)
    assert history.where is not None
    assert "SKU-1" in history.where.model_dump_json(), "the question carries the item, not a reference to it"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"country": "DE", "bought": 1, "vip": True, "stock": 9}, "german"),
        ({"bought": 1, "vip": True, "stock": 9}, "bought"),
        ({"vip": True, "stock": 9}, "vip"),
        ({"country": "FR", "stock": 5}, "stocked"),
        ({"country": "FR", "stock": 4}, "rest"),
        ({"stock": None}, "rest"),
    ],
)
def test_a_branch_is_left_by_the_first_way_that_holds(answers: dict[str, object], reason: str) -> None:
    walk = Walk(BRANCH)
    walk.step(answers=branch_answers(**answers))  # pyright: ignore[reportArgumentType] - the table holds plain objects
    assert walk.state.ended == reason


def test_a_branch_repeats_its_question_as_it_was_until_it_is_answered() -> None:
    walk = Walk(BRANCH)
    asked, before = walk.decision, walk.state
    walk.wait(minutes=3)
    assert walk.decision == asked, "the window of the history is that of the moment of asking"
    assert walk.state == before


def test_the_trail_of_a_branch_tells_which_clause_failed_and_with_what_value() -> None:
    walk = Walk(BRANCH)
    walk.step(answers=branch_answers(country="FR", vip=True))
    took = next(step for step in walk.state.trail if step.node == "where" and step.act == "took")
    assert took.facts["ways"]["german"] == {**GERMAN, "read": "FR", "holds": False}
    assert took.facts["ways"]["bought"]["read"] == 0
    assert took.facts["ways"]["vip"]["holds"] is True
    assert "stocked" not in took.facts["ways"], "a way behind the one that was taken was not looked at"


def test_a_branch_does_not_ask_for_attributes_that_came_along() -> None:
    shape = journey(
        node("where", "branch", ways=[{"id": "german", "when": GERMAN}]),
        paths=["entry > where", "where.german > done", "where.otherwise > done"],
    )
    walk = Walk(shape, attributes={"country": "DE"})
    assert walk.path == ["entry", "where.german", "done"]


# delay


def test_a_window_opens_at_the_same_local_time_in_every_zone() -> None:
    shape = journey(node("morning", "delay", window={"opens": "10:00"}), paths=["entry > morning > done"])
    due = {}
    for zone in ("Europe/Berlin", "America/New_York", "Asia/Tokyo"):
        walk = Walk(shape, attributes={"timezone": zone})
        assert isinstance(walk.decision, SleepUntil)
        due[zone] = walk.decision.until
    assert due == {
        "Europe/Berlin": datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        "America/New_York": datetime(2026, 3, 2, 15, 0, tzinfo=UTC),
        "Asia/Tokyo": datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
    }


def test_a_window_asks_for_the_zone_and_falls_back_to_that_of_the_journey() -> None:
    shape = journey(
        node("morning", "delay", window={"opens": "10:00"}),
        paths=["entry > morning > done"],
        settings={"zone": "Asia/Tokyo"},
    )
    walk = Walk(shape)
    assert isinstance(walk.decision, AskFacts)
    assert walk.decision.questions == {"attribute:timezone": AttributeQuestion(attribute="timezone")}
    walk.step(answers={"attribute:timezone": None})
    assert isinstance(walk.decision, SleepUntil)
    assert walk.decision.until == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "config", "until"),
    [
        ("2026-03-10", {}, datetime(2026, 3, 9, 23, 0, tzinfo=UTC)),
        ("2026-03-10", {"offset": "-P2D", "at": "09:00"}, datetime(2026, 3, 8, 8, 0, tzinfo=UTC)),
        ("2026-03-10T18:00:00Z", {"offset": "PT2H"}, datetime(2026, 3, 10, 20, 0, tzinfo=UTC)),
    ],
)
def test_a_delay_until_a_date_counts_from_the_profiles_own_date(
    value: str, config: dict[str, str], until: datetime
) -> None:
    shape = journey(node("party", "delay", until_date={"attribute": "party", **config}), paths=["entry > party > done"])
    walk = Walk(shape, attributes={"timezone": "Europe/Berlin", "party": value})
    assert walk.decision == SleepUntil(node="party", visit=1, until=until)


@pytest.mark.parametrize("value", [None, "soon", 5, "2026-02-30"])
def test_a_profile_without_the_date_leaves_by_its_own_outlet(value: object) -> None:
    shape = journey(
        node("party", "delay", until_date={"attribute": "party"}),
        node("none", "exit", reason="no_party"),
        paths=["entry > party > done", "party.no_date > none"],
    )
    assert Walk(shape, attributes={"timezone": "UTC", "party": value}).state.ended == "no_party"


def test_a_date_that_has_passed_does_not_wait() -> None:
    shape = journey(node("party", "delay", until_date={"attribute": "party"}), paths=["entry > party > done"])
    assert Walk(shape, attributes={"timezone": "UTC", "party": "2020-01-01"}).state.ended == "completed"


# message


def test_a_message_that_may_be_sent_later_sleeps_and_is_asked_for_again() -> None:
    walk = Walk(journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]))
    morning = NOON + timedelta(hours=20)
    walk.step(
        delivered=DeliveryOutcome(
            node="push", visit=1, status="later", channel="web_push", at=NOON, reason="quiet_hours", until=morning
        )
    )
    assert walk.decision == SleepUntil(node="push", visit=1, until=morning)
    assert walk.wait(hours=19) == SleepUntil(node="push", visit=1, until=morning)
    walk.wait(hours=1)
    assert isinstance(walk.decision, Deliver)
    walk.deliver()
    acts = [(step.act, step.reason) for step in walk.state.trail if step.node == "push"]
    assert acts == [
        ("entered", None),
        ("delivering", None),
        ("waiting", "quiet_hours"),
        ("delivering", None),
        ("took", "accepted"),
    ]


# acts


def test_update_profile_sets_values_of_its_own_and_of_the_entry_and_removes_others() -> None:
    shape = journey(
        node("mark", "update_profile", set={"told": True, "last": {"entry": "sku"}}, remove=["old"]),
        paths=["entry > mark > done"],
    )
    walk = Walk(shape)
    asked = UpdateProfile(node="mark", visit=1, attributes={"told": True, "last": "SKU-1", "old": None})
    assert walk.decision == asked
    assert walk.wait(hours=1) == asked, "it is asked for again until it is done"
    done(walk)
    assert walk.state.ended == "completed"


def test_the_waitlist_is_changed_for_the_variant_that_the_enrollment_is_about() -> None:
    shape = journey(
        node("off", "waitlist", change="remove", state="purchased"),
        node("on", "waitlist", change="add", variant="SKU-2", source="wishlist"),
        paths=["entry > off > on > done"],
    )
    walk = Walk(shape)
    assert walk.decision == ChangeWaitlist(node="off", visit=1, change="remove", variant="SKU-1", state="purchased")
    done(walk)
    assert walk.decision == ChangeWaitlist(node="on", visit=1, change="add", variant="SKU-2", source="wishlist")
    done(walk)
    assert walk.state.ended == "completed"


def test_another_journey_starts_with_the_properties_of_this_entry() -> None:
    shape = journey(
        node("more", "start_journey", journey="j2", properties={"from": "back in stock"}), paths=["entry > more > done"]
    )
    walk = Walk(shape)
    assert walk.decision.model_dump() == {
        "kind": "start_journey",
        "node": "more",
        "visit": 1,
        "journey": "j2",
        "properties": {"sku": "SKU-1", "product_id": "P-1", "from": "back in stock"},
    }
    done(walk, started=False)
    assert walk.state.ended == "completed"
    assert walk.state.trail[-3].facts == {"journey": "j2", "started": False}


def test_an_outcome_of_another_visit_does_not_count_as_done() -> None:
    walk = Walk(journey(node("mark", "update_profile", set={"a": 1}), paths=["entry > mark > done"]))
    asked = walk.decision
    assert walk.step(acted=ActOutcome(node="mark", visit=2, at=NOON)) == asked


def test_a_goal_is_recorded_and_the_journey_goes_on() -> None:
    walk = Walk(journey(node("won", "goal", goal="bought"), paths=["entry > won > done"]))
    assert [(step.act, step.reason) for step in walk.state.trail if step.node == "won"] == [
        ("entered", None),
        ("reached", "bought"),
        ("took", "goal_reached"),
    ]
    assert walk.state.ended == "completed"


# loops


REMIND = journey(
    node("again", "delay", duration="P1D", max_visits=3),
    PUSH,
    node("tired", "exit", reason="tired"),
    paths=["entry > again > push", "push.sent > again", "push.not_sent > done", "again.visits_over > tired"],
)


def test_a_loop_ends_when_its_visits_are_used_up() -> None:
    walk = Walk(REMIND)
    for _ in range(3):
        walk.wait(days=1)
        walk.deliver()
    assert walk.state.ended == "tired"
    assert [step.visit for step in walk.state.trail if step.act == "delivering"] == [1, 2, 3]


def test_a_loop_without_a_way_out_for_too_many_visits_ends_with_its_own_reason() -> None:
    shape = journey(
        node("again", "delay", duration="P1D", max_visits=1),
        node("won", "goal", goal="x"),
        paths=["entry > again > won > again"],
    )
    walk = Walk(shape)
    walk.wait(days=1)
    assert walk.state.ended == "visit_limit"


# all of them


@pytest.mark.parametrize("shape", [BRANCH, REMIND], ids=["branch", "remind"])
def test_a_state_that_waits_survives_being_written_down(shape: dict[str, object]) -> None:
    walk = Walk(shape)
    assert EnrollmentState.model_validate_json(walk.state.model_dump_json()) == walk.state
