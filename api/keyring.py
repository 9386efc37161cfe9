"""The key ring: keys looked up by their hash, remembered for a few seconds.

A storefront sends the same key with every request, so a look-up each would double the reads. A revocation in this
process takes effect at once (`forget`), one in another process after `MEMORY` at the latest. Unknown keys are looked up
each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from engine.store import keys as key_store
from engine.store.database import Database
from engine.store.keys import Scope, hash_secret

MEMORY = timedelta(seconds=5)
USE_IS_NOTED_EVERY = timedelta(minutes=10)
_MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What a key may do."""

    id: str
    scope: Scope


class KeyRing:
    """Finds keys."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._remembered: dict[str, tuple[datetime, KnownKey]] = {}

    async def find(self, plaintext: str) -> KnownKey | None:
        """The key that this is, unless it is unknown or was revoked."""
        now = self._now()
        digest = hash_secret(plaintext)
        until, known = self._remembered.get(digest, (now, None))
        if known is not None and now < until:
            return known
        known = await self._look_up(plaintext, now)
        self._remembered.pop(digest, None)
        if known is not None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[digest] = (now + MEMORY, known)
        return known

    def forget(self) -> None:
        """Look every key up anew; call it after a revocation."""
        self._remembered.clear()

    async def _look_up(self, plaintext: str, now: datetime) -> KnownKey | None:
        async with self._database.snapshot() as session:
            key = await key_store.find_key(session, plaintext)
        if key is None:
            return None
        if key.last_used_at is None or now - key.last_used_at > USE_IS_NOTED_EVERY:
            async with self._database.transaction() as session:
                await key_store.note_use(session, key.id, now=now)
        return KnownKey(key.id, cast(Scope, key.scope))
