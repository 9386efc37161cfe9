"""How Waitline's values become Temporal payloads, at a cost that a burst can bear.

Two things are unlike the SDK as it comes, both because a fan-out pays them for each person (decision 0010):

* The converter keeps nothing between two values, so there is one for the whole process. The SDK makes a converter for
  each workflow and each of its activations, and every new pydantic converter begins with an empty cache of adapters.
* The SDK walks over every payload of every activation and completion three times: for a codec, for external storage,
  and for references to it. Without any of the three each walk ends where it began. `skip_idle_passes` leaves them out,
  and only then: a client with a codec or external storage gets the SDK's own functions.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Self

import temporalio.bridge.worker as bridge
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter

Pass = Callable[..., Awaitable[Any]]


class SharedPydanticConverter(PydanticPayloadConverter):
    """The pydantic converter, of which there is one."""

    _only: Self | None = None

    def __new__(cls) -> Self:
        """The one that there is."""
        if cls._only is None:
            cls._only = super().__new__(cls)
            PydanticPayloadConverter.__init__(cls._only)
        return cls._only

    def __init__(self) -> None:
        """Nothing: it was made ready when it was first asked for."""


DATA_CONVERTER = DataConverter(payload_converter_class=SharedPydanticConverter)


def has_nothing_to_pass(converter: DataConverter) -> bool:
    """Whether payloads travel as the payload converter made them: no codec, no external storage."""
    return converter.payload_codec is None and converter.external_storage is None


def skip_idle_passes() -> None:
    """Leave out the walks over payloads that cannot change one, in this process. Calling it again changes nothing."""
    for name in ("decode_activation", "encode_completion"):
        original: Pass = getattr(bridge, name)
        if not hasattr(original, "walks"):
            setattr(bridge, name, _unless_idle(original))


def _unless_idle(walks: Pass) -> Pass:
    from temporalio.converter._extstore import StorageOperationMetrics  # noqa: PLC0415

    async def walk_if_needed(message: Any, converter: DataConverter, *given: Any, **named: Any) -> Any:
        if has_nothing_to_pass(converter):
            if (make_ready := getattr(converter, "make_ready", None)) is not None:  # `workflows.sealing`
                await make_ready()
            return StorageOperationMetrics()
        return await walks(message, converter, *given, **named)

    walk_if_needed.walks = walks  # type: ignore[attr-defined]
    return walk_if_needed
