"""Many people at once: the profiles of a list of identifiers, made where there are none.

For imports and event streams, where one statement a person would be too slow. Each identifier is taken by itself; who
is known by two of them is found by `engine.store.identity`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_

from engine.store.identity import Key
from engine.store.ids import new_id
from engine.store.statements import Executor, core, in_chunks, insert_into
from engine.store.tables import Identity, Profile

_profile = core(Profile)
_identity = core(Identity)


async def find_or_create_all(executor: Executor, keys: Iterable[Key], now: datetime) -> dict[Key, str]:
    """The profile of each identifier. Whoever else makes the same ones at the same time gets the same answers."""
    wanted = sorted(set(keys))
    found = await _find(executor, wanted)
    missing = [key for key in wanted if key not in found]
    if not missing:
        return found
    fresh = {key: new_id("prf") for key in missing}
    for chunk in in_chunks(missing):
        await executor.execute(insert_into(Profile, executor), [_profile_row(fresh[key], key, now) for key in chunk])
        claims = [
            {"kind": kind, "value": value, "profile_id": fresh[kind, value], "created_at": now} for kind, value in chunk
        ]
        await executor.execute(insert_into(Identity, executor).on_conflict_do_nothing(), claims)
    found.update(await _find(executor, missing))
    orphans = [fresh[key] for key in missing if found[key] != fresh[key]]
    for chunk in in_chunks(orphans):
        await executor.execute(delete(_profile).where(_profile.c.id.in_(chunk)))
    return found


async def _find(executor: Executor, keys: list[Key]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for chunk in in_chunks(keys):
        rows = await executor.execute(
            select(_identity.c.kind, _identity.c.value, _identity.c.profile_id).where(
                _identity.c.kind.in_({kind for kind, _ in chunk}),  # SQLite finds no index for the tuple alone
                _identity.c.value.in_({value for _, value in chunk}),
                tuple_(_identity.c.kind, _identity.c.value).in_(chunk),
            )
        )
        found.update(((row.kind, row.value), row.profile_id) for row in rows)
    return found


def _profile_row(profile_id: str, key: Key, now: datetime) -> dict[str, Any]:
    named: dict[str, str | None] = {"external_id": None, "email": None, "phone": None}
    if key[0] != "anonymous_id":
        named[key[0]] = key[1]
    return {"id": profile_id, **named, "attributes": {}, "created_at": now, "updated_at": now}
