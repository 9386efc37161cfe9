"""Fetching a source's feed and importing it: piece by piece, a portion a transaction, whatever the size of the file.

The file is fetched under the same guard as every address that people type: nothing on private networks unless that is
allowed, no redirects. What is believed of stock is as of when the file was last changed, where the server says so.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import structlog
from temporalio import activity

from activities.channels.network import endpoint_problem, guarded_socket
from activities.feed_tasks import IMPORT_FEED, FeedReport, FeedTask
from engine.stock.merchant_feed import FeedItem, FeedProblem, MerchantFeed
from engine.stock.sourcing import FeedSettings, SourceSettings
from engine.store import feed_imports, sources
from engine.store.database import Database
from engine.store.feed_imports import Progress

PORTION = 1_000
PIECE = 1 << 18
LARGEST_FEED = 1 << 30
PATIENCE = aiohttp.ClientTimeout(total=3_600, connect=20, sock_read=60)
log = structlog.get_logger(__name__)


class FeedFailed(Exception):
    """The feed could not be fetched; its import reports the code and the sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = FeedProblem(0, code, detail)


class FeedImporter:
    """Imports feeds."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        retention: timedelta | None,
        allow_private: bool,
        largest: int = LARGEST_FEED,
    ) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention
        self._allow_private = allow_private
        self._largest = largest

    @activity.defn(name=IMPORT_FEED)
    async def import_feed(self, task: FeedTask) -> FeedReport:
        """Fetch and import the feed of this source, if it still has one."""
        async with self._database.snapshot() as session:
            source = await sources.find_source(session, task.source)
        settings = SourceSettings.model_validate(source.settings)
        if settings.feed is None:
            return FeedReport()
        begun = self._clock()
        progress = await self._database.carry_out(
            lambda executor: feed_imports.begin(executor, source.id, retention=self._retention, now=begun)
        )
        try:
            await self._import(settings.feed, settings.currency, progress)
        except (FeedFailed, aiohttp.ClientError, OSError) as error:
            problem = error.problem if isinstance(error, FeedFailed) else _unreachable(error)
            log.warning("feed.failed", source=source.name, code=problem.code)
            await self._database.carry_out(
                lambda executor: feed_imports.fail(executor, progress, problem, now=self._clock())
            )
        else:
            await self._database.carry_out(lambda executor: feed_imports.finish(executor, progress, now=self._clock()))
            async with self._database.transaction() as session:
                await sources.note_seen(session, source, self._clock())
        return FeedReport(
            items=progress.items,
            changed=progress.changed,
            restocked=progress.restocked,
            problems=progress.problem_count,
        )

    async def _import(self, feed: FeedSettings, currency: str | None, progress: Progress) -> None:
        wrong = endpoint_problem(feed.url, allow_private=self._allow_private)
        if wrong is not None:
            raise FeedFailed("bad_address", wrong)
        connector = aiohttp.TCPConnector(socket_factory=None if self._allow_private else guarded_socket)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=PATIENCE) as session,
            session.get(feed.url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise FeedFailed("refused", f"The feed's address answered {answer.status}; open it in a browser.")
            now = self._clock()
            made_at = min(_last_modified(answer.headers.get("Last-Modified")) or now, now)
            waiting: list[FeedItem] = []
            storing: asyncio.Task[None] | None = None  # the portion before, while the next one is read
            try:
                async for one in _found(answer.content, currency, self._largest):
                    if isinstance(one, FeedProblem):
                        progress.report(one)
                        continue
                    waiting.append(one)
                    if len(waiting) == PORTION:
                        if storing is not None:
                            await storing
                        storing, waiting = asyncio.create_task(self._store(progress, waiting, made_at)), []
            finally:  # what was read counts, though the rest may never come
                if storing is not None:
                    await storing
                await self._store(progress, waiting, made_at)

    async def _store(self, progress: Progress, items: list[FeedItem], made_at: datetime) -> None:
        if items:
            now = self._clock()
            await self._database.carry_out(
                lambda executor: feed_imports.take_items(executor, progress, items, observed_at=made_at, now=now)
            )
        if activity.in_activity():
            activity.heartbeat()


async def _found(
    content: aiohttp.StreamReader, currency: str | None, largest: int
) -> AsyncGenerator[FeedItem | FeedProblem]:
    """What the file holds, as it comes in; at most `largest` bytes of it."""
    reader, size = MerchantFeed(currency), 0
    async for piece in content.iter_chunked(PIECE):
        size += len(piece)
        if size > largest:
            raise FeedFailed("too_large", f"The feed is larger than {largest >> 20} MB; split it.")
        for one in reader.read(piece):
            yield one
    for one in reader.finish():
        yield one


def _unreachable(error: Exception) -> FeedProblem:
    name = type(error).__name__
    return FeedProblem(0, "unreachable", f"The feed's address does not answer ({name}); open it in a browser.")


def _last_modified(header: str | None) -> datetime | None:
    try:
        made = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)
