"""kill -9 at random, while many enrollments walk journeys of every kind: each ends as the simulator predicts.

Whatever died, and whenever, an enrollment's trail is the one that it would have had: no step is lost, and none is told
twice.
"""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.journey.facts import EventFact
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.simulation.script import Script
from engine.simulation.simulator import simulate
from engine.store import events
from engine.store.database import Database
from engine.store.events import NewEvent
from engine.store.publishing import create_journey, publish, set_status
from engine.store.statements import insert_into
from engine.store.tables import Profile
from tests.builders import Json, journey, node
from tests.stack import Stack, until

# `make chaos` takes 500; a tenth of them in every run of the tests
ENROLLMENTS = int(os.environ.get("CHAOS_ENROLLMENTS", "50"))
KILLS = 5
BEGUN, ANSWERED, LEFT = "Chaos Begun", "Chaos Answered", "Chaos Left"
GOLD = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}
PATIENCE = 600.0
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(2 * PATIENCE)]


def begun(kind: str, *nodes: Json, paths: Sequence[str], **settings: Any) -> Json:
    """A journey that a `Chaos Begun` of this kind enters."""
    where = {"kind": "property", "property": "kind", "op": "equals", "value": kind}
    entry = node("entry", "entry", trigger={"kind": "event", "event": BEGUN, "where": where})
    return journey(entry, *nodes, paths=paths, settings=settings, name=f"Chaos {kind}")


JOURNEYS: Mapping[str, Json] = {
    "waits": begun(
        "waits",
        node("first", "delay", duration="PT2S"),
        node("answer", "wait_until", events=[{"event": ANSWERED}], timeout="PT3S"),
        node("last", "delay", duration="PT2S"),
        paths=["entry > first > answer", "answer.happened > done", "answer.timed_out > last > done"],
    ),
    "answered": begun(
        "answered",
        node("answer", "wait_until", events=[{"event": ANSWERED}], timeout="PT1H"),
        node("note", "update_profile", set={"answered": True}),
        node("reached", "goal", goal="answered"),
        paths=["entry > answer", "answer.happened > note > reached > done", "answer.timed_out > done"],
    ),
    "chosen": begun(
        "chosen",
        node("pause", "delay", duration="PT1S"),
        node("who", "branch", ways=[{"id": "gold", "when": GOLD}]),
        node("ways", "split", shares=[{"id": "a", "share": 50}, {"id": "b", "share": 50}]),
        node("kept", "holdout", share=30),
        node("other", "start_journey", journey="jny_answered_by_itself"),
        paths=[
            "entry > pause > who",
            "who.gold > ways",
            "who.otherwise > kept",
            "ways.a > other",
            "ways.b > done",
            "kept.next > other",
            "other > done",
        ],
    ),
    "rounds": begun(
        "rounds",
        node("again", "delay", duration="PT1S", max_visits=4),
        node("count", "update_profile", set={"rounds": "more"}),
        paths=["entry > again > count > again", "again.visits_over > done"],
    ),
    "left": begun(
        "left",
        node("stays", "delay", duration="PT1H"),
        paths=["entry > stays > done"],
        exits=[{"kind": "event", "event": LEFT, "reason": "left_for_good"}],
    ),
}
ENDED = "SELECT count(*) FROM enrollment WHERE status = 'ended' AND journey_id <> 'jny_answered_by_itself'"
ANSWERS = {"answered": ANSWERED, "left": LEFT}


@dataclass(frozen=True)
class Passenger:
    """Somebody on a journey."""

    profile: str
    kind: str
    attributes: Mapping[str, Any]


@pytest.mark.spec("J-009")
async def test_each_of_many_enrollments_ends_with_the_predicted_trail_though_parts_are_killed(tmp_path: Path) -> None:
    chance = Random(7)
    kinds = sorted(JOURNEYS)
    people = [
        Passenger(f"prf_{index}", kinds[index % len(kinds)], {"tier": chance.choice(("gold", "tin"))})
        for index in range(ENROLLMENTS)
    ]
    async with Stack(tmp_path / "home", demo="false").running() as stack:
        database = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}", durability="process_kill")
        await settle(database, people)
        killer = asyncio.create_task(kill_at_random(stack, chance))
        for start in range(0, ENROLLMENTS, 50):
            await tell(database, [(one, BEGUN) for one in people[start : start + 50]])
            await asyncio.sleep(0.3)
        await answer(stack, database, people)
        await killer
        await until(
            lambda: stack.query(ENDED)[0][0] == ENROLLMENTS,
            "the end of every enrollment",
            seconds=PATIENCE,
        )
        await database.close()
        trails = read_trails(stack)

    wrong = {one.profile: trails[one.profile] for one in people if trails[one.profile] != [predicted(one)]}
    assert wrong == {}


async def settle(database: Database, people: Sequence[Passenger]) -> None:
    """The journeys and the people."""
    now = datetime.now(UTC)
    by_itself = journey(paths=["entry > done"], name="Another")
    async with database.connection() as connection:
        for kind, document in {**JOURNEYS, "answered_by_itself": by_itself}.items():
            await create_journey(connection, f"jny_{kind}", document, now)
            await publish(connection, f"jny_{kind}", by="a test", now=now)
            await set_status(connection, f"jny_{kind}", "active", now)
        rows = [
            {"id": one.profile, "attributes": dict(one.attributes), "created_at": now, "updated_at": now}
            for one in people
        ]
        await connection.execute(insert_into(Profile, connection), rows)


async def tell(database: Database, told: Sequence[tuple[Passenger, str]]) -> None:
    """Something happens to these people."""
    now = datetime.now(UTC)
    happened = [
        NewEvent(name, one.profile, now, message_id=f"{name}/{one.profile}", properties={"kind": one.kind})
        for one, name in told
    ]
    async with database.connection() as connection:
        await events.record(connection, happened, now)


async def answer(stack: Stack, database: Database, people: Sequence[Passenger]) -> None:
    """Whoever waits to be answered is, as soon as she listens."""
    waiting = {one.profile: one for one in people if one.kind in ANSWERS}
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while waiting and asyncio.get_running_loop().time() < deadline:
        listening = {
            profile
            for (profile,) in stack.query("SELECT profile_id FROM enrollment WHERE listens IS NOT NULL")
            if profile in waiting
        }
        ready = [waiting.pop(profile) for profile in sorted(listening)]
        await tell(database, [(one, ANSWERS[one.kind]) for one in ready])
        await asyncio.sleep(0.3)
    assert not waiting, f"{len(waiting)} never listened"


async def kill_at_random(stack: Stack, chance: Random) -> None:
    """-9 to the worker or to the Temporal server, every second or two."""
    for _ in range(KILLS if ENROLLMENTS > 100 else 2):
        await asyncio.sleep(chance.uniform(0.5, 2.5))
        part = chance.choice(("worker-0", "temporal"))
        await until(lambda part=part: stack.pid(part) is not None, f"{part} to run")
        stack.kill(part)


Told = tuple[str, str, str | None, str | None]


def read_trails(stack: Stack) -> dict[str, list[list[Told]]]:
    """Each person's trails, one for each enrollment in the journeys that the test tells of."""
    rows = stack.query(
        "SELECT e.profile_id, e.id, t.node, t.act, t.outlet, t.reason FROM enrollment e"
        " JOIN trail_row t ON t.enrollment_id = e.id WHERE e.journey_id <> 'jny_answered_by_itself'"
        " ORDER BY e.id, t.seq"
    )
    trails: dict[str, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for profile, enrollment, *step in rows:
        trails[profile][enrollment].append((step[0], step[1], step[2], step[3]))
    return {profile: list(one.values()) for profile, one in trails.items()}


def predicted(one: Passenger) -> list[Told]:
    """The trail that the simulator gives this person."""
    now = datetime.now(UTC)
    version = JourneyVersion(
        journey=f"jny_{one.kind}", number=1, document=JourneyDocument.model_validate(JOURNEYS[one.kind])
    )
    entry = EventFact(id="begun", name=BEGUN, at=now, properties={"kind": one.kind})
    answers = [
        EventFact(id=name, name=name, at=now + timedelta(seconds=1)) for name in filter(None, [ANSWERS.get(one.kind)])
    ]
    script = Script(attributes=json.loads(json.dumps(one.attributes)), events=tuple(answers))
    run = simulate(version, entry, script, profile=one.profile)
    return [(step.node, step.act, step.outlet, step.reason) for step in run.trail]
