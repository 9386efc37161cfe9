"""Code changes never break running enrollments: every recorded history replays with today's code."""

from typing import get_args

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from engine.journey.nodes import BuiltIn
from engine.journey.version import JourneyDocument
from tests.replay.record import STORIES
from tests.replay.recordings import Recording, recordings
from workflows.enrollment import EnrollmentWorkflow
from workflows.release import ReleaseWorkflow
from workflows.versions import VersionInterceptor
from workflows.worker import sandboxed


def replayer(recording: Recording) -> Replayer:
    return Replayer(
        workflows=[EnrollmentWorkflow, ReleaseWorkflow],
        interceptors=[VersionInterceptor(lambda journey, number: recording.at(number))],
        data_converter=pydantic_data_converter,
        workflow_runner=sandboxed(),
    )


@pytest.mark.spec("J-010")
@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
async def test_a_recorded_history_replays_with_todays_code(recording: Recording) -> None:
    await replayer(recording).replay_workflow(recording.history)


@pytest.mark.spec("J-010")
async def test_a_change_of_what_is_decided_turns_the_replay_red() -> None:
    recording = next(one for one in recordings() if one.name == "message")
    document = recording.version.document.model_dump(mode="json", by_alias=True)
    nodes, edges = document["graph"]["nodes"], document["graph"]["edges"]
    with_delay = JourneyDocument.model_validate(
        {
            **document,
            "graph": {
                "nodes": [*nodes, {"id": "pause", "type": "delay", "duration": "PT1H"}],
                "edges": [
                    *({**edge, "target": "pause"} if edge["source"] == "entry" else edge for edge in edges),
                    {"source": "pause", "outlet": "next", "target": "push"},
                ],
            },
        }
    )
    changed = Recording(
        recording.name,
        recording.workflow_id,
        recording.version.model_copy(update={"document": with_delay}),
        recording.history,
    )

    with pytest.raises(NondeterminismError):
        await replayer(changed).replay_workflow(recording.history)


def test_every_story_has_its_recording() -> None:
    assert {recording.name for recording in recordings()} >= set(STORIES)


@pytest.mark.spec("J-010")
def test_every_node_type_was_walked_in_some_recording() -> None:
    walked = {node.type for recording in recordings() for node in recording.version.graph.nodes}
    assert walked == {model.model_fields["type"].default for model in get_args(get_args(BuiltIn)[0])}


@pytest.mark.parametrize(
    ("name", "most"), [("message", 9), ("delay_of_90_days", 12)], ids=["enter, send, exit", "enter, delay, send, exit"]
)
def test_an_enrollment_leaves_few_events(name: str, most: int) -> None:
    recording = next(one for one in recordings() if one.name == name)
    assert len(recording.history.events) <= most
