"""Listening: what a waiting enrollment is told about, without a gap.

    listen   1. record the step and, on the enrollment's row, the names of the events; committed
             2. read the events that came before that and were not heard
    relay    signals every event that is routed after 1 to whoever has its name on the row

Between the two nothing is missed: an event is committed before it is routed, so either it was there to be read in
step 2, or the relay found the row of step 1. What both bring is heard once, by its id.
"""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.brakes import Brakes
from activities.names import LISTEN, READ_EVENTS
from activities.tasks import ArrivedEvents, EventsTask, RecordTask
from engine.journey.decisions import WaitFor
from engine.store import events
from engine.store.database import Database
from engine.store.desk import DeliveryDesk, Settlement
from engine.store.enrollments import StepRecord
from engine.store.merging import current_id

AT_ONCE = 100


class Listening:
    """Carries out `WaitFor` decisions, as far as the database can."""

    def __init__(self, desk: DeliveryDesk, database: Database, brakes: Brakes) -> None:
        self._desk = desk
        self._database = database
        self._brakes = brakes

    @activity.defn(name=LISTEN)
    async def listen(self, task: RecordTask) -> ArrivedEvents | None:
        """Record the wait, then tell what had come already: the oldest first, at most a hundred.

        None when a pause holds the enrollment where it stood before.
        """
        enrollment, decision = task.enrollment, task.decision
        if task.is_held_by_pause and await self._brakes.hold(enrollment.journey, is_test=enrollment.is_test):
            return None
        if not isinstance(decision, WaitFor):
            raise ApplicationError(f"Nobody listens during {decision.kind}.", type="not_a_wait", non_retryable=True)
        await self._desk.settle(
            Settlement(
                StepRecord(enrollment.id, enrollment.journey, enrollment.version, task.state.trail, decision),
                waitlist_entry_id=enrollment.waitlist_entry,
            )
        )
        async with self._database.snapshot() as session:
            person = await current_id(session, enrollment.profile) or enrollment.profile
            came = await events.happened(
                session, person, decision.events, since=decision.since, besides=decision.heard, limit=AT_ONCE
            )
        return ArrivedEvents(events=tuple(came))

    @activity.defn(name=READ_EVENTS)
    async def read_events(self, task: EventsTask) -> ArrivedEvents:
        """The events that signals named."""
        async with self._database.snapshot() as session:
            return ArrivedEvents(events=tuple(await events.by_ids(session, task.ids)))
