"""What every answer carries, by the area it belongs to."""

import re

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.frames import preview_policy, with_nonce
from api.headers import CROSS_ORIGIN, POLICIES
from engine.settings import Settings
from engine.store.database import Database
from engine.store.tables import InboxMessage
from tests.api.world import NOON, World


@pytest.mark.spec("R-006")
def test_no_policy_allows_inline_or_foreign_scripts_or_inline_styles() -> None:
    for policy in [*POLICIES.values(), preview_policy("nonce")]:
        directives = {name: values for name, *values in (part.split() for part in policy.split(";"))}
        assert directives["default-src"] == ["'none'"]
        assert set(directives.get("script-src", [])) <= {"'self'"}
        assert set(directives.get("style-src", [])) <= {"'self'", "'nonce-nonce'"}
        assert "unsafe" not in policy
    assert preview_policy("nonce").startswith("sandbox;"), "somebody else's HTML has no origin and runs nothing"


@pytest.mark.spec("R-006")
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


@pytest.mark.spec("R-006")
async def test_a_caught_e_mail_is_shown_in_a_sandbox_with_its_styles_in_sheets_of_this_answer(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.add(
        InboxMessage(
            id="inb_1",
            channel="email",
            to="ada@shop.example",
            sender="Waitline <hello@waitline.example>",
            subject="It is back",
            text="It is back",
            html='<style>p{margin:0}</style><p style="color:red" onclick="alert(1)">Back</p><script>alert(1)</script>',
            received_at=NOON,
        )
    )

    first, second = [await staff.get("/v1/inbox/inb_1/html") for _ in range(2)]

    nonces = [
        re.findall(r"style-src 'nonce-([\w-]{20,})'", one.headers["content-security-policy"]) for one in (first, second)
    ]
    assert nonces[0] != nonces[1]
    [nonce] = nonces[0]
    assert first.headers["content-security-policy"] == preview_policy(nonce)
    assert first.headers["x-frame-options"] == "SAMEORIGIN"
    assert f'<style nonce="{nonce}">p{{margin:0}}</style><p data-styled="0" onclick=' in first.text
    assert re.search(rf'<style nonce="{nonce}">\[data-styled="0"\][^{{]*{{\ncolor:red\n}}</style>$', first.text)
    assert "style=" not in first.text
    assert (await staff.get("/v1/inbox/inb_2/html")).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>No styles</p>", "<p>No styles</p>"),
        ("<P STYLE='a:b'>x", '<P data-styled="0">x' + "{a:b}"),
        ("é\n<br/><td class=x style=a:b width=1>\nx", 'é\n<br/><td class=x data-styled="0" width=1>\nx{a:b}'),
        ('<p title="a style=x" style="a:&quot;b&quot;">', '<p title="a style=x" data-styled="0">{a:"b"}'),
        ("<p style='a:b'><i style=\"a:b\">", '<p data-styled="0"><i data-styled="0">{a:b}'),
        ('<p style="a:b}p{c:d">', '<p data-styled="0">'),
        ("<p style=\"a:'</style><script>x</script>'\">", "<p data-styled=\"0\">{a:'<\\/style><script>x<\\/script>'}"),
        ('<!-- <p style="a:b"> --><style>p{a:b}</style>', '<!-- <p style="a:b"> --><style nonce="N">p{a:b}</style>'),
        ('<style nonce="mine">', '<style nonce="N" nonce="mine">'),
        ("<p style=", "<p style="),
        ("<p style", "<p style"),
    ],
)
def test_styles_move_from_elements_into_a_sheet_and_all_else_stays(html: str, expected: str) -> None:
    page = with_nonce(html, "N")
    before, sheet, rules = page.partition('<style nonce="N">[')
    shown = "".join(re.findall(r"{\n(.*)\n}", rules))
    assert before + (f"{{{shown}}}" if sheet else "") == expected
    assert rules.count("</style") == (1 if sheet else 0)


def test_the_application_needs_a_secret(settings: Settings, database: Database) -> None:
    with pytest.raises(ValueError, match="WAITLINE_SECRET_KEY"):
        create_app(settings.model_copy(update={"secret_key": None}), database)


def test_the_framework_adds_no_routes_of_its_own(app: FastAPI) -> None:
    assert app.docs_url is None
    assert app.redoc_url is None
    assert app.openapi_url is None
