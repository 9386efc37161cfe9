"""What holds for a whole journey rather than for one node.

Guardrails, interest and the release of a waiting line are settings too, but their rooms type them: opaque here.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from engine.journey.conditions import All, AnyOf, Condition, Criteria, Not, Segment, Where
from engine.journey.vocabulary import SEGMENT_LEFT, UNSUBSCRIBED
from engine.model import Frozen


class OnceEver(Frozen):
    """A profile enters once, whatever happens later."""

    kind: Literal["once"] = "once"


class OncePerKey(Frozen):
    """A profile enters once for each variant (or whatever the journey's key is)."""

    kind: Literal["once_per_key"] = "once_per_key"


class AgainAfter(Frozen):
    """A profile enters again when this long has passed since it last entered."""

    kind: Literal["after"] = "after"
    wait: timedelta


class EveryTime(Frozen):
    """Every event lets the profile in once."""

    kind: Literal["always"] = "always"


Reentry = Annotated[OnceEver | OncePerKey | AgainAfter | EveryTime, Field(discriminator="kind")]


class Goal(Frozen):
    """What the journey is for. With `ends`, reaching it ends the enrollment with reason `goal:<id>`."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    title: str | None = Field(default=None, max_length=120)
    event: str = Field(min_length=1, max_length=120)
    where: Where | None = None
    within: timedelta | None = None
    ends: bool = True


class ExitOnEvent(Frozen):
    """Leave when this event occurs (`Order Completed` of the variant)."""

    kind: Literal["event"] = "event"
    event: str = Field(min_length=1, max_length=120)
    where: Where | None = None
    reason: str = Field(default="exit_event", pattern=r"^[a-z][a-z0-9_:]{0,80}$")


class ExitOnUnsubscribe(Frozen):
    """Leave when the profile unsubscribes."""

    kind: Literal["unsubscribed"] = "unsubscribed"


class ExitOnSegmentLeft(Frozen):
    """Leave when the profile is no longer in this segment."""

    kind: Literal["segment_left"] = "segment_left"
    segment: str = Field(min_length=1, max_length=120)


ExitCriterion = Annotated[ExitOnEvent | ExitOnUnsubscribe | ExitOnSegmentLeft, Field(discriminator="kind")]


class Audience(Frozen):
    """Who may enter at all: members of the included segments (any or all of them) and of none of the excluded ones.

    `condition` narrows further. Empty means everyone.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    combine: Literal["any", "all"] = "any"
    condition: Criteria | None = None

    @cached_property
    def as_condition(self) -> Condition | None:
        """The audience as one condition; None when everyone belongs to it."""
        parts: list[Condition] = []
        if self.include:
            members = tuple(Segment(segment=segment) for segment in self.include)
            parts.append(AnyOf(of=members) if self.combine == "any" else All(of=members))
        parts.extend(Not(of=Segment(segment=segment)) for segment in self.exclude)
        if self.condition is not None:
            parts.append(self.condition)
        return None if not parts else parts[0] if len(parts) == 1 else All(of=tuple(parts))


class JourneySettings(Frozen):
    """The settings of a journey; every one has a default that a newcomer can leave alone.

    `match` and `threshold` say which restock counts; `zone` is used where a profile's own is not known; `buffer` says
    whether enrollments inside a buffer delay adopt a newly published version; `resume` what happens, after a pause, to
    waits that were over during it. `workflow` names the Temporal workflow, written by a developer, that leads through
    the nodes wherever no edge does.
    """

    match: Literal["variant", "product"] = "variant"
    threshold: int = Field(default=1, ge=1)
    zone: str = "UTC"
    audience: Audience = Audience()
    reentry: Reentry = EveryTime()
    goals: tuple[Goal, ...] = ()
    exits: tuple[ExitCriterion, ...] = ()
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    at_end: Literal["finish", "exit"] = "finish"
    resume: Literal["continue", "expire_overdue", "recheck"] = "continue"
    buffer: Literal["adopt", "keep"] = "adopt"
    guardrails: Mapping[str, Any] = Field(default_factory=dict)
    release: Mapping[str, Any] = Field(default_factory=dict)
    interest: Mapping[str, Any] = Field(default_factory=dict)
    workflow: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9_]{0,99}$")

    @cached_property
    def event_exits(self) -> tuple[ExitOnEvent, ...]:
        """Every way to leave because of an event: exit events, unsubscribing, goals that end."""
        found: list[ExitOnEvent] = []
        for criterion in self.exits:
            match criterion:
                case ExitOnEvent():
                    found.append(criterion)
                case ExitOnUnsubscribe():
                    found.append(ExitOnEvent(event=UNSUBSCRIBED, reason="unsubscribed"))
                case ExitOnSegmentLeft():
                    pass
        ending = (goal for goal in self.goals if goal.ends)
        found.extend(ExitOnEvent(event=goal.event, where=goal.where, reason=f"goal:{goal.id}") for goal in ending)
        return tuple(found)

    @cached_property
    def segment_exits(self) -> tuple[ExitOnSegmentLeft, ...]:
        """The segments that a profile must stay in."""
        return tuple(criterion for criterion in self.exits if isinstance(criterion, ExitOnSegmentLeft))

    @cached_property
    def exit_events(self) -> tuple[str, ...]:
        """The names of all events that may end an enrollment, in order."""
        names = [criterion.event for criterion in self.event_exits]
        if self.segment_exits:
            names.append(SEGMENT_LEFT)
        return tuple(dict.fromkeys(names))
