"""Who may come in: members of staff and their passwords, as an admin and as they themselves keep them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.passwords import Passwords
from api.security import PERMISSIONS
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.staff_changes import read_changes
from tests.api.conftest import Doors, HandClock
from tests.api.world import both_databases

ADA = {"name": "Ada Lind", "email": "Ada@Shop.example", "role": "marketer"}
PASSWORD = "correct horse battery staple"


async def take_in(staff: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await staff.post("/v1/staff", json=ADA | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


class Visitor:
    """A browser in which nobody has signed in yet."""

    def __init__(self, app: FastAPI) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example")

    async def by_link(self, url: str) -> httpx.Response:
        return self._kept(await self.client.post("/v1/session", json={"token": url.partition("#")[2]}))

    async def by_password(self, password: str = PASSWORD, email: str = ADA["email"]) -> httpx.Response:
        return self._kept(await self.client.post("/v1/session/password", json={"email": email, "password": password}))

    async def choose(self, new: str = PASSWORD, current: str | None = None) -> httpx.Response:
        return await self.client.put("/v1/session/password", json={"new": new, "current": current})

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            self.client.headers["X-Waitline-CSRF"] = answer.json()["csrf"]
        return answer


@pytest.fixture
async def member(app: FastAPI, staff: httpx.AsyncClient) -> Visitor:
    """Ada, who came in by her link and chose a password."""
    visitor = Visitor(app)
    assert (await visitor.by_link((await take_in(staff))["link"]["url"])).is_success
    assert (await visitor.choose()).status_code == 204
    return visitor


@both_databases
@pytest.mark.spec("R-005")
async def test_a_member_comes_in_by_her_link_and_then_by_a_password_that_is_kept_as_argon2id(
    app: FastAPI, member: Visitor, database: Database
) -> None:
    elsewhere = Visitor(app)

    answer = await elsewhere.by_password()

    assert answer.status_code == 200
    assert answer.json()["staff"]["name"] == "Ada Lind"
    assert set(answer.json()["permissions"]) == {name for name, roles in PERMISSIONS.items() if "marketer" in roles}
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert (await elsewhere.client.get("/v1/session/account")).json() == {
        "email": "ada@shop.example",
        "has_password": True,
        "asks_current": True,
    }
    async with database.snapshot() as session:
        kept = await staff_store.find_by_email(session, "ada@shop.example")
    assert kept is not None
    assert kept.password_hash is not None
    assert kept.password_hash.startswith("$argon2id$")
    assert (await Passwords().hash(PASSWORD)).startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "the effort of RFC 9106"
    assert PASSWORD not in kept.model_dump_json()
    for typed, email in [("wrong", ADA["email"]), (PASSWORD, "nobody@shop.example"), (PASSWORD.upper(), ADA["email"])]:
        refused = await Visitor(app).by_password(typed, email)
        assert (refused.status_code, refused.json()["code"]) == (401, "wrong_password")


async def test_keyboards_that_compose_letters_differently_type_the_same_password(app: FastAPI, member: Visitor) -> None:
    assert (await member.choose("Ångström und Öl")).status_code == 204

    assert (await Visitor(app).by_password("A\u030angstro\u0308m und O\u0308l")).status_code == 200


async def test_a_new_password_asks_for_the_present_one_and_signs_every_other_browser_out(
    app: FastAPI, member: Visitor
) -> None:
    elsewhere = Visitor(app)
    await elsewhere.by_password()

    assert (await elsewhere.choose("another good password")).json()["errors"][0]["field"] == "current"
    assert (await elsewhere.choose("another good password", "wrong")).status_code == 422
    assert (await elsewhere.choose("another good password", PASSWORD)).status_code == 204

    assert (await elsewhere.client.get("/v1/session")).status_code == 200
    assert (await member.client.get("/v1/session")).json()["code"] == "session_ended"
    assert (await Visitor(app).by_password()).status_code == 401


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "Ada@Shop.example", "x" * 201])
async def test_a_password_that_anybody_would_try_is_refused(member: Visitor, password: str) -> None:
    answer = await member.choose(password)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "new"


async def test_guesses_are_counted_by_where_they_come_from_and_lock_nobody_else_out(
    app: FastAPI, member: Visitor, clock: HandClock
) -> None:
    async def try_from(host: str, password: str) -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://waitline.example") as client:
            return await client.post("/v1/session/password", json={"email": ADA["email"], "password": password})

    for number in range(10):
        assert (await try_from(f"2001:db8::{number}", "a wrong guess")).status_code == 401

    assert (await try_from("2001:db8::ff", PASSWORD)).json()["code"] == "too_many_requests"
    assert (await try_from("192.0.2.7", PASSWORD)).status_code == 200, "she comes from somewhere else"
    clock.pass_by(timedelta(minutes=5))
    assert (await try_from("2001:db8::1", PASSWORD)).status_code == 200


@both_databases
@pytest.mark.spec("R-005")
async def test_an_admin_gives_roles_which_hold_at_once_and_closes_accounts(
    staff: httpx.AsyncClient, member: Visitor, database: Database, app: FastAPI
) -> None:
    listed = (await staff.get("/v1/staff")).json()
    ada = next(one for one in listed["items"] if one["name"] == "Ada Lind")
    assert ada["has_password"] is True
    assert ada["role"] == "marketer"
    assert set(listed["roles"]["admin"]) == set(PERMISSIONS)
    assert (await member.client.get("/v1/profiles")).status_code == 200

    changed = await staff.patch(f"/v1/staff/{ada['id']}", json={"role": "viewer"})

    assert changed.json()["role"] == "viewer"
    assert (await member.client.get("/v1/profiles")).json()["code"] == "permission_missing"
    closed = await staff.patch(f"/v1/staff/{ada['id']}", json={"is_open": False})
    assert closed.json()["closed_at"] is not None
    assert (await member.client.get("/v1/session")).json()["code"] == "session_ended"
    assert (await Visitor(app).by_password()).json()["code"] == "wrong_password"
    refused = await staff.post(f"/v1/staff/{ada['id']}/sign-in-link", json={})
    assert refused.json()["code"] == "unknown_record"
    await staff.patch(f"/v1/staff/{ada['id']}", json={"is_open": True})
    assert (await Visitor(app).by_password()).status_code == 200
    async with database.snapshot() as session:
        page = await read_changes(session, "member", ada["id"])
    assert [row.action for row in page.items] == ["member:change"] * 3 + ["member:new"]
    assert (page.items[2].before["role"], page.items[2].after["role"]) == ("marketer", "viewer")


async def test_a_forgotten_password_is_taken_away_and_a_link_given(
    staff: httpx.AsyncClient, member: Visitor, app: FastAPI
) -> None:
    ada = next(one for one in (await staff.get("/v1/staff")).json()["items"] if one["name"] == "Ada Lind")

    link = (await staff.post(f"/v1/staff/{ada['id']}/sign-in-link", json={"forget_password": True})).json()

    assert (await member.client.get("/v1/session")).status_code == 401
    assert (await Visitor(app).by_password()).status_code == 401
    again = Visitor(app)
    assert (await again.by_link(link["url"])).status_code == 200
    assert (await again.choose("a new and better one")).status_code == 204
    spent = await Visitor(app).by_link(link["url"])
    assert spent.json()["code"] == "sign_in_link_spent"


async def test_there_is_always_an_admin_left(staff: httpx.AsyncClient) -> None:
    admin = (await staff.get("/v1/staff")).json()["items"][0]

    for change in ({"role": "viewer"}, {"is_open": False}):
        refused = await staff.patch(f"/v1/staff/{admin['id']}", json=change)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")

    other = (await take_in(staff, role="admin"))["member"]
    assert (await staff.patch(f"/v1/staff/{other['id']}", json={"role": "support"})).status_code == 200


async def test_an_address_belongs_to_one_member(staff: httpx.AsyncClient) -> None:
    await take_in(staff)

    assert (await staff.post("/v1/staff", json=ADA)).json()["code"] == "member_email_taken"
    other = (await take_in(staff, email="bo@shop.example"))["member"]
    taken = await staff.patch(f"/v1/staff/{other['id']}", json={"email": ADA["email"]})
    assert taken.json()["code"] == "member_email_taken"
    assert (await staff.patch("/v1/staff/stf_nobody", json={"name": "x"})).json()["code"] == "unknown_record"


@pytest.mark.parametrize("role", ["marketer", "developer", "support", "viewer"])
async def test_only_an_admin_keeps_members_and_keys(doors: Doors, role: Any) -> None:
    browser = await doors.signed_in(role)

    for path in ("/v1/staff", "/v1/keys"):
        assert (await browser.get(path)).json()["code"] == "permission_missing"
    assert (await browser.post("/v1/staff", json=ADA | {"role": "admin"})).json()["code"] == "permission_missing"
    assert (await browser.post("/v1/keys", json={"name": "x", "scope": "admin"})).status_code == 403


async def test_who_edits_journeys_sees_the_names_of_those_at_work_and_gives_one_a_journey(
    staff: httpx.AsyncClient, doors: Doors
) -> None:
    ada = (await take_in(staff))["member"]
    gone = (await take_in(staff, name="Bo", email="bo@shop.example"))["member"]
    await staff.patch(f"/v1/staff/{gone['id']}", json={"is_open": False})
    marketer = await doors.signed_in("marketer")

    colleagues = (await marketer.get("/v1/staff/colleagues")).json()["items"]
    journey = (await marketer.post("/v1/journeys", json={"name": "Autumn", "document": {}})).json()
    given = await marketer.patch(f"/v1/journeys/{journey['id']}", json={"owner": ada["id"]})
    taken = await marketer.patch(f"/v1/journeys/{journey['id']}", json={"owner": None})

    for nobody in (gone["id"], "stf_nobody"):
        refused = await marketer.patch(f"/v1/journeys/{journey['id']}", json={"owner": nobody})
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_record")

    assert {"id": ada["id"], "name": "Ada Lind"} in colleagues
    assert gone["id"] not in {one["id"] for one in colleagues}
    assert [one["name"] for one in colleagues] == sorted((one["name"] for one in colleagues), key=str.casefold)
    assert (given.json()["owner"], taken.json()["owner"]) == ("Ada Lind", None)
    for role in ("support", "viewer"):
        refused = await (await doors.signed_in(role)).get("/v1/staff/colleagues")
        assert refused.json()["code"] == "permission_missing"


@pytest.mark.spec("R-005")
@pytest.mark.parametrize("scope", ["write", "server", "admin"])
async def test_an_admin_makes_a_key_of_one_scope_sees_its_use_and_takes_it_back(
    staff: httpx.AsyncClient, client: httpx.AsyncClient, scope: str
) -> None:
    made = (await staff.post("/v1/keys", json={"name": "Shop", "scope": scope})).json()
    bearer = {"Authorization": f"Bearer {made['plaintext']}"}
    addresses = {
        "write": client.build_request("GET", "/v1/storefront/config", headers=bearer),
        "server": client.build_request("GET", "/v1/journeys", headers=bearer),
        "admin": client.build_request("GET", "/v1/staff", headers=bearer),
    }

    opened = {name for name, request in addresses.items() if (await client.send(request)).status_code == 200}

    order = ["write", "server", "admin"]
    assert opened == set(order[: order.index(scope) + 1])
    listed = (await staff.get("/v1/keys")).json()["items"][0]
    assert listed["last_used_at"] is not None
    assert listed["shown"] == (made["plaintext"] if scope == "write" else None)
    assert (await staff.delete(f"/v1/keys/{listed['id']}")).status_code == 204
    refused = await client.send(client.build_request("GET", "/v1/storefront/config", headers=bearer))
    assert refused.json()["code"] == "unknown_key"
    assert (await staff.delete(f"/v1/keys/{listed['id']}")).json()["code"] == "not_found"
