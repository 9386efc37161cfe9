"""Signing in and out: a one-time link or a password becomes a session, a session is a cookie."""

import ipaddress
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from api.bodies import Body
from api.errors import FieldProblem, NotFound, SignInLinkSpent, ValidationFailed, WrongPassword
from api.fields import Email
from api.passwords import LONGEST, SHORTEST, weakness
from api.security import (
    ANY_STAFF,
    PUBLIC,
    SESSION_COOKIE,
    Caller,
    KeyHolder,
    Permission,
    StaffMember,
    permissions_of,
)
from api.services import Now, Services, TheDatabase, TheServices, services_of
from engine.store import staff as staff_store
from engine.store.staff import Role, Way
from engine.store.tables import Staff as StaffRow

router = APIRouter(prefix="/v1/session", tags=["Session"])
_IPV6_NETWORK = 64
SHOP = "/shop"
"""Where the demo shop begins."""


class SignIn(Body):
    """What follows the # sign in a sign-in link."""

    token: Annotated[
        str, Field(min_length=20, max_length=200, examples=["2p9TSkU3c1MZ0aUKwMOkbqOYRBCmcMbC5LPOlCbZWnE"])
    ]


class PasswordSignIn(Body):
    """What somebody typed to come in."""

    email: Email
    password: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]


class NewPassword(Body):
    """A password for oneself. `current` is not asked of who has none, or came in by a sign-in link."""

    current: Annotated[SecretStr | None, Field(max_length=LONGEST)] = None
    new: Annotated[SecretStr, Field(min_length=SHORTEST, max_length=LONGEST)]


class Staff(BaseModel):
    """The person who is signed in."""

    id: Annotated[str, Field(examples=["stf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str, Field(examples=["Admin"])]
    role: Role


class Session(BaseModel):
    """Who is signed in and what they may do, and the value that requests which change something repeat in the header
    X-Waitline-CSRF.
    """

    staff: Staff
    csrf: Annotated[str, Field(examples=["yW8m5o0X0n3kzH7S0cXqgD3mZ1b2nVfA"])]
    permissions: list[Permission]
    has_shop: Annotated[bool, Field(description="Whether the demo shop is open here, at /shop.")]


class Account(BaseModel):
    """One's own account. `asks_current` says whether a new password needs the present one."""

    email: str | None
    has_password: bool
    asks_current: bool


class WaysIn(BaseModel):
    """How staff may sign in here. `oidc` is what the provider of single sign-on is called, null without one."""

    oidc: Annotated[str | None, Field(examples=["Example ID"])]


@router.get("/ways", dependencies=[Depends(PUBLIC)])
async def get_ways_in(services: TheServices) -> WaysIn:
    """How staff may sign in, beside links and passwords."""
    return WaysIn(oidc=services.settings.oidc_name if services.single_sign_on else None)


@router.post("", dependencies=[Depends(PUBLIC)])
async def sign_in(body: SignIn, request: Request, response: Response, services: TheServices, now: Now) -> Session:
    """Sign in with a one-time link. Sets the session cookie."""
    services.sign_in_attempts.count(caller_of(request))
    async with services.database.transaction() as session:
        staff_id = await staff_store.use_link(session, body.token, now=now)
        if staff_id is None:
            raise SignInLinkSpent
        return await _let_in(session, request, response, staff_id, "link")


@router.post("/password", dependencies=[Depends(PUBLIC)])
async def sign_in_with_password(
    body: PasswordSignIn, request: Request, response: Response, services: TheServices
) -> Session:
    """Sign in with e-mail address and password. Sets the session cookie.

    Attempts are counted by where they come from and not by account, so that nobody can lock somebody else out.
    """
    services.sign_in_attempts.count(caller_of(request))
    typed = body.password.get_secret_value()
    async with services.database.snapshot() as session:
        person = await staff_store.find_by_email(session, body.email)
    kept = person and person.password_hash
    if not await services.passwords.fits(kept, typed) or person is None or kept is None:
        raise WrongPassword
    renewed = await services.passwords.hash(typed) if services.passwords.is_weak(kept) else None
    async with services.database.transaction() as session:
        person = await staff_store.get_staff(session, person.id)
        if person.password_hash != kept or person.closed_at is not None:
            raise WrongPassword
        if renewed is not None:
            await staff_store.set_password(session, person.id, renewed)
        return await _let_in(session, request, response, person.id, "password")


@router.get("")
async def get_session(request: Request, caller: Annotated[Caller, Depends(ANY_STAFF)]) -> Session:
    """Who is signed in."""
    match caller:
        case StaffMember():
            person, csrf = Staff(id=caller.staff_id, name=caller.name, role=caller.role), caller.csrf
        case KeyHolder():
            person, csrf = Staff(id=caller.key_id, name="Admin key", role="admin"), ""
        case _:
            raise AssertionError("ANY_STAFF admits staff and admin keys only")
    return _session(request, person, csrf)


@router.get("/account")
async def get_account(caller: Annotated[Caller, Depends(ANY_STAFF)], database: TheDatabase) -> Account:
    """Read one's own account."""
    member = _person(caller)
    async with database.snapshot() as session:
        person = await staff_store.get_staff(session, member.staff_id)
    return Account(
        email=person.email, has_password=person.password_hash is not None, asks_current=_asks_current(person, member)
    )


@router.put("/password", status_code=204)
async def set_own_password(
    body: NewPassword, request: Request, caller: Annotated[Caller, Depends(ANY_STAFF)], services: TheServices
) -> None:
    """Choose a password. Every other browser in which one is signed in is signed out."""
    member = _person(caller)
    async with services.database.snapshot() as session:
        person = await staff_store.get_staff(session, member.staff_id)
    if person.email is None:
        raise ValidationFailed(errors=[FieldProblem("new", "no_email", "Ask an admin to enter your e-mail address.")])
    if _asks_current(person, member):
        services.sign_in_attempts.count(caller_of(request))
        typed = body.current.get_secret_value() if body.current else ""
        if not await services.passwords.fits(person.password_hash, typed):
            raise ValidationFailed(errors=[FieldProblem("current", "wrong_password", "This is not your password.")])
    wanted = body.new.get_secret_value()
    if (why := weakness(wanted, person.email, person.name)) is not None:
        raise ValidationFailed(errors=[FieldProblem("new", "weak_password", why)])
    kept = await services.passwords.hash(wanted)
    async with services.database.transaction() as session:
        await staff_store.set_password(session, person.id, kept)
        await staff_store.close_sessions(session, person.id, but=request.cookies.get(SESSION_COOKIE))


@router.delete("", status_code=204, dependencies=[Depends(ANY_STAFF)])
async def sign_out(request: Request, response: Response, services: TheServices, database: TheDatabase) -> None:
    """Sign out in this browser."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie is not None:
        async with database.transaction() as session:
            await staff_store.close_session(session, cookie)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(services))


def caller_of(request: Request) -> str:
    """Where a request comes from, for counting: the address, or the network of an IPv6 address, which one host owns."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))


def set_session_cookie(response: Response, services: Services, cookie: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=int(staff_store.SESSION_LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(services),
    )


def is_secure(services: Services) -> bool:
    """Whether browsers reach us by https only."""
    return services.settings.resolved_public_url.startswith("https://")


async def _let_in(session: AsyncSession, request: Request, response: Response, staff_id: str, way: Way) -> Session:
    services = services_of(request)
    opened, cookie = await staff_store.open_session(session, staff_id, way=way, now=services.now())
    person = await staff_store.get_staff(session, staff_id)
    set_session_cookie(response, services, cookie)
    return _session(request, Staff.model_validate(person.model_dump()), opened.csrf)


def _session(request: Request, person: Staff, csrf: str) -> Session:
    """What the pages are told; `waitline up` opens the demo shop beside them, `waitline api` does not."""
    has_shop = any(getattr(route, "path", None) == SHOP for route in request.app.router.routes)
    return Session(staff=person, csrf=csrf, permissions=permissions_of(person.role), has_shop=has_shop)


def _person(caller: Caller) -> StaffMember:
    if not isinstance(caller, StaffMember):
        raise NotFound("A key has no account; sign in as a person.")
    return caller


def _asks_current(person: StaffRow, member: StaffMember) -> bool:
    return person.password_hash is not None and member.way != "link"
