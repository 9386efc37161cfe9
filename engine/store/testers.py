"""Testers: the profiles that a journey lets in while its status is test, put on its list by hand or by a test link."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select

from engine.store.errors import UnknownJourney, UnknownRecord
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import Journey, JourneyTester, Profile, Staff

BY_LINK = "test link"
_tester, _profile, _staff, _journey = core(JourneyTester), core(Profile), core(Staff), core(Journey)


@dataclass(frozen=True, slots=True)
class Tester:
    """A profile on the list. `added_by` is a name, or the test link."""

    profile_id: str
    name: str | None
    added_at: datetime
    added_by: str


def listed_testers(journey_id: str) -> Select[tuple[str]]:
    """The ids of a journey's testers, as they are known now."""
    person = func.coalesce(_profile.c.merged_into, _profile.c.id)
    return select(person).join(_tester, _tester.c.profile_id == _profile.c.id).where(_tester.c.journey_id == journey_id)


async def add_tester(executor: Executor, journey_id: str, profile_id: str, *, by: str, now: datetime) -> None:
    """Put a profile on the list; one that is there stays as it is.

    Raises:
        UnknownJourney: there is none with this id.
        UnknownRecord: there is no such profile.
    """
    if await executor.scalar(select(_journey.c.id).where(_journey.c.id == journey_id)) is None:
        raise UnknownJourney(journey_id)
    if await executor.scalar(select(_profile.c.id).where(_profile.c.id == profile_id)) is None:
        raise UnknownRecord("profile", profile_id)
    row = {"journey_id": journey_id, "profile_id": profile_id, "added_at": now, "added_by": by}
    await executor.execute(insert_into(JourneyTester, executor).on_conflict_do_nothing(), row)


async def remove_tester(executor: Executor, journey_id: str, profile_id: str) -> None:
    """Take a profile off the list. What it has begun goes on.

    Raises:
        UnknownRecord: it is not on the list.
    """
    found = await executor.execute(
        delete(_tester).where(_tester.c.journey_id == journey_id, _tester.c.profile_id == profile_id)
    )
    if not affected(found):
        raise UnknownRecord("tester", profile_id)


async def list_testers(executor: Executor, journey_id: str) -> list[Tester]:
    """The testers of a journey, the newest first."""
    rows = await executor.execute(
        select(
            _tester.c.profile_id,
            _profile.c.first_name,
            _profile.c.last_name,
            _profile.c.email,
            _tester.c.added_at,
            func.coalesce(_staff.c.name, _tester.c.added_by).label("added_by"),
        )
        .select_from(
            _tester.outerjoin(_profile, _profile.c.id == _tester.c.profile_id).outerjoin(
                _staff, _staff.c.id == _tester.c.added_by
            )
        )
        .where(_tester.c.journey_id == journey_id)
        .order_by(_tester.c.added_at.desc(), _tester.c.profile_id)
    )
    return [
        Tester(
            row.profile_id,
            " ".join(filter(None, (row.first_name, row.last_name))) or row.email,
            row.added_at,
            row.added_by,
        )
        for row in rows
    ]
