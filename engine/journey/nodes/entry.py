"""Entry: where enrollments begin, and the trigger that lets them in."""

from collections.abc import Iterator
from typing import Literal

from engine.journey.catalogue import Catalogue
from engine.journey.checks import Place, check_condition, check_event, check_segment, check_zone
from engine.journey.nodes.base import Move, NodeBase, Step, Take
from engine.journey.problems import Problem
from engine.journey.triggers import ApiTrigger, AudienceTrigger, EventTrigger, ScheduleTrigger, SegmentTrigger, Trigger


class Entry(NodeBase):
    """The one node through which every enrollment of the journey starts."""

    type: Literal["entry"] = "entry"
    trigger: Trigger

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on."""
        return ("next",)

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:
        """The trigger and what it refers to."""
        place = Place(self.id, "trigger")
        match self.trigger:
            case EventTrigger(event=event, where=where):
                yield from check_event(event, place.inside("event"), catalogue)
                yield from check_condition(where, place.inside("where"), catalogue)
            case SegmentTrigger(segment=segment):
                yield from check_segment(segment, place.inside("segment"), catalogue)
            case ScheduleTrigger() as schedule:
                yield from check_zone(schedule.zone, place.inside("zone"))
                yield from check_condition(schedule.audience, place.inside("audience"), catalogue)
                if schedule.weekdays and schedule.day_of_month is not None:
                    yield place.problem(
                        "schedule_ambiguous", "The schedule names weekdays and a day of the month; keep one of them."
                    )
            case AudienceTrigger(audience=audience):
                yield from check_condition(audience, place.inside("audience"), catalogue)
            case ApiTrigger():
                pass

    def decide(self, step: Step) -> Move:
        """Go on at once; the trigger was judged before the enrollment began."""
        entry = step.state.entry
        return Take("next", reason="entry_event", facts={"event": entry.name, "event_id": entry.id})
