"""What a send costs, step by step: `python -m benchmarks.messages`.

First the pieces alone: rendering a push and a letter, encrypting a push. Then 1,000 sends over SQLite, and over a
PostgreSQL server of its own: guarded, claimed and given their outcome by the delivery desk; and whole, with rendering,
trail and standing, by the real messenger, through a provider that takes everything at once. Then pushes while the mail
server hangs, beside pushes alone; and what it adds to a send that Temporal keeps everything of it sealed, which is part
of what a fan-out costs. It ends with 1 when that is more than a twentieth, or another goal is missed, and names it.

Each figure is CPU time, which other work on the machine disturbs little; a rate is what one core would do that had
nothing else to do. `--sends 200` makes it quick.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import psutil
from temporalio.api.common.v1 import Payload

from activities.bulkheads import PLACES
from activities.channels.push_encryption import encrypt_push
from activities.composing import reaches
from activities.guarding import allowance_for, facts_for, question_for
from activities.tasks import DeliverTask
from benchmarks.processes import machine
from engine.guardrails.caps import PERSONAL_CHANNELS
from engine.guardrails.verdicts import judge
from engine.messages.content import EmailContent, WebPushContent
from engine.messages.context import RenderContext
from engine.messages.links import LinkPolicy
from engine.messages.render import compiled
from engine.store.database import Database
from engine.store.desk import DeliveryDesk
from engine.store.ids import id_from
from engine.store.ledger import Claim, Outcome
from engine.store.schema import upgrade
from engine.store.vault import Vault
from tests.activities.post import PostOffice
from tests.postgres import PostgresServer
from workflows.payloads import SharedPydanticConverter
from workflows.sealing import ENCODING, PURPOSE
from workflows.worker import LOCAL_ACTIVITY_SLOTS

PEOPLE = 100
HANGING = 2 * PLACES
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
ROUNDS, PAIRS = 3, 6
MOST_LOST = 0.1
MOST_SEALING = 0.05
Way = Callable[[PostOffice, Sequence[DeliverTask]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: milliseconds of CPU each, and the goal as a rate where there is one."""

    what: str
    each: float
    goal: float
    beside: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether one core would do as many as the goal says."""
        return 1_000 / self.each >= self.goal

    def __str__(self) -> str:
        goal = f"{self.goal:,.0f}{'' if self.is_reached else ' (missed)'}" if self.goal else ""
        return f"| {self.what} | {self.each:.3f} | {1_000 / self.each:,.0f} | {goal} | {self.beside} |"


def servers() -> float:
    """CPU seconds so far of the PostgreSQL that this process started."""
    spent = 0.0
    for child in psutil.Process().children(recursive=True):
        times = child.cpu_times()
        spent += times.user + times.system
    return spent


async def tasks(post: PostOffice, sends: int, run: str, node: str = "push") -> list[DeliverTask]:
    """Messages to send, to one person after the other."""
    return [await post.task(f"p{n % PEOPLE}", run=f"{run}-{n}", node_id=node) for n in range(sends)]


async def all_of(post: PostOffice, work: Sequence[DeliverTask]) -> None:
    """Send them, as many at a time as a worker does."""
    slots = asyncio.Semaphore(LOCAL_ACTIVITY_SLOTS)

    async def one(task: DeliverTask) -> None:
        async with slots:
            answer = await post.messenger.deliver(task)
            assert answer.outcome is not None
            assert answer.outcome.status == "sent"

    await asyncio.gather(*map(one, work))


async def desk_of(post: PostOffice, work: Sequence[DeliverTask]) -> None:
    """Guard them, claim them, and say that they were accepted, as many at a time as a worker does."""
    slots, desk = asyncio.Semaphore(LOCAL_ACTIVITY_SLOTS), DeliveryDesk(post.database)

    async def one(task: DeliverTask) -> None:
        async with slots:
            enrollment, step = task.enrollment, task.decision
            version = await post.versions.load(enrollment.journey, enrollment.version)
            rules = post.library.guardrails(version)
            world, held = await desk.look(question_for(task, version, rules, post.now, asks_latest=False))
            (reach,) = reaches(world, step.channel)
            facts = facts_for(task, world, version, rules, [reach], expires_at=None, now=post.now)
            verdict = judge(facts, rules, world.limits)
            assert (held, verdict.skip) == ([], None)
            claim = Claim(
                id=id_from("snd", enrollment.id, reach.hash),
                enrollment_id=enrollment.id,
                journey_id=enrollment.journey,
                version=enrollment.version,
                node=step.node,
                visit=step.visit,
                channel=step.channel,
                address_hash=reach.hash,
                profile_id=enrollment.profile,
                variant_id=enrollment.variant,
                verdict=verdict.inputs,
                at=post.now,
            )
            assert all((await desk.claim([claim], allowance_for(task, rules, world, PERSONAL_CHANNELS))).ours)
            await desk.note([Outcome(claim.id, "accepted", post.now)])

    await asyncio.gather(*map(one, work))


async def opened(url: str) -> PostOffice:
    """A shop with people who may be told."""
    database = Database(url)
    await upgrade(database)
    post = await PostOffice(database).opened()
    await post.publish()
    for n in range(PEOPLE):
        await post.person(f"p{n}", email=f"p{n}@shop.example")
    return post


async def deliveries(post: PostOffice, what: str, way: Way, sends: int, goal: float = 0) -> Row:
    """What a send costs in this process; beside it, in the database's."""
    ours, theirs, walls = list[float](), list[float](), list[float]()
    for run in range(ROUNDS + 1):  # the first fills caches
        work = await tasks(post, sends, f"{what}{run}")
        began, before, at = process_time(), servers(), perf_counter()
        await way(post, work)
        ours.append((process_time() - began) / sends * 1_000)
        theirs.append((servers() - before) / sends * 1_000)
        walls.append(sends / (perf_counter() - at))
    beside = f"server {median(theirs[1:]):.2f} ms more; {median(walls[1:]):,.0f}/s by the clock"
    return Row(what, median(ours[1:]), goal, beside)


async def both(post: PostOffice, name: str, sends: int, goal: float) -> tuple[Row, Row]:
    """Print what the desk's part of a send costs, and what all of it does."""
    desk = await deliveries(post, f"guard, claim and outcome, {name}", desk_of, sends, goal)
    print(desk, flush=True)
    whole = await deliveries(post, f"a whole send, {name}", all_of, sends)
    print(whole, flush=True)
    return desk, whole


async def beside_a_hanging_one(post: PostOffice, sends: int) -> float:
    """How much the rate of pushes changes while more letters than there are places wait for a server that says nothing.

    Both are measured in turns, each pair close together and every other pair the other way round, so that whatever
    else the machine does weighs on both; the median of the pairs counts.
    """
    await all_of(post, await tasks(post, sends, "warm"))
    changes = list[float]()
    for run in range(PAIRS):
        spent = dict[bool, float]()
        for hanging in (False, True) if run % 2 == 0 else (True, False):
            spent[hanging] = await pushes(post, sends, f"{run}-{hanging}", hanging=hanging)
        changes.append(spent[False] / spent[True] - 1)
    return median(changes)


async def pushes(post: PostOffice, sends: int, run: str, *, hanging: bool) -> float:
    """CPU seconds that so many pushes take, alone or while the mail server hangs."""
    over = asyncio.Event()

    async def hangs(_: str) -> None:
        await over.wait()

    post.channels["email"].reaction = hangs
    letters = await tasks(post, HANGING if hanging else 0, f"letters{run}", "mail")
    work = await tasks(post, sends, f"pushes{run}")
    waiting = [asyncio.create_task(post.messenger.deliver(task)) for task in letters]
    for turned_away in islice(asyncio.as_completed(waiting), len(waiting) and HANGING - PLACES):
        assert (await turned_away).later is not None
    spent = await clocked(all_of(post, work))
    over.set()
    await asyncio.gather(*waiting)
    return spent


async def clocked(work: Awaitable[None]) -> float:
    """CPU seconds that it takes."""
    began = process_time()
    await work
    return process_time() - began


async def sealing(post: PostOffice) -> float:
    """Milliseconds that sealing adds to an enrollment: its key made, what it starts with, says and ends with sealed."""
    task = (await tasks(post, 1, "sealed"))[0]
    answer = await post.messenger.deliver(task)
    payloads = SharedPydanticConverter().to_payloads([task, answer, "completed"])
    common, about = Vault(["a secret of at least some length"]).cipher(PURPOSE), task.enrollment.id.encode()

    def sealed_and_opened() -> None:
        cipher = common.with_salt(b"salt of this one")
        kept = [
            Payload(metadata={"encoding": ENCODING}, data=cipher.seal(one.SerializeToString(), about))
            for one in payloads
        ]
        for one in kept:
            Payload.FromString(cipher.open(one.data, about))

    return each(sealed_and_opened)


def pieces() -> list[Row]:
    """Rendering and encryption, alone."""
    context = RenderContext(
        send_id="snd_01kbjv0m8e5w3tq9z7c2r4x6yd",
        profile={"first_name": "Ada"},
        product={
            "name": "Fjell jacket",
            "url": "https://shop.example/p/fjell",
            "image_url": "https://shop.example/i.jpg",
        },
        variant={"title": "Medium", "sku": "FJELL-M"},
        link_policy=LinkPolicy(allowed_domains=("shop.example",)),
        link_for=lambda target, _: f"https://waitline.example/c/{target}",
    )
    link, words = (
        "{{ product.url }}",
        "Hello {{ profile.first_name | default('you') }}, {{ product.name }} is back. " * 4,
    )
    push = compiled(
        WebPushContent.model_validate(
            {"title": "{{ product.name }} is back", "body": "Hello {{ profile.first_name }}", "link": link}
        )
    )
    text, button = {"type": "text", "text": words}, {"type": "button", "text": "Have a look", "link": link}
    letter = compiled(
        EmailContent.model_validate({"subject": "{{ product.name }} is back", "blocks": [text, button, text]})
    )
    return [
        Row("rendering a push", each(lambda: push.render(context)), 10_000),
        Row("rendering an e-mail", each(lambda: letter.render(context)), 1_000),
        Row("encrypting a push", each(lambda: encrypt_push(b"x" * 600, P256DH, AUTH)), 5_000),
    ]


def each(act: Callable[[], Any], times: int = 1_000) -> float:
    """Milliseconds of CPU that one takes: the best of some rounds, which other work disturbed least."""
    act()
    found = list[float]()
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(times):
            act()
        found.append((process_time() - began) / times * 1_000)
    return min(found)


async def measure(sends: int) -> bool:
    """Print the table; whether every goal is reached."""
    load = os.getloadavg()[0]
    print("| What | CPU, ms | One core, a second | Goal | |\n| --- | --- | --- | --- | --- |", flush=True)
    rows = pieces()
    for row in rows:
        print(row, flush=True)
    folder = Path(tempfile.mkdtemp(prefix="waitline-messages-"))
    try:
        post = await opened(f"sqlite+aiosqlite:///{folder / 'waitline.db'}")
        desk, whole = await both(post, "SQLite", sends, 500)
        rows.append(desk)
        sealed = Row("sealing what Temporal keeps of it", await sealing(post), 0)
        print(sealed, flush=True)
        await post.database.close()
    finally:
        shutil.rmtree(folder)
    with PostgresServer() as server:
        post = await opened(server.new_database())
        rows.append((await both(post, "PostgreSQL", sends, 1_000))[0])
        change = await beside_a_hanging_one(post, sends)
        print(f"\nPushes while e-mail hangs: {change:+.1%} of their rate, by CPU (goal: at most {MOST_LOST:.0%} less).")
        await post.database.close()
    share = sealed.each / (whole.each + sealed.each)
    print(f"Sealing is {share:.1%} of a send (goal: below {MOST_SEALING:.0%}).")
    print(f"{machine()}; load {load:.0f} at the beginning, {os.getloadavg()[0]:.0f} at the end.")
    missed = [row.what for row in rows if not row.is_reached]
    missed += ["pushes while e-mail hangs"] if change < -MOST_LOST else []
    missed += ["sealing"] if share >= MOST_SEALING else []
    print(f"Missed: {', '.join(missed)}." if missed else "Every goal is reached.")
    return not missed


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sends", type=int, default=1_000)
    sys.exit(0 if asyncio.run(measure(parser.parse_args().sends)) else 1)
