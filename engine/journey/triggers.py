"""What lets profiles into a journey.

    event             this event occurs for a profile, where …
    segment_entered   a profile becomes a member of a segment
    schedule          at these times, everyone in the audience
    api               a call names the profile
    audience          once, everyone in the audience

An event and a segment let in one profile at a time; a schedule and an audience let in many. Whoever starts enrollments
asks here; the trigger has been judged before an enrollment begins.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from engine.journey.conditions import Criteria, Where, occurs
from engine.journey.facts import EventFact
from engine.journey.timing import DAY, WEEKDAYS, Weekday, at_local, zone_of
from engine.journey.verdicts import Evidence
from engine.journey.vocabulary import SEGMENT_ENTERED
from engine.model import Frozen


class EventTrigger(Frozen):
    """Enter when this event occurs for a profile (`Back in Stock`, `Waiting on Stock`, `Order Completed` …)."""

    kind: Literal["event"] = "event"
    event: str = Field(min_length=1, max_length=120)
    where: Where | None = None


class SegmentTrigger(Frozen):
    """Enter when a profile becomes a member of this segment."""

    kind: Literal["segment_entered"] = "segment_entered"
    segment: str = Field(min_length=1, max_length=120)


class ScheduleTrigger(Frozen):
    """Let everyone in the audience in, at this time, in this zone: every day, on these weekdays, or once a month."""

    kind: Literal["schedule"] = "schedule"
    at: time
    weekdays: tuple[Weekday, ...] = Field(default=(), max_length=7)
    day_of_month: int | None = Field(default=None, ge=1, le=31)
    zone: str = "UTC"
    audience: Criteria

    def next_after(self, moment: datetime) -> datetime:
        """The first time (UTC) after this moment. A month that lacks the day is served on its last day."""
        zone = zone_of(self.zone, "UTC")
        today = moment.astimezone(zone).date()
        for offset in range(64):
            day = today + offset * DAY
            if self._is_due(day) and (due := at_local(day, self.at, zone)) > moment:
                return due
        raise AssertionError("two months without any of these days")

    def _is_due(self, day: date) -> bool:
        if self.day_of_month is not None:
            is_last = (day + DAY).month != day.month
            return day.day == self.day_of_month or (is_last and day.day < self.day_of_month)
        return not self.weekdays or WEEKDAYS[day.weekday()] in self.weekdays


class ApiTrigger(Frozen):
    """Enter when a call with the server key names the profile."""

    kind: Literal["api"] = "api"


class AudienceTrigger(Frozen):
    """Let everyone in who is in the audience at this moment, once: a one-off send. Without `at`, at its launch."""

    kind: Literal["audience"] = "audience"
    audience: Criteria
    at: AwareDatetime | None = None


Trigger = Annotated[
    EventTrigger | SegmentTrigger | ScheduleTrigger | ApiTrigger | AudienceTrigger, Field(discriminator="kind")
]

ENTRY_EVENTS: Mapping[str, str] = {
    "schedule": "Schedule Due",
    "api": "Entered by API",
    "audience": "Audience Launched",
}
"""The names of the events that stand for an entry which no event caused."""


def sample_entry(trigger: Trigger, at: datetime) -> EventFact:
    """An event such as this trigger lets in, where nobody says what happened: for a trial."""
    match trigger:
        case EventTrigger(event=name):
            return EventFact(id="sample", name=name, at=at)
        case SegmentTrigger(segment=segment):
            return EventFact(id="sample", name=SEGMENT_ENTERED, at=at, properties={"segment": segment})
        case ScheduleTrigger() | ApiTrigger() | AudienceTrigger():
            return EventFact(id="sample", name=ENTRY_EVENTS[trigger.kind], at=at)


def is_triggered(trigger: Trigger, event: EventFact) -> bool:
    """Whether this event, occurring for a profile, lets the profile in."""
    match trigger:
        case EventTrigger():
            return event.name == trigger.event and occurs(event, trigger.where, Evidence(now=event.at, entry=event))
        case SegmentTrigger():
            return event.name == SEGMENT_ENTERED and event.properties.get("segment") == trigger.segment
        case _:
            return False
