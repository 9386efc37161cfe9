"""The vocabulary: which events, properties and attributes there are, learned from what has come in.

Pages offer these names instead of making people type them. Whoever learns follows the outbox, some way behind those who
route it, so that taking an event in costs nothing more; of many events that came at once only the newest are looked
into. Addresses and names of people are never kept as samples.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import func, select

from engine.journey.catalogue import Catalogue, CustomType
from engine.journey.values import instant, kind_of
from engine.journey.vocabulary import KNOWN_PROPERTIES, PROFILE_UPDATED
from engine.segments.sql import TEXT_COLUMNS
from engine.store.bare_products import bare_products
from engine.store.statements import Executor, core, in_chunks, insert_into
from engine.store.tables import (
    Event,
    Journey,
    KnownEvent,
    KnownField,
    OutboxRow,
    Profile,
    Segment,
    Source,
    WorkspaceSetting,
)

FieldType = Literal["text", "number", "boolean", "date", "list", "mixed"]
LEARNED = "vocabulary_learned"
"""The workspace setting that remembers how far."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PROFILE = ""
"""The holder of attributes."""
LOOKED_INTO = 200
MOST_FIELDS = 200
MOST_SAMPLES = 5
LONGEST_NAME = 120
LONGEST_SAMPLE = 60
DEEPEST = 3
_PERSONAL = frozenset({"email", "phone", "first_name", "last_name", "name", "address", "external_id", "user_id"})
_KNOWN_EVENT, _KNOWN_FIELD = core(KnownEvent), core(KnownField)
_event, _outbox, _profile, _segment = core(Event), core(OutboxRow), core(Profile), core(Segment)
_setting = core(WorkspaceSetting)


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """A property or an attribute: what kind of value it holds, and some that it held."""

    name: str
    type: FieldType
    samples: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class EventSummary:
    """An event by its name. `seen` is about how often it came; 0 for one of ours that has not yet."""

    name: str
    seen: int
    properties: tuple[FieldSummary, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Something that is chosen by its name and referred to by its id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names that a journey may use."""

    events: tuple[EventSummary, ...]
    attributes: tuple[FieldSummary, ...]
    segments: tuple[Named, ...]
    sources: tuple[str, ...]


async def read_vocabulary(executor: Executor) -> Vocabulary:
    """Everything that is known, by name; our own events are known before they come."""
    seen = {row.name: row.seen for row in await executor.execute(select(_KNOWN_EVENT.c.name, _KNOWN_EVENT.c.seen))}
    fields: dict[str, dict[str, FieldSummary]] = {
        name: {one: FieldSummary(one, kind) for one, kind in properties.items()}
        for name, properties in KNOWN_PROPERTIES.items()
    }
    fields[PROFILE] = {name: FieldSummary(name, "text") for name in TEXT_COLUMNS}
    for row in await executor.execute(select(_KNOWN_FIELD)):
        held = fields.setdefault(row.holder, {})
        held[row.name] = FieldSummary(row.name, row.type, tuple(row.samples))
    sources = core(Source)
    return Vocabulary(
        events=tuple(
            EventSummary(name, seen.get(name, 0), _sorted(fields.get(name, {})))
            for name in sorted({*KNOWN_PROPERTIES, *seen})
        ),
        attributes=_sorted(fields[PROFILE]),
        segments=tuple(
            Named(row.id, row.name)
            for row in await executor.execute(select(_segment.c.id, _segment.c.name).order_by(_segment.c.name))
        ),
        sources=tuple((await executor.execute(select(sources.c.name).order_by(sources.c.name))).scalars()),
    )


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a deployment can carry out: the channels with a provider, and what its developers wrote."""

    channels: frozenset[str]
    workflows: frozenset[str]
    node_types: Mapping[str, CustomType] = field(default_factory=dict[str, CustomType])
    channel_types: Mapping[str, CustomType] = field(default_factory=dict[str, CustomType])


async def read_catalogue(
    executor: Executor, *, journey: str | None = None, abilities: Abilities | None = None
) -> Catalogue:
    """What a journey may refer to; `journey` is the id of the one that is checked."""
    known = await read_vocabulary(executor)
    journeys = (await executor.execute(select(core(Journey).c.id))).scalars()
    return Catalogue(
        journey=journey,
        events=frozenset(event.name for event in known.events),
        attributes={one.name: None if one.type == "mixed" else one.type for one in known.attributes},
        segments=frozenset(segment.id for segment in known.segments),
        journeys=frozenset(journeys),
        channels=None if abilities is None else abilities.channels,
        workflows=None if abilities is None else abilities.workflows,
        bare=await bare_products(executor),
        node_types={} if abilities is None else abilities.node_types,
        channel_types={} if abilities is None else abilities.channel_types,
    )


async def newest_outbox_row(executor: Executor) -> int:
    """The newest row that there may be something to learn from."""
    return int(await executor.scalar(select(func.max(_outbox.c.id))) or 0)


async def learned_up_to(executor: Executor) -> int:
    """The row up to which everything was learned before; 0 when nothing was."""
    kept = await executor.scalar(select(_setting.c.value).where(_setting.c.name == LEARNED))
    return int(kept["outbox_row"]) if kept is not None else 0


async def learn(executor: Executor, after: int) -> int:
    """Learn from the events whose outbox rows came after this one; the row up to which everything is learned."""
    name = _outbox.c.payload["name"].as_string()
    wanted = (_outbox.c.id > after, _outbox.c.kind == "event")
    counted = await executor.execute(
        select(name.label("name"), func.count().label("n"), func.max(_outbox.c.id).label("top"))
        .where(*wanted)
        .group_by(name)
    )
    rows = [row for row in counted if row.name is not None]
    if not rows:
        return after
    newest = select(_outbox.c.subject_id).where(*wanted).order_by(_outbox.c.id.desc()).limit(LOOKED_INTO)
    events = (
        await executor.execute(
            select(_event.c.name, _event.c.properties, _event.c.profile_id, _event.c.at).where(_event.c.id.in_(newest))
        )
    ).all()
    at = {row.name: row.at for row in events}
    latest = max(at.values(), default=_LONG_AGO)
    await _count(executor, {row.name: row.n for row in rows}, at, latest)
    found = [(row.name, properties_of(row.properties)) for row in events if row.name != PROFILE_UPDATED]
    updated = sorted({row.profile_id for row in events if row.name == PROFILE_UPDATED and row.profile_id})
    found += [(PROFILE, attributes) for attributes in await _attributes(executor, updated)]
    await _keep(executor, found)
    top = max(row.top for row in rows)
    insert = insert_into(WorkspaceSetting, executor)
    newer = {"value": insert.excluded.value, "updated_at": insert.excluded.updated_at}
    row = {"name": LEARNED, "value": {"outbox_row": top}, "updated_at": latest}
    await executor.execute(insert.on_conflict_do_update(index_elements=["name"], set_=newer), [row])
    return top


def properties_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The values under their dotted names, as a condition reaches them: arrays are looked through."""
    return dict(_flat(properties, "", DEEPEST))


def _flat(holder: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in holder.items():
        path = f"{prefix}{name}"
        if not name or "." in name or len(path) > LONGEST_NAME:
            continue
        first = next(iter(cast("Sequence[Any]", value)), None) if isinstance(value, list) else value
        if isinstance(first, Mapping):
            if depth > 1:
                yield from _flat(cast("Mapping[str, Any]", first), f"{path}.", depth - 1)
        elif value is not None:
            yield path, value


async def _attributes(executor: Executor, profiles: Sequence[str]) -> list[dict[str, Any]]:
    columns = [_profile.c[name] for name in ("language", "country", "timezone")]
    found: list[dict[str, Any]] = []
    for chunk in in_chunks(profiles):
        rows = await executor.execute(select(_profile.c.attributes, *columns).where(_profile.c.id.in_(chunk)))
        for attributes, *texts in rows:
            named = {column.name: text for column, text in zip(columns, texts, strict=True)}
            found.append(properties_of({**attributes, **named}))
    return found


async def _count(
    executor: Executor, counts: Mapping[str, int], at: Mapping[str, datetime], otherwise: datetime
) -> None:
    insert = insert_into(KnownEvent, executor)
    more = insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"seen": _KNOWN_EVENT.c.seen + insert.excluded.seen, "last_at": insert.excluded.last_at},
    )
    rows = [{"name": name, "seen": n, "last_at": at.get(name, otherwise)} for name, n in sorted(counts.items())]
    await executor.execute(more, rows)


async def _keep(executor: Executor, found: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Write what was not known of these fields yet."""
    seen = Counter((holder, name) for holder, fields in found for name in fields)
    known = await _known(executor, {holder for holder, _ in seen})
    changed: dict[tuple[str, str], FieldSummary] = {}
    for holder, fields in found:
        held = known.setdefault(holder, {})
        for name, value in fields.items():
            before = held.get(name)
            after = _with(before, name, value)
            if after == before or (before is None and len(held) >= MOST_FIELDS):
                continue
            held[name] = changed[holder, name] = after
    rows = [
        {"holder": holder, "name": name, "type": one.type, "samples": list(one.samples)}
        for (holder, name), one in sorted(changed.items())
    ]
    if rows:
        insert = insert_into(KnownField, executor)
        newer = {"type": insert.excluded.type, "samples": insert.excluded.samples}
        await executor.execute(insert.on_conflict_do_update(index_elements=["holder", "name"], set_=newer), rows)


async def _known(executor: Executor, holders: Collection[str]) -> dict[str, dict[str, FieldSummary]]:
    known: dict[str, dict[str, FieldSummary]] = {}
    for chunk in in_chunks(sorted(holders)):
        for row in await executor.execute(select(_KNOWN_FIELD).where(_KNOWN_FIELD.c.holder.in_(chunk))):
            known.setdefault(row.holder, {})[row.name] = FieldSummary(row.name, row.type, tuple(row.samples))
    return known


def _with(before: FieldSummary | None, name: str, value: Any) -> FieldSummary:
    """The field as it is known once it was seen to hold this value."""
    kind = _type_of(value)
    samples = () if before is None else before.samples
    for each in cast("Sequence[Any]", value) if isinstance(value, list) else (value,):
        if len(samples) < MOST_SAMPLES and _may_be_shown(name, each) and each not in samples:
            samples = (*samples, each)
    return FieldSummary(name, kind if before is None or before.type == kind else "mixed", samples)


def _type_of(value: Any) -> FieldType:
    if isinstance(value, str) and instant(value) is not None:
        return "date"
    return kind_of(value) or "mixed"


def _may_be_shown(name: str, value: Any) -> bool:
    if name.rpartition(".")[2].lower() in _PERSONAL or isinstance(value, Mapping | list) or value is None:
        return False
    return not isinstance(value, str) or (0 < len(value) <= LONGEST_SAMPLE and "@" not in value)


def _sorted(fields: Mapping[str, FieldSummary]) -> tuple[FieldSummary, ...]:
    return tuple(fields[name] for name in sorted(fields))
