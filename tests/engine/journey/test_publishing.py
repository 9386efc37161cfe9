"""Publishing: what changed, who moves, what is still missing, and what an editor is told."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.journey.admission import (
    TRANSITIONS,
    JourneyStatus,
)
from engine.journey.changes import changes
from engine.journey.decisions import SleepUntil
from engine.journey.migration import Keep, Leave, MigrationChoice, MigrationPlan, MoveTo, migrated, plan
from engine.journey.node_types import node_types
from engine.journey.readiness import readiness
from engine.journey.validation import problems
from engine.journey.version import JourneyDocument
from tests.builders import NOON, Json, Walk, journey, node, version

PUSH = node("push", "message", channel="web_push", message="hello")
SECOND = timedelta(seconds=1)
STATUSES: tuple[JourneyStatus, ...] = tuple(TRANSITIONS)


BEFORE = journey(
    node("pause", "delay", duration="P1D", buffer=True),
    PUSH,
    node("later", "delay", duration="P3D"),
    node("mail", "message", channel="email", message="letter"),
    paths=[
        "entry > pause > push",
        "push.sent > later > mail",
        "push.not_sent > done",
        "mail.sent > done",
        "mail.not_sent > done",
    ],
)
AFTER = journey(
    node("pause", "delay", duration="PT12H", buffer=True),
    PUSH,
    node("nap", "delay", duration="P1D"),
    paths=["entry > pause > push", "push.sent > nap > done", "push.not_sent > done"],
    name="Another name",
    settings={"zone": "Europe/Berlin"},
)
STANDING = {"pause": 7, "later": 5, "push": 2}


def test_the_difference_between_two_versions_is_a_list_of_changes() -> None:
    old, new = version(BEFORE).document, version(AFTER).document
    found = [(change.part, change.how, change.what, change.field) for change in changes(old, new)]
    assert found == [
        ("name", "changed", "name", None),
        ("node", "removed", "later", None),
        ("node", "removed", "mail", None),
        ("node", "changed", "pause", "duration"),
        ("node", "added", "nap", None),
        ("edge", "changed", "push.sent", None),
        ("edge", "removed", "later.next", None),
        ("edge", "removed", "mail.sent", None),
        ("edge", "removed", "mail.not_sent", None),
        ("edge", "added", "nap.next", None),
        ("message", "removed", "letter", None),
        ("setting", "changed", "settings", "zone"),
    ]
    assert changes(old, old) == ()


def test_an_old_version_can_be_restored_as_it_was() -> None:
    old = version(BEFORE).document
    again = JourneyDocument.model_validate(old.model_dump(mode="json", by_alias=True))
    assert again == old
    assert changes(old, again) == ()


def planned(choice: MigrationChoice, **new_settings: Any) -> tuple[MigrationPlan, Mapping[str, tuple[str, str | None]]]:
    found = plan(version(BEFORE).document, version({**AFTER, "settings": new_settings}).document, choice, STANDING)
    return found, {impact.node: (impact.fate, impact.target) for impact in found.impacts}


def test_everyone_keeps_the_old_version_moves_or_leaves_as_the_author_chose() -> None:
    keep = MigrationChoice(standing=Keep())
    assert planned(keep, buffer="keep")[1] == {"pause": ("keep", None), "later": ("keep", None), "push": ("keep", None)}
    leave = MigrationChoice(standing=Leave())
    assert planned(leave, buffer="keep")[1] == {
        "pause": ("exit", None),
        "later": ("exit", None),
        "push": ("exit", None),
    }
    move = MigrationChoice(standing=MoveTo(), nodes={"later": MoveTo(node="nap")})
    found, fates = planned(move)
    assert fates == {"pause": ("move", "pause"), "later": ("move", "nap"), "push": ("move", "push")}
    assert found.problems == ()
    assert {impact.node: impact.count for impact in found.impacts} == STANDING


def test_a_node_that_was_deleted_asks_for_a_mapping_and_keeps_its_profiles_until_then() -> None:
    found, fates = planned(MigrationChoice(standing=MoveTo()))
    assert fates["later"] == ("keep", None)
    assert [(problem.code, problem.node) for problem in found.problems] == [("migration_unmapped", "later")]
    assert "5" in found.problems[0].sentence

    for chosen in (Keep(), Leave(), MoveTo(node="push")):
        assert planned(MigrationChoice(standing=MoveTo(), nodes={"later": chosen}))[0].problems == ()


def test_those_inside_a_buffer_adopt_an_edit_unless_the_setting_says_otherwise() -> None:
    assert planned(MigrationChoice(standing=Keep()))[1]["pause"] == ("move", "pause")
    assert planned(MigrationChoice(standing=Keep()), buffer="keep")[1]["pause"] == ("keep", None)
    chosen = MigrationChoice(standing=Keep(), nodes={"pause": Leave()})
    assert planned(chosen)[1]["pause"] == ("exit", None), "what was chosen for the node goes first"


def moved(walk: Walk, choice: MigrationChoice) -> Walk:
    """The walk after a publish of AFTER."""
    new = version(AFTER, number=2)
    impact = plan(walk.version.document, new.document, choice, {walk.state.node: 1}).of(walk.state.node)
    assert impact is not None
    walk.state = migrated(walk.state, impact, new, 1, walk.now)
    if impact.fate == "move":
        walk.version = new
    walk.step()
    return walk


def test_who_moves_at_the_same_node_waits_as_the_new_version_says_from_the_old_arrival_on() -> None:
    walk = Walk(BEFORE)
    walk.now += timedelta(hours=2)
    moved(walk, MigrationChoice())
    assert walk.decision == SleepUntil(node="pause", visit=1, until=NOON + timedelta(hours=12))
    step = next(step for step in walk.state.trail if step.act == "moved")
    assert step.facts == {"from_version": 1, "to_version": 2, "to_node": "pause"}
    assert step.reason == "buffer"


def test_who_moves_to_another_node_arrives_there_now() -> None:
    walk = Walk(BEFORE)
    walk.wait(days=1)
    walk.deliver()
    walk.now += timedelta(hours=5)
    moved(walk, MigrationChoice(nodes={"later": MoveTo(node="nap")}))
    assert walk.decision == SleepUntil(node="nap", visit=1, until=walk.now + timedelta(days=1))


def test_who_leaves_ends_and_who_keeps_goes_on() -> None:
    walk = Walk(BEFORE)
    before = walk.state
    walk = moved(walk, MigrationChoice(nodes={"pause": Keep()}))
    assert walk.state == before
    assert moved(walk, MigrationChoice(nodes={"pause": Leave()})).state.ended == "migrated_out"


# readiness and node types


def test_the_checklist_fails_the_items_that_have_problems_and_names_the_nodes() -> None:
    shape = journey(
        node("pause", "delay", duration="PT0S"),
        PUSH,
        paths=["entry > pause > push", "push.not_sent > done"],
        messages={},
    )
    found = readiness(problems(shape))
    failed = {item.code: [problem.node for problem in item.problems] for item in found.items if not item.passed}
    assert failed == {"paths": ["push"], "messages": ["push"], "details": ["pause"]}
    assert not found.ready

    sound = readiness(problems(BEFORE))
    assert sound.ready
    assert all(item.passed for item in sound.items)


def test_a_warning_does_not_keep_a_journey_from_being_launched() -> None:
    unused: Json = {**BEFORE, "messages": {**BEFORE["messages"], "more": {}}}
    found = readiness(problems(unused))
    assert found.ready
    assert [(item.code, item.blocking) for item in found.items if not item.passed] == [("messages", False)]


@pytest.mark.spec("J-001")
def test_every_node_type_is_described_for_the_editor() -> None:
    found = {each.type: each for each in node_types()}
    assert set(found) == {
        "entry",
        "delay",
        "wait_until",
        "branch",
        "split",
        "holdout",
        "message",
        "update_profile",
        "waitlist",
        "start_journey",
        "goal",
        "exit",
    }
    for described in found.values():
        assert described.summary.endswith(".")
        assert {"id", "type"} <= described.config_schema["properties"].keys()
        assert set(described.optional_outlets) <= set(described.outlets)
    assert found["message"].outlets == ("sent", "not_sent", "no_channel")
    assert found["branch"].outlets == ("otherwise",)
    assert found["branch"].outlets_from == "ways"
    assert found["exit"].outlets == ()
    kinds = found["entry"].config_schema["$defs"]
    triggers = {"EventTrigger", "SegmentTrigger", "ScheduleTrigger", "ApiTrigger", "AudienceTrigger"}
    assert triggers <= kinds.keys()


def test_a_document_from_the_first_days_still_reads() -> None:
    first = {
        "schema": 1,
        "name": "Back in stock",
        "graph": {
            "nodes": [
                {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}},
                {"id": "pause", "type": "delay", "duration": "PT1H"},
                {"id": "push", "type": "message", "channel": "web_push", "message": "restock_push"},
                {"id": "done", "type": "exit", "reason": "completed"},
            ],
            "edges": [
                {"source": "entry", "outlet": "next", "target": "pause"},
                {"source": "pause", "outlet": "next", "target": "push"},
                {"source": "push", "outlet": "sent", "target": "done"},
                {"source": "push", "outlet": "not_sent", "target": "done"},
            ],
        },
        "messages": {"restock_push": {"channel": "web_push", "title": "Back"}},
        "settings": {"match": "variant", "threshold": 1},
        "layout": {"entry": {"x": 0, "y": 0}},
    }
    assert problems(first) == ()
    written = JourneyDocument.model_validate(first).model_dump(mode="json", by_alias=True)
    assert JourneyDocument.model_validate(written) == JourneyDocument.model_validate(first)
