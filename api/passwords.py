"""Passwords of staff: hashed by argon2id (RFC 9106), a few at a time and beside the event loop.

A hash takes 64 MiB and a good part of a second on purpose. So only a few are computed at a time: whoever sends many
sign-ins at once waits for a turn, and takes neither all memory nor all threads.
"""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
AT_A_TIME = 2


class Passwords:
    """Hashes passwords and compares them, with the effort of `hasher`: unless told otherwise, that of RFC 9106."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """What is kept in place of this password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _as_typed_anywhere(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether this is the password whose hash was kept. Where there is none it takes as long to say no."""
        if kept is None:
            self._nobodys = self._nobodys or await self.hash("nobody's password")
        async with self._turns:
            is_right = await asyncio.to_thread(self._verify, kept or self._nobodys or "", _as_typed_anywhere(password))
        return is_right and kept is not None

    def is_weak(self, kept: str) -> bool:
        """Whether the hash was made with less effort than today's, and should be made anew."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _as_typed_anywhere(password: str) -> str:
    """Keyboards compose the same letters in different ways; NFKC is what NIST SP 800-63B asks for."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, *about: str | None) -> str | None:
    """Why this cannot be a password, in a sentence; None when it can. `about` are words that anybody would try."""
    if len(set(password)) < 5:
        return "Use more than four different characters."
    known = [word.lower() for word in about if word]
    known += [word.partition("@")[0] for word in known]
    if any(len(word) > 2 and password.lower().replace(word, "") == "" for word in known):
        return "Do not use your own name or address."
    return None
