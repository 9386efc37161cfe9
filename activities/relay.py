"""The outbox relay: routes every stored fact to the workflows that it concerns.

    stock moved  ──► `Back in Stock` for each open entry ──► a release for every journey whose threshold was crossed,
                                                             and a signal to everyone who listens for it
                 └──► less of it: `Low Stock` for those who want it
    price fell   ──► `Price Dropped` for those who want the variant; never a restock
    event        ──► a signal to everyone who listens for it, an enrollment in every journey whose trigger it fits, and
                     a look at the watched segments that it may move

One relay runs at a time (`engine.store.leadership`). A crash between routing and marking routes a fact again, which the
ids make harmless: releases and enrollments are named after the fact.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.entering import Door
from activities.erasing import Eraser
from activities.errors import NotStartedYet
from activities.low_stock import LowStockRouter
from activities.segment_watch import SegmentWatch
from activities.starting import Starter
from activities.stock_routing import STOCK_HELD, StockRouter
from activities.tasks import EnrollmentTask, Notice
from engine.journey.vocabulary import PRICE_DROPPED
from engine.store import outbox, routing
from engine.store.bell import open_bell
from engine.store.database import Database
from engine.store.erasure import ERASED
from engine.store.expectations import EXPECTED
from engine.store.leadership import lead
from engine.store.listeners import Listener, listeners
from engine.store.notices import NOTICE
from engine.store.outbox import OpenRow
from engine.store.price_drops import PRICE_FELL, record_price_drop
from engine.store.release_controls import RELEASE_CHANGED
from engine.store.resending import RESENT
from engine.store.routing import EntryEvents, Live, RoutedEvent
from engine.store.steering import STEERED, is_starting
from engine.store.stock import STOCK_MOVED
from engine.store.versions import VersionCatalogue

AT_ONCE = 200
SAFETY_NET_SECONDS = 1.0
EVENT = "event"
_TOLD_OF_EACH = frozenset({"name", "profile_id"})
Listening = Mapping[str, list[Listener]]
"""Who listens, by the profile that an outbox row names."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Outbox rows, and what is known while they are routed: open journeys, listeners by profile, events by id.

    Of the events only those are there that somebody may enter by.
    """

    rows: Sequence[OpenRow]
    live: Sequence[Live]
    listening: Listening
    events: Mapping[str, RoutedEvent]

    def concerns_somebody(self, row: OpenRow) -> bool:
        """Whether this is more than an event that nobody listens for and no journey begins with."""
        return row.kind != EVENT or row.subject_id in self.events or row.payload.get("profile_id") in self.listening

    def may_enter(self, row: OpenRow) -> bool:
        """Whether this event may let somebody into a journey: by its name, or by what was told beside it."""
        if row.payload.keys() > _TOLD_OF_EACH:
            return True
        return any(one.entry_event == row.payload.get("name") for one in self.live)


class Relay:
    """Routes the outbox for as long as it runs."""

    def __init__(
        self,
        database: Database,
        versions: VersionCatalogue,
        starter: Starter,
        clock: Callable[[], datetime],
        *,
        door: Door,
        watch: SegmentWatch,
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock
        self._stock = StockRouter(database, versions, starter, clock)
        self._low_stock = LowStockRouter(database, versions, clock)
        self._eraser = Eraser(database, starter, clock)
        self._door = door
        self._watch = watch
        self._entries: EntryEvents = {}

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
        batch = await self._database.look_up(self._read)
        if not batch.rows:
            return 0
        heard = [row for row in batch.rows if batch.concerns_somebody(row)]
        results = await asyncio.gather(*(self._route(row, batch) for row in heard), return_exceptions=True)
        await self._notice(batch.rows)
        failed = {row.id: one for row, one in zip(heard, results, strict=True) if isinstance(one, BaseException)}
        await self._database.carry_out(lambda executor: self._mark(executor, batch.rows, failed))
        return len(batch.rows)

    async def _read(self, executor: AsyncConnection) -> Batch:
        rows = await outbox.open_rows(executor, AT_ONCE, self._clock())
        if not rows:
            return Batch((), (), {}, {})
        told = {profile for row in rows if row.kind == EVENT and (profile := row.payload.get("profile_id"))}
        live = await routing.open_journeys(executor, self._entries)
        batch = Batch(rows, live, await listeners(executor, told) if told else {}, {})
        entering = [row.subject_id for row in rows if row.kind == EVENT and batch.may_enter(row)]
        return replace(batch, events=await routing.events(executor, entering))

    async def _mark(
        self, executor: AsyncConnection, rows: Sequence[OpenRow], failed: Mapping[int, BaseException]
    ) -> None:
        now = self._clock()
        await outbox.mark_routed(executor, [row.id for row in rows if row.id not in failed], now)
        for row in rows:
            if (error := failed.get(row.id)) is not None:
                log.error("relay.failed", outbox_row=row.id, kind=row.kind, error=repr(error))
                await outbox.mark_failed(executor, row, repr(error), now)

    async def _route(self, row: OpenRow, batch: Batch) -> None:
        launched = [one for one in batch.live if one.status == "active"]
        if row.kind == STOCK_MOVED:
            await self._wake_all(await self._stock.route(row.subject_id, row.payload, batch.live))
            await self._low_stock.route(row.subject_id, row.payload, launched)
        elif row.kind == STOCK_HELD:
            await self._wake_all(await self._stock.route_held(row.subject_id, row.payload, batch.live))
        elif row.kind == PRICE_FELL:
            await self._tell_price(row, launched)
        elif row.kind == EXPECTED:
            await self._stock.tell_expected(row.subject_id)
        elif row.kind == RELEASE_CHANGED:
            await self._stock.tell(row.payload)
        elif row.kind == STEERED:
            await self._steer(row.subject_id, Notice.model_validate(row.payload))
        elif row.kind == RESENT:
            await self._starter.start(EnrollmentTask.model_validate(row.payload))
        elif row.kind == ERASED:
            await self._eraser.finish(row.payload["profiles"])
        elif row.kind == NOTICE:
            await self._starter.carry(row.subject_id)
        elif row.kind == EVENT:
            await self._wake(
                row.subject_id, row.payload.get("name"), batch.listening.get(row.payload.get("profile_id", ""), ())
            )
            event = batch.events.get(row.subject_id)
            if event is not None and event.profile_id is not None:
                for one in await self._door.entered_by(event, row.payload, batch.live):
                    await self._door.let_in(one, [event])

    async def _tell_price(self, row: OpenRow, launched: Sequence[Live]) -> None:
        """Tell of a price that fell. The events are routed like all others."""
        begins = any(one.entry_event == PRICE_DROPPED for one in launched)
        async with self._database.connection() as connection:
            await record_price_drop(connection, row.subject_id, row.payload, self._clock(), begins_journeys=begins)

    async def _steer(self, enrollment: str, notice: Notice) -> None:
        """Tell an enrollment what staff want of it.

        Raises:
            NotStartedYet: it is let in and its workflow is yet to start; the outbox asks again.
        """
        if await self._starter.tell(enrollment, notice):
            return
        async with self._database.engine.connect() as connection:
            if await is_starting(connection, enrollment):
                raise NotStartedYet(enrollment)

    async def _notice(self, rows: Sequence[OpenRow]) -> None:
        """Let the watch over segments see whose facts changed. What it misses its next sweep finds."""
        try:
            await self._watch.notice(rows)
        except DBAPIError as error:
            log.error("relay.watch_failed", error=repr(error))

    async def _wake_all(self, waiting: Iterable[tuple[Listener, str, str]]) -> None:
        """Signal to each the event that is hers."""
        await asyncio.gather(*(self._wake(event, name, (listener,)) for listener, name, event in waiting))

    async def _wake(self, event_id: str, name: str | None, waiting: Iterable[Listener]) -> None:
        """Signal the event to those who listen for its name."""
        await asyncio.gather(*(self._starter.wake(one.enrollment, event_id) for one in waiting if name in one.events))
