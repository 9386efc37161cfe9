"""Recording a step that no delivery recorded: before a wait, and at an end."""

from temporalio import activity

from activities.brakes import Brakes
from activities.names import RECORD
from activities.tasks import RecordTask
from engine.store.desk import DeliveryDesk, Settlement
from engine.store.enrollments import StepRecord


class Recorder:
    """Stores trails."""

    def __init__(self, desk: DeliveryDesk, brakes: Brakes) -> None:
        self._desk = desk
        self._brakes = brakes

    @activity.defn(name=RECORD)
    async def record(self, task: RecordTask) -> bool:
        """Store the trail, and where the enrollment stands now; False when a pause holds it where it stood before."""
        enrollment = task.enrollment
        if task.is_held_by_pause and await self._brakes.hold(enrollment.journey, is_test=enrollment.is_test):
            return False
        await self._desk.settle(
            Settlement(
                StepRecord(enrollment.id, enrollment.journey, enrollment.version, task.state.trail, task.decision),
                waitlist_entry_id=enrollment.waitlist_entry,
            )
        )
        return True
