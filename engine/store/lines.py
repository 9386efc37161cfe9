"""The line of a release: who of those who wait may be let in, in which order.

    waitlist ──► sources and window of the journey, nobody under way ──► next in line
                                      │
                                      └── tiers or a score? ──► written down once as places ──► next in line

Without tiers and score the waitlist's own index has the order (intent, age). With them the line is written down when
its release begins, and its places go as their turn comes; either way the next ones are found by an index, however many
wait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    TextClause,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)

from engine.journey.conditions import Condition, Criteria
from engine.journey.conditions import Segment as InSegment
from engine.segments.sql import Compiler
from engine.stock.rules import ReleaseRule
from engine.stock.scores import SCORES, Score, Waiter
from engine.stock.waiting import SOURCES, intent_of
from engine.store.columns import Instant
from engine.store.line_people import Line, by_index, kept_out
from engine.store.prepared import Prepared
from engine.store.statements import among, core, in_chunks, insert_into, is_sqlite
from engine.store.tables import (
    PENDING,
    Enrollment,
    Profile,
    ReleaseExclusion,
    ReleasePlace,
    Segment,
    Variant,
    WaitlistEntry,
)
from engine.store.testers import listed_testers

INTEREST_EXPIRED = "interest_expired"
AT_ONCE = 1_000
SPARE = 8
"""Of so many places in a written line one is looked at in reserve, for those who stopped waiting meanwhile."""
RUNS_AT_ONCE = 100
"""Parts of one statement: SQLite takes 500, and a product may have more variants."""
_CRITERIA: TypeAdapter[Condition] = TypeAdapter(Criteria)
_entry = core(WaitlistEntry)
_enrollment = core(Enrollment)
_profile = core(Profile)
_place = core(ReleasePlace)
_FORGOTTEN = Prepared(delete(_place).where(_place.c.release_id == bindparam("release")))


@dataclass(frozen=True, slots=True)
class Place:
    """One open waitlist entry at its place in the line. Tier and score are None where the line has none."""

    entry_id: str
    profile_id: str
    tier: int | None = None
    score: float | None = None


def variants_of(connection: Connection, product: str) -> tuple[str, ...]:
    """The variants of a product, in a fixed order."""
    variant = core(Variant)
    rows = connection.execute(select(variant.c.id).where(variant.c.product_id == product).order_by(variant.c.id))
    return tuple(rows.scalars())


def next_in_line(connection: Connection, line: Line, limit: int, now: datetime) -> tuple[list[Place], bool]:
    """The next in line, one place a profile, and whether nobody stands behind them.

    Explicit interest comes before inferred, older before younger; who is already on the way is passed over. What is
    read is as much as is found and passed over, however many stand behind.
    """
    found: dict[str, Place] = {}
    reach, last = limit + 1 + limit // SPARE, None
    with by_index(connection):
        while len(found) <= limit:
            rows = _next_entries(connection, line, reach, last, now)
            out = kept_out(connection, line, {row.profile_id for row in rows}, now) if rows else set[str]()
            for row in rows:
                if row.profile_id not in out and len(found) <= limit:
                    found.setdefault(row.profile_id, Place(row.id, row.profile_id))
            if len(rows) < reach:
                break
            last = rows[-1]
    return list(found.values())[:limit], len(found) <= limit


def note_expired(connection: Connection, line: Line, release: str, now: datetime) -> None:
    """Write down who is left out because her interest is older than the journey's window; once a release."""
    if line.interest.window is None:
        return
    fresh = _entry.alias("fresh")
    has_fresh = exists().where(
        fresh.c.profile_id == _entry.c.profile_id,
        fresh.c.variant_id.in_(line.variants),
        fresh.c.state == PENDING,
        fresh.c.source.in_(sorted(line.interest.sources)),
        fresh.c.created_at >= line.restocked_at - line.interest.window,
    )
    left_out = select(
        literal(release), _entry.c.id, _entry.c.profile_id, literal(INTEREST_EXPIRED), literal(now, Instant())
    ).where(*_waiting(line, now), _entry.c.created_at < line.restocked_at - line.interest.window, ~has_fresh)
    columns = ["release_id", "entry_id", "profile_id", "reason", "at"]
    insert = insert_into(ReleaseExclusion, connection)
    connection.execute(insert.from_select(columns, left_out).on_conflict_do_nothing())


def form_line(connection: Connection, line: Line, release: str, rule: ReleaseRule, now: datetime) -> None:
    """Write the line down in the rule's order: by the first tier whose segment holds the profile, and by score."""
    saved = _saved_conditions(connection) if rule.tiers else {}
    compiler = Compiler(dialect="sqlite" if is_sqlite(connection) else "postgresql", now=now, segments=saved)
    for tier, one in enumerate(rule.tiers):
        predicate = compiler.predicate(InSegment(segment=one.segment))
        members = text(predicate.sql).bindparams(**predicate.parameters)
        _place_tier(connection, line, release, tier=tier, now=now, members=members)
    _place_tier(connection, line, release, tier=rule.last_tier, now=now)
    if rule.score is not None:
        _rank(connection, release, SCORES[rule.score])


def next_places(
    connection: Connection, line: Line, release: str, *, tier: int, limit: int, now: datetime
) -> tuple[list[Place], bool]:
    """The next of a line that was written down, up to this tier, and whether nobody of these tiers stands behind them.

    Their places, and those of who stopped waiting or is on the way by now, are taken out of the line.
    """
    found: dict[str, Place] = {}
    while True:
        reach = limit - len(found) + limit // SPARE
        with by_index(connection):
            rows = connection.execute(
                select(_place.c.entry_id, _place.c.tier, _place.c.rank)
                .where(_place.c.release_id == release, _place.c.tier <= tier)
                .order_by(_place.c.tier, _place.c.intent, _place.c.rank, _place.c.since, _place.c.entry_id)
                .limit(reach + 1)
            ).all()
            people = _who_may_enter(connection, line, [row.entry_id for row in rows[:reach]], now)
        gone: list[str] = []
        for row in rows[:reach]:
            if len(found) == limit:
                break
            gone.append(row.entry_id)
            if (person := people.get(row.entry_id)) is not None:
                found.setdefault(person, Place(row.entry_id, person, row.tier, -row.rank))
        places = among(_place.c.entry_id, gone, connection)
        connection.execute(delete(_place).where(_place.c.release_id == release, places))
        if len(gone) == len(rows) or len(found) == limit:
            return list(found.values()), len(gone) == len(rows)


def is_exhausted(connection: Connection, release: str, tier: int) -> bool:
    """Whether nobody of this tier or one before waits for her turn, and all let in have bought or given up."""
    waits = select(_place.c.entry_id).where(_place.c.release_id == release, _place.c.tier <= tier).limit(1)
    if connection.scalar(waits) is not None:
        return False
    return connection.scalar(_outstanding(release, _enrollment.c.id).where(_enrollment.c.tier <= tier).limit(1)) is None


def count_outstanding(connection: Connection, release: str) -> int:
    """How many this release let in who neither bought nor gave up."""
    return connection.scalar(_outstanding(release, func.count())) or 0


def forget_line(connection: Connection, release: str) -> None:
    """Take every place out of the line of a release that is over; who still waits does so in the waitlist."""
    _FORGOTTEN.many(connection, [{"release": release}])


def _saved_conditions(connection: Connection) -> dict[str, Condition]:
    segment = core(Segment)
    rows = connection.execute(select(segment.c.id, segment.c.condition))
    return {row.id: _CRITERIA.validate_python(row.condition) for row in rows}


def _who_may_enter(connection: Connection, line: Line, entry_ids: Sequence[str], now: datetime) -> dict[str, str]:
    """The profiles of those of these entries that still wait and are not on the way."""
    named = select(_entry).where(among(_entry.c.id, entry_ids, connection)).cte("named")
    entry = named.prefix_with("MATERIALIZED", dialect="postgresql")  # or it would look for them by variant
    waiting = select(entry.c.id, entry.c.profile_id).where(*_waiting(line, now, entry))
    people: dict[str, str] = {row.id: row.profile_id for row in connection.execute(waiting)}
    out = kept_out(connection, line, set(people.values()), now) if people else set[str]()
    return {entry_id: person for entry_id, person in people.items() if person not in out}


def _next_entries(
    connection: Connection, line: Line, limit: int, last: Row[Any] | None, now: datetime
) -> list[Row[Any]]:
    """Open entries behind `last` in the order of the line. Each variant's, of each intent, are an index's own."""
    found: list[Row[Any]] = []
    for runs in in_chunks(_runs(line, limit, last, now), RUNS_AT_ONCE):
        found += connection.execute(union_all(*runs))
    return sorted(found, key=attrgetter("intent", "created_at", "id"))[:limit]


def _runs(line: Line, limit: int, last: Row[Any] | None, now: datetime) -> list[Select[Any]]:
    """Of each intent and variant those who are next."""
    columns = (_entry.c.id, _entry.c.profile_id, _entry.c.intent, _entry.c.created_at)
    runs: list[Select[Any]] = []
    for intent in sorted({intent_of(source) for source in line.interest.sources}):
        if last is not None and intent < last.intent:
            continue
        behind: list[ColumnElement[bool]] = []
        if last is not None and intent == last.intent:
            since, entry_id = literal(last.created_at, Instant()), literal(last.id)
            behind = [tuple_(_entry.c.created_at, _entry.c.id) > tuple_(since, entry_id)]
        for variant in line.variants:
            run = (
                select(*columns)
                .where(_entry.c.intent == intent, *_waiting(replace(line, variants=(variant,)), now))
                .where(*_fresh(line), *behind)
                .order_by(_entry.c.created_at, _entry.c.id)
                .limit(limit)
                .subquery()
            )
            runs.append(select(run))
    return runs


def _outstanding(release: str, what: ColumnElement[Any]) -> Select[Any]:
    return (
        select(what)
        .join_from(_enrollment, _entry, _entry.c.id == _enrollment.c.waitlist_entry_id)
        .where(_enrollment.c.release_id == release, _entry.c.state.in_(("pending", "sent")))
    )


def _waiting(line: Line, now: datetime, entry: FromClause = _entry) -> list[ColumnElement[bool]]:
    """Open entries for the line's variants, of the sources that the journey wants."""
    one = line.variants[0] if len(line.variants) == 1 else None
    conditions = [
        entry.c.variant_id == one if one is not None else entry.c.variant_id.in_(line.variants),
        entry.c.state == PENDING,
        or_(entry.c.expires_at.is_(None), entry.c.expires_at > now),
    ]
    if not line.rearms:
        conditions.append(entry.c.reason.is_(None))
    sources = line.interest.sources
    if len(intents := {intent_of(source) for source in sources}) == 1:
        conditions.append(entry.c.intent == intents.pop())
    if not sources >= set(SOURCES):
        conditions.append(entry.c.source.in_(sorted(sources)))
    if line.is_test:
        conditions.append(entry.c.profile_id.in_(listed_testers(line.journey)))
    return conditions


def _fresh(line: Line) -> list[ColumnElement[bool]]:
    window = line.interest.window
    return [] if window is None else [_entry.c.created_at >= line.restocked_at - window]


def _place_tier(
    connection: Connection, line: Line, release: str, *, tier: int, now: datetime, members: TextClause | None = None
) -> None:
    """Place everyone in line who has no place yet and is a member; without `members`, everyone."""
    person = _profile.alias("p")
    rows = (
        select(
            literal(release),
            _entry.c.id,
            literal(tier),
            _entry.c.intent,
            literal(0.0),
            _entry.c.created_at,
        )
        .join_from(_entry, person, person.c.id == _entry.c.profile_id)
        .where(*_waiting(line, now), *_fresh(line), *([] if members is None else [members]))
    )
    columns = ["release_id", "entry_id", "tier", "intent", "rank", "since"]
    insert = insert_into(ReleasePlace, connection)
    connection.execute(insert.from_select(columns, rows).on_conflict_do_nothing())


def _rank(connection: Connection, release: str, score: Score) -> None:
    """Give every place of the line the rank that its score makes."""
    ranked = (
        update(_place)
        .where(_place.c.release_id == release, _place.c.entry_id == bindparam("which"))
        .values(rank=bindparam("new_rank"))
    )
    for rows in _waiters(connection, release):
        scored = [(entry_id, score(waiter)) for entry_id, waiter in rows]
        values = [{"which": entry_id, "new_rank": -value} for entry_id, value in scored if value]
        if values:
            connection.execute(ranked, values)


def _waiters(connection: Connection, release: str) -> Iterator[list[tuple[str, Waiter]]]:
    last = ""
    while True:
        rows = connection.execute(
            select(_place.c.entry_id, _profile.c.attributes, _entry.c.source, _entry.c.created_at)
            .join_from(_place, _entry, _entry.c.id == _place.c.entry_id)
            .join(_profile, _profile.c.id == _entry.c.profile_id)
            .where(_place.c.release_id == release, _place.c.entry_id > last)
            .order_by(_place.c.entry_id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield [
            (row.entry_id, Waiter(attributes=row.attributes, source=row.source, since=row.created_at)) for row in rows
        ]
        last = rows[-1].entry_id
