"""Staff: who they are, the links that let them in once, and the browsers in which they are signed in.

sign-in link ──used once, before it expires──► session ──until it expires or is ended──► gone
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
    statement = select(Staff).where(col(Staff.role) == "admin").order_by(col(Staff.created_at), col(Staff.id)).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()


async def has_signed_in(session: AsyncSession, staff_id: str) -> bool:
    """Whether this person ever used a sign-in link."""
    statement = select(col(SignInLink.token_hash)).where(
        col(SignInLink.staff_id) == staff_id, col(SignInLink.used_at).is_not(None)
    )
    return (await session.execute(statement.limit(1))).scalar_one_or_none() is not None


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
    statement = (
        update(SignInLink)
        .where(
            col(SignInLink.token_hash) == hash_secret(token),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(SignInLink.staff_id))
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def open_session(session: AsyncSession, staff_id: str, *, now: datetime) -> tuple[StaffSession, str]:
    """Sign this person in; the second value is the cookie, which is not kept. Sessions that have ended are swept."""
    await session.execute(delete(StaffSession).where(col(StaffSession.expires_at) <= now))
    cookie = secrets.token_urlsafe(32)
    opened = StaffSession(
        token_hash=hash_secret(cookie),
        staff_id=staff_id,
        csrf=secrets.token_urlsafe(24),
        created_at=now,
        expires_at=now + SESSION_LIFETIME,
    )
    session.add(opened)
    await session.flush()
    return opened, cookie


async def find_session(session: AsyncSession, cookie: str, *, now: datetime) -> tuple[Staff, StaffSession] | None:
    """Whose session this cookie is, while it lasts."""
    statement = (
        select(Staff, StaffSession)
        .join(StaffSession, col(StaffSession.staff_id) == col(Staff.id))
        .where(col(StaffSession.token_hash) == hash_secret(cookie), col(StaffSession.expires_at) > now)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def close_session(session: AsyncSession, cookie: str) -> None:
    """Sign this browser out."""
    await session.execute(delete(StaffSession).where(col(StaffSession.token_hash) == hash_secret(cookie)))
