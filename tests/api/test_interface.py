"""The interface's files and pages."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from engine.settings import Settings
from engine.store.database import Database


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Waitline</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / ".sources").write_text("digest")
    (folder / "assets" / "main-abc123.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def app(settings: Settings, database: Database, built: Path) -> FastAPI:
    return create_app(settings, database, interface=built)


@pytest.mark.parametrize("path", ["/", "/journeys", "/journeys/jny_1", "/people/prf_1", "/sign-in", "/inbox/"])
async def test_every_page_is_the_one_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert "<title>Waitline</title>" in answer.text


async def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(client: httpx.AsyncClient) -> None:
    hashed = await client.get("/assets/main-abc123.js")
    icon = await client.get("/favicon.svg")

    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["content-type"].startswith("text/javascript")
    assert icon.headers["cache-control"] == "no-cache"
    again = await client.get("/favicon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/picture.png",
        "/.sources",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/v1/nothing",
        "/storefront/nothing",
        "/c/",
    ],
)
async def test_what_is_no_page_is_a_problem_document(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "no_such_route"


async def test_a_page_takes_no_post(client: httpx.AsyncClient) -> None:
    assert (await client.post("/journeys")).json()["code"] == "no_such_route"


async def test_an_interface_that_is_not_built_says_how_to_build_it(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    app = create_app(settings, database, interface=tmp_path / "nothing")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as client:
        answer = await client.get("/people")

        assert answer.status_code == 503
        assert "make ui" in answer.text
        assert (await client.get("/healthz")).status_code == 200
