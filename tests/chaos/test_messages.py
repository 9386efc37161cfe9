"""Everything fails at once while many are told on every channel: nobody is told twice, and everybody is accounted for.

Workers and Temporal are killed with -9, every connection to the database is cut, the providers die, are busy, break,
refuse, and lie: they take a message and do not say so. What is compared at the end is what the providers really took
and what the ledger says of it. `make chaos` tells 10,000 people on each channel and writes the table in
docs/reliability.md; the ordinary run a twentieth.
"""

import json
import os
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import NullPool, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from api.standalone.home import new_firebase_account
from engine.stock.levels import Level
from engine.store.audit import verify
from engine.store.catalog_updates import ProductEntry, VariantEntry, store_products, variant_id
from engine.store.database import Database
from engine.store.publishing import create_journey, publish, set_status
from engine.store.sends import read_numbers, read_unsettled
from engine.store.sources import ensure_source
from engine.store.statements import core, in_chunks, insert_into
from engine.store.stock import Reading, observe_all
from engine.store.tables import Consent, Enrollment, Profile, PushSubscription, Send, SendOutcome, WaitlistEntry
from engine.store.tables.base import Table
from tests.builders import journey, node
from tests.chaos.reliability import Line, write_table
from tests.fakes.liars import TOKEN_PATH, Liars
from tests.postgres import PostgresServer
from tests.stack import SOURCE, Stack, until

WHOLE = os.environ.get("WAITLINE_CHAOS") == "whole"
PEOPLE = int(os.environ.get("CHAOS_PEOPLE", "10000" if WHOLE else "500"))
ROUNDS = 5 if WHOLE else 1
CHANNELS = ("web_push", "mobile_push", "email", "sms", "webhook")
STEPS = ("push", "app", "mail", "text", "call")
pytestmark = [pytest.mark.chaos, pytest.mark.postgres, pytest.mark.timeout(7_200 if WHOLE else 900)]


def told_on_every_channel(url: str) -> dict[str, Any]:
    """One message after the other, whatever became of the one before."""
    nodes = [
        node(step, "message", channel=channel, message=step) for step, channel in zip(STEPS, CHANNELS, strict=True)
    ]
    ways = [
        f"{step}.{outlet} > {after}"
        for step, after in zip(STEPS, (*STEPS[1:], "done"), strict=True)
        for outlet in ("sent", "not_sent")
    ]
    messages = {
        "push": {"channel": "web_push", "title": "It is back", "body": "Now", "link": "{{ product.url }}"},
        "app": {"channel": "mobile_push", "title": "It is back", "body": "Now", "link": "{{ product.url }}"},
        "mail": {"channel": "email", "subject": "It is back", "blocks": [{"type": "text", "text": "Now."}]},
        "text": {"channel": "sms", "text": "It is back."},
        "call": {
            "channel": "webhook",
            "url": url,
            "fields": [{"name": "person", "value": "{{ profile.external_id | default('nobody') }}"}],
        },
    }
    settings = {"guardrails": {"touches": 10}}
    return journey(*nodes, paths=["entry > push", *ways], messages=messages, settings=settings, name="Told everywhere")


@dataclass
class Shop:
    """The database of the running Waitline, from outside."""

    url: str
    database: Database = field(init=False)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Shop"]:
        self.database = Database(self.url)
        yield self
        await self.database.close()

    async def settle(self, liars: Liars, people: list[str]) -> None:
        """The journey, and everyone who waits, reachable on every channel."""
        now = datetime.now(UTC)
        async with self.database.connection() as connection:
            source = await ensure_source(connection, SOURCE, now)
            shirt = ProductEntry(
                id="M", title="Shirt", url="https://shop.example/p/M", variants=(VariantEntry(sku="M", title="Medium"),)
            )
            await store_products(connection, source.id, [shirt], now)
            await self.stock(connection, source.id, 0)
            await create_journey(connection, "jny_chaos", told_on_every_channel(f"{liars.url}/hook"), now)
            await publish(connection, "jny_chaos", by="a test", now=now)
            await set_status(connection, "jny_chaos", "active", now)
            await self.add(connection, source.id, liars, people, now)

    async def add(
        self, connection: AsyncConnection, source: str, liars: Liars, people: list[str], now: datetime
    ) -> None:
        stamps = {"created_at": now, "updated_at": now}

        async def insert(model: type[Table], rows: list[dict[str, Any]]) -> None:
            for chunk in in_chunks(rows):
                await connection.execute(insert_into(model, connection), list(chunk))

        await insert(
            Profile,
            [
                {
                    "id": f"prf_{one}",
                    "external_id": one,
                    "email": f"{one}@shop.example",
                    "phone": liars.phone(one),
                    "attributes": {},
                    **stamps,
                }
                for one in people
            ],
        )
        await insert(
            Consent,
            [
                {
                    "profile_id": f"prf_{one}",
                    "channel": channel,
                    "topic": "back_in_stock",
                    "granted": True,
                    "updated_at": now,
                }
                for one in people
                for channel in ("web_push", "mobile_push", "email", "sms")
            ],
        )
        await insert(
            PushSubscription,
            [
                {
                    "id": f"psh_{one}",
                    "profile_id": f"prf_{one}",
                    "created_at": now,
                    **liars.browser(one).model_dump(exclude={"channel"}),
                }
                for one in people
            ],
        )
        await insert(
            PushSubscription,
            [
                {
                    "id": f"psh_app_{one}",
                    "profile_id": f"prf_{one}",
                    "created_at": now,
                    "endpoint": liars.app(one),
                    "p256dh": "",
                    "auth": "",
                }
                for one in people
            ],
        )
        waits = {
            "variant_id": variant_id(source, "M"),
            "source": "explicit",
            "intent": 0,
            "state": "pending",
            "created_at": now,
        }
        await insert(WaitlistEntry, [{"id": f"wle_{one}", "profile_id": f"prf_{one}", **waits} for one in people])

    async def stock(self, connection: AsyncConnection, source: str, units: int) -> None:
        now = datetime.now(UTC)
        await observe_all(connection, [Reading("M", Level(on_hand=units))], source_id=source, delivery_id=None, now=now)

    async def restock(self, units: int) -> None:
        now = datetime.now(UTC)
        async with self.database.connection() as connection:
            await self.stock(connection, (await ensure_source(connection, SOURCE, now)).id, units)

    async def ended(self) -> int:
        """Enrollments that came to their end."""
        async with self.database.engine.connect() as connection:
            table = core(Enrollment)
            return await connection.scalar(select(func.count()).where(table.c.status == "ended")) or 0

    async def states(self) -> dict[str, dict[str, list[str]]]:
        """For each channel and person what its send went through, in order."""
        send, outcome = core(Send), core(SendOutcome)
        found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        async with self.database.engine.connect() as connection:
            statement = select(send.c.channel, send.c.profile_id, outcome.c.state)
            rows = await connection.execute(
                statement.join(outcome, outcome.c.send_id == send.c.id).order_by(outcome.c.id)
            )
            for channel, profile, state in rows:
                found[channel][profile.removeprefix("prf_")].append(state)
        return {channel: dict(people) for channel, people in found.items()}


async def cut_connections(url: str) -> int:
    """End every connection to the database but this one; how many."""
    engine = create_async_engine(url, poolclass=NullPool)
    with suppress(DBAPIError):
        async with engine.connect() as connection:
            cut = await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
            return len(cut.all())
    return 0


async def wreck(stack: Stack, liars: Liars, url: str, chance: Random) -> Counter[str]:
    """Kill this and that, each time after some more messages were taken."""
    done: Counter[str] = Counter()
    blows = ["worker-0", "database", "providers", "temporal", "database", "worker-1", "providers", "database"] * ROUNDS
    expected = PEOPLE * len(CHANNELS)
    for number, blow in enumerate(blows):
        moment = int(expected * 0.9 * (number + chance.random()) / len(blows))
        await until(lambda moment=moment: liars.total >= moment, f"message {moment}", seconds=600)
        if blow == "database":
            done[blow] += await cut_connections(url)
        elif blow == "providers":
            await liars.vanish()
            done[blow] += 1
        else:
            await until(lambda blow=blow: stack.pid(blow), f"{blow} to be back")
            stack.kill(blow)
            done["temporal" if blow == "temporal" else "workers"] += 1
    return done


@pytest.mark.spec("R-002")
async def test_nobody_is_told_twice_and_everyone_is_accounted_for_whatever_fails(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    url, chance = postgres.new_database(), Random(2)
    people = [f"p{number}" for number in range(PEOPLE)]
    async with Liars(Random(3)).running() as liars:
        stack = Stack(
            tmp_path / "home",
            demo="false",
            database_url=url,
            smtp_host="localhost",
            smtp_port=str(liars.smtp_port),
            twilio_base_url=liars.url,
            fcm_service_account=json.dumps(json.loads(new_firebase_account()) | {"token_uri": liars.url + TOKEN_PATH}),
            fcm_base_url=liars.url,
            webhook_secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        )
        async with stack.running(), Shop(url).open() as shop:
            await shop.settle(liars, people)
            await shop.restock(PEOPLE)
            done = await wreck(stack, liars, url, chance)
            await until(lambda: is_over(shop), "the end of every enrollment", seconds=3_000 if WHOLE else 400)

            states = await shop.states()
            lines = [judged(channel, people, states[channel], liars) for channel in CHANNELS]
            async with shop.database.snapshot() as session:
                numbers, unsettled = await read_numbers(session), await read_unsettled(session, limit=10 * PEOPLE)
            audit = await shop.database.run(verify, writes=False)

    assert audit.findings == []
    assert len(unsettled) == numbers.unknown == sum(line.unknown for line in lines), "each ambiguity is listed"
    assert numbers.attempts == PEOPLE * len(CHANNELS)
    assert numbers.open == 0
    assert numbers.sent == sum(line.accepted for line in lines)
    assert min(done.values()) >= 1
    if WHOLE:
        write_table(lines, done, liars.faults)


async def is_over(shop: Shop) -> bool:
    with suppress(DBAPIError, OSError):
        return await shop.ended() == PEOPLE
    return False


def judged(channel: str, people: list[str], states: dict[str, list[str]], liars: Liars) -> Line:
    """Hold what the ledger says of each person against what the provider took."""
    taken, ends = liars.taken[channel], {person: states[person][-1] for person in people}
    twice = {person for person in people if taken[person] > 1}
    assert twice == set(), f"told twice on {channel}: {[(one, states[one]) for one in sorted(twice)[:3]]}"
    assert all(history.count("accepted") <= 1 for history in states.values())
    assert set(ends.values()) <= {"accepted", "failed", "unknown"}
    wrong = [
        (person, states[person], taken[person])
        for person, end in ends.items()
        if (end == "accepted" and not taken[person]) or (end == "failed" and taken[person])
    ]
    assert wrong == [], f"{channel}: the ledger says what is not so"
    count = Counter(ends.values())
    known = sum(taken[person] for person, end in ends.items() if end == "unknown")
    return Line(channel, len(people), count["accepted"], count["failed"], count["unknown"], known)
