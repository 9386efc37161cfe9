"""What a shop says about a person: the traits that pages and templates know, and all others as attributes.

What changes is told to the journeys: by one `Profile Updated` for each person, which names what changed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.journey.vocabulary import PROFILE_UPDATED
from engine.store import events
from engine.store.events import NewEvent
from engine.store.statements import Executor, core, in_chunks
from engine.store.tables import Profile

_profile = core(Profile)
_COLUMNS: Mapping[str, str] = {
    "first_name": "first_name",
    "firstName": "first_name",
    "last_name": "last_name",
    "lastName": "last_name",
    "language": "language",
    "country": "country",
    "timezone": "timezone",
}
_ADDRESSES = frozenset({"email", "phone"})
LONGEST_TRAIT = 255


async def update_traits(executor: Executor, profile_id: str, traits: Mapping[str, Any], now: datetime) -> None:
    """Let these traits hold from now on; those that are not named stay.

    Addresses are not taken from here: whoever calls with the public key could type anybody's.
    """
    await update_traits_of_many(executor, [(profile_id, traits)], now)


async def update_traits_of_many(
    executor: Executor, changes: Sequence[tuple[str, Mapping[str, Any]]], now: datetime
) -> None:
    """The same for several profiles, in this order."""
    known: dict[str, dict[str, Any]] = {}
    columns = [_profile.c[name] for name in sorted(set(_COLUMNS.values()))]
    for chunk in in_chunks(sorted({profile_id for profile_id, _ in changes})):
        rows = await executor.execute(
            select(_profile.c.id, _profile.c.attributes, *columns).where(_profile.c.id.in_(chunk))
        )
        known.update((row["id"], dict(row)) for row in rows.mappings())
    told: dict[str, set[str]] = {}
    for profile_id, traits in changes:
        named, others = _sorted_out(traits)
        held = known.setdefault(profile_id, {"attributes": {}})
        attributes: dict[str, Any] = held["attributes"]
        changed = {name for name, value in named.items() if held.get(name) != value}
        changed |= {name for name, value in others.items() if name not in attributes or attributes[name] != value}
        if changed:
            known[profile_id] = {**held, **named, "attributes": {**attributes, **others}}
            told.setdefault(profile_id, set()).update(changed)
            values = {**named, "attributes": known[profile_id]["attributes"], "updated_at": now}
            await executor.execute(update(_profile).where(_profile.c.id == profile_id).values(values))
    updates = [NewEvent(PROFILE_UPDATED, one, now, properties={"set": sorted(names)}) for one, names in told.items()]
    await events.record(executor, updates, now)


def _sorted_out(traits: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The traits that have a column, and the others without the addresses."""
    columns = {
        _COLUMNS[name]: value
        for name, value in traits.items()
        if name in _COLUMNS and isinstance(value, str) and 0 < len(value) <= LONGEST_TRAIT
    }
    others = {name: value for name, value in traits.items() if name not in _COLUMNS and name not in _ADDRESSES}
    return columns, others
