"""A stage for journeys: a real worker on the real time-skipping server, a real database, and a channel that listens.

stage.publish(journey(node("push", "message", …), paths=[…]))
await stage.waits("ada", "M")
await stage.restock("M", 3)
assert await stage.path("ada") == ["entry", "push.sent", "done"]
assert [sent.title for sent in stage.push.sent] == ["Linen shirt is back"]
"""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any, Self

from google.protobuf.empty_pb2 import Empty
from sqlalchemy import insert, select
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.channels.channel import Accepted, AmbiguityPolicy
from activities.names import release_workflow_id
from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.messages.addresses import Address
from engine.messages.rendered import RenderedMessage
from engine.settings import Settings
from engine.stock.waiting import WaitSource
from engine.store import events
from engine.store.database import Database
from engine.store.publishing import create_journey, publish, set_status
from engine.store.statements import core
from engine.store.tables import Consent, Enrollment, PushSubscription, TrailRow, WaitlistEntry
from engine.store.vault import Vault
from tests.store.shop import Shop
from workflows.sealing import EnrollmentKeys, SealingConverter
from workflows.worker import CACHED_WORKFLOWS, Parts, assemble, sandboxed

PUSH_MESSAGE: Mapping[str, Any] = {
    "channel": "web_push",
    "title": "{{ product.name }} is back",
    "body": "{{ variant.title }}",
    "link": "{{ product.url }}",
}
EMAIL_MESSAGE: Mapping[str, Any] = {
    "channel": "email",
    "subject": "{{ product.name }} is back",
    "blocks": [{"type": "text", "text": "{{ product.name }} in {{ variant.title }}."}],
}
MESSAGES = {"push": PUSH_MESSAGE, "mail": EMAIL_MESSAGE}


@dataclass
class ListeningChannel:
    """Accepts everything and remembers it; a scripted failure is raised first, and a scripted reaction follows."""

    name: str
    ambiguity: AmbiguityPolicy = AmbiguityPolicy.RECORD_UNKNOWN
    sent: list[tuple[str, RenderedMessage]] = field(default_factory=list[tuple[str, RenderedMessage]])
    failures: deque[BaseException] = field(default_factory=deque[BaseException])
    expiries: list[datetime | None] = field(default_factory=list[datetime | None])
    tries: int = 0
    reaction: Callable[[str], Awaitable[None]] | None = None
    patience: timedelta = timedelta()

    async def send(
        self, message: RenderedMessage, address: Address, *, key: str, expires_at: datetime | None
    ) -> Accepted:
        self.tries += 1
        if self.failures:
            raise self.failures.popleft()
        self.sent.append((key, message))
        self.expiries.append(expires_at)
        if self.reaction is not None:
            await self.reaction(key)
        return Accepted(provider_id=f"provider-{key}")

    async def close(self) -> None:
        return None


class ServerClock:
    """The test server's time for code that cannot await: asked over a connection of its own, in a thread of its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="server-clock", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._client = asyncio.run_coroutine_threadsafe(Client.connect(self._address), self._loop).result()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __call__(self) -> datetime:
        asked = asyncio.run_coroutine_threadsafe(self._client.test_service.get_current_time(Empty()), self._loop)
        return asked.result().time.ToDatetime(UTC)


@dataclass
class Stage:
    """What a test holds in its hand."""

    database: Database
    environment: WorkflowEnvironment
    shop: Shop
    push: ListeningChannel
    email: ListeningChannel
    parts: Parts
    clock: ServerClock
    assembled: Callable[[], Parts]
    restarted: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])

    @property
    def client(self) -> Client:
        return self.environment.client

    async def publish(
        self,
        document: Mapping[str, Any],
        journey_id: str = "jny_test",
        messages: Mapping[str, Any] = MESSAGES,
        catalogue: Catalogue = UNCHECKED,
    ) -> None:
        now = self.clock()
        async with self.database.connection() as connection:
            await create_journey(connection, journey_id, {**document, "messages": messages}, now)
            await publish(connection, journey_id, by="a test", now=now, catalogue=catalogue)
            await set_status(connection, journey_id, "active", now)

    async def person(self, name: str, *, browsers: int = 1, consent: bool = True) -> str:
        """A profile with this many subscribed browsers."""
        await self.shop.add_people(name)
        profile, now = f"prf_{name}", self.clock()
        async with self.database.connection() as connection:
            for number in range(browsers):
                row = {
                    "id": f"psh_{name}_{number}",
                    "profile_id": profile,
                    "endpoint": f"https://push.example/{name}/{number}",
                    "p256dh": "B" + "A" * 86,
                    "auth": "A" * 22,
                    "created_at": now,
                }
                await connection.execute(insert(core(PushSubscription)), row)
            for channel in ("web_push", "email") if consent else ():
                row = {
                    "profile_id": profile,
                    "channel": channel,
                    "topic": "back_in_stock",
                    "granted": True,
                    "updated_at": now,
                }
                await connection.execute(insert(core(Consent)), row)
        return profile

    async def waits(self, name: str, sku: str, source: WaitSource = "explicit") -> None:
        """The person waits for the variant from now on."""
        await self.shop.wait_for(sku, name, source, now=self.clock())

    async def restock(self, sku: str, on_hand: int) -> None:
        """Tell the stock and let everyone in who is released by it; no time is skipped."""
        await self.shop.stock(sku, on_hand, now=self.clock())
        await self.route()
        await self.releases_end(sku)

    async def releases_end(self, sku: str) -> None:
        """Return when no release of the variant is running."""
        await self._release_ends(f"var_{sku}")

    async def _release_ends(self, item: str) -> None:
        handle = self.client.get_workflow_handle(release_workflow_id("jny_test", item))
        with suppress(RPCError):
            while (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:  # noqa: ASYNC110 - at the server
                await asyncio.sleep(0.02)

    async def product_release_ends(self) -> None:
        """Return when no release of the shirt, whatever its size, is running."""
        await self._release_ends(self.shop.product)

    async def until(self, look: Callable[[], Awaitable[Any]], expected: Any) -> None:
        """Return when looking finds what is expected."""
        async with asyncio.timeout(120):
            while await look() != expected:  # noqa: ASYNC110 - in the database
                await asyncio.sleep(0.02)

    async def pass_time(self, span: timedelta) -> None:
        """Let this much time pass at once, however long those take who wake on the way."""
        goal = await self.environment.get_current_time() + span
        while (left := goal - await self.environment.get_current_time()) > timedelta():
            with suppress(RPCError):  # many woke, and the server did not answer in time
                await self.environment.sleep(left)

    async def finish(self, name: str) -> str:
        """Wait for the end of the person's newest enrollment; its exit reason. Time that it sleeps is passed before."""
        newest = (await self.enrollments(name))[-1]
        return str(await self.client.get_workflow_handle(newest["id"], result_type=str).result())

    async def enrollments(self, name: str | None = None) -> list[Mapping[str, Any]]:
        table = core(Enrollment)
        statement = select(table).order_by(table.c.entered_at, table.c.id)
        if name is not None:
            statement = statement.where(table.c.profile_id == f"prf_{name}")
        async with self.database.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(statement)).mappings()]

    async def path(self, name: str) -> list[str]:
        """Nodes of the person's newest enrollment, with the outlet where it is not the only one."""
        rows = await self.trail(name)
        took = [row for row in rows if row["act"] == "took"]
        walked = [row["node"] if row["outlet"] == "next" else f"{row['node']}.{row['outlet']}" for row in took]
        return walked + [row["node"] for row in rows if row["act"] == "ended"]

    async def trail(self, name: str, journey_id: str | None = None) -> list[Mapping[str, Any]]:
        """Every step of the person's newest enrollment, in any journey or in this one."""
        newest = [row for row in await self.enrollments(name) if journey_id in {None, row["journey_id"]}][-1]
        return sorted(await self.rows(TrailRow, enrollment_id=newest["id"]), key=lambda row: row["seq"])

    async def happens(self, name: str, event: str, **properties: Any) -> str:
        """An event of the person is recorded and routed now; its id."""
        new = events.NewEvent(event, f"prf_{name}", self.clock(), properties=properties)
        async with self.database.connection() as connection:
            (event_id,) = await events.record(connection, [new], self.clock())
        await self.route()
        return event_id

    async def route(self) -> None:
        """Route everything that is open."""
        while await self.parts.relay.route_open():
            pass

    async def stands(self, name: str, node: str, *, status: str = "waiting") -> None:
        """Return when the person's newest enrollment is recorded at this node."""
        async with asyncio.timeout(120):
            while True:
                newest = (await self.enrollments(name))[-1]
                if (newest["node"], newest["status"]) == (node, status):
                    return
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def worker_restarted(self) -> AsyncGenerator[None]:
        """Nobody works during the block; a new worker, that remembers nothing, goes on after it."""
        await shut_down(self.parts)
        yield
        self.parts = self.assembled()
        self.restarted += work(self.parts)

    async def rows(self, model: Any, **where: Any) -> list[Mapping[str, Any]]:
        table = core(model)
        statement = select(table).where(*(table.c[name] == value for name, value in where.items()))
        async with self.database.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(statement)).mappings()]

    async def entries(self, name: str) -> list[Mapping[str, Any]]:
        return await self.rows(WaitlistEntry, profile_id=f"prf_{name}")


@asynccontextmanager
async def staged(
    database: Database,
    *,
    cached_workflows: int = CACHED_WORKFLOWS,
    plugins: Path | None = None,
    secret: str | None = None,
) -> AsyncGenerator[Stage]:
    """A stage over this database, with time that is skipped while everyone waits.

    With a secret, what is stored is sealed and workflows run without the sandbox, both as in production. A worker
    that is to be restarted must cache no workflows: the test server goes on looking for the old one for ever.
    """
    converter = SealingConverter.over(EnrollmentKeys(Vault([secret]), database)) if secret else pydantic_data_converter
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=converter, test_server_existing_path=time_server()
    )
    push, email = ListeningChannel("web_push"), ListeningChannel("email")
    settings = Settings(public_url="https://waitline.example", release_concurrency=8, plugins=plugins)
    with ServerClock(environment.client.service_client.config.target_host) as clock:

        def assembled() -> Parts:
            return assemble(
                settings,
                environment.client,
                database,
                {"web_push": push, "email": email},
                secret="a secret of at least some length",
                clock=clock,
                runner=None if secret else sandboxed(),
                cached_workflows=cached_workflows,
            )

        async with environment:
            shop = await Shop(database).set_up()
            stage = Stage(database, environment, shop, push, email, assembled(), clock, assembled)
            working = work(stage.parts)
            try:
                yield stage
            finally:
                await shut_down(stage.parts)
                await asyncio.gather(*working, *stage.restarted)


def work(parts: Parts) -> list[asyncio.Task[None]]:
    """Let the workers work."""
    return [asyncio.create_task(each.run()) for each in (parts.worker, parts.lane)]


async def shut_down(parts: Parts) -> None:
    """Let the workers finish what they have in hand, and go."""
    await asyncio.gather(parts.worker.shutdown(), parts.lane.shutdown())


def time_server() -> str:
    """The program of the time-skipping server."""
    return str(Path(sys.executable).with_name("temporal-test-server"))
