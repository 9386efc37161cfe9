"""Who may call what: declared on every route, enforced on each."""

import base64
from datetime import timedelta
from typing import get_args

import httpx
import pytest
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.keyring import MEMORY
from api.openapi import accesses, api_routes, describe
from api.security import PERMISSIONS, PUBLIC, SERVER_KEY, WRITE_KEY, Permission, staff
from engine.store import keys as key_store
from engine.store.database import Database
from engine.store.staff import Role
from tests.api.conftest import Doors, HandClock

ROLES: tuple[Role, ...] = get_args(Role)


def undeclared(app: FastAPI) -> list[str]:
    """The routes that do not say who may call them; whatever is no route of ours, such as a WebSocket, among them."""
    return [
        context.path
        for context in iter_route_contexts(app.routes)
        if not isinstance(context.original_route, APIRoute) or len(list(accesses(context.dependant))) != 1
    ]


@pytest.mark.spec("R-005")
def test_every_route_declares_exactly_once_who_may_call_it(app: FastAPI) -> None:
    assert undeclared(app) == []
    declared = {context.path: next(accesses(context.dependant)) for context in api_routes(app)}
    assert len(declared) > 100
    assert declared["/v1/journeys/{journey_id}/counts/stream"].permission == "see_journeys", "a stream is a route, too"


async def test_a_route_or_socket_without_a_declared_permission_is_found(app: FastAPI) -> None:
    async def enter() -> None: ...

    app.add_api_route("/v1/test/open", enter)
    app.add_api_websocket_route("/v1/test/socket", enter)
    app.add_api_route("/v1/test/twice", enter, dependencies=[Depends(PUBLIC), Depends(WRITE_KEY)])

    assert undeclared(app) == ["/v1/test/open", "/v1/test/socket", "/v1/test/twice"]


def test_the_description_says_who_may_call_each_route(app: FastAPI) -> None:
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in describe(app)["paths"].items()
        for method, operation in methods.items()
    }

    assert operations["POST /v1/session"]["security"] == []
    assert operations["GET /v1/profiles"]["security"] == [{"admin_key": []}, {"session": []}]
    assert operations["GET /v1/profiles"]["x-permission"] == "see_people"
    assert operations["GET /metrics"]["security"] == [{}, {"server_key": []}, {"admin_key": []}]
    assert len({operation["operationId"] for operation in operations.values()}) == len(operations)


def test_no_two_shapes_share_a_name(app: FastAPI) -> None:
    assert [name for name in describe(app)["components"]["schemas"] if "__" in name] == []


def test_every_permission_has_roles_and_an_admin_has_them_all() -> None:
    assert set(PERMISSIONS) == set(get_args(Permission))
    assert all("admin" in roles for roles in PERMISSIONS.values())


@pytest.fixture
def doorways(app: FastAPI) -> None:
    """A route for each audience."""

    async def enter() -> str:
        return "in"

    for path, access in {
        "/v1/test/public": PUBLIC,
        "/v1/test/write": WRITE_KEY,
        "/v1/test/server": SERVER_KEY,
        "/v1/test/staff": staff("see_people"),
        "/v1/test/both": staff("see_people", or_key="server"),
    }.items():
        app.add_api_route(path, enter, methods=["GET", "POST"], dependencies=[Depends(access)])


@pytest.mark.spec("R-005")
@pytest.mark.usefixtures("doorways")
@pytest.mark.parametrize(
    ("audience", "opened_by"),
    [
        ("public", {"nothing", "write", "server", "admin"}),
        ("write", {"write", "server", "admin"}),
        ("server", {"server", "admin"}),
        ("staff", {"admin"}),
        ("both", {"server", "admin"}),
    ],
)
async def test_a_stronger_key_opens_what_a_weaker_one_opens_and_no_more(
    client: httpx.AsyncClient, doors: Doors, audience: str, opened_by: set[str]
) -> None:
    opened: set[str] = set()
    for credential in ("nothing", "write", "server", "admin"):
        headers = {} if credential == "nothing" else await doors.key(credential)
        answer = await client.post(f"/v1/test/{audience}", headers=headers)
        if answer.status_code == 200:
            opened.add(credential)
        else:
            assert answer.json()["code"] == ("credentials_missing" if credential == "nothing" else "key_too_weak")

    assert opened == opened_by


@pytest.mark.usefixtures("doorways")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("audience", ["write", "server", "staff", "both"])
async def test_a_signed_in_person_enters_by_their_role(doors: Doors, role: Role, audience: str) -> None:
    browser = await doors.signed_in(role)

    answer = await browser.get(f"/v1/test/{audience}")

    if audience in {"write", "server"}:
        assert answer.json()["code"] == "credentials_missing", "a person is no machine"
    elif role in PERMISSIONS["see_people"]:
        assert answer.status_code == 200
    else:
        assert answer.json()["code"] == "permission_missing"


@pytest.mark.usefixtures("doorways")
async def test_a_key_may_come_as_the_user_of_basic_authentication(client: httpx.AsyncClient, doors: Doors) -> None:
    key = (await doors.key("write"))["Authorization"].removeprefix("Bearer ")

    assert (await client.get("/v1/test/write", auth=(key, ""))).status_code == 200
    bare = base64.b64encode(key.encode()).decode()
    assert (await client.get("/v1/test/write", headers={"Authorization": f"Basic {bare}"})).status_code == 200


@pytest.mark.usefixtures("doorways")
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer wk_unknown", "unknown_key"),
        ("Basic !!!", "unknown_key"),
        ("Basic //8=", "unknown_key"),
        ("Digest x", "unauthenticated"),
        ("Bearer", "unknown_key"),
    ],
)
async def test_credentials_that_do_not_hold_are_refused(client: httpx.AsyncClient, header: str, code: str) -> None:
    answer = await client.get("/v1/test/write", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.json()["code"] == code


@pytest.mark.usefixtures("doorways")
async def test_a_revoked_key_is_shut_out_here_at_once_and_elsewhere_soon(
    app: FastAPI, client: httpx.AsyncClient, doors: Doors, database: Database, clock: HandClock
) -> None:
    headers = await doors.key("server")
    assert (await client.get("/v1/test/server", headers=headers)).status_code == 200

    async with database.transaction() as session:
        key = await key_store.find_key(session, headers["Authorization"].removeprefix("Bearer "))
        assert key is not None
        assert await key_store.revoke_key(session, key.id, now=clock())
        assert not await key_store.revoke_key(session, key.id, now=clock())

    assert (await client.get("/v1/test/server", headers=headers)).status_code == 200, "remembered for a moment"
    clock.pass_by(MEMORY)
    assert (await client.get("/v1/test/server", headers=headers)).json()["code"] == "unknown_key"


async def test_a_forgetful_key_ring_asks_again(
    app: FastAPI, doors: Doors, database: Database, clock: HandClock
) -> None:
    ring = app.state.services.keys
    plaintext = (await doors.key("server"))["Authorization"].removeprefix("Bearer ")
    known = await ring.find(plaintext)
    async with database.transaction() as session:
        await key_store.revoke_key(session, known.id, now=clock())

    ring.forget()

    assert await ring.find(plaintext) is None


async def test_keys_note_their_use_now_and_then(
    app: FastAPI, doors: Doors, database: Database, clock: HandClock
) -> None:
    plaintext = (await doors.key("server"))["Authorization"].removeprefix("Bearer ")
    start = clock()

    async def use() -> object:
        await app.state.services.keys.find(plaintext)
        async with database.snapshot() as session:
            key = await key_store.find_key(session, plaintext)
        return key and key.last_used_at

    assert await use() == start
    clock.pass_by(timedelta(minutes=10))
    assert await use() == start
    clock.pass_by(timedelta(minutes=1))
    assert await use() == clock()


async def test_only_a_public_key_stays_readable(database: Database, clock: HandClock) -> None:
    async with database.transaction() as session:
        public, shown = await key_store.create_key(session, "write", name="shop", now=clock())
        private, hidden = await key_store.create_key(session, "server", name="erp", now=clock())

    assert shown.startswith("wk_")
    assert public.shown == shown
    assert hidden.startswith("sk_")
    assert private.shown is None
    assert hidden not in private.model_dump_json()
    async with database.snapshot() as session:
        found = await key_store.find_write_key(session)
        assert found is not None
        assert found.shown == shown
