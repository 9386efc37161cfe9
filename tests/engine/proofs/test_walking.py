"""Following a trail: whatever the interpreter walked can be followed, and nothing else."""

from collections.abc import Sequence

import pytest

from engine.journey.advance import advance
from engine.journey.facts import Facts
from engine.journey.steering import placed
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyVersion
from engine.proofs.walking import FactsErased, NotWalked, walk
from engine.simulation.simulator import Simulation
from tests.builders import Walk, journey, node, version
from tests.generated_journeys import ENTRY, generated, scripted

PUSH = node("push", "message", channel="web_push", message="push")
PATHS = ["entry > pause > push", "push.sent > done", "push.not_sent > done"]


def follow(trail: Sequence[TrailStep], drawn: JourneyVersion) -> None:
    walk(trail, {1: drawn}, 1)


def test_every_trail_that_is_walked_can_be_followed() -> None:
    for seed in range(40):
        drawn = version(generated(seed))
        follow(Simulation(drawn, ENTRY, scripted(seed), profile=f"p{seed}").run(most=30).trail, drawn)


def delivered() -> Walk:
    passage = Walk(journey(node("pause", "delay", duration="P1D"), PUSH, paths=PATHS))
    passage.wait(days=1)
    passage.deliver("sent")
    return passage


@pytest.mark.parametrize(
    ("act", "changes", "fault"),
    [
        ("took", {"outlet": "nowhere"}, "where version 1 has the end, for path_ended"),
        ("took", {"node": "push"}, "is “took” at push, where version 1 has something at entry"),
        ("entered", {"node": "push"}, "is “entered” at push, where version 1 has entering entry"),
        ("waiting", {"node": "unheard_of"}, "where version 1 has something at pause"),
        ("ended", {"seq": 99}, "is missing: step 99 stands in its place"),
    ],
)
def test_a_step_that_does_not_follow_is_named(act: str, changes: dict[str, object], fault: str) -> None:
    passage = delivered()
    steps = list(passage.state.trail)
    place = next(number for number, step in enumerate(steps) if step.act == act)
    steps[place] = steps[place].model_copy(update=changes)

    with pytest.raises(NotWalked, match=fault):
        follow(steps, passage.version)


def test_a_move_leads_on_from_where_it_led_to_and_nobody_knows_where_once_it_is_erased() -> None:
    passage = Walk(journey(node("pause", "delay", duration="P1D"), PUSH, paths=PATHS))
    moved = placed(passage.state, "push", "aud_1", passage.now)
    state, _ = advance(passage.version, moved, Facts(), passage.now)
    trail = state.trail
    assert [(step.act, step.node) for step in trail][-2:] == [("moved", "pause"), ("delivering", "push")]

    follow(trail, passage.version)
    with pytest.raises(FactsErased):
        follow([step.model_copy(update={"facts": {}}) for step in trail], passage.version)
    for number in (2, [2]):
        migrated = {"facts": {"from_version": 1, "to_version": number, "to_node": "push"}}
        unknown = [step.model_copy(update=migrated) if step.act == "moved" else step for step in trail]
        with pytest.raises(NotWalked, match=r"version \[?2\]? of the journey is missing"):
            follow(unknown, passage.version)
