"""What a journey writes on a profile: columns and attributes, once for each act, with the event that tells of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.journey.vocabulary import IDENTIFIERS, PROFILE_UPDATED
from engine.segments.sql import TEXT_COLUMNS
from engine.store import events
from engine.store.events import NewEvent
from engine.store.merging import current_id
from engine.store.statements import Executor, core
from engine.store.tables import Profile

_profile = core(Profile)


async def change_profile(
    executor: Executor, profile_id: str, attributes: Mapping[str, Any], *, act: str, now: datetime
) -> tuple[str, ...]:
    """Let these attributes hold (None: the profile has it no longer); the names that could not be changed.

    Not changed are identifiers, and columns that would get something else than text. `act` names the change: the same
    act again changes nothing.
    """
    refused = tuple(sorted(name for name, value in attributes.items() if not _is_possible(name, value)))
    wanted = {name: value for name, value in attributes.items() if name not in refused}
    person = await current_id(executor, profile_id) or profile_id
    told = NewEvent(name=PROFILE_UPDATED, profile_id=person, at=now, message_id=act, properties={"set": sorted(wanted)})
    if not wanted or not await events.record(executor, [told], now):
        return refused
    held: dict[str, Any] = (
        await executor.scalar(select(_profile.c.attributes).where(_profile.c.id == person).with_for_update()) or {}
    )
    columns = {name: value for name, value in wanted.items() if name in TEXT_COLUMNS}
    others = {**held, **{name: value for name, value in wanted.items() if name not in TEXT_COLUMNS}}
    values = {
        **columns,
        "attributes": {name: value for name, value in others.items() if value is not None},
        "updated_at": now,
    }
    await executor.execute(update(_profile).where(_profile.c.id == person).values(values))
    return refused


def _is_possible(name: str, value: Any) -> bool:
    if name in IDENTIFIERS:
        return False
    return name not in TEXT_COLUMNS or value is None or isinstance(value, str)
