"""The life of a journey: status, dates, entering again, pauses."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from engine.journey.admission import (
    TRANSITIONS,
    JourneyStatus,
    PastEntries,
    closed,
    entry_key,
    is_over,
    may_change,
    refused_again,
)
from engine.journey.decisions import AskFacts
from engine.journey.settings import JourneySettings, Reentry
from engine.journey.standing import resumed
from engine.journey.state import EnrollmentState
from engine.segments.memory import Known
from tests.builders import NOON, Json, Walk, event, journey, node

PUSH = node("push", "message", channel="web_push", message="hello")
SECOND = timedelta(seconds=1)
STATUSES: tuple[JourneyStatus, ...] = tuple(TRANSITIONS)


def settings(**values: Any) -> JourneySettings:
    return JourneySettings.model_validate(values)


# status and dates


@pytest.mark.parametrize("is_test", [False, True])
def test_only_an_active_journey_lets_everyone_in_and_one_under_test_only_test_profiles(is_test: bool) -> None:
    refusals = {status: closed(status, settings(), NOON, is_test=is_test) for status in STATUSES}
    assert refusals == {
        "draft": "journey_not_active",
        "test": None if is_test else "test_profiles_only",
        "active": None,
        "paused": "journey_paused",
        "ended": "journey_ended",
    }


def test_profiles_enter_from_the_start_until_just_before_the_end() -> None:
    dates = settings(starts_at=NOON, ends_at=NOON + timedelta(days=1))
    end = NOON + timedelta(days=1)
    found = [closed("active", dates, at) for at in (NOON - SECOND, NOON, end - SECOND, end)]
    assert found == ["not_started_yet", None, None, "journey_ended"]


def test_at_the_end_those_inside_finish_or_leave_as_the_setting_says() -> None:
    finish, leave = settings(ends_at=NOON), settings(ends_at=NOON, at_end="exit")
    assert [is_over(finish, NOON), is_over(leave, NOON - SECOND), is_over(leave, NOON)] == [False, False, True]


def test_a_journey_goes_from_status_to_status_as_drawn() -> None:
    assert may_change("draft", "active")
    assert may_change("active", "paused")
    assert not may_change("active", "draft")
    assert not may_change("paused", "draft")


# entering again


RULE: TypeAdapter[Reentry] = TypeAdapter(Reentry)
NEVER = PastEntries()
YESTERDAY = NOON - timedelta(days=1)


@pytest.mark.parametrize(
    ("rule", "past", "refused"),
    [
        ({"kind": "once"}, NEVER, None),
        ({"kind": "once"}, PastEntries(last=YESTERDAY), "already_entered"),
        ({"kind": "once_per_key"}, NEVER, None),
        ({"kind": "once_per_key"}, PastEntries(last=YESTERDAY), None),
        ({"kind": "once_per_key"}, PastEntries(last=YESTERDAY, last_for_key=YESTERDAY), "already_entered"),
        ({"kind": "after", "wait": "P1D"}, NEVER, None),
        ({"kind": "after", "wait": "P1D"}, PastEntries(last=YESTERDAY + SECOND), "too_soon_again"),
        ({"kind": "after", "wait": "P1D"}, PastEntries(last=YESTERDAY), None),
        ({"kind": "always"}, PastEntries(last=NOON, last_for_key=NOON), None),
    ],
)
def test_entering_again_follows_the_rule(rule: Json, past: PastEntries, refused: str | None) -> None:
    assert refused_again(RULE.validate_python(rule), past, NOON) == refused


@pytest.mark.parametrize(
    ("rule", "same_item", "other_item"),
    [
        ({"kind": "once"}, True, True),
        ({"kind": "once_per_key"}, True, False),
        ({"kind": "after", "wait": "P1D"}, False, False),
        ({"kind": "always"}, False, False),
    ],
)
def test_the_key_makes_one_enrollment_of_what_may_enter_once(rule: Json, same_item: bool, other_item: bool) -> None:
    found = RULE.validate_python(rule)
    first = event(id_="e1", sku="A")
    assert entry_key(found, first) == entry_key(found, first), "the same event twice lets in once"
    assert (entry_key(found, first) == entry_key(found, event(id_="e2", sku="A"))) is same_item
    assert (entry_key(found, first) == entry_key(found, event(id_="e3", sku="B"))) is other_item


def test_the_key_follows_what_the_journey_matches() -> None:
    rule = RULE.validate_python({"kind": "once_per_key"})
    red, blue = event(sku="A", product_id="P"), event(sku="B", product_id="P")
    assert entry_key(rule, red, "product") == entry_key(rule, blue, "product")
    assert entry_key(rule, red, "variant") != entry_key(rule, blue, "variant")


# audience


@pytest.mark.parametrize(
    ("audience", "inside"),
    [
        ({}, {"none", "a", "b", "ab"}),
        ({"include": ["a", "b"]}, {"a", "b", "ab"}),
        ({"include": ["a", "b"], "combine": "all"}, {"ab"}),
        ({"exclude": ["b"]}, {"none", "a"}),
        ({"include": ["a"], "exclude": ["b"]}, {"a"}),
    ],
)
def test_an_audience_is_its_included_segments_without_the_excluded_ones(audience: Json, inside: set[str]) -> None:
    people = {"none": "", "a": "a", "b": "b", "ab": "ab"}
    condition = settings(audience=audience).audience.as_condition
    found = {
        name
        for name, member in people.items()
        if condition is None or Known(now=NOON, segments={each: each in member for each in "ab"}).judge(condition).holds
    }
    assert found == inside


# pauses


def paused(resume: str, **more: Any) -> Walk:
    shape = journey(
        node("pause", "delay", duration="P1D"),
        PUSH,
        paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        settings={"resume": resume, **more},
    )
    return Walk(shape)


def resume(walk: Walk) -> None:
    walk.state = resumed(walk.version.document.settings, walk.state, walk.now)
    walk.step()


@pytest.mark.parametrize("policy", ["continue", "expire_overdue", "recheck"])
def test_a_pause_drops_nobody_whose_wait_is_not_over(policy: str) -> None:
    walk = paused(policy)
    before = walk.state, walk.decision
    walk.now += timedelta(hours=23)
    resume(walk)
    assert (walk.state, walk.decision) == before
    walk.wait(hours=1)
    assert walk.decision.kind == "deliver"


def test_after_a_pause_overdue_profiles_go_on_expire_or_are_checked() -> None:
    goes_on, expires = paused("continue"), paused("expire_overdue")
    for walk in (goes_on, expires):
        walk.now += timedelta(days=2)
        resume(walk)
    assert goes_on.decision.kind == "deliver"
    assert expires.state.ended == "expired_in_pause"

    for member, ended in ((True, None), (False, "no_longer_in_audience")):
        walk = paused("recheck", audience={"include": ["vip"]})
        walk.now += timedelta(days=2)
        resume(walk)
        assert isinstance(walk.decision, AskFacts)
        assert walk.step() == walk.decision, "asked until it is answered"
        walk.state = EnrollmentState.model_validate_json(walk.state.model_dump_json())
        walk.step(answers={"segment:vip": member})
        assert walk.state.ended == ended
        assert ended is not None or walk.decision.kind == "deliver"
