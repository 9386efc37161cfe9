"""Every broken journey has its named problem: code, node, field, and a sentence that says how to put it right."""

from typing import Any

import pytest

from engine.journey.errors import InvalidJourney
from engine.journey.validation import problems, validated
from tests.builders import Json, journey, node
from tests.engine.journey.broken import (
    BROKEN,
    CATALOGUE,
    PUSH,
    SOUND,
    Break,
    add,
    broken,
    config,
    cut,
    trigger,
    when,
)


def test_a_sound_journey_has_no_problems() -> None:
    assert problems(SOUND, CATALOGUE) == ()
    assert validated(SOUND, CATALOGUE).name == "A journey"


@pytest.mark.spec("J-003")
@pytest.mark.parametrize(("how", "code", "at", "field"), BROKEN)
def test_every_broken_journey_has_its_named_problem(how: Break, code: str, at: str | None, field: str | None) -> None:
    found = problems(broken(how), CATALOGUE)
    match = [problem for problem in found if problem.code == code]
    assert match, f"expected {code}, found {[problem.code for problem in found]}"
    assert (match[0].node, match[0].field) == (at, field)
    assert match[0].sentence.endswith(".")


@pytest.mark.spec("J-003")
def test_there_are_at_least_thirty_kinds_of_broken_journeys() -> None:
    assert len({code for _, code, _, _ in BROKEN}) > 30


@pytest.mark.parametrize("raw", [None, [], "journey", 5, {}])
def test_what_is_no_document_at_all_is_said_to_be_none(raw: object) -> None:
    assert {problem.code for problem in problems(raw)} <= {"document_malformed", "field_missing"}
    assert problems(raw)


@pytest.mark.parametrize(("schema", "named"), [(99, "99"), (0, "0"), ("1.0", "unknown"), (None, "unknown")])
def test_of_a_journey_in_another_format_only_that_is_said_and_what_to_do(schema: object, named: str) -> None:
    (problem,) = problems({**SOUND, "schema": schema, "graph": {"steps": []}}, CATALOGUE)
    assert problem.sentence == (
        f"This journey is written in format {named}, and this Waitline reads format 1. Update Waitline, or export the "
        "journey again from one of this version."
    )


def test_problems_that_block_come_first() -> None:
    def both(document: Json) -> None:
        add(document, node("lost", "exit"))
        cut(document, "push", "sent")

    severities = [problem.severity for problem in problems(broken(both))]
    assert severities == sorted(severities)
    assert set(severities) == {"blocking", "warning"}


def test_a_document_with_blocking_problems_cannot_be_used() -> None:
    with pytest.raises(InvalidJourney, match="leads nowhere") as raised:
        validated(broken(lambda d: cut(d, "push", "sent")))
    assert raised.value.problems[0].code == "outlet_open"


@pytest.mark.spec("J-002")
def test_two_outlets_may_lead_to_one_node() -> None:
    into_push = [edge for edge in SOUND["graph"]["edges"] if edge["target"] == "push"]
    assert len(into_push) == 3
    assert problems(SOUND) == ()


def looped(back_from: str, **delay: Any) -> Json:
    return journey(
        node("again", "delay", duration="P1D", **delay),
        PUSH,
        paths=["entry > again > push", f"push.{back_from} > again", "push.not_sent > done"],
    )


@pytest.mark.spec("J-002")
def test_a_loop_is_rejected_by_naming_its_edge_unless_it_waits_and_has_a_visit_limit() -> None:
    assert problems(looped("sent", max_visits=3)) == ()

    endless = problems(looped("sent"))
    assert [(problem.code, problem.edge) for problem in endless] == [("loop_without_limit", "push.sent → again")]

    restless = journey(
        node("won", "goal", goal="x", max_visits=3),
        PUSH,
        paths=["entry > won > push", "push.sent > won", "push.not_sent > done"],
    )
    assert [(problem.code, problem.edge) for problem in problems(restless)] == [
        ("loop_without_wait", "push.sent → won")
    ]


def test_a_loop_that_goes_on_after_its_limit_is_no_limit() -> None:
    shape = journey(
        node("one", "delay", duration="P1D", max_visits=2),
        node("two", "delay", duration="P1D", max_visits=2),
        paths=["entry > one > two > one", "one.visits_over > two", "two.visits_over > one"],
    )
    assert {problem.code for problem in problems(shape)} == {"loop_without_wait", "loop_without_limit"}


@pytest.mark.spec("F-094")
def test_occurs_is_only_a_trigger_and_has_occurred_only_a_condition() -> None:
    history = {"kind": "has_occurred", "event": "Order Completed", "within": "P7D"}
    assert problems(broken(when(**history))) == ()
    assert problems(broken(trigger(kind="event", event="Order Completed"))) == ()

    for how in (
        trigger(**history),
        trigger(kind="event", event="Back in Stock", where=history),
        when(kind="occurs", event="Order Completed"),
    ):
        (problem,) = problems(broken(how))
        assert problem.code in {"history_as_trigger", "history_in_where", "occurs_in_condition"}
        assert "has occurred" in problem.sentence


def test_a_draft_shows_the_problems_of_all_its_nodes_at_once() -> None:
    def worse(document: Json) -> None:
        config("pause", duration=None)(document)
        config("where", ways=[])(document)
        config("test", shares=[])(document)
        config("push", message="")(document)

    found = {problem.node for problem in problems(broken(worse))}
    assert found >= {"pause", "where", "test", "push"}
