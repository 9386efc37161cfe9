"""How a workflow reads its journey version: from the catalogue of its worker, handed in by an interceptor.

A published version is immutable, so reading it is deterministic; keeping it out of the history keeps histories small.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from temporalio import workflow
from temporalio.worker import Interceptor, WorkflowInboundInterceptor, WorkflowInterceptorClassInput

from engine.journey.version import JourneyVersion

VersionLookup = Callable[[str, int], JourneyVersion]
_NAME = "waitline_version"


class VersionInterceptor(Interceptor):
    """Gives the workflows of a worker their way to look a version up."""

    def __init__(self, lookup: VersionLookup) -> None:
        self._lookup = lookup

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        """No interception; only the look-up is handed through."""
        functions = cast(
            "dict[str, Callable[..., Any]]",
            input.unsafe_extern_functions,  # pyright: ignore[reportUnknownMemberType] - the SDK leaves the type open
        )
        functions[_NAME] = self._lookup
        return None


def version_of(journey: str, number: int) -> JourneyVersion:
    """The version, inside a workflow."""
    functions = cast(
        "Mapping[str, VersionLookup]",
        workflow.extern_functions(),  # pyright: ignore[reportUnknownMemberType] - the SDK leaves the type open
    )
    return functions[_NAME](journey, number)
