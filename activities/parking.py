"""Parking: recording that a pause holds an enrollment where it stands, without a gap.

    park     1. record that it is parked; committed            2. look whether it is still held
    resume   1. the pause is over; committed                   2. tell everyone who is parked

Whichever comes first, nobody is forgotten: either the look of step 2 finds the pause over, or the notice finds the row.
"""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.brakes import Brakes
from activities.names import PARK
from activities.tasks import ParkTask
from engine.journey.decisions import SleepUntil
from engine.store.desk import DeliveryDesk, Settlement
from engine.store.enrollments import StepRecord


class Parking:
    """Parks enrollments."""

    def __init__(self, desk: DeliveryDesk, brakes: Brakes, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._brakes = brakes
        self._clock = clock

    @activity.defn(name=PARK)
    async def park(self, task: ParkTask) -> bool:
        """Record where it stands; whether it is still held after that."""
        enrollment, state = task.enrollment, task.state
        stands = state.pending or SleepUntil(node=state.node, visit=state.visit, until=self._clock())
        record = StepRecord(enrollment.id, enrollment.journey, enrollment.version, state.trail, stands, is_parked=True)
        await self._desk.settle(Settlement(record))
        holds = await self._brakes.look()
        return holds.on(enrollment.journey, is_test=enrollment.is_test) is not None
