"""One restock, many who wait: how fast, at what cost, and how that compares to the plain way, in one run.

    python -m benchmarks.fanout [--waiters 2000] [--latency 200] [--plain 150] [--json FILE]

Everything is the product as `waitline up` runs it, on file databases: a signed webhook over HTTP, the outbox, the
release, one durable workflow a person, guard, ledger, real encryption, and a POST to a push service on a socket. Only
that service is a double; it runs in a process of its own, whose cost is not ours and is shown apart.
"""

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rich.console import Console
from rich.table import Table as Sheet

from benchmarks import plain
from benchmarks.processes import Cost, cost, machine, size
from engine.messages.addresses import PushAddress
from engine.store.database import Database
from tests import population
from tests.fakes.user_agent import base64url
from tests.stack import SOURCE, Stack

RATE = 20.0
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Figures:
    """What one run found. CPU in milliseconds a message, memory in bytes, latencies in milliseconds."""

    waiters: int
    seconds: float
    per_second: float
    cpu: Mapping[str, float]
    idle_memory: Mapping[str, int]
    burst_memory: Mapping[str, int]
    temporal_bytes: float
    waitline_bytes: float
    history_events: int
    duplicates: int
    first: float
    latency: Mapping[str, float]
    plain_per_second: float
    plain_cpu: float


class Receiver:
    """The push service double in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.push_endpoint"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        found = re.search(r"http://[\d.]+:\d+", self._process.stdout.readline())
        assert found is not None, "the push double did not say where it listens"
        self.url = found[0]
        point = ec.generate_private_key(ec.SECP256R1()).public_key()
        self._p256dh = base64url(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        self._auth = base64url(b"sixteen byte key")

    def browser(self, token: str) -> PushAddress:
        """A subscription at the double."""
        return PushAddress(endpoint=f"{self.url}/wpush/v2/{token}", p256dh=self._p256dh, auth=self._auth)

    async def received(self) -> dict[str, Any]:
        """What arrived so far."""
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.get(f"{self.url}/received")).json()

    def close(self) -> None:
        """End the double."""
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


async def measure(waiters: int, singles: int, folder: Path) -> dict[str, Any]:
    """Run the product: a burst of `waiters`, then `singles` restocks with one waiter each at a steady rate."""
    receiver = Receiver()
    stack = Stack(folder, demo="false", log_level="error")
    names = [f"w{number}" for number in range(waiters)]
    alone = [f"one{number}" for number in range(singles)]
    warm = [f"warm{number}" for number in range(20)]
    try:
        async with stack.running():
            database = Database(f"sqlite+aiosqlite:///{folder / 'waitline.db'}", durability="process_kill")
            await population.settle(database, SOURCE, ["MANY", "WARM", *alone])
            await population.wait(database, SOURCE, {name: ("WARM", receiver.browser(name)) for name in warm})
            await population.wait(database, SOURCE, {name: ("MANY", receiver.browser(name)) for name in names})
            await population.wait(database, SOURCE, {name: (name, receiver.browser(name)) for name in alone})
            await database.close()
            pids = _pids(stack)
            await stack.raise_stock("WARM", 50)
            await _arrived(receiver, len(warm))
            await asyncio.sleep(3)
            before, files = _costs(pids), _files(folder)
            began = time.time()
            (await stack.raise_stock("MANY", waiters)).raise_for_status()
            arrivals = await _arrived(receiver, len(warm) + waiters)
            peak = _costs(pids)
            at = [at for token, at in arrivals["arrivals"] if token.startswith("w") and not token.startswith("warm")]
            ended = max(at)
            await asyncio.sleep(2)
            after, grown = _costs(pids), _files(folder)
            latency = await _latencies(stack, receiver, alone) if alone else []
            events = await _history_events(stack)
    finally:
        receiver.close()
    tokens = [token for token, _ in arrivals["arrivals"]]
    return {
        "waiters": waiters,
        "seconds": ended - began,
        "per_second": waiters / (ended - began),
        "cpu": {part: 1000 * (after[part].cpu - before[part].cpu) / waiters for part in pids},
        "idle_memory": {part: before[part].memory for part in pids},
        "burst_memory": {part: peak[part].memory for part in pids},
        "temporal_bytes": (grown["temporal"] - files["temporal"]) / waiters,
        "waitline_bytes": (grown["waitline"] - files["waitline"]) / waiters,
        "history_events": events,
        "duplicates": len(tokens) - len(set(tokens)),
        "first": 1000 * (min(at) - began),
        "latency": _percentiles(latency),
    }


def _pids(stack: Stack) -> dict[str, int]:
    parts = sorted(file.stem for file in (stack.home / "run").glob("*.pid"))
    found = {part: stack.pid(part) for part in parts}
    return {**{part: pid for part, pid in found.items() if pid}, "supervisor": stack.supervisor}


def _costs(pids: Mapping[str, int]) -> dict[str, Cost]:
    return {part: cost(pid) for part, pid in pids.items()}


def _files(folder: Path) -> dict[str, int]:
    return {"temporal": size(folder / "temporal.db"), "waitline": size(folder / "waitline.db")}


async def _arrived(receiver: Receiver, count: int, seconds: float = 900) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (found := await receiver.received())["distinct"] < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"only {found['distinct']} of {count} messages arrived")
        await asyncio.sleep(0.25)
    return found


async def _latencies(stack: Stack, receiver: Receiver, alone: Sequence[str]) -> list[float]:
    """Milliseconds from the webhook's answer to the push, at a steady rate."""
    accepted: dict[str, float] = {}
    before = (await receiver.received())["distinct"]

    async def one(name: str) -> None:
        (await stack.raise_stock(name, 5)).raise_for_status()
        accepted[name] = time.time()

    async with asyncio.TaskGroup() as group:
        for name in alone:
            group.create_task(one(name))
            await asyncio.sleep(1 / RATE)
    arrivals = await _arrived(receiver, before + len(alone))
    return [1000 * (at - accepted[token]) for token, at in arrivals["arrivals"] if token in accepted]


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(sorted(values), n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


async def _history_events(stack: Stack) -> int:
    client = await stack.temporal()
    ((enrollment,),) = stack.query("SELECT id FROM enrollment WHERE ended_at IS NOT NULL LIMIT 1")
    return len((await client.get_workflow_handle(enrollment).fetch_history()).events)


def show(figures: Figures, console: Console) -> None:
    """Print the table."""
    cpu = sum(figures.cpu.values())
    idle, burst = (sum(each.values()) / MEBIBYTE for each in (figures.idle_memory, figures.burst_memory))
    sheet = Sheet(title=f"Fan-out: {figures.waiters:,} people wait for one variant\n{machine()}", title_justify="left")
    sheet.add_column("")
    sheet.add_column("Waitline", justify="right")
    sheet.add_column("the plain way", justify="right")
    sheet.add_column("ratio", justify="right")
    sheet.add_row(
        "notified a second",
        f"{figures.per_second:.0f}",
        f"{figures.plain_per_second:.1f}",
        f"{figures.per_second / figures.plain_per_second:.1f} ×",
    )
    sheet.add_row(
        "CPU a message, all processes",
        f"{cpu:.1f} ms",
        f"{figures.plain_cpu:.1f} ms",
        f"{figures.plain_cpu / cpu:.1f} ×",
    )
    for part, each in figures.cpu.items():
        sheet.add_row(f"   of it {part}", f"{each:.2f} ms", "", "")
    sheet.add_row("webhook sent to the first push received", f"{figures.first:.0f} ms", "", "")
    for name, value in figures.latency.items():
        sheet.add_row(f"webhook accepted to push received, {name} at {RATE:.0f}/s", f"{value:.0f} ms", "", "")
    sheet.add_row("memory, idle", f"{idle:.0f} MiB", "", "")
    sheet.add_row("memory, at the end of the burst", f"{burst:.0f} MiB", "", "")
    sheet.add_row("Temporal's file, an enrollment", f"{figures.temporal_bytes / 1000:.1f} kB", "", "")
    sheet.add_row("Waitline's file, an enrollment", f"{figures.waitline_bytes / 1000:.1f} kB", "", "")
    sheet.add_row("history events, enter → send → exit", str(figures.history_events), str(plain.HISTORY_EVENTS), "")
    sheet.add_row("messages that came twice", str(figures.duplicates), "", "")
    console.print(sheet)


def main() -> None:
    """Run both ways and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiters", type=int, default=2_000)
    parser.add_argument("--latency", type=int, default=200, help="single restocks at 20/s; 0 leaves this out")
    parser.add_argument("--plain", type=int, default=150, help="people for the plain way")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waitline-") as folder:
        slow = asyncio.run(plain.measure(given.plain, Path(folder) / "plain"))
        fast = asyncio.run(measure(given.waiters, given.latency, Path(folder) / "waitline"))
    figures = Figures(**fast, plain_per_second=slow.per_second, plain_cpu=slow.cpu)
    show(figures, Console(width=110))
    if given.json:
        given.json.write_text(json.dumps({"machine": machine(), **asdict(figures)}, indent=2) + "\n")


if __name__ == "__main__":
    main()
