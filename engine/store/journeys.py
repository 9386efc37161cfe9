"""Journeys as pages show them: the list, one journey, one version. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, func, select

from engine.store.counts import JourneyTotals, read_totals
from engine.store.errors import UnknownJourney
from engine.store.statements import Executor, core
from engine.store.tables import Journey, PublishedVersion, Staff
from engine.store.versions import UnknownVersion

MOST_LISTED = 1_000
_journey = core(Journey)
_version = core(PublishedVersion)
_staff = core(Staff)


@dataclass(frozen=True, slots=True)
class JourneySummary:
    """A journey in the list. `entry` (the event that starts it) and `channels` are those of the version that runs."""

    id: str
    name: str
    status: str
    version: int | None
    entry: str | None
    channels: tuple[str, ...]
    updated_at: datetime
    counts: JourneyTotals


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One published version. `published_by` is a person's name, or what published it."""

    number: int
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class JourneyDetail:
    """A journey with its draft and its versions, newest first."""

    id: str
    name: str
    status: str
    version: int | None
    updated_at: datetime
    document: Mapping[str, Any]
    versions: tuple[VersionSummary, ...]


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A published version with its document."""

    number: int
    published_at: datetime
    published_by: str
    document: Mapping[str, Any]


async def list_journeys(executor: Executor) -> list[JourneySummary]:
    """Every journey, the one changed last first."""
    statement = (
        select(_journey, _version.c.document)
        .select_from(
            _journey.outerjoin(
                _version,
                (_version.c.journey_id == _journey.c.id) & (_version.c.number == _journey.c.published_version),
            )
        )
        .order_by(_journey.c.updated_at.desc(), _journey.c.id)
        .limit(MOST_LISTED)
    )
    rows = (await executor.execute(statement)).all()
    totals = await read_totals(executor)
    return [_summary(row, totals.get(row.id, JourneyTotals())) for row in rows]


async def read_journey(executor: Executor, journey_id: str) -> JourneyDetail:
    """One journey.

    Raises:
        UnknownJourney: there is none with this id.
    """
    row = (await executor.execute(select(_journey).where(_journey.c.id == journey_id))).one_or_none()
    if row is None:
        raise UnknownJourney(journey_id)
    versions = await executor.execute(
        _versions(_version.c.number, _version.c.published_at)
        .where(_version.c.journey_id == journey_id)
        .order_by(_version.c.number.desc())
        .limit(MOST_LISTED)
    )
    return JourneyDetail(
        id=row.id,
        name=row.name,
        status=row.status,
        version=row.published_version,
        updated_at=row.updated_at,
        document=row.draft,
        versions=tuple(VersionSummary(one.number, one.published_at, one.published_by) for one in versions),
    )


async def read_version(executor: Executor, journey_id: str, number: int) -> VersionDetail:
    """One published version.

    Raises:
        UnknownVersion: the journey has no version of this number, or there is no such journey.
    """
    statement = _versions(_version.c.number, _version.c.published_at, _version.c.document).where(
        _version.c.journey_id == journey_id, _version.c.number == number
    )
    row = (await executor.execute(statement)).one_or_none()
    if row is None:
        raise UnknownVersion(journey_id, number)
    return VersionDetail(row.number, row.published_at, row.published_by, row.document)


def _versions(*columns: Any) -> Any:
    """Versions, with the name of the person who published each in place of their id."""
    return select(*columns, func.coalesce(_staff.c.name, _version.c.published_by).label("published_by")).select_from(
        _version.outerjoin(_staff, _staff.c.id == _version.c.published_by)
    )


def _summary(row: Row[Any], totals: JourneyTotals) -> JourneySummary:
    nodes = _nodes(row.document or row.draft)
    return JourneySummary(
        id=row.id,
        name=row.name,
        status=row.status,
        version=row.published_version,
        entry=next((_event(node) for node in nodes if node.get("type") == "entry"), None),
        channels=tuple(sorted({str(node["channel"]) for node in nodes if node.get("type") == "message"})),
        updated_at=row.updated_at,
        counts=totals,
    )


def _nodes(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The nodes of a document; a draft may be half written, so nothing is taken for granted."""
    graph = cast("Mapping[str, Any]", document.get("graph") or {})
    nodes = cast("Sequence[Mapping[str, Any]]", graph.get("nodes") or ())
    return [node for node in nodes if node.get("type") != "message" or "channel" in node]


def _event(entry: Mapping[str, Any]) -> str | None:
    return cast("Mapping[str, Any]", entry.get("trigger") or {}).get("event")
