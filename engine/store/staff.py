"""Staff: who they are, the links that let them in once, and the browsers in which they are signed in.

    sign-in link ──used once, before it expires──┐
    e-mail address and password ─────────────────┼──► session ──until it expires or is ended──► gone
    provider of single sign-on ──────────────────┘

A member whose account is closed has no way in, and no session of hers counts. `engine.store.members` is how an admin
keeps the list.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from engine.store.ids import new_id
from engine.store.keys import hash_secret
from engine.store.tables import SignInLink, Staff, StaffSession

Role = Literal["admin", "marketer", "developer", "support", "viewer"]
Way = Literal["link", "password", "oidc"]
LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(days=14)


async def add_staff(session: AsyncSession, *, name: str, role: Role, now: datetime, email: str | None = None) -> Staff:
    """Take someone in; they come in by a sign-in link."""
    staff = Staff(id=new_id("stf"), name=name, email=email, role=role, created_at=now)
    session.add(staff)
    await session.flush()
    return staff


async def get_staff(session: AsyncSession, staff_id: str) -> Staff:
    """The person with this id, who exists."""
    return (await session.execute(select(Staff).where(col(Staff.id) == staff_id))).scalar_one()


async def first_admin(session: AsyncSession) -> Staff | None:
    """The admin who has been here longest."""
    statement = (
        select(Staff)
        .where(col(Staff.role) == "admin", col(Staff.closed_at).is_(None))
        .order_by(col(Staff.created_at), col(Staff.id))
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def has_signed_in(session: AsyncSession, staff_id: str) -> bool:
    """Whether this person ever used a sign-in link."""
    statement = select(col(SignInLink.token_hash)).where(
        col(SignInLink.staff_id) == staff_id, col(SignInLink.used_at).is_not(None)
    )
    return (await session.execute(statement.limit(1))).scalar_one_or_none() is not None


async def find_by_email(session: AsyncSession, email: str) -> Staff | None:
    """The person with this e-mail address (lower case), unless her account is closed."""
    statement = select(Staff).where(col(Staff.email) == email, col(Staff.closed_at).is_(None))
    return (await session.execute(statement)).scalar_one_or_none()


async def find_by_identity(session: AsyncSession, identity: str) -> Staff | None:
    """The person whom the provider of single sign-on knows by this name, unless her account is closed."""
    statement = select(Staff).where(col(Staff.oidc_identity) == identity, col(Staff.closed_at).is_(None))
    return (await session.execute(statement)).scalar_one_or_none()


async def keep_identity(session: AsyncSession, staff_id: str, identity: str) -> None:
    """Remember what the provider of single sign-on calls this person: from now on that counts, not her address."""
    await session.execute(update(Staff).where(col(Staff.id) == staff_id).values(oidc_identity=identity))


async def set_password(session: AsyncSession, staff_id: str, password_hash: str) -> None:
    """Keep this hash in place of the one before."""
    await session.execute(update(Staff).where(col(Staff.id) == staff_id).values(password_hash=password_hash))


async def create_link(session: AsyncSession, staff_id: str, *, now: datetime) -> str:
    """Make a sign-in link; the token is returned and not kept. Links of this person that were not used end."""
    await session.execute(
        delete(SignInLink).where(col(SignInLink.staff_id) == staff_id, col(SignInLink.used_at).is_(None))
    )
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(token_hash=hash_secret(token), staff_id=staff_id, expires_at=now + LINK_LIFETIME))
    await session.flush()
    return token


async def use_link(session: AsyncSession, token: str, *, now: datetime) -> str | None:
    """The id of the person whom this link lets in, this once; None when it was used, has expired or never was."""
    closed = select(col(Staff.id)).where(col(Staff.closed_at).is_not(None))
    statement = (
        update(SignInLink)
        .where(
            col(SignInLink.token_hash) == hash_secret(token),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
            col(SignInLink.staff_id).not_in(closed),
        )
        .values(used_at=now)
        .returning(col(SignInLink.staff_id))
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def open_session(session: AsyncSession, staff_id: str, *, way: Way, now: datetime) -> tuple[StaffSession, str]:
    """Sign this person in; the second value is the cookie, which is not kept. Sessions that have ended are swept."""
    await session.execute(delete(StaffSession).where(col(StaffSession.expires_at) <= now))
    cookie = secrets.token_urlsafe(32)
    opened = StaffSession(
        token_hash=hash_secret(cookie),
        staff_id=staff_id,
        way=way,
        csrf=secrets.token_urlsafe(24),
        created_at=now,
        expires_at=now + SESSION_LIFETIME,
    )
    session.add(opened)
    await session.execute(update(Staff).where(col(Staff.id) == staff_id).values(signed_in_at=now))
    await session.flush()
    return opened, cookie


async def find_session(session: AsyncSession, cookie: str, *, now: datetime) -> tuple[Staff, StaffSession] | None:
    """Whose session this cookie is, while it lasts."""
    statement = (
        select(Staff, StaffSession)
        .join(StaffSession, col(StaffSession.staff_id) == col(Staff.id))
        .where(
            col(StaffSession.token_hash) == hash_secret(cookie),
            col(StaffSession.expires_at) > now,
            col(Staff.closed_at).is_(None),
        )
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def close_session(session: AsyncSession, cookie: str) -> None:
    """Sign this browser out."""
    await session.execute(delete(StaffSession).where(col(StaffSession.token_hash) == hash_secret(cookie)))


async def close_sessions(session: AsyncSession, staff_id: str, *, but: str | None = None) -> None:
    """Sign this person out everywhere, except in the browser with the cookie `but`."""
    statement = delete(StaffSession).where(col(StaffSession.staff_id) == staff_id)
    if but is not None:
        statement = statement.where(col(StaffSession.token_hash) != hash_secret(but))
    await session.execute(statement)
