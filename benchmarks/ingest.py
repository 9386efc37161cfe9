"""Events in over HTTP: how many a second are on disk when they are acknowledged, and how soon they are routed.

    python -m benchmarks.ingest [--events 30000] [--rate 500] [--seconds 10] [--postgres] [--json FILE]

The product as `waitline up` runs it: batches of 100 from four connections, each event with its own visitor or a known
one, half of them about a variant, each batch synced to disk before its answer. The plain way beside it writes one event
a transaction with the ORM and the same care, in one process and without HTTP. The lag is what the outbox itself noted,
from the transaction of the event to its routing.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlmodel import Session, create_engine

from benchmarks.bars import Bars
from benchmarks.processes import cost, family_cpu
from engine.store import keys, sources
from engine.store.catalog_updates import ProductEntry, VariantEntry, store_products
from engine.store.database import Database
from engine.store.ids import new_id
from engine.store.schema import upgrade
from engine.store.tables import Event, OutboxRow
from tests.postgres import PostgresServer
from tests.stack import Stack, free_port, until

BATCH = 100
CONNECTIONS = 4
PEOPLE = 5_000
VARIANTS = 200
BAR = 5_000
"""Events a second on two ordinary cores."""
CPU_BAR = 0.35
"""CPU milliseconds an event, of the API and the database together; no busy machine changes them much."""
LAG_BAR = 300


@dataclass(frozen=True)
class Figures:
    """What one run found: events a second, CPU milliseconds an event, milliseconds until a batch was acknowledged."""

    database: str
    events: int
    per_second: float
    api_cpu: float
    database_cpu: float
    batch_p50: float
    batch_p99: float
    plain_per_second: float


@dataclass(frozen=True)
class Lag:
    """From the event's transaction to its routing, in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float


def batch(number: int, label: str) -> bytes:
    """A hundred calls of a busy shop."""
    now = datetime.now(UTC).isoformat()
    calls = [_call(number * BATCH + index, label, now) for index in range(BATCH)]
    return json.dumps({"batch": calls, "sentAt": now}).encode()


def _call(number: int, label: str, now: str) -> dict[str, Any]:
    call: dict[str, Any] = {
        "type": "track",
        "event": ("Product Viewed", "Product List Viewed", "Products Searched", "Product Viewed")[number % 4],
        "messageId": f"{label}-{number}",
        "anonymousId": f"visitor-{number * 7919 % PEOPLE}",
        "timestamp": now,
        "properties": {"sku": f"SKU-{number % VARIANTS}", "price": 49.9, "currency": "EUR", "position": number % 20},
        "context": {"library": {"name": "analytics.js", "version": "2"}, "page": {"path": "/fjell", "title": "Fjell"}},
    }
    if number % 5 == 0:
        call["userId"] = f"user-{number * 7919 % PEOPLE}"
    return call


async def prepare(url: str) -> str:
    """A catalog, and a write key."""
    database = Database(url)
    await upgrade(database)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        source = await sources.ensure_source(session, "Shop", now)
        variants = [VariantEntry(f"SKU-{number}", "One size") for number in range(VARIANTS)]
        product = ProductEntry("everything", "Everything", "https://shop.example/", variants=variants)
        await store_products(session, source.id, [product], now)
        _, key = await keys.create_key(session, "write", name="benchmark", now=now)
    await database.close()
    return key


@asynccontextmanager
async def api(home: Path, url: str) -> AsyncGenerator[tuple[str, int]]:
    """The API as a process of its own; its address and process id."""
    port = free_port()
    environment = {
        "PATH": "/usr/bin:/bin",
        "WAITLINE_HOME": str(home),
        "WAITLINE_DATABASE_URL": url,
        "WAITLINE_PORT": str(port),
        "WAITLINE_SECRET_KEY": "a secret for benchmarks",
    }
    with (home / "api.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
            [sys.executable, "-m", "api.cli", "api"], env=environment, stdout=log, stderr=log
        )
    try:
        async with aiohttp.ClientSession() as session:
            address = f"http://127.0.0.1:{port}"

            async def is_there() -> bool:
                try:
                    async with session.get(f"{address}/healthz") as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await until(is_there, "the API")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


async def measure(name: str, url: str, home: Path, events: int, server: PostgresServer | None = None) -> Figures:
    """Send this many events as fast as they are taken; SQLite works in the API's own process."""

    def at_server() -> float:
        return 0.0 if server is None else family_cpu(server.pid)

    key = await prepare(url)
    waiting = [batch(number, "measured") for number in reversed(range(events // BATCH))]
    warming = [batch(number, "warm-up") for number in range(10)]
    taken: list[float] = []

    async def send(session: aiohttp.ClientSession, address: str, bodies: list[bytes]) -> None:
        while bodies:
            begun = time.perf_counter()
            async with session.post(f"{address}/v1/batch", data=bodies.pop()) as answer:
                assert (await answer.json())["accepted"] == BATCH
            taken.append((time.perf_counter() - begun) * 1_000)

    headers = {"Authorization": f"Bearer {key}"}
    async with api(home, url) as (address, pid), aiohttp.ClientSession(headers=headers) as session:
        await send(session, address, warming)
        await settle(url)
        taken.clear()
        before, before_there, begun = cost(pid).cpu, at_server(), time.perf_counter()
        await asyncio.gather(*(send(session, address, waiting) for _ in range(CONNECTIONS)))
        seconds, cpu, there = time.perf_counter() - begun, cost(pid).cpu - before, at_server() - before_there
    percentiles = statistics.quantiles(taken, n=100)
    return Figures(
        database=name,
        events=events,
        per_second=events / seconds,
        api_cpu=cpu / events * 1_000,
        database_cpu=there / events * 1_000,
        batch_p50=percentiles[49],
        batch_p99=percentiles[98],
        plain_per_second=plain(home),
    )


async def settle(url: str) -> None:
    """Let PostgreSQL plan by what the tables hold, as it does by itself after a minute."""
    database = Database(url)
    if not database.is_sqlite:
        async with database.connection() as connection:
            await connection.exec_driver_sql("ANALYZE")
    await database.close()


def plain(home: Path, events: int = 300) -> float:
    """One event a transaction, by the ORM, synced as the product syncs; events a second."""
    engine = create_engine(f"sqlite:///{home / 'plain.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
    Event.metadata.create_all(engine)
    begun = time.perf_counter()
    for number in range(events):
        now = datetime.now(UTC)
        with Session(engine) as session:
            event = Event(id=new_id("evt"), name="Product Viewed", properties={"n": number}, at=now, received_at=now)
            session.add(event)
            session.add(OutboxRow(kind="event", subject_id=event.id, created_at=now, due_at=now))
            session.commit()
    engine.dispose()
    return events / (time.perf_counter() - begun)


async def measure_lag(home: Path, rate: float, seconds: float) -> Lag:
    """Send single batches at a steady rate to a whole Waitline, and read from its outbox when each was routed."""
    async with Stack(home, demo="false").running() as stack:
        key = await prepare(f"sqlite+aiosqlite:///{home / 'waitline.db'}")
        size = 10
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
            pending: list[asyncio.Task[None]] = []

            async def send(number: int) -> None:
                now = datetime.now(UTC).isoformat()
                calls = [_call(number * size + index, "lag", now) for index in range(size)]
                async with session.post(f"{stack.url}/v1/batch", json={"batch": calls}) as answer:
                    answer.raise_for_status()

            begun = time.perf_counter()
            for number in range(int(rate * seconds / size)):
                await asyncio.sleep(max(0.0, begun + number * size / rate - time.perf_counter()))
                pending.append(asyncio.create_task(send(number)))
            await asyncio.gather(*pending)
        await until(lambda: stack.query("SELECT count(*) FROM outbox_row WHERE routed_at IS NULL") == [(0,)], "routing")
        rows = stack.query("SELECT created_at, routed_at FROM outbox_row")
    lags = [(datetime.fromisoformat(routed) - datetime.fromisoformat(made)).total_seconds() for made, routed in rows]
    percentiles = statistics.quantiles((lag * 1_000 for lag in lags), n=100)
    return Lag(rate, percentiles[49], percentiles[94], percentiles[98])


def show(figures: list[Figures], lag: Lag | None) -> int:
    """Print what was found; 1 when a bar is missed."""
    bars = Bars("events in, by batches of 100")
    for one in figures:
        bars.at_least(f"{one.database}: events a second", one.per_second, BAR, "/s")
        bars.at_most(f"{one.database}: CPU an event", one.api_cpu + one.database_cpu, CPU_BAR, "ms")
        bars.told(f"{one.database}: of it the API", one.api_cpu, "ms")
        bars.told(f"{one.database}: a batch, p50", one.batch_p50, "ms")
        bars.told(f"{one.database}: a batch, p99", one.batch_p99, "ms")
        bars.told(f"{one.database}: times the plain way", one.per_second / one.plain_per_second, "")
    if lag is not None:
        bars.told(f"outbox lag at {lag.rate:.0f}/s, p50", lag.p50, "ms")
        bars.at_most(f"outbox lag at {lag.rate:.0f}/s, p95", lag.p95, LAG_BAR, "ms")
    return bars.show()


async def main() -> int:
    """Run what was asked for; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=30_000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: list[Figures] = []
    lag: Lag | None = None
    with tempfile.TemporaryDirectory(prefix="waitline-ingest-") as folder, ExitStack() as stack:
        home = Path(folder)
        figures.append(await measure("SQLite", f"sqlite+aiosqlite:///{home / 'waitline.db'}", home, options.events))
        if options.postgres:
            server = stack.enter_context(PostgresServer(synced=True))
            figures.append(await measure("PostgreSQL", server.new_database(), home, options.events, server))
        if options.seconds:
            lag = await measure_lag(home / "whole", options.rate, options.seconds)
    if options.json:
        found = {"figures": [asdict(one) for one in figures], "lag": lag and asdict(lag)}
        options.json.write_text(json.dumps(found, indent=2))
    return show(figures, lag)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
