"""Signing in by the provider of single sign-on: a real one in small, over HTTP, and all that it may get wrong."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.database import Database
from tests.api.conftest import HandClock
from tests.fakes.identity_provider import SECRET, IdentityProvider
from tests.fakes.serving import serving

START = "/v1/session/oidc"


class Browser:
    """A browser on its way in; it follows from Waitline to the provider and back."""

    def __init__(self, app: Any) -> None:
        self.waitline = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example")

    async def go(self) -> str:
        """The address of the provider to which Waitline sends it."""
        answer = await self.waitline.get(START)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def agree(self, address: str) -> str:
        """The address to which the provider sends it back."""
        async with httpx.AsyncClient() as elsewhere:
            return (await elsewhere.get(address)).headers["location"]

    async def sign_in(self) -> str:
        """Where it ends up."""
        return (await self.waitline.get(await self.agree(await self.go()))).headers["location"]


@pytest.fixture
async def provider() -> AsyncGenerator[IdentityProvider]:
    provider = IdentityProvider()
    async with serving(provider.app) as url:
        provider.issuer = url
        yield provider


@pytest.fixture
def clock() -> HandClock:
    """Tokens of the provider are dated by the real clock."""
    clock = HandClock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
async def browser(
    provider: IdentityProvider, settings: Settings, database: Database, clock: HandClock
) -> AsyncGenerator[Browser]:
    named = {"oidc_issuer": provider.issuer, "oidc_client_secret": SECRET, "oidc_name": "Example ID"}
    app = create_app(Settings.model_validate(settings.model_dump() | named), database, now=clock)
    async with database.transaction() as session:
        await staff_store.add_staff(session, name="Ada", email="ada@shop.example", role="marketer", now=clock())
    browser = Browser(app)
    yield browser
    await browser.waitline.aclose()


@pytest.mark.spec("R-005")
async def test_a_member_signs_in_by_the_provider_and_is_known_by_its_name_for_her_from_then_on(
    browser: Browser, provider: IdentityProvider
) -> None:
    assert (await browser.waitline.get("/v1/session/ways")).json() == {"oidc": "Example ID"}

    assert await browser.sign_in() == "/journeys"

    session = (await browser.waitline.get("/v1/session")).json()
    assert session["staff"]["name"] == "Ada"
    assert session["staff"]["role"] == "marketer"
    left = await browser.waitline.delete("/v1/session", headers={"X-Waitline-CSRF": session["csrf"]})
    assert left.status_code == 204
    provider.person["email"] = "ada.lind@elsewhere.example"
    assert await browser.sign_in() == "/journeys", "her address there may change"
    assert provider.asked == ["discovery"], "what the provider says of itself is remembered"


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "u-9", "email": "mallory@shop.example", "email_verified": True},
        {"sub": "u-9", "email": "ada@shop.example", "email_verified": False},
        {"sub": "u-9", "email": "ada@shop.example"},
        {"sub": "u-9"},
    ],
)
async def test_who_is_not_a_member_by_a_verified_address_stays_outside(
    browser: Browser, provider: IdentityProvider, person: dict[str, Any]
) -> None:
    provider.person = person

    assert await browser.sign_in() == "/sign-in?refused=not_a_member"
    assert (await browser.waitline.get("/v1/session")).status_code == 401


async def test_nobody_takes_over_an_account_by_being_given_its_address_later(
    browser: Browser, provider: IdentityProvider
) -> None:
    await browser.sign_in()
    provider.person["sub"] = "u-2"

    assert await browser.sign_in() == "/sign-in?refused=not_a_member"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"nonce": "of another browser"},
        {"sub": None},
    ],
)
async def test_an_id_token_that_is_not_for_us_or_not_of_now_counts_for_nothing(
    browser: Browser, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims

    assert await browser.sign_in() == "/sign-in?refused=provider_failed"
    assert (await browser.waitline.get("/v1/session")).status_code == 401


async def test_a_provider_may_change_its_key_and_may_tell_the_address_elsewhere(
    browser: Browser, provider: IdentityProvider
) -> None:
    provider.tells_by_userinfo = True
    address = await browser.go()
    provider.change_key()

    assert (await browser.waitline.get(await browser.agree(address))).headers["location"] == "/journeys"

    provider.userinfo = {"sub": "somebody else", "email": "ada@shop.example", "email_verified": True}
    assert await browser.sign_in() == "/sign-in?refused=provider_failed"


async def test_an_answer_counts_only_in_the_browser_that_asked_once_and_for_ten_minutes(
    browser: Browser, clock: HandClock
) -> None:
    elsewhere = await browser.agree(await browser.go())
    browser.waitline.cookies.clear()
    assert (await browser.waitline.get(elsewhere)).headers["location"] == "/sign-in?refused=took_too_long"

    address = await browser.agree(await browser.go())
    forged = address.replace("state=", "state=x")
    assert (await browser.waitline.get(forged)).headers["location"] == "/sign-in?refused=took_too_long"

    address = await browser.agree(await browser.go())
    clock.pass_by(timedelta(minutes=10))
    assert (await browser.waitline.get(address)).headers["location"] == "/sign-in?refused=took_too_long"

    address = await browser.agree(await browser.go())
    kept = dict(browser.waitline.cookies)
    assert (await browser.waitline.get(address)).headers["location"] == "/journeys"
    browser.waitline.cookies.update(kept)
    assert (await browser.waitline.get(address)).headers["location"] == "/sign-in?refused=provider_failed"


async def test_a_person_who_says_no_there_comes_back_to_the_sign_in_page(browser: Browser) -> None:
    state = httpx.URL(await browser.go()).params["state"]

    answer = await browser.waitline.get(f"{START}/callback", params={"error": "access_denied", "state": state})

    assert answer.headers["location"] == "/sign-in?refused=provider_refused"


async def test_a_provider_that_is_not_there_or_is_another_one_is_named_as_failed(
    browser: Browser, provider: IdentityProvider
) -> None:
    provider.issuer = "https://evil.example"

    answer = await browser.waitline.get(START)

    assert answer.headers["location"] == "/sign-in?refused=provider_failed"


async def test_without_a_provider_there_is_no_way_to_one(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/session/ways")).json() == {"oidc": None}
    assert (await client.get(START)).json()["code"] == "not_found"
