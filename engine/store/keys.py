"""Keys of machines: made once, shown once, found again by their sha256."""

import hashlib
import secrets
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from engine.store.ids import new_id
from engine.store.tables import ApiKey

Scope = Literal["write", "server", "admin"]
PREFIXES: dict[Scope, str] = {"write": "wk_", "server": "sk_", "admin": "ak_"}


def hash_secret(plaintext: str) -> str:
    """What is stored in place of a key, a session or a sign-in token: 256 random bits need no slow hash."""
    return hashlib.sha256(plaintext.encode()).hexdigest()


async def create_key(session: AsyncSession, scope: Scope, *, name: str, now: datetime) -> tuple[ApiKey, str]:
    """Make a key; the second value is its plaintext, which is not kept (a write key is public and stays readable)."""
    plaintext = PREFIXES[scope] + secrets.token_urlsafe(32)
    key = ApiKey(
        id=new_id("key"),
        name=name,
        scope=scope,
        key_hash=hash_secret(plaintext),
        shown=plaintext if scope == "write" else None,
        created_at=now,
    )
    session.add(key)
    await session.flush()
    return key, plaintext


async def find_key(session: AsyncSession, plaintext: str) -> ApiKey | None:
    """The key that this is, unless it was revoked."""
    statement = select(ApiKey).where(col(ApiKey.key_hash) == hash_secret(plaintext), col(ApiKey.revoked_at).is_(None))
    return (await session.execute(statement)).scalar_one_or_none()


async def list_keys(session: AsyncSession) -> list[ApiKey]:
    """All keys: those that still open something first, the newest first."""
    newest = (col(ApiKey.created_at).desc(), col(ApiKey.id))
    return list(
        (await session.execute(select(ApiKey).order_by(col(ApiKey.revoked_at).is_not(None), *newest))).scalars()
    )


async def find_write_key(session: AsyncSession) -> ApiKey | None:
    """The oldest public key that still opens the storefront, for snippets that must show one."""
    statement = (
        select(ApiKey)
        .where(col(ApiKey.scope) == "write", col(ApiKey.revoked_at).is_(None))
        .order_by(col(ApiKey.created_at), col(ApiKey.id))
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def revoke_key(session: AsyncSession, key_id: str, *, now: datetime) -> bool:
    """Shut this key out from now on; False when there is none that is still open."""
    statement = (
        update(ApiKey)
        .where(col(ApiKey.id) == key_id, col(ApiKey.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(ApiKey.id))
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def note_use(session: AsyncSession, key_id: str, *, now: datetime) -> None:
    """Remember that this key was used."""
    await session.execute(update(ApiKey).where(col(ApiKey.id) == key_id).values(last_used_at=now))
