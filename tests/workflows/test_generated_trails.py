"""Two hundred generated journeys, of every node type: a real workflow leaves the trail that the simulator predicts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count, islice
from typing import get_args

import pytest

from engine.journey.nodes import BuiltIn
from engine.journey.trail import TrailStep
from engine.journey.version import JourneyVersion
from engine.simulation.script import Script
from engine.simulation.simulator import Simulation
from tests.builders import NOON, version
from tests.generated_journeys import ENTRY, generated, scripted
from tests.workflows.theatre import Theatre, opened

JOURNEYS = 200
AT_ONCE = 25
MOST_DECISIONS = 30
"""A wait that looks every six hours for a year is walked by the property tests; here it would only take long."""
ODD = timedelta(seconds=29)
"""Events come between the full minutes at which waits end, so that no race decides."""


def seeds() -> Iterator[int]:
    """Journeys that end after some decisions, in their world."""
    for seed in count():
        simulation = Simulation(version(generated(seed)), ENTRY, scripted(seed), profile=f"p{seed}")
        if simulation.run(most=MOST_DECISIONS).ended is not None:
            yield seed


def moved(script: Script, by: timedelta) -> Script:
    """The script with everything in it that much later, and between the full minutes."""
    return script.model_copy(
        update={
            "events": tuple(each.model_copy(update={"at": each.at + by + ODD}) for each in script.events),
            "stock_changes": tuple(each.model_copy(update={"at": each.at + by + ODD}) for each in script.stock_changes),
            "segment_changes": tuple(
                each.model_copy(update={"at": each.at + by + ODD}) for each in script.segment_changes
            ),
            "reactions": tuple(each.model_copy(update={"after": each.after + ODD}) for each in script.reactions),
        }
    )


def told(trail: Sequence[TrailStep]) -> list[tuple[str, int, str, str | None, str | None]]:
    return [(step.node, step.visit, step.act, step.outlet, step.reason) for step in trail]


@pytest.mark.spec("D-004")
async def test_two_hundred_real_trails_are_the_simulated_ones() -> None:
    chosen = list(islice(seeds(), JOURNEYS))
    walked: set[str] = set()
    async with opened() as theatre:
        for start in range(0, JOURNEYS, AT_ONCE):
            for seed, real in await played(theatre, chosen[start : start + AT_ONCE]):
                journey = theatre.roles[f"e{seed}"].version
                at = real[0].at
                entry = ENTRY.model_copy(update={"at": at})
                script = moved(scripted(seed), at - NOON)
                predicted = Simulation(journey, entry, script, profile=f"p{seed}").run()

                assert told(real) == told(predicted.trail), f"journey {seed}"
                assert all(abs(one.at - two.at) < ODD for one, two in zip(real, predicted.trail, strict=True))
                walked |= {journey.graph.node(step.node).type for step in real}

    assert walked == {member.model_fields["type"].default for member in get_args(get_args(BuiltIn)[0])}


async def played(theatre: Theatre, some: Sequence[int]) -> list[tuple[int, list[TrailStep]]]:
    """Play these journeys side by side; their trails."""
    for seed in some:
        now = theatre.clock()
        shape: JourneyVersion = version(generated(seed), journey_id=f"j{seed}")
        entry = ENTRY.model_copy(update={"at": now})
        await theatre.begin(f"e{seed}", shape, entry, moved(scripted(seed), now - NOON), f"p{seed}")
    return [(seed, await theatre.end(f"e{seed}")) for seed in some]
