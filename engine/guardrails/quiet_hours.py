"""Quiet hours: when people sleep, and when the law says that they do.

    journey's window ─┐
                      ├─► quiet while any of them is open, in the profile's zone ──► delay to the end, or drop
    country's window ─┘

A country's hours only ever add to the journey's own, so the stricter of the two holds. A window may go over midnight;
what daylight saving does to it is told in `engine.journey.timing`.
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from engine.guardrails.caps import PERSONAL_CHANNELS
from engine.journey.timing import LocalWindow, Weekday, zone_named
from engine.model import Frozen

MOST_WINDOWS = 40
"""How many windows in a row are looked through for an end: more than a week of nights and Sundays has."""


class Hours(Frozen):
    """A stretch of the day, from `opens` until just before `closes`, on these weekdays (all, when none is named)."""

    opens: time
    closes: time
    weekdays: tuple[Weekday, ...] = Field(default=(), max_length=7)
    channels: tuple[str, ...] = Field(default=(), max_length=10)

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.opens == self.closes and not self.weekdays:
            raise ValueError("Quiet hours that begin when they end would last for ever; let them end at another time.")
        return self

    def covers(self, channel: str, *, is_personal: bool | None = None) -> bool:
        """Whether they concern this channel; all that reach a person, when none is named.

        `is_personal` says so of a channel that a plugin brings.
        """
        if self.channels or is_personal is None:
            return channel in (self.channels or PERSONAL_CHANNELS)
        return is_personal

    @property
    def window(self) -> LocalWindow:
        """The hours as a window of the clock."""
        return LocalWindow(opens=self.opens, closes=self.closes, weekdays=self.weekdays)


class QuietHours(Hours):
    """A journey's quiet hours: messages wait for their end, or are dropped."""

    mode: Literal["delay", "drop"] = "delay"


class CountryHours(Frozen):
    """When a country allows no messages. `source` names the rule, for people who ask."""

    hours: tuple[Hours, ...] = Field(min_length=1, max_length=10)
    source: str = Field(default="", max_length=500)


def quiet_until(hours: Sequence[Hours], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end (UTC) of the quiet that reigns now; None when it does not."""
    windows = [one.window for one in hours]
    end = now
    for _ in range(MOST_WINDOWS):
        later = max((until for window in windows if (until := window.open_until(end, zone))), default=None)
        if later is None:
            break
        end = later
    return None if end == now else end


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone."""
    return zone_named(name) is not None
