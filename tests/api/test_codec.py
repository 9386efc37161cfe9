"""Temporal's UI reads sealed payloads through us: only from its own origin, only for who may see people."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import MessageToDict
from sqlalchemy import update
from temporalio.converter import WorkflowSerializationContext

from api.app import create_app
from api.headers import TEMPORAL_UI
from api.routes.codec import MOST_PAYLOADS
from engine.settings import Settings
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Enrollment
from engine.store.vault import Vault
from tests.api.conftest import Doors
from tests.api.world import World
from workflows.codec import ERASED, UNREADABLE
from workflows.sealing import EnrollmentKeys, SealingConverter

UI = "http://localhost:8233"
DECODE = f"{TEMPORAL_UI}decode"
FROM_UI = {"Origin": UI, "X-Namespace": "default"}
FOREIGN = {"metadata": {"encoding": "YmluYXJ5L3RoZWlycw=="}, "data": "AAEC", "externalPayloads": [{"sizeBytes": "7"}]}

Payloads = dict[str, list[Mapping[str, Any]]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings.model_validate({**settings.model_dump(), "temporal_ui_origin": UI})


@pytest.fixture
async def enrolled(world: World) -> None:
    """Ada's enrollments enr_1 and enr_2."""
    await world.profile()
    await world.journey()
    await world.enrollment("enr_1")
    await world.enrollment("enr_2")


async def sealed(database: Database, workflow: str, value: Any, secrets: str = "a secret for tests") -> dict[str, Any]:
    """The payload of a value as Temporal gives it out, in a history of this workflow."""
    converter = SealingConverter.over(EnrollmentKeys(Vault(secrets.split()), database))
    bound = converter.with_context(WorkflowSerializationContext(namespace="default", workflow_id=workflow))
    return MessageToDict((await bound.encode([value]))[0])


async def decoded(browser: httpx.AsyncClient, *payloads: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What Temporal's UI shows of these payloads."""
    del browser.headers["X-Waitline-CSRF"]  # it knows nothing of it
    asked: Payloads = {"payloads": list(payloads)}
    answer = await browser.post(f"{DECODE}?preserveStorageRefs=true", json=asked, headers=FROM_UI)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == UI
    assert answer.headers["access-control-allow-credentials"] == "true"
    return answer.json()["payloads"]


def said(payload: Mapping[str, Any]) -> Any:
    """The value of a plain payload."""
    assert base64.b64decode(payload["metadata"]["encoding"]) == b"json/plain"
    return json.loads(base64.b64decode(payload["data"]))


@pytest.mark.usefixtures("enrolled")
async def test_what_is_sealed_is_opened_and_what_is_not_ours_stays_as_it_came(doors: Doors, database: Database) -> None:
    hers = await sealed(database, "enr_1", {"mail": "ada@shop.example"})
    nobodys = await sealed(database, "release/jny_1/var_m", [1, 2])
    assert base64.b64decode(hers["metadata"]["of"]) == b"enr_1"
    assert "of" not in nobodys["metadata"]
    support = await doors.signed_in("support")

    shown = await decoded(support, FOREIGN, hers, nobodys, {}, {"metadata": {}})

    assert [shown[0], *shown[3:]] == [FOREIGN, {}, {"metadata": {}}]
    assert [said(one) for one in shown[1:3]] == [{"mail": "ada@shop.example"}, [1, 2]]


@pytest.mark.usefixtures("enrolled")
async def test_what_cannot_be_opened_says_why_and_hides_nothing_beside_it(doors: Doors, database: Database) -> None:
    erased, kept = await sealed(database, "enr_1", "Ada"), await sealed(database, "enr_2", "Ada")
    unnamed = {**kept, "metadata": {"encoding": kept["metadata"]["encoding"]}}
    exchanged = {**kept, "metadata": erased["metadata"] | {"of": base64.b64encode(b"enr_2\x00").decode()}}
    garbage = {**kept, "data": "AAAA"}
    broken = {**kept, "metadata": kept["metadata"] | {"of": "A"}, "data": "A"}
    elsewhere = await sealed(database, "enr_2", "Ada", secrets="another")
    async with database.connection() as connection:
        table = core(Enrollment)
        await connection.execute(update(table).where(table.c.id == "enr_1").values(salt=None))
    support = await doors.signed_in("support")

    first, *unreadable, last = await decoded(support, erased, unnamed, exchanged, garbage, broken, elsewhere, kept)

    assert (said(first), base64.b64decode(first["metadata"]["waitline"])) == (ERASED, b"erased")
    assert [said(one) for one in unreadable] == [UNREADABLE] * 5
    assert said(last) == "Ada"


async def test_only_staff_who_may_see_people_read_and_only_from_the_ui(client: httpx.AsyncClient, doors: Doors) -> None:
    asked: Payloads = {"payloads": [FOREIGN]}
    stranger = await client.post(DECODE, json=asked, headers=FROM_UI)
    assert (stranger.status_code, stranger.json()["code"]) == (401, "credentials_missing")
    assert stranger.headers["access-control-allow-origin"] == UI, "the UI can say what is wrong"
    viewer = await (await doors.signed_in("viewer")).post(DECODE, json=asked, headers=FROM_UI)
    assert (viewer.status_code, viewer.json()["code"]) == (403, "permission_missing")

    support = await doors.signed_in("support")
    for origin in ("https://evil.example", "http://localhost:82330", "null", None):
        refused = await support.post(DECODE, json=asked, headers={} if origin is None else {"Origin": origin})
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin"), "with a CSRF value, too"
        assert "access-control-allow-origin" not in refused.headers

    by_key = await client.post(DECODE, json=asked, headers=await doors.key("admin"))
    assert by_key.json() == asked, "Temporal's command line has a key and no origin"
    too_weak = await client.post(DECODE, json=asked, headers=await doors.key("server"))
    assert too_weak.json()["code"] == "key_too_weak"


async def test_a_browser_may_ask_from_that_origin_and_for_these_addresses_alone(client: httpx.AsyncClient) -> None:
    async def preflight(path: str, origin: str) -> httpx.Headers:
        wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-namespace"}
        return (await client.options(path, headers={"Origin": origin, **wanted})).headers

    allowed = await preflight(DECODE, UI)
    assert allowed["access-control-allow-origin"] == UI
    assert allowed["access-control-allow-credentials"] == "true"
    assert {"content-type", "x-namespace"} <= set(allowed["access-control-allow-headers"].lower().split(", "))
    assert "access-control-allow-origin" not in await preflight(DECODE, "https://evil.example")
    assert "access-control-allow-origin" not in await preflight("/v1/profiles", UI)


async def test_bad_payloads_are_refused_with_what_is_wrong(doors: Doors) -> None:
    support = await doors.signed_in("support")

    async def refusal(body: Any) -> tuple[int, str, list[str]]:
        answer = await support.post(DECODE, json=body, headers=FROM_UI)
        problem = answer.json()
        return answer.status_code, problem["code"], [error["field"] for error in problem["errors"]]

    assert await refusal({}) == (422, "validation_failed", ["payloads"])
    assert await refusal({"payloads": [FOREIGN] * (MOST_PAYLOADS + 1)}) == (422, "validation_failed", ["payloads"])
    assert await refusal({"payloads": [{"data": "not base64!"}]}) == (422, "validation_failed", ["payloads.0.data"])
    assert await refusal({"payloads": [{"data": "A" * (4 << 20)}]}) == (413, "body_too_large", [])
    written = await support.post(f"{TEMPORAL_UI}encode", json={"payloads": [FOREIGN]}, headers=FROM_UI)
    assert (written.status_code, written.json()["code"]) == (422, "unprocessable")
    assert "can only read" in written.json()["detail"]


async def test_without_an_origin_there_is_no_such_address(settings: Settings, database: Database) -> None:
    app = create_app(settings.model_copy(update={"temporal_ui_origin": None}), database)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as client:
        answer = await client.post(DECODE, json={"payloads": []}, headers=FROM_UI)

    assert answer.status_code == 404
    assert "WAITLINE_TEMPORAL_UI_ORIGIN" in answer.json()["detail"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("given", ["localhost:8233", "http://localhost:8233/", "*", "http://Localhost", "null"])
def test_an_origin_is_scheme_host_and_port(given: str) -> None:
    with pytest.raises(ValueError, match="temporal_ui_origin"):
        Settings.model_validate({"temporal_ui_origin": given})
