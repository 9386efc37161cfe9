"""Launches that wait for a second person: asked for by one, approved, refused or withdrawn by another.

    open ──► approved      the draft as it stood when it was asked for becomes a version
      ├────► refused       with a reason
      ├────► withdrawn     by whoever asked
      └────► replaced      somebody asked anew

A request is for one revision of the draft. Once the draft was changed it can no longer be approved, because nobody
would have looked at what is launched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, select, update

from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.migration import MigrationChoice
from engine.store import lifecycle
from engine.store.errors import LaunchRequestDecided, OwnLaunchRequest, UnknownRecord
from engine.store.ids import new_id
from engine.store.lifecycle import Dates, Launched
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Journey, LaunchRequest, Staff

RequestState = Literal["open", "approved", "refused", "withdrawn", "replaced"]
_request, _staff, _journey = core(LaunchRequest), core(Staff), core(Journey)
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be launched, and how."""

    revision: int
    choice: MigrationChoice
    status: Literal["active", "test"] | None
    dates: Dates


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as people see it; `asked_by` and `decided_by` are names. `is_outdated` once the draft was changed."""

    id: str
    state: RequestState
    revision: int
    plan: Mapping[str, Any]
    note: str | None
    asked_by_id: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    version: int | None
    is_outdated: bool


async def ask(
    executor: Executor,
    journey_id: str,
    plan: Plan,
    *,
    note: str | None,
    by: str,
    now: datetime,
    catalogue: Catalogue = UNCHECKED,
) -> str:
    """Ask for a launch; the request's id. One that was open before is replaced.

    Raises:
        UnknownJourney, DraftConflict, JourneyNotReady, StatusRefused: as the launch itself would.
    """
    await lifecycle.check_launch(
        executor, journey_id, plan.revision, choice=plan.choice, status=plan.status, catalogue=catalogue
    )
    await executor.execute(
        update(_request)
        .where(_request.c.journey_id == journey_id, _request.c.state == "open")
        .values(state="replaced", decided_at=now, decided_by=by)
    )
    request_id = new_id("lrq")
    written = {
        "choice": plan.choice.model_dump(mode="json"),
        "status": plan.status,
        "dates": {side: at and at.isoformat() for side, at in plan.dates.items()},
    }
    await executor.execute(
        insert_into(LaunchRequest, executor),
        {
            "id": request_id,
            "journey_id": journey_id,
            "revision": plan.revision,
            "plan": written,
            "note": note,
            "state": "open",
            "asked_by": by,
            "asked_at": now,
        },
    )
    await _note(executor, "launch:ask", journey_id, by, now, reason=note, request=request_id)
    return request_id


async def list_requests(executor: Executor, journey_id: str) -> list[RequestRow]:
    """The newest requests of a journey, the newest first."""
    return await _read(executor, _request.c.journey_id == journey_id)


async def read_request(executor: Executor, journey_id: str, request_id: str) -> RequestRow:
    """One request of a journey.

    Raises:
        UnknownRecord: there is none with this id.
    """
    found = await _read(executor, (_request.c.journey_id == journey_id) & (_request.c.id == request_id))
    if not found:
        raise UnknownRecord("launch request", request_id)
    return found[0]


async def approve(
    executor: Executor,
    journey_id: str,
    request_id: str,
    *,
    by: str,
    now: datetime,
    catalogue: Catalogue = UNCHECKED,
) -> Launched:
    """Launch what was asked for, on behalf of whoever asked.

    Raises:
        UnknownRecord: there is no such request.
        LaunchRequestDecided: it is not open any more.
        OwnLaunchRequest: whoever approves is the one who asked.
        DraftConflict, JourneyNotReady, StatusRefused: it can no longer be launched so.
    """
    request = await read_request(executor, journey_id, request_id)
    if request.asked_by_id == by:
        raise OwnLaunchRequest
    await _decide(executor, request, "approved", by=by, now=now)
    dates: dict[Literal["starts_at", "ends_at"], datetime | None] = {
        side: at and datetime.fromisoformat(at) for side, at in request.plan["dates"].items()
    }
    launched = await lifecycle.launch(
        executor,
        journey_id,
        request.revision,
        choice=MigrationChoice.model_validate(request.plan["choice"]),
        by=request.asked_by_id,
        approved_by=by,
        now=now,
        status=request.plan["status"],
        dates=dates,
        catalogue=catalogue,
    )
    await executor.execute(update(_request).where(_request.c.id == request_id).values(version=launched.version))
    return launched


async def refuse(
    executor: Executor, journey_id: str, request_id: str, *, reason: str | None, by: str, now: datetime
) -> RequestRow:
    """Do not launch what was asked for. Whoever asked withdraws it so.

    Raises:
        UnknownRecord: there is no such request.
        LaunchRequestDecided: it is not open any more.
    """
    request = await read_request(executor, journey_id, request_id)
    state: RequestState = "withdrawn" if request.asked_by_id == by else "refused"
    await _decide(executor, request, state, by=by, now=now, reason=reason)
    await _note(executor, f"launch:{state}", journey_id, by, now, reason=reason, request=request_id)
    return await read_request(executor, journey_id, request_id)


async def _decide(
    executor: Executor, request: RequestRow, state: RequestState, *, by: str, now: datetime, reason: str | None = None
) -> None:
    """Two people who decide at the same moment: the first one does."""
    decided = await executor.execute(
        update(_request)
        .where(_request.c.id == request.id, _request.c.state == "open")
        .values(state=state, decided_by=by, decided_at=now, reason=reason)
        .returning(_request.c.id)
    )
    if decided.first() is None:
        raise LaunchRequestDecided(request.state)


async def _read(executor: Executor, which: ColumnElement[bool]) -> list[RequestRow]:
    asker, decider = _staff.alias(), _staff.alias()
    statement = (
        select(_request, asker.c.name.label("asker"), decider.c.name.label("decider"), _journey.c.revision.label("now"))
        .select_from(
            _request.join(_journey, _journey.c.id == _request.c.journey_id)
            .outerjoin(asker, asker.c.id == _request.c.asked_by)
            .outerjoin(decider, decider.c.id == _request.c.decided_by)
        )
        .where(which)
        .order_by(_request.c.asked_at.desc(), _request.c.id.desc())
        .limit(SHOWN)
    )
    return [
        RequestRow(
            id=row.id,
            state=row.state,
            revision=row.revision,
            plan=row.plan,
            note=row.note,
            asked_by_id=row.asked_by,
            asked_by=row.asker or row.asked_by,
            asked_at=row.asked_at,
            decided_by=row.decider or row.decided_by,
            decided_at=row.decided_at,
            reason=row.reason,
            version=row.version,
            is_outdated=row.state == "open" and row.now != row.revision,
        )
        for row in await executor.execute(statement)
    ]


async def _note(
    executor: Executor, action: str, journey_id: str, by: str, now: datetime, *, reason: str | None, request: str
) -> None:
    change = Change(
        by=by,
        action=action,
        subject_kind="journey",
        subject_id=journey_id,
        reason=reason,
        after={"request": request},
    )
    await remember(executor, change, now)
