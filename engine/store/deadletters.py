"""Dead letters: what was received and could not be used. Visible, with its reason, and ready to be played again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.store.ids import new_id
from engine.store.paging import Cursor, StaleCursor, before, instant_of
from engine.store.statements import Executor, affected, core, in_chunks, insert_into
from engine.store.tables import DeadLetter, Source

_letter = core(DeadLetter)
_source = core(Source)


@dataclass(frozen=True, slots=True)
class Unusable:
    """An item that could not be used: `code` is stable, `reason` a sentence that says what to do."""

    code: str
    reason: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A dead letter. `source` is the source's name."""

    id: str
    source_id: str
    source: str
    delivery_id: str | None
    code: str
    reason: str
    payload: Mapping[str, Any]
    received_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Dead letters, newest first, and where the next page begins."""

    items: tuple[KeptLetter, ...]
    next: Cursor | None


async def put_aside(
    executor: Executor, source_id: str, delivery_id: str | None, items: Sequence[Unusable], now: datetime
) -> list[str]:
    """Keep these items; their ids."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id("dlt"),
            "source_id": source_id,
            "delivery_id": delivery_id,
            "code": item.code,
            "reason": item.reason,
            "payload": dict(item.payload),
            "received_at": now,
        }
        for item in items
    ]
    if rows:
        await executor.execute(insert_into(DeadLetter, executor), rows)
    return [row["id"] for row in rows]


async def list_letters(
    executor: Executor,
    *,
    source_id: str | None = None,
    resolved: bool = False,
    after: Cursor | None = None,
    limit: int = 50,
) -> LetterPage:
    """Open dead letters (or those that were resolved), of one source or of all.

    Raises:
        StaleCursor: the cursor is not from this list.
    """
    statement = _letters().where(_letter.c.resolved_at.is_not(None) if resolved else _letter.c.resolved_at.is_(None))
    if source_id is not None:
        statement = statement.where(_letter.c.source_id == source_id)
    if after is not None:
        if len(after) != 2:
            raise StaleCursor
        seen = (instant_of(after, 0), str(after[1]))
        statement = statement.where(before((_letter.c.received_at, _letter.c.id), seen))
    newest_first = statement.order_by(_letter.c.received_at.desc(), _letter.c.id.desc()).limit(limit + 1)
    rows = [KeptLetter(**row) for row in (await executor.execute(newest_first)).mappings()]
    items = tuple(rows[:limit])
    return LetterPage(items, (items[-1].received_at.isoformat(), items[-1].id) if len(rows) > limit else None)


async def read_letters(executor: Executor, ids: Sequence[str]) -> list[KeptLetter]:
    """These dead letters, as far as they are still open, oldest first."""
    found: list[KeptLetter] = []
    for chunk in in_chunks(ids):
        statement = _letters().where(_letter.c.id.in_(chunk), _letter.c.resolved_at.is_(None))
        found += [KeptLetter(**row) for row in (await executor.execute(statement)).mappings()]
    return sorted(found, key=lambda letter: (letter.received_at, letter.id))


async def resolve(executor: Executor, ids: Sequence[str], now: datetime) -> int:
    """These have been dealt with; how many were open."""
    resolved = 0
    for chunk in in_chunks(ids):
        is_open = (_letter.c.id.in_(chunk), _letter.c.resolved_at.is_(None))
        resolved += affected(await executor.execute(update(_letter).where(*is_open).values(resolved_at=now)))
    return resolved


def _letters() -> Any:
    return select(_letter, _source.c.name.label("source")).join_from(
        _letter, _source, _source.c.id == _letter.c.source_id
    )
