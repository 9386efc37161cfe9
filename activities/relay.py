"""The outbox relay: routes every stored fact to the workflows that it concerns.

    stock moved  ──► `Back in Stock` for each open entry ──► a release for every journey whose threshold was crossed,
                                                             and a signal to everyone who listens for it
    event        ──► an enrollment in every journey that this event enters, and a signal to everyone who listens for it

One relay runs at a time (`engine.store.leadership`). A crash between routing and marking routes a fact again, which the
ids make harmless: releases and enrollments are named after the fact.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from activities.starting import Starter
from activities.stock_routing import RELEASE_CHANGED, STOCK_HELD, StockRouter
from activities.tasks import EnrollmentTask
from engine.journey.facts import EventFact
from engine.store import outbox, routing
from engine.store.bell import open_bell
from engine.store.database import Database
from engine.store.leadership import lead
from engine.store.listeners import Listener, listeners
from engine.store.outbox import OpenRow
from engine.store.restocks import BACK_IN_STOCK
from engine.store.routing import Live
from engine.store.stock import STOCK_MOVED
from engine.store.versions import VersionCatalogue

AT_ONCE = 200
SAFETY_NET_SECONDS = 1.0
EVENT = "event"
Listening = Mapping[str, list[Listener]]
"""Who listens, by the profile that an outbox row names."""
log = structlog.get_logger(__name__)


class Relay:
    """Routes the outbox for as long as it runs."""

    def __init__(
        self, database: Database, versions: VersionCatalogue, starter: Starter, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock
        self._stock = StockRouter(database, versions, starter, clock)

    async def run(self) -> None:
        """Lead, route what is open, wait for the bell; for ever."""
        async with lead(self._database, "relay"), open_bell(self._database) as bell:
            log.info("relay.leads")
            while True:
                try:
                    routed = await self.route_open()
                except DBAPIError as error:
                    log.error("relay.database_away", error=repr(error))
                    await asyncio.sleep(SAFETY_NET_SECONDS)
                    continue
                if routed == 0:
                    await bell.wait(timeout=SAFETY_NET_SECONDS)

    async def route_open(self) -> int:
        """Route what is due now; how many facts that was."""
        async with self._database.engine.connect() as connection:
            rows = await outbox.open_rows(connection, AT_ONCE, self._clock())
            live = await routing.live_journeys(connection) if rows else []
            told = {profile for row in rows if row.kind == EVENT and (profile := row.payload.get("profile_id"))}
            listening = await listeners(connection, told)
        if not rows:
            return 0
        results = await asyncio.gather(*(self._route(row, live, listening) for row in rows), return_exceptions=True)
        now = self._clock()
        async with self._database.connection() as connection:
            done = [row.id for row, result in zip(rows, results, strict=True) if not isinstance(result, BaseException)]
            await outbox.mark_routed(connection, done, now)
            for row, result in zip(rows, results, strict=True):
                if isinstance(result, BaseException):
                    log.error("relay.failed", outbox_row=row.id, kind=row.kind, error=repr(result))
                    await outbox.mark_failed(connection, row, repr(result), now)
        return len(rows)

    async def _route(self, row: OpenRow, live: Sequence[Live], listening: Listening) -> None:
        if row.kind == STOCK_MOVED:
            await self._wake_all(await self._stock.route(row.subject_id, row.payload, live))
        elif row.kind == STOCK_HELD:
            await self._wake_all(await self._stock.route_held(row.subject_id, row.payload, live))
        elif row.kind == RELEASE_CHANGED:
            await self._stock.tell(row.payload)
        elif row.kind == EVENT:
            await self._wake(
                row.subject_id, row.payload.get("name"), listening.get(row.payload.get("profile_id", ""), ())
            )
            await self._route_event(row.subject_id, live)

    async def _wake_all(self, waiting: Iterable[tuple[Listener, str, str]]) -> None:
        """Signal to each the event that is hers."""
        await asyncio.gather(*(self._wake(event, name, (listener,)) for listener, name, event in waiting))

    async def _wake(self, event_id: str, name: str | None, waiting: Iterable[Listener]) -> None:
        """Signal the event to those who listen for its name."""
        await asyncio.gather(*(self._starter.wake(one.enrollment, event_id) for one in waiting if name in one.events))

    async def _route_event(self, event_id: str, live: Sequence[Live]) -> None:
        async with self._database.engine.connect() as connection:
            event = await routing.event(connection, event_id)
        if event is None or event.profile_id is None:
            return
        entered = [one for one in live if one.entry_event == event.name and event.name != BACK_IN_STOCK]
        if not entered:
            return
        async with self._database.connection() as connection:
            added = [await routing.add_enrollment(connection, one, event, self._clock()) for one in entered]
        await self._starter.enroll(
            EnrollmentTask(
                id=enrollment_id,
                journey=one.journey,
                version=one.version,
                profile=event.profile_id,
                key=event.id,
                variant=event.variant_id,
                waitlist_entry=event.waitlist_entry_id,
                entry=EventFact(id=event.id, name=event.name, at=event.at, properties=event.properties),
            )
            for one, enrollment_id in zip(entered, added, strict=True)
        )
