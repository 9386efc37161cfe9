"""The members of staff as an admin keeps them: taking someone in, changing a role, closing an account.

An account is closed and not deleted, because the audit names whoever did something for as long as it is kept. There is
always an admin left: the last one can neither be closed nor become something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from engine.store import staff
from engine.store.errors import LastAdmin, MemberEmailTaken, UnknownRecord
from engine.store.staff import Role
from engine.store.staff_changes import Change, remember
from engine.store.tables import SignInLink, Staff


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff, and which ways in she has besides a link."""

    id: str
    name: str
    email: str | None
    role: str
    has_password: bool
    has_single_sign_on: bool
    created_at: datetime
    signed_in_at: datetime | None
    closed_at: datetime | None


async def list_members(session: AsyncSession) -> list[Member]:
    """Everyone who works or worked here; open accounts first, then by name."""
    found = (await session.execute(select(Staff).order_by(col(Staff.name), col(Staff.id)))).scalars()
    return sorted((_member(row) for row in found), key=lambda member: member.closed_at is not None)


async def list_at_work(session: AsyncSession) -> list[Member]:
    """Everyone whose account is open, by name."""
    at_work = [member for member in await list_members(session) if member.closed_at is None]
    return sorted(at_work, key=lambda member: member.name.casefold())


async def read_member(session: AsyncSession, member_id: str) -> Member:
    """The member with this id.

    Raises:
        UnknownRecord: there is none.
    """
    return _member(await _read(session, member_id))


async def take_in(session: AsyncSession, *, name: str, email: str, role: Role, by: str, now: datetime) -> Member:
    """Open an account.

    Raises:
        MemberEmailTaken: somebody has this address already.
    """
    await _check_email(session, email)
    person = await staff.add_staff(session, name=name, email=email, role=role, now=now)
    await _note(session, "member:new", person.id, by, now, after={"name": name, "role": role})
    return _member(person)


async def change_member(
    session: AsyncSession,
    member_id: str,
    *,
    by: str,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
    role: Role | None = None,
    is_open: bool | None = None,
) -> Member:
    """Change what is given. Another role holds from the next request on; a closed account ends every session at once.

    Raises:
        UnknownRecord: there is no such member.
        MemberEmailTaken: somebody else has this address.
        LastAdmin: nobody else could let people in.
    """
    person = await _read(session, member_id)
    if person.role == "admin" and person.closed_at is None and (role not in {None, "admin"} or is_open is False):
        await _check_not_last(session, member_id)
    if email is not None and email != person.email:
        await _check_email(session, email)
    closed_at = person.closed_at if is_open is None else None if is_open else person.closed_at or now
    before = {"name": person.name, "role": person.role, "open": person.closed_at is None}
    values: dict[str, Any] = {
        "name": name or person.name,
        "email": email or person.email,
        "role": role or person.role,
        "closed_at": closed_at,
    }
    await session.execute(update(Staff).where(col(Staff.id) == member_id).values(**values))
    if closed_at is not None:
        await _shut_out(session, member_id)
    after = {"name": values["name"], "role": values["role"], "open": closed_at is None}
    await _note(session, "member:change", member_id, by, now, before=before, after=after)
    await session.refresh(person)
    return _member(person)


async def make_link(session: AsyncSession, member_id: str, *, by: str, now: datetime, forget: bool = False) -> str:
    """The token of a new sign-in link. To `forget` also takes her password and every session of hers away.

    Raises:
        UnknownRecord: there is no such member, or her account is closed.
    """
    person = await _read(session, member_id)
    if person.closed_at is not None:
        raise UnknownRecord("open account", member_id)
    if forget:
        await session.execute(update(Staff).where(col(Staff.id) == member_id).values(password_hash=None))
        await _shut_out(session, member_id)
    await _note(session, "member:forget_password" if forget else "member:link", member_id, by, now)
    return await staff.create_link(session, member_id, now=now)


async def _shut_out(session: AsyncSession, member_id: str) -> None:
    await staff.close_sessions(session, member_id)
    await session.execute(
        delete(SignInLink).where(col(SignInLink.staff_id) == member_id, col(SignInLink.used_at).is_(None))
    )


async def _read(session: AsyncSession, member_id: str) -> Staff:
    person = (
        await session.execute(select(Staff).where(col(Staff.id) == member_id).with_for_update())
    ).scalar_one_or_none()
    if person is None:
        raise UnknownRecord("member", member_id)
    return person


async def _check_email(session: AsyncSession, email: str) -> None:
    taken = await session.execute(select(col(Staff.id)).where(col(Staff.email) == email))
    if taken.first() is not None:
        raise MemberEmailTaken


async def _check_not_last(session: AsyncSession, member_id: str) -> None:
    """Whoever asks for the same at the same moment waits for the rows of all admins."""
    admins = select(col(Staff.id)).where(col(Staff.role) == "admin", col(Staff.closed_at).is_(None)).with_for_update()
    if set((await session.execute(admins)).scalars()) == {member_id}:
        raise LastAdmin


async def _note(
    session: AsyncSession,
    action: str,
    member_id: str,
    by: str,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    change = Change(
        by=by, action=action, subject_kind="member", subject_id=member_id, before=before or {}, after=after or {}
    )
    await remember(session, change, now)


def _member(row: Staff) -> Member:
    return Member(
        id=row.id,
        name=row.name,
        email=row.email,
        role=row.role,
        has_password=row.password_hash is not None,
        has_single_sign_on=row.oidc_identity is not None,
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
        closed_at=row.closed_at,
    )
