"""Signing in and out."""

from datetime import timedelta

import httpx
import pytest

from tests.api.conftest import Doors, HandClock
from tests.api.world import both_databases


async def test_a_sign_in_link_becomes_a_session_with_a_csrf_value(client: httpx.AsyncClient, doors: Doors) -> None:
    token = await doors.link_token("marketer")

    answer = await client.post("/v1/session", json={"token": token})

    assert answer.status_code == 200
    assert answer.json()["staff"]["role"] == "marketer"
    assert answer.json()["has_shop"] is False, "only `waitline up` opens one"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("waitline_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    again = await client.get("/v1/session")
    assert again.json() == answer.json()


@both_databases
async def test_a_sign_in_link_works_once(client: httpx.AsyncClient, doors: Doors) -> None:
    token = await doors.link_token()
    await client.post("/v1/session", json={"token": token})

    second = await client.post("/v1/session", json={"token": token})

    assert second.status_code == 401
    assert second.json()["code"] == "sign_in_link_spent"


async def test_a_sign_in_link_expires(client: httpx.AsyncClient, doors: Doors, clock: HandClock) -> None:
    token = await doors.link_token()
    clock.pass_by(timedelta(hours=24))

    assert (await client.post("/v1/session", json={"token": token})).json()["code"] == "sign_in_link_spent"


async def test_a_session_ends_after_two_weeks(staff: httpx.AsyncClient, clock: HandClock) -> None:
    assert (await staff.get("/v1/session")).status_code == 200
    clock.pass_by(timedelta(days=14))

    assert (await staff.get("/v1/session")).json()["code"] == "session_ended"


@both_databases
async def test_signing_out_ends_the_session_everywhere_the_cookie_is(staff: httpx.AsyncClient) -> None:
    cookie = staff.cookies["waitline_session"]

    answer = await staff.delete("/v1/session")

    assert answer.status_code == 204
    staff.cookies.set("waitline_session", cookie)
    assert (await staff.get("/v1/session")).json()["code"] == "session_ended"


@pytest.mark.spec("R-005")
@pytest.mark.parametrize("value", [None, "wrong", ""])
async def test_a_request_that_changes_something_repeats_the_csrf_value(
    staff: httpx.AsyncClient, value: str | None
) -> None:
    del staff.headers["X-Waitline-CSRF"]
    headers = {} if value is None else {"X-Waitline-CSRF": value}

    answer = await staff.delete("/v1/session", headers=headers)

    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf_mismatch"
    assert (await staff.get("/v1/session")).status_code == 200


async def test_guessing_sign_in_tokens_is_slowed_down(
    client: httpx.AsyncClient, doors: Doors, clock: HandClock
) -> None:
    for _ in range(10):
        assert (await client.post("/v1/session", json={"token": "x" * 43})).status_code == 401

    refused = await client.post("/v1/session", json={"token": await doors.link_token()})
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["retry-after"] == "300"

    clock.pass_by(timedelta(minutes=5))
    assert (await client.post("/v1/session", json={"token": await doors.link_token()})).status_code == 200


async def test_without_credentials_there_is_no_session(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/session")

    assert answer.status_code == 401
    assert answer.json()["code"] == "credentials_missing"
    assert answer.headers["www-authenticate"] == "Bearer"
