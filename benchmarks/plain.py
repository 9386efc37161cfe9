"""The plain way: what the same job costs when Temporal is used as its first tutorial shows it.

One workflow a person with three ordinary activities (facts, send, record), the sandbox, default options, the stock dev
server on a file, an ORM unit of work an activity, and `webpush()` in threads. The baseline of every ratio.
"""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pywebpush import webpush  # pyright: ignore[reportUnknownVariableType] - it is half typed
from sqlalchemy import create_engine
from sqlmodel import Field, Session, SQLModel, select
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.channels.vapid import VapidKey
from benchmarks.plain_workflow import PlainWorkflow
from benchmarks.processes import cost
from tests.fakes.push_endpoint import PushEndpoint
from tests.stack import free_port

HISTORY_EVENTS = 23
AT_ONCE = 16


class PlainSend(SQLModel, table=True):
    """The plain ledger."""

    id: int | None = Field(default=None, primary_key=True)
    profile: str = Field(index=True)
    state: str


@dataclass
class Plain:
    """What the plain run found: people a second, and CPU milliseconds a person over server and worker."""

    per_second: float
    cpu: float


class PlainActivities:
    """The three activities."""

    def __init__(self, database: str, push: PushEndpoint, vapid_key: str) -> None:
        self._engine = create_engine(database, connect_args={"timeout": 30})
        self._push = push
        self._key = vapid_key
        SQLModel.metadata.create_all(self._engine, tables=[SQLModel.metadata.tables["plainsend"]])

    @activity.defn
    def was_told(self, profile: str) -> bool:
        """Whether the person was told before."""
        with Session(self._engine) as session:
            return bool(session.exec(select(PlainSend).where(PlainSend.profile == profile)).all())

    @activity.defn
    def send(self, profile: str) -> None:
        """Send one push."""
        address = self._push.subscribe(profile)
        subscription: dict[str, Any] = {
            "endpoint": address.endpoint,
            "keys": {"p256dh": address.p256dh, "auth": address.auth},
        }
        claims: dict[str, str | int] = {"sub": "mailto:push@waitline.example"}
        webpush(subscription, '{"title": "Fjell jacket is back"}', vapid_private_key=self._key, vapid_claims=claims)

    @activity.defn
    def record(self, profile: str) -> None:
        """Write down that the person was told."""
        with Session(self._engine) as session:
            session.add(PlainSend(profile=profile, state="accepted"))
            session.commit()


async def measure(people: int, folder: Path) -> Plain:
    """Run the plain way for this many people."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - once, before anything is measured
    port = free_port()
    program = Path(sys.executable).with_name("temporal")
    line = [str(program), "server", "start-dev", "--headless", "--port", str(port), "--log-level", "error"]
    with (folder / "temporal.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: ASYNC220 - returns at once
            [*line, "--db-filename", str(folder / "temporal.db")], stdout=log, stderr=log
        )
    try:
        client = await _connect(f"127.0.0.1:{port}")
        key = _vapid_key()
        async with PushEndpoint().running() as push:
            acts = PlainActivities(f"sqlite:///{folder / 'plain.db'}", push, key)
            worker = Worker(
                client,
                task_queue="plain",
                workflows=[PlainWorkflow],
                activities=[acts.was_told, acts.send, acts.record],
                activity_executor=ThreadPoolExecutor(AT_ONCE),
            )
            async with worker:
                return await _run(client, people, server.pid)
    finally:
        server.terminate()
        server.wait()


async def _run(client: Client, people: int, server: int) -> Plain:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with slots:
            await client.execute_workflow(PlainWorkflow.run, name, id=name, task_queue="plain")

    await one("warm-up")
    began, before = time.monotonic(), cost(server).cpu + cost(os.getpid()).cpu
    await asyncio.gather(*(one(f"plain-{number}") for number in range(people)))
    seconds = time.monotonic() - began
    return Plain(people / seconds, 1000 * (cost(server).cpu + cost(os.getpid()).cpu - before) / people)


async def _connect(address: str) -> Client:
    deadline = time.monotonic() + 30
    while True:
        try:
            return await Client.connect(address)
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)


def _vapid_key() -> str:
    return VapidKey.generate().private_text
