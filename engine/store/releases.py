"""The line of a variant, and taking the next ones out of it into a journey.

An enrollment's row is written before its workflow is started. Its id follows from (journey, profile, restock of the
variant), so taking the same person twice is taking her once; a row still `starting` was prepared by a run that was
interrupted, and is handed out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select, update

from engine.store.delivery import KILL_SWITCH
from engine.store.ids import id_from
from engine.store.restocks import restock_event_id
from engine.store.statements import core, insert_into
from engine.store.tables import (
    Enrollment,
    Event,
    Journey,
    Release,
    Restock,
    StockLevel,
    WaitlistEntry,
    WorkspaceSetting,
)

OPEN_JOURNEYS = ("active",)


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a release goes on."""

    journey_status: str
    version: int | None
    kill_switch: bool
    available: int
    restocked_at: datetime
    released: int


@dataclass(frozen=True, slots=True)
class Place:
    """One open waitlist entry at its place in the line."""

    entry_id: str
    profile_id: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """An enrollment whose row exists and whose workflow is to be started."""

    enrollment_id: str
    profile_id: str
    entry_id: str | None
    version: int


def situation(connection: Connection, *, journey: str, variant: str, restock: str) -> Situation | None:
    """How things stand for this release, or None when journey or restock do not exist."""
    journeys, restocks, levels = core(Journey), core(Restock), core(StockLevel)
    settings, releases = core(WorkspaceSetting), core(Release)
    stock = select(func.coalesce(func.sum(levels.c.on_hand - levels.c.reserved), 0)).where(
        levels.c.variant_id == variant
    )
    switch = select(settings.c.value).where(settings.c.name == KILL_SWITCH)
    released = select(releases.c.released).where(releases.c.id == release_id(journey, restock))
    row = (
        connection.execute(
            select(
                journeys.c.status,
                journeys.c.published_version,
                restocks.c.at,
                stock.scalar_subquery().label("available"),
                switch.scalar_subquery().label("switch"),
                func.coalesce(released.scalar_subquery(), 0).label("released"),
            )
            .select_from(journeys.join(restocks, restocks.c.id == restock))
            .where(journeys.c.id == journey)
        )
    ).one_or_none()
    if row is None:
        return None
    switched: Mapping[str, Any] | None = row.switch
    return Situation(
        row.status,
        row.published_version,
        bool(switched and switched.get("on")),
        int(row.available),
        row.at,
        int(row.released),
    )


def release_id(journey: str, restock: str) -> str:
    """A journey releases a restock once."""
    return id_from("rel", journey, restock)


def next_in_line(
    connection: Connection, *, journey: str, variant: str, restock: str, limit: int, now: datetime
) -> tuple[list[Place], bool]:
    """The next in line, one place a profile, and whether nobody stands behind them.

    Explicit interest comes before inferred, older before younger; who is already on the way is passed over.
    """
    entry, enrollment = core(WaitlistEntry), core(Enrollment)
    under_way = exists().where(
        enrollment.c.profile_id == entry.c.profile_id,
        enrollment.c.journey_id == journey,
        enrollment.c.variant_id == variant,
        or_(enrollment.c.ended_at.is_(None), enrollment.c.restock_id == restock),
    )
    rows = connection.execute(
        select(entry.c.id, entry.c.profile_id)
        .where(
            entry.c.variant_id == variant,
            entry.c.state == "pending",
            or_(entry.c.expires_at.is_(None), entry.c.expires_at > now),
            ~under_way,
        )
        .order_by(entry.c.intent, entry.c.created_at, entry.c.id)
        .limit(limit)
    )
    places: dict[str, Place] = {}
    count = 0
    for row in rows:
        count += 1
        places.setdefault(row.profile_id, Place(row.id, row.profile_id))
    return list(places.values()), count < limit


def prepare(
    connection: Connection,
    places: list[Place],
    *,
    journey: str,
    version: int,
    variant: str,
    restock: str,
    released_before: int,
    now: datetime,
) -> list[Prepared]:
    """Write the release and the enrollments of these people, and mark their entries as in hand."""
    release = release_id(journey, restock)
    releases = core(Release)
    connection.execute(
        insert_into(Release, connection).on_conflict_do_nothing(),
        {
            "id": release,
            "journey_id": journey,
            "version": version,
            "variant_id": variant,
            "restock_id": restock,
            "status": "running",
            "released": 0,
            "started_at": now,
        },
    )
    prepared = [
        Prepared(id_from("enr", journey, place.profile_id, restock), place.profile_id, place.entry_id, version)
        for place in places
    ]
    enrollment = core(Enrollment)
    added = connection.execute(
        insert_into(Enrollment, connection).on_conflict_do_nothing().returning(enrollment.c.id),
        [
            {
                "id": one.enrollment_id,
                "journey_id": journey,
                "version": version,
                "profile_id": one.profile_id,
                "key": restock,
                "variant_id": variant,
                "restock_id": restock,
                "release_id": release,
                "waitlist_entry_id": one.entry_id,
                "event_id": restock_event_id(restock, one.entry_id or ""),
                "position": released_before + position,
                "status": "starting",
                "entered_at": now,
            }
            for position, one in enumerate(prepared, start=1)
        ],
    )
    new = {row.id for row in added}
    entry = core(WaitlistEntry)
    connection.execute(
        update(entry)
        .where(entry.c.id.in_([one.entry_id for one in prepared if one.enrollment_id in new]))
        .values(release_id=release)
    )
    connection.execute(update(releases).where(releases.c.id == release).values(released=releases.c.released + len(new)))
    return [one for one in prepared if one.enrollment_id in new]


def left_starting(connection: Connection, *, journey: str, restock: str) -> list[Prepared]:
    """Enrollments of this release whose rows were written but which have not taken a step yet."""
    enrollment = core(Enrollment)
    rows = connection.execute(
        select(enrollment.c.id, enrollment.c.profile_id, enrollment.c.waitlist_entry_id, enrollment.c.version).where(
            and_(enrollment.c.release_id == release_id(journey, restock), enrollment.c.status == "starting")
        )
    )
    return [Prepared(row.id, row.profile_id, row.waitlist_entry_id, row.version) for row in rows]


def finish(connection: Connection, *, journey: str, restock: str, reason: str, now: datetime) -> None:
    """Note why the release stopped."""
    releases = core(Release)
    connection.execute(
        update(releases)
        .where(releases.c.id == release_id(journey, restock))
        .values(status="ended", reason=reason, ended_at=now)
    )


def restock_properties(connection: Connection, restock: str) -> Mapping[str, Any]:
    """The properties that all `Back in Stock` events of a restock share; empty when it has none."""
    event = core(Event)
    found = connection.scalar(select(event.c.properties).where(event.c.restock_id == restock).limit(1))
    return found or {}
