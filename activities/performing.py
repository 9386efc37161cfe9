"""Performing: the steps that plugins do, each an ordinary activity that Temporal repeats under the same key.

the plugin is missing, or refuses the node's settings ──► the profile waits at the node until it is put back
a pause or the kill switch holds the enrollment       ──► parked
`run` answers with a way out                          ──► the profile leaves by it
`run` answers `Later`                                 ──► the profile waits, and it is asked again then
`run` raises                                          ──► tried again; after the last try the way `failed`
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import ValidationError
from temporalio import activity

from activities.brakes import Brakes
from activities.composing import tags_of
from activities.names import PERFORM
from activities.tasks import Performed, PerformTask
from engine.journey.custom import CustomNode, Later, Situation
from engine.journey.facts import ActOutcome
from engine.journey.nodes import Custom
from engine.journey.nodes.custom import FAILED, STEP_FAILED
from engine.store.database import Database
from engine.store.delivery import DeliveryQuestion, read_worlds
from engine.store.ids import id_from
from engine.store.versions import VersionCatalogue

TRIES = 8
UNTIL_IT_IS_BACK = timedelta(minutes=5)
"""After how long it is looked again whether a plugin is here that was missing."""
MISSING, REFUSED = "plugin_missing", "plugin_refuses_settings"
_LONGEST_FAULT = 500
_log: Any = structlog.get_logger(__name__)


class Performer:
    """Carries out `Perform` decisions. `types` are the node types of this process's plugins, by name."""

    def __init__(
        self,
        database: Database,
        versions: VersionCatalogue,
        types: Mapping[str, type[CustomNode]],
        clock: Callable[[], datetime],
        *,
        brakes: Brakes,
    ) -> None:
        self._database = database
        self._versions = versions
        self._types = types
        self._clock = clock
        self._brakes = brakes

    @activity.defn(name=PERFORM)
    async def perform(self, task: PerformTask) -> Performed:
        """Do the step, and tell by which way out the profile leaves."""
        enrollment, decision = task.enrollment, task.decision
        if await self._brakes.hold(enrollment.journey, is_test=enrollment.is_test):
            return Performed()
        version = await self._versions.load(enrollment.journey, enrollment.version)
        node = version.graph.node(decision.node)
        assert isinstance(node, Custom), "only nodes of plugins are performed"
        model = self._types.get(node.type)
        if model is None:
            return self._put_off(task, UNTIL_IT_IS_BACK, MISSING, {"type": node.type})
        try:
            step = model.model_validate(dict(node.settings))
        except ValidationError as error:
            faults = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors(include_url=False)}
            return self._put_off(task, UNTIL_IT_IS_BACK, REFUSED, {"type": node.type, "faults": faults})
        return await self._run(task, step, await self._situation(task, version.document.name))

    async def _run(self, task: PerformTask, step: CustomNode, situation: Situation) -> Performed:
        try:
            async with asyncio.timeout(step.seconds):
                answer = await step.run(situation)
        except Exception as fault:
            if activity.info().attempt < TRIES:
                raise
            _log.warning("plugin_step_failed", node_type=step.type, exc_info=fault)
            return self._left(task, FAILED, STEP_FAILED, f"{type(fault).__name__}: {fault}")
        if isinstance(answer, Later):
            return self._put_off(task, answer.after, answer.reason, {})
        if answer not in (*step.outlets, FAILED):
            return self._left(task, FAILED, STEP_FAILED, f"It left by “{answer}”, which is none of its ways out.")
        return self._left(task, answer)

    async def _situation(self, task: PerformTask, journey: str) -> Situation:
        """All that a message would know here: read at this moment, as the merge tags name it."""
        enrollment, decision = task.enrollment, task.decision
        question = DeliveryQuestion(
            enrollment.id, enrollment.journey, enrollment.profile, "", enrollment.variant, enrollment.waitlist_entry
        )
        (world,) = await self._database.run(lambda connection: read_worlds(connection, [question]), writes=False)
        key = id_from("act", enrollment.id, decision.node, str(decision.visit))
        profile, product, variant = tags_of(world)
        return Situation(
            key=key,
            now=self._clock(),
            journey=journey,
            profile_id=world.profile["id"],
            profile=profile,
            event=dict(enrollment.entry.properties),
            product=product,
            variant=variant,
        )

    def _left(self, task: PerformTask, outlet: str, reason: str | None = None, problem: str = "") -> Performed:
        detail = {"problem": problem[:_LONGEST_FAULT]} if problem else {}
        return self._performed(task, outlet=outlet, reason=reason, detail=detail)

    def _put_off(self, task: PerformTask, after: timedelta, reason: str, detail: Mapping[str, Any]) -> Performed:
        return self._performed(task, until=self._clock() + after, reason=reason, detail=detail)

    def _performed(self, task: PerformTask, **told: Any) -> Performed:
        decision = task.decision
        return Performed(outcome=ActOutcome(node=decision.node, visit=decision.visit, at=self._clock(), **told))
