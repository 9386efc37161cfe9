"""What Waitline changes about the SDK's way with payloads, and when it leaves that way alone."""

from collections.abc import Sequence
from typing import Any

import pytest
import temporalio.bridge.worker as bridge
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import DataConverter, PayloadCodec

from activities.tasks import EventsTask
from workflows.payloads import DATA_CONVERTER, SharedPydanticConverter, skip_idle_passes


class Reversing(PayloadCodec):
    """A codec whose work is easy to see."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata=dict(one.metadata), data=one.data[::-1]) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return await self.encode(payloads)


@pytest.fixture(autouse=True)
def _skipping(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("decode_activation", "encode_completion"):
        monkeypatch.setattr(bridge, name, getattr(bridge, name))  # put back what was there before
    skip_idle_passes()


def _activation() -> WorkflowActivation:
    activation = WorkflowActivation(run_id="run")
    activation.jobs.add().initialize_workflow.arguments.add(data=b"abc")
    return activation


async def _decode(activation: WorkflowActivation, converter: DataConverter) -> Any:
    return await bridge.decode_activation(activation, converter, decode_headers=False, storage_concurrency_limit=1)


def test_there_is_one_converter_and_it_keeps_pydantic_models_whole() -> None:
    task = EventsTask(ids=("evt_1", "evt_2"))
    payloads = DATA_CONVERTER.payload_converter.to_payloads([task, None])

    assert SharedPydanticConverter() is SharedPydanticConverter()
    assert DATA_CONVERTER.payload_converter.from_payloads(payloads, [EventsTask, type(None)]) == [task, None]


async def test_payloads_without_a_codec_are_not_walked_over_and_stay_as_they_are() -> None:
    activation = _activation()

    metrics = await _decode(activation, DATA_CONVERTER)

    assert activation == _activation()
    assert metrics.payload_count == 0


async def test_a_codec_still_gets_every_payload_of_activation_and_completion() -> None:
    converter = DataConverter(payload_converter_class=SharedPydanticConverter, payload_codec=Reversing())
    activation, completion = _activation(), WorkflowActivationCompletion(run_id="run")
    completion.successful.commands.add().complete_workflow_execution.result.data = b"xyz"

    await _decode(activation, converter)
    await bridge.encode_completion(completion, converter, encode_headers=False, storage_concurrency_limit=1)

    assert activation.jobs[0].initialize_workflow.arguments[0].data == b"cba"
    assert completion.successful.commands[0].complete_workflow_execution.result.data == b"zyx"


def test_asking_twice_changes_nothing_more() -> None:
    once = bridge.decode_activation
    skip_idle_passes()
    assert bridge.decode_activation is once
