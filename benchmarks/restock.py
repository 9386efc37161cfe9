"""How soon the first person is told: `python -m benchmarks.restock [--waiting 10000] [--restocks 40]`.

A whole Waitline as `waitline up` runs it, on file databases, with this many open waitlist entries. Then one variant
after another comes back by a signed webhook over HTTP, and the clock runs from the answer that accepted it to the first
POST at a push service on a socket, which is a double in a process of its own. At the end the variant for which nearly
everybody waits comes back. Prints the median, the 95th percentile and the worst beside the goal of 5 seconds.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.fanout import Receiver
from benchmarks.processes import machine
from engine.store.database import Database
from tests import population
from tests.stack import SOURCE, Stack

GOAL_SECONDS = 5.0
BEHIND_EACH = 50
"""People who wait for each of the variants that come back one by one."""
BEHIND_THE_LAST = 100
"""People who wait for the one that comes back last: a third of those told within the goal when all is quiet."""
LONGEST = 120.0


@dataclass(frozen=True)
class Figures:
    """Seconds from an accepted restock to the first call of a provider, each while `waiting` entries were open.

    `last` is how long it took until everybody who waited for that variant had had her first send; `behind` is how many
    these were.
    """

    waiting: int
    behind: list[int]
    seconds: list[float]
    last: list[float]
    longest_line: float | None = None

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[94]


async def measure(waiting: int, behind: list[int], folder: Path, *, longest_line: bool = False) -> Figures:
    """Let a variant come back for each number in `behind`, for which so many wait, while `waiting` entries are open."""
    receiver = Receiver()
    lines = {f"ONE{number}": many for number, many in enumerate(behind)}
    try:
        async with Stack(folder, demo="false", log_level="error").running() as stack:
            database = Database(f"sqlite+aiosqlite:///{folder / 'waitline.db'}", durability="process_kill")
            await population.settle(database, SOURCE, ["MANY", *lines])
            patient = {f"many-{number}": ("MANY", receiver.browser(f"many-{number}")) for number in range(waiting)}
            await population.wait(database, SOURCE, patient)
            for sku, many in lines.items():
                people = [f"{sku.lower()}-{number}" for number in range(many)]
                await population.wait(database, SOURCE, {name: (sku, receiver.browser(name)) for name in people})
            await database.close()
            assert stack.query("SELECT count(*) >= ? FROM waitlist_entry WHERE state = 'pending'", waiting) == [(1,)]
            told = [await _calls(stack, receiver, sku, many) for sku, many in lines.items()]
            longest = (await _calls(stack, receiver, "MANY", 1))[0] if longest_line else None
            return Figures(waiting, behind, [first for first, _ in told], [last for _, last in told], longest)
    finally:
        receiver.close()


async def _calls(stack: Stack, receiver: Receiver, sku: str, many: int) -> tuple[float, float]:
    """Seconds from the webhook's answer to the first push about this variant, and to the last of this many."""
    prefix = f"{sku.lower()}-"
    (await stack.raise_stock(sku, 20_000)).raise_for_status()
    accepted = time.time()
    deadline = accepted + LONGEST
    while time.time() < deadline:
        found = await receiver.received()
        calls = sorted(at for token, at in found["arrivals"] if token.startswith(prefix))
        if len(calls) >= many:
            return max(0.0, calls[0] - accepted), max(0.0, calls[many - 1] - accepted)
        await asyncio.sleep(0.1)
    raise TimeoutError(f"nobody was told about {sku} within {LONGEST:.0f} seconds")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Seconds from an accepted restock to the first provider call.")
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--restocks", type=int, default=40)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        behind = [BEHIND_EACH] * chosen.restocks + [BEHIND_THE_LAST]
        found = await measure(chosen.waiting, behind, Path(folder) / "home", longest_line=True)
    show = Console().print
    show(f"Accepted restock to first provider call, {found.waiting:,} open entries\n{machine()}")
    show(f"  {len(found.seconds)} restocks      p50 {statistics.median(found.seconds):6.2f} s")
    show(f"                   p95 {found.p95:6.2f} s   (goal: under {GOAL_SECONDS:.0f} s)")
    show(f"                 worst {max(found.seconds):6.2f} s")
    show(f"  all {BEHIND_EACH} told       worst {max(found.last[:-1]):6.2f} s")
    show(f"  all {BEHIND_THE_LAST} told            {found.last[-1]:6.2f} s")
    show(f"  {found.waiting:,} behind one variant: {found.longest_line:6.2f} s to the first call")


if __name__ == "__main__":
    asyncio.run(main())
