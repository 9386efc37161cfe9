"""Taking the next ones out of a line into a journey.

An enrollment's row is written before its workflow is started. Its id follows from (journey, profile, restock of the
variant), so taking the same person twice is taking her once; a row still `starting` was prepared by a run that was
interrupted, and is handed out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from engine.store.delivery import KILL_SWITCH
from engine.store.ids import id_from
from engine.store.lines import Place, forget_line
from engine.store.restocks import restock_event_id
from engine.store.statements import core, insert_into
from engine.store.tables import (
    Enrollment,
    Event,
    Journey,
    Release,
    Restock,
    StockLevel,
    Variant,
    WaitlistEntry,
    WorkspaceSetting,
)

OPEN_JOURNEYS = ("active", "test")
STOPPED = "stopped"
"""The reason of a release that somebody stopped: it never goes on."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a release goes on. A release that let nobody in yet may have no status."""

    journey_status: str
    version: int | None
    kill_switch: bool
    available: int
    restocked_at: datetime
    released: int
    variant: str
    product: str
    release_status: str | None = None
    release_reason: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it waits until somebody lets it go on: the release, its journey or everything was stopped for now."""
        return self.kill_switch or self.journey_status == "paused" or self.release_status == "paused"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An enrollment whose row exists and whose workflow is to be started."""

    enrollment_id: str
    profile_id: str
    entry_id: str | None
    version: int


def situation(connection: Connection, *, journey: str, restock: str) -> Situation | None:
    """How things stand for this release, or None when journey or restock do not exist."""
    journeys, restocks, levels, variants = core(Journey), core(Restock), core(StockLevel), core(Variant)
    settings, releases = core(WorkspaceSetting), core(Release)
    stock = select(func.coalesce(func.sum(levels.c.on_hand - levels.c.reserved), 0)).where(
        levels.c.variant_id == restocks.c.variant_id
    )
    switch = select(settings.c.value).where(settings.c.name == KILL_SWITCH)
    row = (
        connection.execute(
            select(
                journeys.c.status,
                journeys.c.published_version,
                restocks.c.at,
                restocks.c.variant_id,
                variants.c.product_id,
                stock.correlate(restocks).scalar_subquery().label("available"),
                switch.scalar_subquery().label("switch"),
                releases.c.released,
                releases.c.status.label("release_status"),
                releases.c.reason,
                journeys.c.starts_at,
                journeys.c.ends_at,
            )
            .select_from(
                journeys.join(restocks, restocks.c.id == restock)
                .join(variants, variants.c.id == restocks.c.variant_id)
                .outerjoin(releases, releases.c.id == release_id(journey, restock))
            )
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
        int(row.released or 0),
        row.variant_id,
        row.product_id,
        row.release_status,
        row.reason,
        row.starts_at,
        row.ends_at,
    )


def release_id(journey: str, restock: str) -> str:
    """A journey releases a restock once."""
    return id_from("rel", journey, restock)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a release is of: the restock of a variant, for a version of a journey. `item` is what the line is for.

    `is_test` while the journey is being tested: then it is for testers.
    """

    journey: str
    version: int
    variant: str
    restock: str
    item: str
    is_test: bool = False


def open_release(connection: Connection, opening: Opening, now: datetime) -> str:
    """Write the release down if it is new; its id."""
    release = release_id(opening.journey, opening.restock)
    connection.execute(
        insert_into(Release, connection).on_conflict_do_nothing(),
        {
            "id": release,
            "journey_id": opening.journey,
            "version": opening.version,
            "variant_id": opening.variant,
            "restock_id": opening.restock,
            "item": opening.item,
            "status": "running",
            "released": 0,
            "tier": 0,
            "tier_since": now,
            "formed": False,
            "started_at": now,
        },
    )
    return release


def prepare(connection: Connection, places: Sequence[Place], opening: Opening, *, now: datetime) -> list[Prepared]:
    """Write the release and the enrollments of these people, and mark their entries as in hand."""
    journey, restock, variant, version = opening.journey, opening.restock, opening.variant, opening.version
    releases, release = core(Release), open_release(connection, opening, now)
    if not places:
        return []
    counted = select(releases.c.released).where(releases.c.id == release).with_for_update()  # one lane after the other
    released_before = connection.scalar(counted) or 0
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
                "tier": place.tier,
                "score": place.score,
                "status": "starting",
                "is_test": opening.is_test,
                "entered_at": now,
            }
            for position, (one, place) in enumerate(zip(prepared, places, strict=True), start=1)
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
    """Note why the release stopped, and let go of its line: who still waits does so in the waitlist."""
    releases, release = core(Release), release_id(journey, restock)
    connection.execute(
        update(releases)
        .where(releases.c.id == release, releases.c.status != "ended")
        .values(status="ended", reason=reason, next_at=None, ended_at=now)
    )
    forget_line(connection, release)


def restock_properties(connection: Connection, restock: str) -> Mapping[str, Any]:
    """The properties that all `Back in Stock` events of a restock share; empty when it has none."""
    event = core(Event)
    found = connection.scalar(select(event.c.properties).where(event.c.restock_id == restock).limit(1))
    return found or {}
