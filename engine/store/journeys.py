"""Journeys as pages show them: the list, one journey, one version. Reads only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, func, select

from engine.messages.custom import CHANNEL_NAME
from engine.store.counts import RECENT_DAYS, JourneyTotals, read_entered, read_totals
from engine.store.errors import UnknownJourney
from engine.store.statements import Executor, core
from engine.store.tables import Journey, JourneyTag, PublishedVersion, Staff
from engine.store.tags import all_tags, tags_of
from engine.store.versions import UnknownVersion

MOST_LISTED = 1_000
_journey = core(Journey)
_version = core(PublishedVersion)
_staff = core(Staff)
_tag = core(JourneyTag)


@dataclass(frozen=True, slots=True)
class JourneySummary:
    """A journey in the list. `entry` (the event that starts it) and `channels` are those of the version that runs.

    `entered_by_day` tells of the last days, today last.
    """

    id: str
    name: str
    status: str
    version: int | None
    entry: str | None
    channels: tuple[str, ...]
    tags: tuple[str, ...]
    owner: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    updated_at: datetime
    counts: JourneyTotals
    entered_by_day: tuple[int, ...]


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
    tags: tuple[str, ...]
    owner: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    archived_at: datetime | None
    revision: int
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


async def list_journeys(
    executor: Executor, *, today: date, tag: str | None = None, archived: bool = False
) -> list[JourneySummary]:
    """Every journey, the one changed last first: those that carry a tag, or those that were put away."""
    statement = (
        select(_journey, _version.c.document, _staff.c.name.label("owner_name"))
        .select_from(
            _journey.outerjoin(
                _version,
                (_version.c.journey_id == _journey.c.id) & (_version.c.number == _journey.c.published_version),
            ).outerjoin(_staff, _staff.c.id == _journey.c.owner)
        )
        .where(_journey.c.archived_at.is_not(None) if archived else _journey.c.archived_at.is_(None))
        .order_by(_journey.c.updated_at.desc(), _journey.c.id)
        .limit(MOST_LISTED)
    )
    if tag is not None:
        carrying = select(_tag.c.journey_id).where(_tag.c.tag == tag)
        statement = statement.where(_journey.c.id.in_(carrying))
    rows = (await executor.execute(statement)).all()
    totals, tags = await read_totals(executor), await all_tags(executor)
    entered = await read_entered(executor, today)
    return [_summary(row, totals.get(row.id, JourneyTotals()), tags.get(row.id, ()), entered) for row in rows]


async def read_journey(executor: Executor, journey_id: str) -> JourneyDetail:
    """One journey.

    Raises:
        UnknownJourney: there is none with this id.
    """
    row = (
        await executor.execute(
            select(_journey, _staff.c.name.label("owner_name"))
            .select_from(_journey.outerjoin(_staff, _staff.c.id == _journey.c.owner))
            .where(_journey.c.id == journey_id)
        )
    ).one_or_none()
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
        tags=tuple(await tags_of(executor, journey_id)),
        owner=row.owner_name or row.owner,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        archived_at=row.archived_at,
        revision=row.revision,
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


def _summary(
    row: Row[Any], totals: JourneyTotals, tags: Sequence[str], entered: Mapping[tuple[str, str], Sequence[int]]
) -> JourneySummary:
    nodes = _nodes(row.document or row.draft)
    nothing: Mapping[str, Any] = {}
    entry = next((node for node in nodes if node.get("type") == "entry"), nothing)
    return JourneySummary(
        id=row.id,
        name=row.name,
        status=row.status,
        version=row.published_version,
        entry=_event(entry),
        channels=tuple(sorted({channel for node in nodes if (channel := _channel(node)) is not None})),
        tags=tuple(tags),
        owner=row.owner_name or row.owner,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        updated_at=row.updated_at,
        counts=totals,
        entered_by_day=tuple(entered.get((row.id, str(entry.get("id"))), [0] * RECENT_DAYS)),
    )


def _nodes(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The nodes of a document; a draft may be half written, so nothing is taken for granted."""
    graph = document.get("graph")
    nodes = cast("dict[str, Any]", graph).get("nodes") if isinstance(graph, dict) else None
    listed = cast("list[Any]", nodes) if isinstance(nodes, list) else []
    return [cast("Mapping[str, Any]", node) for node in listed if isinstance(node, dict)]


def _channel(node: Mapping[str, Any]) -> str | None:
    channel = node.get("channel") if node.get("type") == "message" else None
    return channel if isinstance(channel, str) and re.fullmatch(CHANNEL_NAME, channel) else None


def _event(entry: Mapping[str, Any]) -> str | None:
    trigger = entry.get("trigger")
    event = cast("dict[str, Any]", trigger).get("event") if isinstance(trigger, dict) else None
    return event if isinstance(event, str) else None
