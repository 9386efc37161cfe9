"""The trail: every step an enrollment took, why, from which facts, and when.

The trail is the audit and the support page. It is written once, in order, and never changed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from engine.model import Frozen

TrailAct = Literal["entered", "waiting", "asked", "delivering", "acting", "took", "reached", "moved", "ended"]


class TrailStep(Frozen):
    """One step: at `node` (its `visit`-th time) the enrollment did `act`, for `reason`, having read `facts`.

    `took` names the outlet it left by; `waiting` carries `until` in its facts; `reached` names the goal as its reason;
    `moved` carries the versions from and to; `ended` carries the exit reason.
    """

    seq: int
    node: str
    visit: int
    act: TrailAct
    at: datetime
    outlet: str | None = None
    reason: str | None = None
    facts: Mapping[str, Any] = Field(default_factory=dict)
