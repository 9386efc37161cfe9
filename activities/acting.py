"""Acting on behalf of an enrollment: its profile, its place on a waitlist, another journey. Each act happens once.

An act is named after its enrollment, node and visit, and what it writes carries ids made from that name. So an act
that is repeated, because the worker died before it could say that it was done, finds what it wrote and leaves it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, assert_never

from pydantic import TypeAdapter
from temporalio import activity

from activities.brakes import Brakes
from activities.entering import task_for
from activities.names import ACT
from activities.starting import Starter
from activities.tasks import ActTask, EnrollmentTask
from engine.journey.admission import closed
from engine.journey.decisions import ChangeWaitlist, StartJourney, UpdateProfile
from engine.journey.facts import ActOutcome
from engine.stock.waiting import WaitSource, WaitState
from engine.store import routing, waitlist
from engine.store.admitting import admit
from engine.store.database import Database
from engine.store.enrolled_variants import variant_meant
from engine.store.ids import id_from
from engine.store.merging import current_id
from engine.store.profile_changes import change_profile
from engine.store.routing import RoutedEvent
from engine.store.versions import VersionCatalogue

JOURNEY_STARTED = "Journey Started"
"""The name of the event that enters a journey which another one started."""
Detail = dict[str, Any]
_SOURCE: TypeAdapter[WaitSource] = TypeAdapter(WaitSource)
_STATE: TypeAdapter[WaitState] = TypeAdapter(WaitState)


class Actor:
    """Carries out `UpdateProfile`, `ChangeWaitlist` and `StartJourney` decisions."""

    def __init__(
        self,
        database: Database,
        versions: VersionCatalogue,
        starter: Starter,
        clock: Callable[[], datetime],
        *,
        retention: timedelta | None,
        brakes: Brakes,
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock
        self._retention = retention
        self._brakes = brakes

    @activity.defn(name=ACT)
    async def act(self, task: ActTask) -> ActOutcome | None:
        """Carry the act out and tell what came of it. None when a pause holds the enrollment."""
        enrollment, decision, now = task.enrollment, task.decision, self._clock()
        if task.is_held_by_pause and await self._brakes.hold(enrollment.journey, is_test=enrollment.is_test):
            return None
        name = id_from("act", enrollment.id, decision.node, str(decision.visit))
        match decision:
            case UpdateProfile():
                detail = await self._update(enrollment, decision, name, now)
            case ChangeWaitlist():
                detail = await self._change_waitlist(enrollment, decision, name, now)
            case StartJourney():
                detail = await self._start(enrollment, decision, name, now)
            case _:
                assert_never(decision)
        return ActOutcome(node=decision.node, visit=decision.visit, at=now, detail=detail)

    async def _update(self, enrollment: EnrollmentTask, decision: UpdateProfile, name: str, now: datetime) -> Detail:
        async with self._database.connection() as connection:
            refused = await change_profile(connection, enrollment.profile, decision.attributes, act=name, now=now)
        return {"refused": list(refused)} if refused else {}

    async def _change_waitlist(
        self, enrollment: EnrollmentTask, decision: ChangeWaitlist, name: str, now: datetime
    ) -> Detail:
        """Open or close the wait for the variant. A SKU that means none changes nothing, and the trail says so."""
        async with self._database.connection() as connection:
            person = await current_id(connection, enrollment.profile) or enrollment.profile
            variant = await variant_meant(connection, decision.variant or "", enrollment.variant)
            if variant is None:
                return {"changed": False, "problem": "unknown_variant"}
            if decision.change == "remove":
                closing = waitlist.Closing(_state(decision), now, reason="journey")
                return {"changed": await waitlist.close_waits(connection, person, variant, closing) > 0}
            entry_id = id_from("wle", name)
            if await waitlist.has_entry(connection, entry_id):
                return {"changed": True}
            wish = waitlist.Wish(person, variant, _source(decision), entry_id=entry_id)
            _, is_new = await waitlist.open_entry(connection, wish, retention=self._retention, now=now)
            return {"changed": is_new}

    async def _start(self, enrollment: EnrollmentTask, decision: StartJourney, name: str, now: datetime) -> Detail:
        """Let the profile into the published version, if the journey lets anybody in at this moment."""
        async with self._database.engine.connect() as connection:
            live = await routing.live_journey(connection, decision.journey)
            person = await current_id(connection, enrollment.profile) or enrollment.profile
        if live is None:
            return {"started": False, "problem": "journey_not_active"}
        cause = RoutedEvent(name, JOURNEY_STARTED, person, enrollment.variant, None, decision.properties, now)
        version = await self._versions.load(live.journey, live.version)
        async with self._database.connection() as connection:
            admitted = await admit(connection, live, version.document.settings, [cause], now)
        for admission in admitted:
            await self._starter.start(task_for(live, admission, version))
            return {"started": True, "enrollment": admission.enrollment}
        refusal = closed(live.status, live.dated(version.document.settings), now)
        return {"started": False, "problem": refusal or "not_admitted"}


def _source(decision: ChangeWaitlist) -> WaitSource:
    return _SOURCE.validate_python(decision.source)


def _state(decision: ChangeWaitlist) -> WaitState:
    return _STATE.validate_python(decision.state)
