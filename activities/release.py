"""Letting the next ones in line into a journey: pick, write down, start.

Whether to go on is judged anew for every batch: the journey must run, nothing may be switched off, and there must be
stock. Whoever is not reached keeps her place.

Most journeys let everybody in at once: they go the short way, a look and a batch. One that goes by tiers, batches, a
score or a ration goes step by step (`engine.store.release_steps`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from temporalio import activity

from activities.names import RELEASE_BATCH
from activities.starting import Starter
from activities.tasks import EnrollmentTask, ReleaseReport, ReleaseTask
from engine.guardrails.reasons import SkipReason
from engine.guardrails.settings import guardrails_of
from engine.journey.facts import EventFact
from engine.journey.settings import JourneySettings
from engine.stock.rules import interest_rule, release_rule
from engine.store import lines, releases
from engine.store.database import Database
from engine.store.items import read_items
from engine.store.line_door import Door, has_door, let_through
from engine.store.lines import Line
from engine.store.release_steps import Step, Terms, take_step
from engine.store.releases import Opening, Prepared, Situation
from engine.store.restocks import BACK_IN_STOCK, restock_event_id
from engine.store.versions import VersionCatalogue

STARTS_A_HEARTBEAT = 64
SUPERSEDED = "superseded"
"""The reason of a release that had spent its stock when another restock came: that one's release goes on."""


@dataclass(frozen=True, slots=True)
class _Release:
    """A release in hand: its task, the settings of its version, and what all its events share."""

    task: ReleaseTask
    settings: JourneySettings
    version: int
    shared: Mapping[str, Any]

    def opening(self, situation: Situation) -> Opening:
        task = self.task
        item, is_test = task.item or task.variant, situation.journey_status == "test"
        return Opening(task.journey, self.version, situation.variant, task.restock, item, is_test)

    def line(self, connection: Connection, situation: Situation) -> Line:
        interest = interest_rule(self.settings.interest)
        rule, variants, window = release_rule(self.settings.release), (situation.variant,), None
        if self.settings.match == "product":
            variants, window = lines.variants_of(connection, situation.product), rule.again_within
        return Line(
            self.task.journey,
            self.task.restock,
            situation.restocked_at,
            variants,
            interest,
            window,
            is_test=situation.journey_status == "test",
            rearms=rule.rearm == "on_every_restock",
            refusing=releases.release_id(self.task.journey, self.task.restock) if has_door(self.settings) else None,
        )

    def door(self, situation: Situation) -> Door | None:
        """What the journey asks of everybody who enters; None where it asks nothing."""
        entry = EventFact(id=self.task.restock, name=BACK_IN_STOCK, at=situation.restocked_at, properties=self.shared)
        return Door.of(self.settings, entry)


class Releaser:
    """Carries releases out, batch by batch."""

    def __init__(
        self,
        database: Database,
        versions: VersionCatalogue,
        starter: Starter,
        clock: Callable[[], datetime],
        *,
        lanes: int = 1,
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock
        self._lanes = lanes

    @activity.defn(name=RELEASE_BATCH)
    async def release_batch(self, task: ReleaseTask) -> ReleaseReport:
        """Start the enrollments of the next `limit` people in line, if the release may go on."""
        situation, left, shared = await self._database.run(lambda connection: _read(connection, task), writes=False)
        if situation is None or situation.version is None:
            return ReleaseReport(started=0, stopped="journey_not_published")
        version = await self._versions.load(task.journey, situation.version)
        release = _Release(task, version.document.settings, situation.version, shared)
        resumed = await self._start(release, left if _may_resume(task) else [], situation)
        stopped = _must_stop(release, situation, self._clock()) or await self._filtered(release, situation)
        if stopped is not None:
            await self._finish(task, stopped)
            return ReleaseReport(started=resumed, stopped=stopped)
        if situation.is_held:
            opening, now = release.opening(situation), self._clock()
            await self._database.run(lambda connection: releases.open_release(connection, opening, now), writes=True)
            return ReleaseReport(started=resumed, held=True)
        if not release_rule(release.settings.release).is_plain:
            report = await self._step_by_step(release)
            return report.model_copy(update={"started": resumed + report.started})
        prepared, is_last = await self._database.run(
            lambda connection: _take(connection, release, situation, self._clock()), writes=True
        )
        started = await self._start(release, prepared, situation)
        if is_last:
            await self._finish(task, "line_empty")
        return ReleaseReport(started=resumed + started, stopped="line_empty" if is_last else None, lanes=self._lanes)

    async def _filtered(self, release: _Release, situation: Situation) -> str | None:
        """The reason not to begin when the journey is not for this product; nothing is read where it is for all.

        The release is written down, so that its reason can be.
        """
        products = guardrails_of(release.settings.guardrails).products
        if products is None:
            return None
        items = await self._database.run(lambda connection: read_items(connection, [situation.variant]), writes=False)
        if products.holds(items[situation.variant]):
            return None
        opening, now = release.opening(situation), self._clock()
        await self._database.run(lambda connection: releases.open_release(connection, opening, now), writes=True)
        return SkipReason.PRODUCT_FILTER.value

    async def _step_by_step(self, release: _Release) -> ReleaseReport:
        """Take steps until the release is held or over. The stock is read anew before each."""
        started = 0
        while not activity.info().is_local:  # the first look is short; the patient activity follows at once
            situation, step = await self._database.run(
                lambda connection: _step(connection, release, self._clock()), writes=True
            )
            started += await self._start(release, step.prepared, situation)
            if step.hold == "allotted" and release.task.pending:
                await self._finish(release.task, SUPERSEDED)
                return ReleaseReport(started=started, stopped=SUPERSEDED)
            if step.hold is not None or step.stopped is not None:
                held = step.hold is not None
                return ReleaseReport(started=started, stopped=step.stopped, held=held, until=step.until)
            activity.heartbeat(started)
        return ReleaseReport(started=0)

    async def _start(self, release: _Release, prepared: Sequence[Prepared], situation: Situation) -> int:
        started, task = 0, release.task
        for first in range(0, len(prepared), STARTS_A_HEARTBEAT):
            some = prepared[first : first + STARTS_A_HEARTBEAT]
            started += await self._starter.enroll(
                EnrollmentTask(
                    id=one.enrollment_id,
                    journey=task.journey,
                    version=one.version,
                    profile=one.profile_id,
                    key=task.restock,
                    variant=situation.variant,
                    waitlist_entry=one.entry_id,
                    is_test=situation.journey_status == "test",
                    workflow=release.settings.workflow,
                    entry=EventFact(
                        id=restock_event_id(task.restock, one.entry_id or ""),
                        name=BACK_IN_STOCK,
                        at=situation.restocked_at,
                        properties=release.shared,
                    ),
                )
                for one in some
            )
            if not activity.info().is_local:
                activity.heartbeat(first)
        return started

    async def _finish(self, task: ReleaseTask, reason: str) -> None:
        now = self._clock()
        await self._database.run(
            lambda connection: releases.finish(
                connection, journey=task.journey, restock=task.restock, reason=reason, now=now
            ),
            writes=True,
        )


def _may_resume(task: ReleaseTask) -> bool:
    """Whether those who were left behind may be started: not those whom another lane has in hand at this moment."""
    return task.lanes == 1 or activity.info().attempt > 1


def _must_stop(release: _Release, situation: Situation, now: datetime) -> str | None:
    """Why the release is over. One that is held is not: it goes on when somebody lets it."""
    if situation.release_status == "ended" and situation.release_reason == releases.STOPPED:
        return releases.STOPPED
    if situation.journey_status != "paused" and situation.journey_status not in releases.OPEN_JOURNEYS:
        return "journey_not_active"
    if _is_outside(situation, now):
        return "journey_not_active"
    if situation.is_held:
        return None
    return "stock_too_low" if situation.available < release.settings.threshold else None


def _is_outside(situation: Situation, now: datetime) -> bool:
    """Whether the journey has not begun yet, or has come to its end."""
    early = situation.starts_at is not None and now < situation.starts_at and situation.journey_status != "test"
    return early or (situation.ends_at is not None and now >= situation.ends_at)


def _read(connection: Connection, task: ReleaseTask) -> tuple[Situation | None, list[Prepared], Mapping[str, Any]]:
    """How things stand, who was left behind by an interrupted run, and what all their events share."""
    return (
        releases.situation(connection, journey=task.journey, restock=task.restock),
        releases.left_starting(connection, journey=task.journey, restock=task.restock),
        releases.restock_properties(connection, task.restock),
    )


def _take(
    connection: Connection, release: _Release, situation: Situation, now: datetime
) -> tuple[list[Prepared], bool]:
    """Take the next ones out of a line that lets everybody in at once, and say whether they were the last."""
    line, opening = release.line(connection, situation), release.opening(situation)
    if situation.release_status is None and line.interest.window is not None:
        lines.note_expired(connection, line, releases.open_release(connection, opening, now), now)
    places, is_last = lines.next_in_line(connection, line, release.task.limit, now)
    if (door := release.door(situation)) is not None:
        places = let_through(connection, door, opening, places, now)
    if not places:
        return [], is_last
    return releases.prepare(connection, places, opening, now=now), is_last


def _step(connection: Connection, release: _Release, now: datetime) -> tuple[Situation, Step]:
    """One step of a release that goes by more than "everybody at once"."""
    situation = releases.situation(connection, journey=release.task.journey, restock=release.task.restock)
    assert situation is not None, "it was there a moment ago, and restocks are never deleted"
    if (stopped := _must_stop(release, situation, now)) is not None:
        task = release.task
        releases.finish(connection, journey=task.journey, restock=task.restock, reason=stopped, now=now)
        return situation, Step(stopped=stopped)
    if situation.is_held:
        return situation, Step(hold="paused")
    rule = release_rule(release.settings.release)
    opening, line = release.opening(situation), release.line(connection, situation)
    terms = Terms(opening, line, rule, release.settings.threshold, release.door(situation))
    return situation, take_step(connection, terms, available=situation.available, most=release.task.limit, now=now)
