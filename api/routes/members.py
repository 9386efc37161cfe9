"""Members of staff: who may come in, with which role, and the links that let them in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.fields import Email, Instant
from api.security import PERMISSIONS, Caller, Permission, acting, staff
from api.services import Now, Services, TheDatabase, TheServices
from engine.store import members
from engine.store import staff as staff_store
from engine.store.staff import Role

router = APIRouter(prefix="/v1/staff", tags=["Staff"])
Keeper = Annotated[Caller, Depends(staff("manage_staff"))]
MemberId = Annotated[str, Path(max_length=64, examples=["stf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S", examples=["Ada Lind"])]


class Member(Answer):
    """A member of staff. An account with a `closed_at` lets nobody in."""

    id: Annotated[str, Field(examples=["stf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Name
    email: Annotated[str | None, Field(examples=["ada@shop.example"])]
    role: Role
    has_password: bool
    has_single_sign_on: bool
    created_at: Instant
    signed_in_at: Instant | None
    closed_at: Instant | None


class MemberList(Answer):
    """Everyone who works or worked here, and what each role may do."""

    items: list[Member]
    roles: dict[Role, list[Permission]]


class Colleague(Answer):
    """Who works here, as everybody who edits journeys may know it."""

    id: Annotated[str, Field(examples=["stf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Name


class ColleagueList(Answer):
    """Everyone whom something can be given to, by name."""

    items: list[Colleague]


class NewMember(Body):
    """Who is to be let in."""

    name: Name
    email: Email
    role: Role


class MemberChange(Body):
    """What is to be different about a member; what is absent stays."""

    name: Name | None = None
    email: Email | None = None
    role: Role | None = None
    is_open: Annotated[bool | None, Field(description="False closes the account, true opens it again.")] = None


class SignInLink(Answer):
    """A link that signs a member in once. It is shown this one time."""

    url: Annotated[str, Field(examples=["https://waitline.example/sign-in#2p9TSkU3c1MZ0aUK…"])]
    expires_at: Instant


class LinkWish(Body):
    """With `forget_password` her password goes, and every browser in which she is signed in is signed out."""

    forget_password: bool = False


class MemberWithLink(Answer):
    """The new member, and the link to give to her."""

    member: Member
    link: SignInLink


@router.get("", dependencies=[Depends(staff("manage_staff"))])
async def list_members(database: TheDatabase) -> MemberList:
    """List the members of staff."""
    async with database.snapshot() as session:
        found = await members.list_members(session)
    roles: dict[Role, list[Permission]] = {}
    for permission, having in PERMISSIONS.items():
        for role in having:
            roles.setdefault(role, []).append(permission)
    return MemberList(items=[Member.model_validate(one) for one in found], roles=roles)


@router.get("/colleagues", dependencies=[Depends(staff("edit_journeys"))])
async def list_colleagues(database: TheDatabase) -> ColleagueList:
    """List who can be given a journey: everyone whose account is open."""
    async with database.snapshot() as session:
        found = await members.list_at_work(session)
    return ColleagueList(items=[Colleague.model_validate(one) for one in found])


@router.post("", status_code=201)
async def add_member(body: NewMember, services: TheServices, caller: Keeper, now: Now) -> MemberWithLink:
    """Open an account, and make the first link into it."""
    async with services.database.transaction() as session:
        member = await members.take_in(
            session, name=body.name, email=body.email, role=body.role, by=acting(caller), now=now
        )
        token = await staff_store.create_link(session, member.id, now=now)
    return MemberWithLink(member=Member.model_validate(member), link=_link(services, token))


@router.patch("/{member_id}")
async def change_member(
    member_id: MemberId, body: MemberChange, database: TheDatabase, caller: Keeper, now: Now
) -> Member:
    """Change name, address or role, or close an account."""
    async with database.transaction() as session:
        changed = await members.change_member(
            session, member_id, by=acting(caller), now=now, **body.model_dump(exclude_unset=True)
        )
    return Member.model_validate(changed)


@router.post("/{member_id}/sign-in-link")
async def make_sign_in_link(
    member_id: MemberId, body: LinkWish, services: TheServices, caller: Keeper, now: Now
) -> SignInLink:
    """Make a link that signs this member in, once; links that she did not use end."""
    async with services.database.transaction() as session:
        token = await members.make_link(session, member_id, by=acting(caller), now=now, forget=body.forget_password)
    return _link(services, token)


def _link(services: Services, token: str) -> SignInLink:
    url = f"{services.settings.resolved_public_url}/sign-in#{token}"
    return SignInLink(url=url, expires_at=services.now() + staff_store.LINK_LIFETIME)
