"""Delay: let time pass. For a length of time, until a time of day where the profile lives, or until a date it has."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.checks import Place, check_condition, check_length, check_window
from engine.journey.conditions import Attribute, Condition
from engine.journey.decisions import SleepUntil
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take
from engine.journey.problems import Problem
from engine.journey.timing import LocalWindow, at_local, zone_of
from engine.journey.values import LONGEST, instant
from engine.journey.vocabulary import TIMEZONE
from engine.model import Frozen

NO_DATE = "no_date"


class UntilDate(Frozen):
    """A date attribute of the profile, moved by `offset` (negative: before it), at this time of day if one is given.

    A date without a time begins at midnight where the profile lives.
    """

    attribute: str = Field(min_length=1, max_length=120)
    offset: timedelta = timedelta()
    at: time | None = None


class Delay(NodeBase):
    """Wait: exactly one of a `duration`, a local `window` of the day and week, or `until_date`.

    A duration counts from the arrival; a window that is open on arrival, or a date that has passed, does not wait. A
    profile without the date, or with one more than five years away, leaves by `no_date` (falls back to `next`). A
    `buffer` is the delay right after the entry in which a newly published version is still adopted.
    """

    type: Literal["delay"] = "delay"
    duration: timedelta | None = None
    window: LocalWindow | None = None
    until_date: UntilDate | None = None
    buffer: bool = False

    waits = True

    @property
    def outlets(self) -> tuple[str, ...]:
        """One way on; for a date also the way of those who have none."""
        return ("next",) if self.until_date is None else ("next", NO_DATE)

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """Without a way of their own, profiles without the date go on."""
        return {} if self.until_date is None else {NO_DATE: "next"}

    @cached_property
    def asks(self) -> Mapping[str, Condition]:
        """The profile's zone, and its date."""
        if self.duration is not None:
            return {}
        names = (TIMEZONE,) if self.until_date is None else (TIMEZONE, self.until_date.attribute)
        return {key: leaf for name in names for key, leaf in Attribute(attribute=name, op="exists").asks.items()}

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:
        """Exactly one way to say how long, and one that makes sense."""
        given = [self.duration, self.window, self.until_date]
        if sum(each is not None for each in given) != 1:
            yield self.problem(
                "delay_unclear", "duration", "Say how long to wait in one way: a duration, a time of day, or a date."
            )
        yield from check_length(self.duration, Place(self.id, "duration"), "delay", "The delay")
        yield from check_window(self.window, Place(self.id, "window"))
        if self.until_date is not None:
            exists = Attribute(attribute=self.until_date.attribute, op="before", value="2026-01-01")
            yield from check_condition(exists, Place(self.id, "until_date.attribute"), catalogue)
            if abs(self.until_date.offset) > LONGEST:
                yield self.problem(
                    "delay_too_long", "until_date.offset", "The offset is longer than five years; set a shorter one."
                )

    def decide(self, step: Step) -> Move:
        """Sleep until the deadline that was fixed on arrival, then go on."""
        if "until" in step.memory:
            until = datetime.fromisoformat(step.memory["until"])
        elif step.knows(self.asks):
            until = self._until(step)
        else:
            return step.ask(self.asks)
        if until is None:
            return Take(NO_DATE, reason=NO_DATE)
        if step.now >= until:
            return Take("next", reason="delay_over")
        memory = {"until": until.isoformat()}
        decision = SleepUntil(node=self.id, visit=step.state.visit, until=until)
        return Hold(decision, act="waiting", memory=memory, facts=memory)

    def _until(self, step: Step) -> datetime | None:
        """The deadline: counted from the arrival, so that an edit adopted in a buffer does not start it anew."""
        arrived = step.state.arrived_at
        if self.duration is not None:
            return arrived + self.duration
        zone = zone_of(step.evidence.attribute(TIMEZONE), step.settings.zone)
        if self.window is not None:
            return self.window.next_open(step.now, zone)
        assert self.until_date is not None, "a delay that validated says how long"
        try:
            until = _date_of(step.evidence.attribute(self.until_date.attribute), self.until_date, zone)
        except OverflowError:
            return None
        return until if until is not None and until - arrived <= LONGEST else None


def _date_of(value: Any, wanted: UntilDate, zone: ZoneInfo) -> datetime | None:
    """The instant that a profile's date means; None when it is not a date."""
    named = instant(value) if isinstance(value, str) else None
    if named is None:
        return None
    if len(value) == len("2026-03-02"):
        named = at_local(named.date(), time(), zone)
    moved = named + wanted.offset
    return moved if wanted.at is None else at_local(moved.astimezone(zone).date(), wanted.at, zone)
