"""Custom: a node whose type a plugin brings (`engine.journey.custom`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from engine.journey.decisions import Perform, SleepUntil
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take

NODE_TYPE = r"^[a-z][a-z0-9_]{0,62}$"
FAILED = "failed"
STEP_FAILED = "step_failed"
LEAST_PAUSE = timedelta(minutes=1)
"""How long a step that may be done later is put off at least, whatever its plugin said."""


class Custom(NodeBase):
    """A node of a type that is somebody's own; what is not a field of every node is a setting of its type.

    It is walked without its plugin being known: the plugin does its work in an activity, which answers with the way
    out. Where the plugin is missing, or refuses the settings, the profile waits here until it is put back.
    """

    model_config = ConfigDict(extra="allow")

    type: str = Field(pattern=NODE_TYPE)

    @model_validator(mode="after")
    def _tidy(self) -> Self:
        """A setting that holds nothing is not set; “to” is where YAML says where a node leads."""
        held = self.model_extra or {}
        if "to" in held:
            raise ValueError("A setting cannot be called “to”.")
        for name in [name for name, value in held.items() if value is None]:
            del held[name]
        return self

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the author set."""
        return self.model_extra or {}

    @property
    def outlets(self) -> tuple[str, ...]:
        """Only the plugin knows its ways out; what is drawn is judged with the catalogue."""
        return ()

    @property
    def ends(self) -> Mapping[str, str]:
        """A step that could not be done ends the enrollment, unless it is drawn where that leads."""
        return {FAILED: STEP_FAILED}

    def decide(self, step: Step) -> Move:
        """Have it done once, then leave by the way out that came back."""
        outcome = step.acted
        if outcome is None:
            until = step.memory.get("until")
            return self._perform(step) if until is None else self._wait(step, datetime.fromisoformat(until))
        if outcome.until is not None:
            return self._wait(step, max(outcome.until, step.now + LEAST_PAUSE), outcome.reason, outcome.detail)
        return Take(outcome.outlet or FAILED, reason=outcome.reason or "performed", facts=outcome.detail)

    def _perform(self, step: Step) -> Hold:
        decision = Perform(node=self.id, visit=step.state.visit)
        is_first = "until" not in step.memory
        return Hold(decision, act="acting" if is_first else None, memory=step.memory, facts={"type": self.type})

    def _wait(
        self, step: Step, until: datetime, reason: str | None = None, read: Mapping[str, Any] | None = None
    ) -> Hold:
        """Sleep until it is tried again. The trail tells of it once for each reason."""
        if step.now >= until:
            return self._perform(step)
        reason = reason or step.memory.get("reason")
        memory = {"until": until.isoformat(), "reason": reason}
        decision = SleepUntil(node=self.id, visit=step.state.visit, until=until)
        is_news = reason != step.memory.get("reason")
        facts = {"until": memory["until"], **(read or {})}
        return Hold(decision, act="waiting" if is_news else None, memory=memory, reason=reason, facts=facts)
