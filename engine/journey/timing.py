"""Clock time as a person lives it: zones, windows of the day and week, and what daylight saving does to them.

A local time that a spring change skips (02:30) happens when the clocks have moved (03:30); a local time that an autumn
change repeats happens the first time. Zone data comes from the system or the `tzdata` package.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from engine.model import Frozen

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone with this IANA name, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone_of(attribute: Any, otherwise: str) -> ZoneInfo:
    """A profile's zone: its `timezone` attribute when that names a zone, else this one, else UTC."""
    own = zone_named(attribute) if isinstance(attribute, str) and attribute else None
    return own or zone_named(otherwise) or ZoneInfo("UTC")


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which clocks in the zone show this."""
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


def _of_any_zone(clock: time) -> time:
    return clock.replace(tzinfo=None)


ClockTime = Annotated[time, AfterValidator(_of_any_zone)]
"""What a clock shows, wherever it hangs."""


class LocalWindow(Frozen):
    """A stretch of the day in the profile's zone, on these weekdays (all, when none is named).

    It is open from `opens` until just before `closes`; a window that closes at or before it opens goes on overnight and
    belongs to the day on which it opened. Without `closes` it is the moment `opens` itself.
    """

    opens: ClockTime
    closes: ClockTime | None = None
    weekdays: tuple[Weekday, ...] = Field(default=(), max_length=7)

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the window is open at this instant."""
        return self.next_open(now, zone) == now

    def next_open(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first instant (UTC) from `now` on at which the window is open: `now` itself when it is."""
        today = now.astimezone(zone).date()
        for offset in range(-1, 9):
            day = today + offset * DAY
            if self.weekdays and WEEKDAYS[day.weekday()] not in self.weekdays:
                continue
            opens = at_local(day, self.opens, zone)
            if opens >= now:
                return opens
            if self.closes is not None and now < self._closing(day, zone):
                return now
        raise AssertionError("a week without any of its weekdays")

    def open_until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When (UTC) the window that is open at this instant closes; None when it is not open."""
        if self.closes is None:
            return None
        today = now.astimezone(zone).date()
        days = [day for day in (today - DAY, today) if not self.weekdays or WEEKDAYS[day.weekday()] in self.weekdays]
        ends = [self._closing(day, zone) for day in days if at_local(day, self.opens, zone) <= now]
        return max((end for end in ends if end > now), default=None)

    def _closing(self, day: date, zone: ZoneInfo) -> datetime:
        assert self.closes is not None
        return at_local(day if self.closes > self.opens else day + DAY, self.closes, zone)
