"""What Temporal stores of a real passage, read through our codec endpoint as Temporal's UI reads it."""

import base64
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from temporalio.client import Client

from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.tables import Enrollment
from tests.workflows.running import a_day_then_push, launch
from tests.workflows.stage import Stage, staged
from workflows.codec import ERASED
from workflows.sealing import ENCODING_IN_JSON

SECRET = "one-secret-for-tests"
UI = "http://temporal.waitline.example"
EMAIL = "ada.lovelace@shop.example"


@pytest.fixture
async def sealed_stage(sqlite_database: Database) -> AsyncGenerator[Stage]:
    """A stage whose payloads are sealed, as in production."""
    async with staged(sqlite_database, secret=SECRET) as stage:
        yield stage


@asynccontextmanager
async def support(stage: Stage, folder: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody of support who is signed in, and looks at Temporal's UI in the same browser."""
    settings = Settings.model_validate({"home": folder, "secret_key": SECRET, "temporal_ui_origin": UI})
    app = create_app(settings, stage.database, now=stage.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as browser:
        async with stage.database.transaction() as session:
            person = await staff_store.add_staff(session, name="Kim", role="support", now=stage.clock())
            token = await staff_store.create_link(session, person.id, now=stage.clock())
        browser.headers["X-Waitline-CSRF"] = (await browser.post("/v1/session", json={"token": token})).json()["csrf"]
        yield browser


def sealed_payloads(told: Any) -> Iterator[Mapping[str, Any]]:
    """Every sealed payload in a history."""
    if isinstance(told, list):
        for one in cast("list[Any]", told):
            yield from sealed_payloads(one)
    elif isinstance(told, dict):
        held = cast("dict[str, Any]", told)
        if held.get("metadata", {}).get("encoding") == ENCODING_IN_JSON:
            yield held
        else:
            yield from sealed_payloads(list(held.values()))


async def decoded(browser: httpx.AsyncClient, payloads: list[Mapping[str, Any]]) -> list[Any]:
    """The values that Temporal's UI shows."""
    asked = {"payloads": payloads}
    answer = await browser.post("/v1/temporal/decode", json=asked, headers={"Origin": UI, "X-Namespace": "default"})
    assert answer.status_code == 200, answer.text
    return [json.loads(base64.b64decode(one["data"])) for one in answer.json()["payloads"]]


async def test_a_stored_history_is_read_in_plain_until_its_person_is_erased(
    sealed_stage: Stage, tmp_path: Path
) -> None:
    stage = sealed_stage
    await launch(stage, a_day_then_push())
    await stage.person("ada")
    await stage.happens("ada", "Joined", mail=EMAIL)
    await stage.stands("ada", "pause")
    await stage.pass_time(timedelta(days=2))
    assert await stage.finish("ada") == "completed"
    [enrollment] = await stage.enrollments("ada")
    stranger = await Client.connect(stage.client.service_client.config.target_host)
    history = (await stranger.get_workflow_handle(enrollment["id"]).fetch_history()).to_json_dict()
    payloads = list(sealed_payloads(history))
    assert EMAIL not in "".join(str(base64.b64decode(payload["data"])) for payload in payloads)

    async with support(stage, tmp_path) as browser:
        begun, *others = await decoded(browser, payloads)

        assert (begun["id"], begun["profile"]) == (enrollment["id"], "prf_ada")
        assert begun["entry"]["properties"] == {"mail": EMAIL}
        assert others, "what its steps answered is stored, too"
        assert others[-1] == "completed"
        erased = await browser.post("/v1/profiles/prf_ada/erase", json={"reason": "She asked for it"})
        assert erased.status_code == 202, erased.text
        await stage.route()

        async def salts() -> list[str | None]:
            return [row["salt"] for row in await stage.rows(Enrollment)]

        await stage.until(salts, [None])
        assert await decoded(browser, payloads) == [ERASED] * len(payloads)
