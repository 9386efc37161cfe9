"""kill -9 while events come in: every event that was answered with a 2xx is routed exactly once, whatever died.

The sender does what senders do: a batch without an answer is sent again, with the same message ids. `make chaos` sends
ten thousand events, and a burst of a hundred thousand; the ordinary run a tenth.
"""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.store import keys
from engine.store.database import Database
from engine.store.publishing import create_journey, publish, set_status
from tests.builders import journey, node
from tests.stack import Stack, until
from tests.store.shop import NOW

WHOLE = os.environ.get("WAITLINE_CHAOS") == "whole"
pytestmark = pytest.mark.chaos
BATCH = 100
ENTERED = "Club Joined"


async def prepare(stack: Stack) -> httpx.AsyncClient:
    """A journey that every tenth event enters, and that ends at once; and a sender with a key."""
    entry = node("entry", "entry", trigger={"kind": "event", "event": ENTERED})
    document = journey(entry, node("done", "exit", reason="completed"), paths=["entry > done"])
    database = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}", durability="process_kill")
    async with database.connection() as connection:
        await create_journey(connection, "jny_chaos", document, NOW)
        await publish(connection, "jny_chaos", by="a test", now=NOW)
        await set_status(connection, "jny_chaos", "active", NOW)
    async with database.transaction() as session:
        _, key = await keys.create_key(session, "write", name="chaos", now=NOW)
    await database.close()
    return stack.client(headers={"Authorization": f"Bearer {key}"})


def calls(batch: int, *, entering: int) -> list[dict[str, Any]]:
    """A hundred events, of which every `entering`th enters the journey, and one that cannot be used."""
    numbers = range(batch * BATCH, (batch + 1) * BATCH)
    good = [
        {
            "type": "track",
            "event": ENTERED if number % entering == 0 else "Seen",
            "userId": f"u{number % 997}",
            "messageId": f"m-{number}",
        }
        for number in numbers
    ]
    return [*good, {"type": "track", "userId": "u", "messageId": f"bad-{batch}"}]


async def deliver(client: httpx.AsyncClient, batch: int, entering: int) -> None:
    """Send until it is answered, as every client does."""
    while True:
        try:
            answer = await client.post("/v1/batch", json={"batch": calls(batch, entering=entering)})
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.is_success:
            return
        assert answer.status_code >= 500, answer.text
        await asyncio.sleep(0.1)


async def send(sender: httpx.AsyncClient, batches: int, *, entering: int, at_once: int = 4) -> None:
    waiting = iter(range(batches))

    async def work() -> None:
        for batch in waiting:
            await deliver(sender, batch, entering)

    await asyncio.gather(*(work() for _ in range(at_once)))


def taken(stack: Stack) -> int:
    """Events on disk."""
    return int(stack.query("SELECT count(*) FROM event")[0][0])


async def routed(stack: Stack) -> None:
    await until(
        lambda: stack.query("SELECT count(*) FROM outbox_row WHERE routed_at IS NULL") == [(0,)],
        "the routing of every event",
        seconds=400,
    )


@pytest.mark.spec("R-001")
async def test_no_event_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    batches = 100 if WHOLE else 10
    chance = random.Random(11)
    async with Stack(tmp_path / "home", demo="false").running() as stack:
        sender = await prepare(stack)
        sending = asyncio.create_task(send(sender, batches, entering=10))
        parts = ("api", "worker-0", "temporal") * (3 if WHOLE else 1)
        for part, moment in zip(parts, sorted(chance.randrange(batches * BATCH) for _ in parts), strict=True):
            await until(lambda moment=moment: taken(stack) >= moment, f"event {moment}")
            await until(lambda part=part: stack.pid(part), f"the {part} to be back")
            stack.kill(part)
        await asyncio.wait_for(sending, 400)
        await routed(stack)

        total = batches * BATCH
        assert stack.query(
            "SELECT count(*), count(DISTINCT message_id) FROM event WHERE name != 'Profile Updated'"
        ) == [(total, total)]
        facts = stack.query("SELECT subject_id, count(*) FROM outbox_row WHERE kind = 'event' GROUP BY 1")
        assert Counter(count for _, count in facts) == {1: total}
        await until(
            lambda: stack.query("SELECT count(*) FROM enrollment WHERE status = 'ended'") == [(total // 10,)],
            "the end of every enrollment",
            seconds=400,
        )
        assert stack.query("SELECT count(*), count(DISTINCT event_id) FROM enrollment") == [(total // 10, total // 10)]


@pytest.mark.spec("F-054")
async def test_every_event_of_a_burst_is_accounted_for_though_the_worker_is_killed(tmp_path: Path) -> None:
    batches = 1_000 if WHOLE else 100
    async with Stack(tmp_path / "home", demo="false").running() as stack:
        sender = await prepare(stack)
        sending = asyncio.create_task(send(sender, batches, entering=10**9, at_once=8))
        await until(lambda: taken(stack) > batches * BATCH // 5, "a fifth of them")
        stack.kill("worker-0")
        await asyncio.wait_for(sending, 500)
        await send(sender, batches // 10, entering=10**9)  # the first tenth again: known by its message ids
        await routed(stack)

        total = batches * BATCH
        assert stack.query("SELECT count(*), count(DISTINCT message_id) FROM event") == [(total, total)]
        assert stack.query("SELECT count(*) FROM dead_letter") == [(batches + batches // 10,)]
        assert stack.query("SELECT count(*) FROM outbox_row WHERE routed_at IS NOT NULL") == [(total,)]
