"""A journey that a developer writes wholly as a Temporal workflow.

    @workflow.defn
    class WinBack(JourneyWorkflow):
        @workflow.run
        async def run(self, task: EnrollmentTask) -> str:
            return await self.follow(task)

        async def journey(self) -> str:
            if await self.step("push") != "sent":
                await workflow.sleep(timedelta(hours=2))   # anything that Temporal can do
                await self.step("mail")
            return "completed"

The journey's document names it (`settings.workflow`) and has the nodes that it steps on; between them no edges are
needed. It is started by the document's entry like any other. A step is taken by the same interpreter and the same
activities as every journey's: guarded, claimed in the ledger, recorded in the trail, and counted.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from temporalio import workflow

from activities.tasks import EnrollmentTask
from engine.journey.decisions import End
from engine.journey.facts import EventFact
from workflows.enrollment import EnrollmentWorkflow
from workflows.walk import Walk

__all__ = ["EnrollmentTask", "JourneyWorkflow"]


class JourneyWorkflow(EnrollmentWorkflow):
    """The base class: `journey` is the developer's to write, `step` is how it acts.

    It must be as deterministic as any workflow. Pausing, cancelling and exit criteria are seen to at each step.
    """

    may_begin_anew: ClassVar[bool] = False
    _walk: Walk

    async def journey(self) -> str:
        """Lead one profile through the journey; the reason with which it ends."""
        raise NotImplementedError

    async def follow(self, task: EnrollmentTask) -> str:
        """Begin at the entry, do what `journey` says, and end; the exit reason."""
        self._walk = Walk(task, workflow.now())
        try:
            await self._go_on()
            reason = await self.journey()
            self._walk.leave(reason, workflow.now())
            await self._go_on()
        except _Ended:
            pass
        return str(self._walk.state.ended)

    async def step(self, node: str) -> str:
        """Enter this node and do what it says: send, wait, change a profile; the way out by which it is left."""
        self._walk.enter(node, workflow.now())
        return await self._go_on()

    @property
    def entry(self) -> EventFact:
        """The event that let the profile in."""
        return self._walk.state.entry

    @property
    def sends(self) -> Mapping[str, Any]:
        """The ids of what each message node sent, as the ledger names them."""
        return self._walk.state.sends

    async def _go_on(self) -> str:
        decision = await self._walk_on(self._walk)
        if isinstance(decision, End):
            raise _Ended
        return decision.outlet


class _Ended(Exception):
    """The enrollment is over: by the journey itself, an exit criterion, or because somebody took it out."""
