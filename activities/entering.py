"""Entering: the one door through which an event lets profiles into journeys, whatever the trigger is.

event, segment entered, call to the API   ──► routed by the relay, one profile at a time
schedule, one-off audience                ──► gathered from the database, many at a time (`activities.gathering`)
another journey                           ──► an act of that journey
restock                                   ──► a release, which asks the door for those of its batch
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from activities.starting import Starter
from activities.tasks import EnrollmentTask
from engine.journey.facts import EventFact
from engine.journey.triggers import ENTRY_EVENTS, ApiTrigger, EventTrigger, SegmentTrigger, is_triggered
from engine.journey.version import JourneyVersion
from engine.journey.vocabulary import LOW_STOCK
from engine.store.admitting import Admission, admit
from engine.store.database import Database
from engine.store.routing import Live, RoutedEvent
from engine.store.versions import VersionCatalogue


class Door:
    """Admits profiles and starts their enrollments. Who is admitted is decided by one at a time."""

    def __init__(
        self, database: Database, versions: VersionCatalogue, starter: Starter, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock
        self._deciding = asyncio.Lock()

    async def entered_by(self, event: RoutedEvent, told: Mapping[str, Any], live: Sequence[Live]) -> list[Live]:
        """The journeys whose trigger this event fits. `told` is what whoever recorded it told the relay."""
        return [one for one in live if _fits(await self._versions.load(one.journey, one.version), event, told)]

    async def let_in(self, live: Live, causes: Sequence[RoutedEvent]) -> int:
        """Let those in whom these events concern, and who may enter; how many enrollments that makes."""
        version = await self._versions.load(live.journey, live.version)
        async with self._deciding, self._database.connection() as connection:
            admitted = await admit(connection, live, version.document.settings, causes, self._clock())
        await self._starter.enroll(task_for(live, one, version) for one in admitted)
        return len(admitted)


def task_for(live: Live, admission: Admission, version: JourneyVersion) -> EnrollmentTask:
    """The workflow input of an enrollment that begins."""
    cause = admission.cause
    return EnrollmentTask(
        id=admission.enrollment,
        journey=live.journey,
        version=live.version,
        profile=admission.profile,
        key=admission.key,
        variant=cause.variant_id,
        waitlist_entry=cause.waitlist_entry_id,
        is_test=live.status == "test",
        workflow=version.document.settings.workflow,
        entry=EventFact(id=cause.id, name=cause.name, at=cause.at, properties=cause.properties),
    )


def _fits(version: JourneyVersion, event: RoutedEvent, told: Mapping[str, Any]) -> bool:
    """Whether the event fits the trigger. What only Waitline itself may say is not taken from an event's properties."""
    match version.graph.entry.trigger:
        case EventTrigger() as trigger:
            fact = EventFact(id=event.id, name=event.name, at=event.at, properties=event.properties)
            passed = version.document.settings.threshold
            is_ours = event.name != LOW_STOCK or event.properties.get("threshold", passed) == passed
            return is_ours and is_triggered(trigger, fact)
        case SegmentTrigger(segment=segment):
            return told.get("entered_segment") == segment
        case ApiTrigger():
            return event.name == ENTRY_EVENTS["api"] and told.get("journey") == version.journey
        case _:
            return False
