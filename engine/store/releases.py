"""Taking the next ones out of a line into a journey.

An enrollment's row is written before its workflow is started. Its id follows from (journey, profile, restock of the
variant), so taking the same person twice is taking her once; a row still `starting` was prepared by a run that was
interrupted, and is handed out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from engine.store.delivery import KILL_SWITCH
from engine.store.ids import id_from
from engine.store.lines import Place, forget_line
from engine.store.prepared import IDS, is_among
from engine.store.prepared import Prepared as Statement
from engine.store.restocks import restock_event_id
from engine.store.statements import core
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
from engine.store.tables.journeys import new_salt

OPEN_JOURNEYS = ("active", "test")
STOPPED = "stopped"
"""The reason of a release that somebody stopped: it never goes on."""
_journey, _restock, _level, _variant = core(Journey), core(Restock), core(StockLevel), core(Variant)
_setting, _release, _enrollment, _event = core(WorkspaceSetting), core(Release), core(Enrollment), core(Event)
_entry = core(WaitlistEntry)
_STOCK = select(func.coalesce(func.sum(_level.c.on_hand - _level.c.reserved), 0)).where(
    _level.c.variant_id == _restock.c.variant_id
)
_SITUATION = Statement(
    select(
        _journey.c.status,
        _journey.c.published_version,
        _restock.c.at,
        _restock.c.variant_id,
        _variant.c.product_id,
        _STOCK.correlate(_restock).scalar_subquery().label("available"),
        select(_setting.c.value).where(_setting.c.name == KILL_SWITCH).scalar_subquery().label("switch"),
        _release.c.released,
        _release.c.status.label("release_status"),
        _release.c.reason,
        _journey.c.starts_at,
        _journey.c.ends_at,
    )
    .select_from(
        _journey.join(_restock, _restock.c.id == bindparam("restock"))
        .join(_variant, _variant.c.id == _restock.c.variant_id)
        .outerjoin(_release, _release.c.id == bindparam("release"))
    )
    .where(_journey.c.id == bindparam("journey"))
)
_OPEN = Statement(lambda insert: insert(Release).on_conflict_do_nothing())
_COUNTED = Statement(  # one lane after the other
    select(_release.c.released).where(_release.c.id == bindparam("release")).with_for_update()
)
_ADD = Statement(lambda insert: insert(Enrollment).on_conflict_do_nothing().returning(_enrollment.c.id))
_IN_HAND = Statement(update(_entry).where(is_among(_entry.c.id, IDS)).values(release_id=bindparam("release")))
_COUNT = Statement(
    update(_release)
    .where(_release.c.id == bindparam("release"))
    .values(released=_release.c.released + bindparam("new"))
)
_LEFT = Statement(
    select(_enrollment.c.id, _enrollment.c.profile_id, _enrollment.c.waitlist_entry_id, _enrollment.c.version).where(
        and_(_enrollment.c.release_id == bindparam("release"), _enrollment.c.status == "starting")
    )
)
_FINISH = Statement(
    update(_release)
    .where(_release.c.id == bindparam("release"), _release.c.status != "ended")
    .values(status="ended", reason=bindparam("why"), next_at=None, ended_at=bindparam("now"))
)
_PROPERTIES = Statement(select(_event.c.properties).where(_event.c.restock_id == bindparam("restock")).limit(1))


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
    asked = {"journey": journey, "restock": restock, "release": release_id(journey, restock)}
    found = _SITUATION.rows(connection, asked)
    if not found:
        return None
    row = found[0]
    switched: Mapping[str, Any] | None = row["switch"]
    return Situation(
        row["status"],
        row["published_version"],
        bool(switched and switched.get("on")),
        int(row["available"]),
        row["at"],
        int(row["released"] or 0),
        row["variant_id"],
        row["product_id"],
        row["release_status"],
        row["reason"],
        row["starts_at"],
        row["ends_at"],
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
    row: dict[str, Any] = {
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
    }
    _OPEN.many(connection, [row])
    return release


def prepare(connection: Connection, places: Sequence[Place], opening: Opening, *, now: datetime) -> list[Prepared]:
    """Write the release and the enrollments of these people, and mark their entries as in hand."""
    journey, restock, variant, version = opening.journey, opening.restock, opening.variant, opening.version
    release = open_release(connection, opening, now)
    if not places:
        return []
    (counted,) = _COUNTED.rows(connection, {"release": release})
    released_before = counted["released"]
    prepared = [
        Prepared(id_from("enr", journey, place.profile_id, restock), place.profile_id, place.entry_id, version)
        for place in places
    ]
    added = _ADD.returning(
        connection,
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
                "salt": new_salt(),
                "entered_at": now,
            }
            for position, (one, place) in enumerate(zip(prepared, places, strict=True), start=1)
        ],
    )
    ids = {row["id"] for row in added}
    new = [one for one in prepared if one.enrollment_id in ids]
    entries = [one.entry_id for one in new if one.entry_id is not None]
    _IN_HAND.many(connection, [{"ids": entries, "release": release}])
    _COUNT.many(connection, [{"release": release, "new": len(new)}])
    return new


def left_starting(connection: Connection, *, journey: str, restock: str) -> list[Prepared]:
    """Enrollments of this release whose rows were written but which have not taken a step yet."""
    rows = _LEFT.rows(connection, {"release": release_id(journey, restock)})
    return [Prepared(row["id"], row["profile_id"], row["waitlist_entry_id"], row["version"]) for row in rows]


def finish(connection: Connection, *, journey: str, restock: str, reason: str, now: datetime) -> None:
    """Note why the release stopped, and let go of its line: who still waits does so in the waitlist."""
    release = release_id(journey, restock)
    _FINISH.many(connection, [{"release": release, "why": reason, "now": now}])
    forget_line(connection, release)


def restock_properties(connection: Connection, restock: str) -> Mapping[str, Any]:
    """The properties that all `Back in Stock` events of a restock share; empty when it has none."""
    found = _PROPERTIES.rows(connection, {"restock": restock})
    return found[0]["properties"] if found else {}
