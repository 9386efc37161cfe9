"""A journey as it was at a moment: its status by the audit, its newest version by then, the kill switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from engine.journey.admission import JourneyStatus, closed
from engine.journey.triggers import Trigger
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.store.delivery import KILL_SWITCH
from engine.store.errors import UnknownJourney
from engine.store.holdings import JourneyName
from engine.store.statements import Executor, core
from engine.store.tables import Audit, Journey, PublishedVersion, Staff
from engine.store.timeline.words import day
from engine.store.why.findings import Finding

_journey, _version, _audit, _staff = core(Journey), core(PublishedVersion), core(Audit), core(Staff)


@dataclass(frozen=True, slots=True)
class JourneyThen:
    """The journey at `at`. `version` is None when none was published by then."""

    name: JourneyName
    status: JourneyStatus
    version: JourneyVersion | None
    starts_at: datetime | None
    ends_at: datetime | None
    at: datetime
    changed_by: str | None = None
    changed_why: str | None = None
    changed_at: datetime | None = None

    @property
    def trigger(self) -> Trigger | None:
        """What let profiles in."""
        return None if self.version is None else self.version.graph.entry.trigger

    def finding(self, *, is_test: bool) -> Finding:
        """Whether it let anybody in."""
        name = f"“{self.name.name}”"
        facts: dict[str, Any] = {"status": self.status, "version": self.version and self.version.number}
        facts |= {"changed_by": self.changed_by, "changed_why": self.changed_why}
        facts |= {"changed_at": self.changed_at and self.changed_at.isoformat()}
        facts = {key: value for key, value in facts.items() if value is not None}
        links = {"journey": f"/v1/journeys/{self.name.id}"}
        if self.version is None:
            return Finding("open", False, f"{name} was not published yet.", "journey_not_active", facts, links)
        settings = self.version.document.settings.model_copy(
            update={"starts_at": self.starts_at, "ends_at": self.ends_at}
        )
        refused = closed(self.status, settings, self.at, is_test=is_test)
        if refused is None:
            return Finding(
                "open", True, f"{name} was {self.status}, in version {self.version.number}.", None, facts, links
            )
        since = f" since {day(self.changed_at)}" if self.changed_at else ""
        by = f", by {self.changed_by}" if self.changed_by else ""
        why = f" (“{self.changed_why}”)" if self.changed_why else ""
        sentences = {
            "journey_not_active": f"{name} was a draft and let nobody in.",
            "journey_paused": f"{name} was paused{since}{by}{why}.",
            "journey_ended": f"{name} had ended{since}{by}{why}.",
            "test_profiles_only": f"{name} was being tested, and this person is not one of its testers.",
            "not_started_yet": f"{name} had not begun; it lets people in from {day(self.starts_at)} on.",
        }
        return Finding("open", False, sentences[refused], refused, facts, links)


async def read_journey(executor: Executor, journey_id: str, at: datetime, *, version: int | None = None) -> JourneyThen:
    """The journey as it was then; with `version`, in this version.

    Raises:
        UnknownJourney: there is none with this id.
    """
    row = (await executor.execute(select(_journey).where(_journey.c.id == journey_id))).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    wanted = _version.c.published_at <= at if version is None else _version.c.number == version
    newest = select(_version).where(_version.c.journey_id == journey_id, wanted).order_by(_version.c.number.desc())
    published = (await executor.execute(newest.limit(1))).one_or_none()
    before, after = await _changes_around(executor, "journey", journey_id, at)
    status = before.after.get("status") if before else after.before.get("status") if after else None
    return JourneyThen(
        name=JourneyName(row.id, row.name),
        status=status or row.status,
        version=None if published is None else _walked(journey_id, published),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        at=at,
        changed_by=before and before.by,
        changed_why=before and before.reason,
        changed_at=before and before.at,
    )


async def was_stopped(executor: Executor, at: datetime) -> bool:
    """Whether the kill switch was on then."""
    before, _ = await _changes_around(executor, "workspace", KILL_SWITCH, at)
    return bool(before and before.after.get("on"))


def _walked(journey_id: str, row: Any) -> JourneyVersion:
    return JourneyVersion(journey=journey_id, number=row.number, document=JourneyDocument.model_validate(row.document))


async def _changes_around(executor: Executor, kind: str, subject: str, at: datetime) -> tuple[Any, Any]:
    """The last change of its status before this moment, and the first one after it."""
    statement = (
        select(_audit, func.coalesce(_staff.c.name, _audit.c.staff_id).label("by"))
        .select_from(_audit.outerjoin(_staff, _staff.c.id == _audit.c.staff_id))
        .where(
            _audit.c.subject_kind == kind,
            _audit.c.subject_id == subject,
            or_(*(_audit.c.action.like(f"{action}%") for action in ("publish", "status:", "kill_switch:"))),
        )
    )
    earlier: Sequence[Any] = (
        await executor.execute(
            statement.where(_audit.c.at <= at).order_by(_audit.c.at.desc(), _audit.c.id.desc()).limit(1)
        )
    ).all()
    later: Sequence[Any] = (
        await executor.execute(statement.where(_audit.c.at > at).order_by(_audit.c.at, _audit.c.id).limit(1))
    ).all()
    return (earlier[0] if earlier else None, later[0] if later else None)
