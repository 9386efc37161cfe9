"""What a shop says about a person: the traits that pages and templates know, and all others as attributes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.store.statements import Executor, core
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
    known: dict[str, Any] = (
        await executor.scalar(select(_profile.c.attributes).where(_profile.c.id == profile_id)) or {}
    )
    columns = {
        _COLUMNS[name]: value
        for name, value in traits.items()
        if name in _COLUMNS and isinstance(value, str) and 0 < len(value) <= LONGEST_TRAIT
    }
    others = {name: value for name, value in traits.items() if name not in _COLUMNS and name not in _ADDRESSES}
    values: dict[str, Any] = {**columns, "attributes": {**known, **others}, "updated_at": now}
    await executor.execute(update(_profile).where(_profile.c.id == profile_id).values(values))
