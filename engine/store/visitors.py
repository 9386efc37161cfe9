"""Visitors: whom many calls mean at once. Who is known is read in one statement, who is new written in another.

    call ──► its name and browser are known, or one of them is ──► nothing, or one new identifier
         ──► neither is ──► a new profile
         ──► a browser with a past meets a name ──► `engine.store.identity` decides, for that call alone

The calls are judged in their order, so that a login in the middle of a batch counts for what comes after it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from engine.store import identity
from engine.store.bulk import Bulk, written
from engine.store.identity import Identifiers, IdentityKind, Key
from engine.store.ids import new_id
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import Executor, among, core, is_sqlite
from engine.store.tables import Identity, Profile

_identity = core(Identity)
_profile = core(Profile)
_OWNERS = Prepared(
    select(_identity.c.value, _identity.c.profile_id).where(
        _identity.c.kind == bindparam("kind"), is_among(_identity.c.value, IDS)
    )
)
_PROFILES = Bulk(Profile, "id", "external_id", "language", "attributes", "created_at", "updated_at")
_CLAIMS = Bulk(Identity, "kind", "value", "profile_id", "created_at")


async def find_visitors(executor: Executor, calls: Sequence[Identifiers], now: datetime) -> list[str]:
    """For each of these, which hold an external or anonymous id and nothing else that identifies, whom it means."""
    register = _Register(executor, now)
    keys = {who: _keys(who) for who in dict.fromkeys(calls)}
    await register.learn(
        {
            "external_id": {who.external_id for who in keys if who.external_id},
            "anonymous_id": {who.anonymous_id for who in keys if who.anonymous_id},
        }
    )
    for who, named in keys.items():
        if not register.admits(who, named):
            await register.meet(who, named)
    await register.write()
    return [register.owners[keys[who][0]] for who in calls]


def _keys(who: Identifiers) -> Sequence[Key]:
    """By what a call names its visitor, the deciding one first."""
    name: list[Key] = [("external_id", who.external_id)] if who.external_id else []
    return [*name, ("anonymous_id", who.anonymous_id)] if who.anonymous_id else name


class _Register:
    """Who owns which identifier: as stored, and as the calls so far change it."""

    def __init__(self, executor: Executor, now: datetime) -> None:
        self.owners: dict[Key, str] = {}
        self._executor = executor
        self._now = now
        self._profiles: list[tuple[Any, ...]] = []
        self._claims: dict[Key, str] = {}

    async def learn(self, values: Mapping[IdentityKind, Collection[str]]) -> None:
        """Read who owns the identifiers of each kind that have these values."""
        for kind, asked in values.items():
            if asked:
                for row in await _OWNERS.ask(self._executor, {"kind": kind, "ids": asked}):
                    self.owners[kind, row["value"]] = row["profile_id"]

    def admits(self, who: Identifiers, keys: Sequence[Key]) -> bool:
        """See to it that every identifier of a call, which are `keys`, has its owner; False where two owners meet."""
        owner = self.owners.get(keys[0])
        if len(keys) > 1:
            past = self.owners.get(keys[1])
            if past is not None and past != owner:
                return False
            if past is None and owner is not None:
                self.owners[keys[1]] = self._claims[keys[1]] = owner
        if owner is None:
            self._create(who, keys)
        return True

    async def meet(self, who: Identifiers, keys: Sequence[Key]) -> None:
        """A browser with a past meets a name: it may take the name, merge into its bearer, or be somebody else's."""
        await self.write()
        await identity.find_or_create(self._executor, who, self._now)
        await self.learn(_by_kind({*keys, *self.owners}))

    def _create(self, who: Identifiers, keys: Sequence[Key]) -> None:
        profile_id = new_id("prf")
        now = written(self._now)
        self._profiles.append((profile_id, who.external_id, who.language, {}, now, now))
        for key in keys:
            self.owners[key] = self._claims[key] = profile_id

    async def write(self) -> None:
        """Store what the calls so far have changed. Where somebody was faster, what was made in vain goes again."""
        await _PROFILES.insert(self._executor, self._profiles)
        if self._claims:
            await self._claim()
        self._profiles, self._claims = [], {}

    async def _claim(self) -> None:
        claims = sorted(self._claims.items())  # in one order for everybody, so that two rivals never block each other
        now = written(self._now)
        await _CLAIMS.insert(self._executor, [(kind, value, owner, now) for (kind, value), owner in claims])
        if is_sqlite(self._executor):
            return  # its only writer has just looked: nobody was faster
        wanted = dict(claims)
        await self.learn(_by_kind(wanted))
        in_vain = {row[0] for row in self._profiles} - {self.owners[key] for key in wanted}
        if in_vain:
            await self._executor.execute(delete(_profile).where(among(_profile.c.id, in_vain, self._executor)))


def _by_kind(keys: Iterable[Key]) -> dict[IdentityKind, set[str]]:
    values: dict[IdentityKind, set[str]] = {}
    for kind, value in keys:
        values.setdefault(kind, set()).add(value)
    return values
