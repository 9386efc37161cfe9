"""The scripts as they are served, and the words as they are kept."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from api.storefront.assets import SCRIPTS, router
from api.storefront.offer import storefront_config
from api.storefront.texts import CONSENT_TEXT_VERSION, CONSENT_TEXTS, TEXTS, consent_fingerprint

NAMES = ("widget.js", "panel.js", "pages.js", "service-worker.js")
# The words of each version that consents may name; a changed word takes a new version and a new line here.
CONSENT_TEXT_HISTORY = {"2026-11-22": "a02458dd03460430"}
LARGEST_SCRIPT = 12_000
PER_CHANNEL = ("{channel}", "{channel}_terms", "{channel}_label", "done_{channel}", "invalid_{channel}")


@pytest.fixture
def client() -> AsyncClient:
    app = FastAPI()
    app.include_router(router)
    return AsyncClient(transport=ASGITransport(app), base_url="http://waitline.test")


@pytest.mark.parametrize("name", NAMES)
async def test_a_script_is_served_to_any_shop_and_revalidated(client: AsyncClient, name: str) -> None:
    answer = await client.get(f"/storefront/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    again = await client.get(f"/storefront/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", NAMES)
def test_a_script_weighs_less_than_12_kilobytes(name: str) -> None:
    assert len((SCRIPTS / name).read_bytes()) < LARGEST_SCRIPT


def test_each_locale_says_everything_with_the_same_placeholders() -> None:
    def placeholders(locale: str) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in TEXTS[locale].items()}

    assert placeholders("de") == placeholders("en")


def test_every_text_that_the_scripts_ask_for_exists() -> None:
    source = "".join((SCRIPTS / name).read_text() for name in NAMES)
    named = set(re.findall(r'(?:text|fail)\("(\w+)"', source))
    per_channel = {stem.format(channel=channel) for stem in PER_CHANNEL for channel in ("web_push", "email", "sms")}
    assert {"title", "submit", "denied"} <= named
    assert named | (per_channel - {"web_push_label", "invalid_web_push"}) <= set(TEXTS["en"])


def test_changed_words_of_consent_take_a_new_version() -> None:
    assert CONSENT_TEXT_HISTORY[CONSENT_TEXT_VERSION] == consent_fingerprint()


@pytest.mark.spec("F-180")
@pytest.mark.parametrize("locale", TEXTS)
def test_the_terms_of_each_channel_are_part_of_what_a_consent_names(locale: str) -> None:
    config = storefront_config("key", timedelta(days=90))
    assert {f"{channel}_terms" for channel in config.channels} | {"expiry", "no_expiry"} == set(CONSENT_TEXTS)
    assert all(config.texts[locale][key] for key in CONSENT_TEXTS)
    assert config.consent_text_version == CONSENT_TEXT_VERSION


@pytest.mark.spec("F-031")
def test_without_any_setting_the_offer_stands() -> None:
    config = storefront_config("key", timedelta(days=90))
    assert (config.offer_active, config.inventory_mode, config.retention_days) == (True, "deny", 90)
    assert storefront_config("key", None).retention_days is None
