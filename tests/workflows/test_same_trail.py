"""A real enrollment leaves the trail that the simulator predicts: node, act, outlet and reason of every step."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.journey.version import JourneyDocument, JourneyVersion
from engine.simulation.script import Reaction, Script, ScriptedOutcome
from engine.simulation.simulator import simulate
from tests.builders import event
from tests.replay.record import STORIES
from tests.workflows.stage import MESSAGES, Stage

CLICKED = Script(reactions=(Reaction(node="push", after=timedelta(minutes=1)),))
EXPIRED = Script(deliveries={"push": (ScriptedOutcome(status="skipped", reason="interest_expired"),)})
"""After 90 days the wait behind the enrollment is over, so the guard skips the message."""
WORLDS: Mapping[str, Script] = {
    "message": Script(),
    "delay_of_90_days": EXPIRED,
    "wait_until_click": CLICKED,
    "wait_until_click_that_was_quicker": CLICKED,
    "wait_until_condition_looked_at_in_vain": Script(),
    "branch": Script(),
    "holdout_split_and_goal": Script(),
    "update_profile": Script(),
    "start_journey": Script(),
}


@pytest.mark.parametrize("name", WORLDS)
async def test_the_real_trail_is_the_simulated_one(stage: Stage, name: str) -> None:
    document, play = STORIES[name]
    await stage.publish(document)
    await play(stage)
    (enrollment,) = [row for row in await stage.enrollments("ada") if row["journey_id"] == "jny_test"]
    await stage.client.get_workflow_handle(enrollment["id"]).result()
    kept: dict[str, Any] = {**document, "messages": MESSAGES}
    walked = JourneyVersion(journey="jny_test", number=1, document=JourneyDocument.model_validate(kept))
    entry = event(at=enrollment["entered_at"], sku="M", product_id="shirt")

    predicted = simulate(walked, entry, WORLDS[name], profile="prf_ada")

    real = [(row["node"], row["act"], row["outlet"], row["reason"]) for row in await stage.trail("ada", "jny_test")]
    assert real == [(step.node, step.act, step.outlet, step.reason) for step in predicted.trail]
