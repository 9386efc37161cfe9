"""Recording a step that no delivery recorded: before a wait, and at an end."""

from temporalio import activity

from activities.names import RECORD
from activities.tasks import RecordTask
from engine.store.desk import DeliveryDesk, Settlement
from engine.store.enrollments import StepRecord


class Recorder:
    """Stores trails."""

    def __init__(self, desk: DeliveryDesk) -> None:
        self._desk = desk

    @activity.defn(name=RECORD)
    async def record(self, task: RecordTask) -> None:
        """Store the trail, and where the enrollment stands now."""
        enrollment = task.enrollment
        await self._desk.settle(
            Settlement(
                StepRecord(enrollment.id, enrollment.journey, enrollment.version, task.state.trail, task.decision),
                waitlist_entry_id=enrollment.waitlist_entry,
            )
        )
