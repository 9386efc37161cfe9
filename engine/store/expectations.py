"""When variants are expected back: what a source states, what past restocks let one estimate, and telling who waits.

A statement is kept, replaces the one before, and is told to everyone who waits, as `Restock Expected`. An estimate is
only shown: nobody is promised what nobody said.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from engine.journey.vocabulary import RESTOCK_EXPECTED
from engine.stock.eta import Estimate, estimate, sold_out_gaps, uncertainty_words
from engine.store import outbox
from engine.store.catalog import describe_variants
from engine.store.events import NewEvent, record
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import PENDING, RestockExpectation, StockMovement, WaitlistEntry

EXPECTED = "restock_expected"
"""The outbox kind of a statement that is to be told to who waits."""
AT_ONCE = 500
MOST_MOVEMENTS = 10_000
_expectation = core(RestockExpectation)
_movement = core(StockMovement)
_entry = core(WaitlistEntry)


@dataclass(frozen=True, slots=True)
class Statement:
    """When a source says that the variant will be back, and how sure it is (0 to 1), if it said."""

    expected_at: datetime
    confidence: float | None
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known of a variant's return. `out_since` is None while it is in stock or never was seen to sell out."""

    stated: Statement | None
    estimate: Estimate | None
    out_since: datetime | None
    gaps: int


async def state(
    executor: Executor, variant_id: str, expected_at: datetime, confidence: float | None, now: datetime
) -> None:
    """Keep the statement and send it on its way. The same one again is not told again."""
    known = await _stated(executor, variant_id)
    if known is not None and (known.expected_at, known.confidence) == (expected_at, confidence):
        return
    insert = insert_into(RestockExpectation, executor)
    row = {"variant_id": variant_id, "expected_at": expected_at, "confidence": confidence, "stated_at": now}
    changed = {name: insert.excluded[name] for name in ("expected_at", "confidence", "stated_at")}
    await executor.execute(insert.on_conflict_do_update(index_elements=["variant_id"], set_=changed), row)
    await outbox.put(executor, EXPECTED, variant_id, {"expected_at": expected_at.isoformat()}, now)


async def withdraw(executor: Executor, variant_id: str) -> None:
    """Forget the statement."""
    await executor.execute(delete(_expectation).where(_expectation.c.variant_id == variant_id))


async def read_expectation(executor: Executor, variant_id: str, now: datetime) -> Expectation:
    """What is stated and what past restocks let one estimate."""
    newest = (
        select(_movement.c.at, _movement.c.available_before, _movement.c.available_after)
        .where(_movement.c.variant_id == variant_id)
        .order_by(_movement.c.at.desc(), _movement.c.id.desc())
        .limit(MOST_MOVEMENTS)
    )
    rows = [(row.at, row.available_before, row.available_after) for row in await executor.execute(newest)]
    gaps, out_since = sold_out_gaps(reversed(rows))
    guess = None if out_since is None else estimate(gaps, out_since, now)
    return Expectation(await _stated(executor, variant_id), guess, out_since, len(gaps))


async def tell_waiting(executor: Executor, variant_id: str, after: str, now: datetime) -> str | None:
    """Write `Restock Expected` for the next people who wait for the variant, by id; the last one, or None at the end.

    Telling again tells nobody twice; a statement that was withdrawn or replaced meanwhile is told as it is now.
    """
    stated = await _stated(executor, variant_id)
    if stated is None:
        return None
    waiting = (
        select(_entry.c.profile_id)
        .where(_entry.c.variant_id == variant_id, _entry.c.state == PENDING, _entry.c.profile_id > after)
        .group_by(_entry.c.profile_id)
        .order_by(_entry.c.profile_id)
        .limit(AT_ONCE)
    )
    people = list(await executor.scalars(waiting))
    card = (await describe_variants(executor, [variant_id]))[variant_id]
    properties = {
        **card.event_properties,
        "expected_at": stated.expected_at.date().isoformat(),
        "uncertainty": uncertainty_words(stated.expected_at, stated.confidence),
        **({} if stated.confidence is None else {"confidence": stated.confidence}),
    }
    key = f"{variant_id}/{stated.expected_at.isoformat()}/{stated.confidence}"
    told = [
        NewEvent(
            RESTOCK_EXPECTED,
            profile,
            now,
            message_id=f"expected/{key}/{profile}",
            variant_id=variant_id,
            source_id=card.source_id,
            properties=properties,
        )
        for profile in people
    ]
    await record(executor, told, now)
    return people[-1] if len(people) == AT_ONCE else None


async def _stated(executor: Executor, variant_id: str) -> Statement | None:
    row = (await executor.execute(select(_expectation).where(_expectation.c.variant_id == variant_id))).one_or_none()
    return None if row is None else Statement(row.expected_at, row.confidence, row.stated_at)
