"""Freshness: the sources that were silent for longer than they may be, and the journeys that go by what they say."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import and_, func, select

from engine.journey.nodes.entry import Trigger
from engine.stock.freshness import sources_used
from engine.stock.sourcing import SourceSettings
from engine.store.statements import Executor, core
from engine.store.tables import Journey, PublishedVersion, Source, Variant

_source, _variant, _journey, _version = (core(model) for model in (Source, Variant, Journey, PublishedVersion))
_TRIGGER: TypeAdapter[Trigger] = TypeAdapter(Trigger)


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A source that was silent for too long, whether it holds what would be sent, and the journeys that go by it."""

    name: str
    last_seen_at: datetime | None
    holds_sends: bool
    journeys: list[str]


async def stale_inventory(executor: Executor, now: datetime) -> list[StaleSource]:
    """Every stale source that has variants, by name; no statement about journeys where there is none."""
    rows = await executor.execute(
        select(_source.c.name, _source.c.settings, _source.c.last_seen_at)
        .where(select(func.count()).where(_variant.c.source_id == _source.c.id).limit(1).scalar_subquery() > 0)
        .order_by(_source.c.name)
    )
    found = [(row, SourceSettings.model_validate(row.settings or {})) for row in rows]
    stale = {row.name: (row, settings) for row, settings in found if settings.is_stale(row.last_seen_at, now)}
    users: dict[str, list[str]] = {name: [] for name in stale}
    for journey, trigger in (await _triggers(executor)) if stale else []:
        for name in sources_used(trigger, stale) or ():
            users[name].append(journey)
    return [
        StaleSource(name, row.last_seen_at, settings.hold_when_stale, users[name])
        for name, (row, settings) in stale.items()
    ]


async def _triggers(executor: Executor) -> list[tuple[str, Trigger]]:
    """What lets people into each published journey that has not ended."""
    rows = await executor.execute(
        select(_journey.c.id, _version.c.document)
        .join_from(
            _journey,
            _version,
            and_(_version.c.journey_id == _journey.c.id, _version.c.number == _journey.c.published_version),
        )
        .where(_journey.c.archived_at.is_(None), _journey.c.status != "ended")
        .order_by(_journey.c.id)
    )
    entries = ((row.id, node) for row in rows for node in row.document["graph"]["nodes"] if node["type"] == "entry")
    return [(journey, _TRIGGER.validate_python(node["trigger"])) for journey, node in entries]
