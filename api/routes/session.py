"""Signing in and out: a one-time link becomes a session, a session is a cookie."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from api.bodies import Body
from api.errors import SignInLinkSpent
from api.security import ANY_STAFF, PUBLIC, SESSION_COOKIE, Caller, KeyHolder, StaffMember
from api.services import Now, Services, TheDatabase, TheServices
from engine.store import staff as staff_store
from engine.store.staff import Role

router = APIRouter(prefix="/v1/session", tags=["Session"])


class SignIn(Body):
    """What follows the # sign in a sign-in link."""

    token: Annotated[
        str, Field(min_length=20, max_length=200, examples=["2p9TSkU3c1MZ0aUKwMOkbqOYRBCmcMbC5LPOlCbZWnE"])
    ]


class Staff(BaseModel):
    """The person who is signed in."""

    id: Annotated[str, Field(examples=["stf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str, Field(examples=["Admin"])]
    role: Role


class Session(BaseModel):
    """Who is signed in, and the value that requests which change something repeat in the header X-Waitline-CSRF."""

    staff: Staff
    csrf: Annotated[str, Field(examples=["yW8m5o0X0n3kzH7S0cXqgD3mZ1b2nVfA"])]


@router.post("", dependencies=[Depends(PUBLIC)])
async def sign_in(body: SignIn, request: Request, response: Response, services: TheServices, now: Now) -> Session:
    """Sign in with a one-time link. Sets the session cookie."""
    services.sign_in_attempts.count(request.client.host if request.client else "unknown")
    async with services.database.transaction() as session:
        staff_id = await staff_store.use_link(session, body.token, now=now)
        if staff_id is None:
            raise SignInLinkSpent
        opened, cookie = await staff_store.open_session(session, staff_id, now=now)
        person = await staff_store.get_staff(session, staff_id)
    _set_cookie(response, services, cookie)
    return Session(staff=Staff.model_validate(person.model_dump()), csrf=opened.csrf)


@router.get("")
async def get_session(caller: Annotated[Caller, Depends(ANY_STAFF)]) -> Session:
    """Who is signed in."""
    match caller:
        case StaffMember():
            person = Staff(id=caller.staff_id, name=caller.name, role=caller.role)
            return Session(staff=person, csrf=caller.csrf)
        case KeyHolder():
            return Session(staff=Staff(id=caller.key_id, name="Admin key", role="admin"), csrf="")
        case _:
            raise AssertionError("ANY_STAFF admits staff and admin keys only")


@router.delete("", status_code=204, dependencies=[Depends(ANY_STAFF)])
async def sign_out(request: Request, response: Response, services: TheServices, database: TheDatabase) -> None:
    """Sign out in this browser."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie is not None:
        async with database.transaction() as session:
            await staff_store.close_session(session, cookie)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=_is_secure(services))


def _set_cookie(response: Response, services: Services, cookie: str) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=int(staff_store.SESSION_LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(services),
    )


def _is_secure(services: Services) -> bool:
    return services.settings.resolved_public_url.startswith("https://")
