"""A whole Waitline for a test: `waitline up` as its user starts it, on free ports, in a folder of its own.

async with Stack(folder).running() as stack:
    await stack.raise_stock("FJELL-M", 5)                 # a signed inventory webhook
    page = await (await stack.staff()).get("/v1/journeys")
    stack.kill("worker-0")                                # -9; the supervisor starts it again
"""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.logs import masked
from engine.store.sources import SECRETS
from engine.store.vault import PREFIX, Vault

PATIENCE = 100.0
SOURCE = "demo-shop"


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


async def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The condition's first true answer; fails with `what` was waited for."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        await asyncio.sleep(0.02)


class Stack:
    """A standalone Waitline in `home`. It may be stopped and started again; its address stays."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {f"WAITLINE_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[httpx.AsyncClient] = []
        self._staff: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Stack"]:
        """Started, and stopped at the end."""
        try:
            await self.start()
            yield self
        finally:
            for client in self._clients:
                await client.aclose()
            await self.stop()
        named = self.people_in_logs()
        assert not named, "logs name nobody, whatever a test had them do:\n" + "\n".join(named)

    async def start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, **self._settings, "WAITLINE_PORT": str(self.port), "WAITLINE_HOME": str(self.home)}
        with (self.home / "up.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [sys.executable, "-m", "api.cli", "up"], stdout=log, stderr=log, env=environment
            )
        await until(self._is_ready, f"readiness; see {self.home}/up.log and {self.home}/run")

    async def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.home / "up.log").read_text()
        try:
            async with httpx.AsyncClient() as client:
                answer = await client.get(f"{self.url}/readyz")
        except httpx.TransportError:
            return False
        return answer.is_success and self.pid("worker-0") is not None

    async def stop(self) -> None:
        """As Ctrl-C does."""
        await self._end(signal.SIGINT)

    async def kill_all(self) -> None:
        """As a power cut does, but for the disk: -9 to the supervisor, whose children end with it."""
        pids = [self.pid(file.stem) for file in (self.home / "run").glob("*.pid")]
        await self._end(signal.SIGKILL)
        for pid in filter(None, pids):
            await until(lambda pid=pid: not _is_alive(pid), f"the end of process {pid}")

    async def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            await asyncio.to_thread(self._process.wait, PATIENCE)

    @property
    def supervisor(self) -> int:
        """The process of `waitline up` itself."""
        assert self._process is not None
        return self._process.pid

    def people_in_logs(self) -> list[str]:
        """Lines of any process's log in which an address, a phone number or a browser's endpoint stands."""
        logs = [self.home / "up.log", *sorted((self.home / "run").glob("*.log"))]
        lines = (f"{log.name}: {line}" for log in logs for line in log.read_text(errors="replace").splitlines())
        return [line for line in lines if masked(line) != line]

    async def temporal(self) -> Client:
        """A client of the embedded Temporal server."""
        address = (self.home / "run" / "temporal-address").read_text()
        return await Client.connect(address, data_converter=pydantic_data_converter)

    def pid(self, part: str) -> int | None:
        """The process of `temporal`, `api` or `worker-0`, while it runs."""
        file = self.home / "run" / f"{part}.pid"
        pid = int(file.read_text() or 0) if file.exists() else 0
        return pid if pid and _is_alive(pid) else None

    def kill(self, part: str) -> None:
        """-9; the supervisor starts it again."""
        pid = self.pid(part)
        assert pid is not None, f"{part} is not running"
        os.kill(pid, signal.SIGKILL)

    def client(self, **options: Any) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=self.url, timeout=PATIENCE, **options)
        self._clients.append(client)
        return client

    async def staff(self) -> httpx.AsyncClient:
        """The first administrator, signed in by the one-time link."""
        if self._staff is None:
            token = (self.home / "sign-in-link").read_text().split("#")[1]
            client = self.client()
            answer = await client.post("/v1/session", json={"token": token})
            answer.raise_for_status()
            client.headers["X-Waitline-CSRF"] = answer.json()["csrf"]
            self._staff = client
        return self._staff

    def shopper(self) -> httpx.AsyncClient:
        """A browser in the demo shop: it holds the public write key."""
        key = self.query("SELECT shown FROM api_key WHERE scope = 'write'")[0][0]
        return self.client(headers={"Authorization": f"Bearer {key}"})

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the application's database, read from outside."""
        with closing(sqlite3.connect(f"file:{self.home / 'waitline.db'}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(sql, values).fetchall()

    async def raise_stock(self, sku: str, on_hand: int, **more: Any) -> httpx.Response:
        """Tell the stock as the shop's system does, by a signed webhook."""
        return await self.deliver({"sku": sku, "on_hand": on_hand, **more}, self.secret_of(SOURCE))

    def secret_of(self, source: str) -> str:
        """What signs the webhooks of a source; it lies sealed in the database, unless a test wrote it there itself."""
        kept = str(self.query("SELECT secret FROM source WHERE name = ?", source)[0][0])
        vault = Vault([(self.home / "secrets" / "secret_key").read_text().strip()])
        return vault.open_text(kept, SECRETS) if kept.startswith(PREFIX) else kept

    async def deliver(self, body: Any, secret: str, delivery: str | None = None) -> httpx.Response:
        """Send one inventory webhook, signed with `secret`."""
        content, at, delivery = json.dumps(body), datetime.now(UTC), delivery or f"msg_{uuid4().hex}"
        headers = {
            "webhook-id": delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(delivery, at, content),
            "content-type": "application/json",
        }
        return await self.client().post(f"/v1/webhooks/inventory/{SOURCE}", content=content, headers=headers)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
