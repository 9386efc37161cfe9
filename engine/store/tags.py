"""Tags of journeys: words to find them by. Deleting a tag takes it off every journey and deletes none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from engine.store.errors import UnknownRecord
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import JourneyTag, Tag

_tag, _tagged = core(Tag), core(JourneyTag)


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag and how many journeys carry it."""

    name: str
    journeys: int


async def list_tags(executor: Executor) -> list[TagRow]:
    """Every tag, in alphabetical order."""
    statement = (
        select(_tag.c.name, func.count(_tagged.c.journey_id))
        .select_from(_tag.outerjoin(_tagged, _tagged.c.tag == _tag.c.name))
        .group_by(_tag.c.name)
        .order_by(_tag.c.name)
    )
    return [TagRow(*row) for row in await executor.execute(statement)]


async def add_tags(executor: Executor, names: Sequence[str], now: datetime) -> None:
    """See to it that these tags exist."""
    for name in names:
        await executor.execute(insert_into(Tag, executor).on_conflict_do_nothing(), {"name": name, "created_at": now})


async def delete_tag(executor: Executor, name: str) -> None:
    """Forget a tag; the journeys that carried it stay.

    Raises:
        UnknownRecord: there is no such tag.
    """
    await executor.execute(delete(_tagged).where(_tagged.c.tag == name))
    if not affected(await executor.execute(delete(_tag).where(_tag.c.name == name))):
        raise UnknownRecord("tag", name)


async def set_tags(executor: Executor, journey_id: str, names: Sequence[str], now: datetime) -> None:
    """Let the journey carry these tags and no others; new ones are made."""
    await add_tags(executor, names, now)
    await executor.execute(delete(_tagged).where(_tagged.c.journey_id == journey_id))
    for name in dict.fromkeys(names):
        await executor.execute(insert_into(JourneyTag, executor), {"journey_id": journey_id, "tag": name})


async def tags_of(executor: Executor, journey_id: str) -> list[str]:
    """The tags of one journey, in alphabetical order."""
    rows = await executor.execute(
        select(_tagged.c.tag).where(_tagged.c.journey_id == journey_id).order_by(_tagged.c.tag)
    )
    return list(rows.scalars())


async def all_tags(executor: Executor) -> dict[str, list[str]]:
    """The tags of every journey that has any."""
    found: dict[str, list[str]] = {}
    for journey, tag in await executor.execute(select(_tagged.c.journey_id, _tagged.c.tag).order_by(_tagged.c.tag)):
        found.setdefault(journey, []).append(tag)
    return found
