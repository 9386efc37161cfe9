"""What every answer carries, by the area it belongs to."""

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.headers import CROSS_ORIGIN, POLICIES, PREVIEW_POLICY
from engine.settings import Settings
from engine.store.database import Database
from engine.store.tables import InboxMessage
from tests.api.world import NOON, World


def test_no_policy_allows_inline_or_foreign_scripts() -> None:
    for policy in [*POLICIES.values(), PREVIEW_POLICY]:
        directives = {name: values for name, *values in (part.split() for part in policy.split(";"))}
        assert directives["default-src"] == ["'none'"]
        assert set(directives.get("script-src", [])) <= {"'self'"}
        assert "'unsafe-eval'" not in policy
    assert all("unsafe-inline" not in policy for policy in POLICIES.values())
    assert PREVIEW_POLICY.startswith("sandbox;"), "the one with inline styles has no origin and runs nothing"


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/v1/nothing", "/v1/"),
        ("/healthz", "/healthz"),
        ("/c/broken", "/c/"),
        ("/storefront/nothing.js", "/storefront/"),
        ("/shop", "/shop"),
        ("/journeys", "/"),
        ("/", "/"),
    ],
)
async def test_each_area_has_its_policy(client: httpx.AsyncClient, path: str, area: str) -> None:
    answer = await client.get(path)

    assert answer.headers["content-security-policy"] == POLICIES[area]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "strict-transport-security" not in answer.headers, "nothing but https may promise https"


async def test_what_staff_read_is_stored_nowhere(staff: httpx.AsyncClient) -> None:
    assert (await staff.get("/v1/profiles")).headers["cache-control"] == "no-store"


async def test_over_https_cookies_are_secure_and_https_is_promised(settings: Settings, database: Database) -> None:
    app = create_app(settings.model_copy(update={"public_url": "https://waitline.example"}), database)
    transport = httpx.ASGITransport(app)

    async with httpx.AsyncClient(transport=transport, base_url="https://waitline.example") as client:
        answer = await client.get("/healthz")

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("start", CROSS_ORIGIN)
async def test_a_shop_on_another_origin_may_call_the_storefront(client: httpx.AsyncClient, start: str) -> None:
    answer = await client.options(
        start,
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    plain = await client.get(start, headers={"Origin": "https://shop.example"})
    assert plain.headers["access-control-allow-origin"] == "*", "errors are readable, too"
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/v1/session", "/v1/profiles", "/v1/journeys", "/v1/inbox", "/"])
async def test_no_other_origin_may_call_anything_else(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Origin": "https://evil.example"})
    preflight = await client.options(
        path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    )

    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-origin" not in preflight.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_caught_e_mail_is_shown_in_a_sandbox(staff: httpx.AsyncClient, world: World) -> None:
    await world.add(
        InboxMessage(
            id="inb_1",
            channel="email",
            to="ada@shop.example",
            sender="Waitline <hello@waitline.example>",
            subject="It is back",
            text="It is back",
            html='<p style="color:red" onclick="alert(1)">It is back</p><script>alert(1)</script>',
            received_at=NOON,
        )
    )

    answer = await staff.get("/v1/inbox/inb_1/html")

    assert answer.headers["content-security-policy"] == PREVIEW_POLICY
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "It is back" in answer.text
    assert (await staff.get("/v1/inbox/inb_2/html")).json()["code"] == "not_found"


def test_the_application_needs_a_secret(settings: Settings, database: Database) -> None:
    with pytest.raises(ValueError, match="WAITLINE_SECRET_KEY"):
        create_app(settings.model_copy(update={"secret_key": None}), database)


def test_the_framework_adds_no_routes_of_its_own(app: FastAPI) -> None:
    assert app.docs_url is None
    assert app.redoc_url is None
    assert app.openapi_url is None
