"""Housekeeping: what time alone changes. Run it every minute or so; it works in portions, each its own transaction.

Waitlist entries whose time ran out close as expired; routed outbox rows, old delivery receipts and spent tokens are
forgotten; lines that have grown past a milestone say so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.store import deliveries, demand, outbox, spent_tokens, waitlist
from engine.store.database import Database

PORTION = 1_000
ROUTED_ROWS_KEPT = timedelta(days=1)
RECEIPTS_KEPT = timedelta(days=30)
TOKENS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one round did."""

    expired: int
    forgotten: int


async def tidy(database: Database, now: datetime) -> Tidied:
    """One round of housekeeping, until nothing is left to do. Several at once do no harm."""
    expired = 0
    while (closed := await _expire(database, now)) > 0:
        expired += closed
    forgotten = 0
    while (deleted := await _forget_routed(database, now)) > 0:
        forgotten += deleted
    async with database.connection() as connection:
        forgotten += await deliveries.forget(connection, now - RECEIPTS_KEPT)
        forgotten += await spent_tokens.forget(connection, now - TOKENS_KEPT)
        await demand.note_milestones(connection, now)
    return Tidied(expired, forgotten)


async def _expire(database: Database, now: datetime) -> int:
    async with database.connection() as connection:
        return await waitlist.expire_due(connection, now, PORTION)


async def _forget_routed(database: Database, now: datetime) -> int:
    async with database.connection() as connection:
        return await outbox.forget_routed(connection, now - ROUTED_ROWS_KEPT, PORTION)
