"""A journey that some have walked, stored as the desk of the workflows stores it: trails, counters, standings agree."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.journey.decisions import End, SleepUntil
from engine.journey.trail import TrailAct, TrailStep
from engine.store.database import Database
from engine.store.enrollments import StepRecord, record_steps
from engine.store.tables import PublishedVersion
from tests.api.world import NOON, World, document

DAY = timedelta(days=1)
Walk = tuple[int, str, TrailAct, Mapping[str, Any]]
"""A step: on which day, at which node, what was done, and the rest of it."""
SKIPPED = {"status": "skipped"}
UP_TO_PUSH: list[Walk] = [
    (0, "entry", "entered", {}),
    (0, "entry", "took", {"outlet": "next"}),
    (0, "pause", "entered", {}),
    (1, "pause", "took", {"outlet": "next"}),
    (1, "push", "entered", {}),
]
THROUGH: list[Walk] = [(1, "done", "entered", {}), (1, "done", "ended", {"reason": "completed"})]


class Walkers:
    """Enrollments whose trails the desk has stored."""

    def __init__(self, world: World, database: Database) -> None:
        self._world = world
        self._database = database

    async def walk(self, person: str, steps: list[Walk], version: int = 1) -> None:
        """Store what they did; the last step says where they stand."""
        await self._world.profile(f"prf_{person}", first_name=person, email=f"{person}@shop.example")
        await self._world.enrollment(f"enr_{person}", profile_id=f"prf_{person}", status="active", node="entry")
        await self.go_on(person, steps, version)

    async def go_on(self, person: str, steps: list[Walk], version: int, first: int = 0) -> None:
        """Store further steps, walked in this version."""
        trail = tuple(
            TrailStep(seq=seq, node=node, visit=1, act=act, at=NOON + day * DAY, **more)
            for seq, (day, node, act, more) in enumerate(steps, start=first)
        )
        last = trail[-1]
        ends = End(node=last.node, reason=last.reason or "") if last.act == "ended" else None
        stands = ends or SleepUntil(node=last.node, visit=1, until=NOON + 9 * DAY)
        record = StepRecord(f"enr_{person}", "jny_1", version, trail, stands, is_parked=person == "eve")
        await self._database.run(lambda connection: record_steps(connection, [record]), writes=True)


async def walked_journey(world: World, database: Database) -> None:
    """Ada got the push, Bob the e-mail instead, Cay neither; Dan was moved to version 2 and Eve is held by a pause."""
    await world.journey()
    await world.add(
        PublishedVersion(journey_id="jny_1", number=2, document=document(), published_at=NOON, published_by="Ada")
    )
    walkers = Walkers(world, database)
    refused: Walk = (1, "push", "took", {"outlet": "not_sent", "reason": "no_consent", "facts": SKIPPED})
    nowhere: Walk = (1, "push", "took", {"outlet": "no_channel", "reason": "no_subscription", "facts": SKIPPED})
    await walkers.walk("ada", [*UP_TO_PUSH, (1, "push", "took", {"outlet": "sent"}), *THROUGH])
    mailed: list[Walk] = [(1, "mail", "entered", {}), (1, "mail", "took", {"outlet": "sent"})]
    await walkers.walk("bob", [*UP_TO_PUSH, nowhere, *mailed, *THROUGH])
    unmailed: Walk = (1, "mail", "took", {"outlet": "not_sent", "reason": "no_consent", "facts": SKIPPED})
    await walkers.walk("cay", [*UP_TO_PUSH, refused, mailed[0], unmailed, *THROUGH])
    await walkers.walk("dan", UP_TO_PUSH[:3])
    facts = {"from_version": 1, "to_version": 2, "to_node": "pause"}
    moved: Walk = (1, "pause", "moved", {"reason": "by_publish", "facts": facts})
    sent: Walk = (2, "push", "took", {"outlet": "sent"})
    rest: list[Walk] = [(2, "pause", "took", {"outlet": "next"}), (2, "push", "entered", {}), sent]
    await walkers.go_on("dan", [moved, *rest, (2, "done", "entered", {}), THROUGH[1]], 2, first=3)
    await walkers.walk("eve", UP_TO_PUSH[:3])
