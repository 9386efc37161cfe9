"""A line, and who of the next in it may be let in, asked for a handful of people at a time.

However many wait and whatever the database believes of its tables, an answer costs a few rows a person: everybody is
found by her own id. A planner that has not looked at the tables yet would rather read all enrollments of the journey
for each of them.
"""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, text

from engine.stock.interest import InterestRule
from engine.store.statements import among, core, is_sqlite
from engine.store.tables import Enrollment, Profile, ReleaseExclusion

_enrollment, _profile, _excluded = core(Enrollment), core(Profile), core(ReleaseExclusion)
_ASIDE = ("enable_sort", "enable_seqscan", "enable_bitmapscan")
"""What PostgreSQL plans with where it believes that a table holds next to nothing."""
_JIT = "set_config('jit', 'off', true)"
_BY_INDEX = text("SELECT " + ", ".join([_JIT, *(f"set_config('{one}', 'off', true)" for one in _ASIDE)]))
_AS_BEFORE = text("SELECT " + ", ".join(f"set_config('{one}', 'on', true)" for one in _ASIDE))


@dataclass(frozen=True, slots=True)
class Line:
    """Whom a release may let in: those who wait for one of `variants`, as far as the journey's interest rule goes.

    `again_within` is the restock window of a journey that matches products; None for one that matches variants.
    `is_test` when only the journey's testers are let in. Waits that a restock began anew for who was told before
    (`engine.store.rearming`) count where `rearms`. `refusing` is the release itself where the journey may refuse
    people (`engine.store.line_door`): whom it has refused it passes over.
    """

    journey: str
    restock: str
    restocked_at: datetime
    variants: tuple[str, ...]
    interest: InterestRule
    again_within: timedelta | None = None
    is_test: bool = False
    rearms: bool = False
    refusing: str | None = None


@contextmanager
def by_index(connection: Connection) -> Generator[None]:
    """Inside the block rows are read in the order of an index, and no more of them than are asked for."""
    if is_sqlite(connection):
        yield
        return
    connection.execute(_BY_INDEX)
    yield
    connection.execute(_AS_BEFORE)


def kept_out(connection: Connection, line: Line, people: Collection[str], now: datetime) -> set[str]:
    """Who of these is under way already, was let in by this restock, or was refused by this release."""
    out = _under_way(connection, line, people, now)
    if line.refusing is not None:
        refused = select(_excluded.c.profile_id).where(
            among(_excluded.c.profile_id, people, connection), _by_the_way(_excluded.c.release_id) == line.refusing
        )
        out.update(connection.scalars(refused))
    return out


def _under_way(connection: Connection, line: Line, people: Collection[str], now: datetime) -> set[str]:
    """A person is one, whatever ids she had before her profiles were merged."""
    merged = select(_profile.c.id, _profile.c.merged_into).where(among(_profile.c.merged_into, people, connection))
    persons = {one: one for one in people} | {row.id: row.merged_into for row in connection.execute(merged)}
    lately = [] if line.again_within is None else [_enrollment.c.entered_at > now - line.again_within]
    entered = select(_enrollment.c.profile_id).where(
        among(_enrollment.c.profile_id, persons, connection),
        _by_the_way(_enrollment.c.journey_id) == line.journey,
        _enrollment.c.variant_id.in_(line.variants),
        or_(_enrollment.c.ended_at.is_(None), _enrollment.c.restock_id == line.restock, *lately),
    )
    return {persons[one] for one in connection.scalars(entered)}


def _by_the_way(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column that rows are judged by and never looked up by."""
    return column.concat("")
