"""The interface's types are generated from the API that it calls, and committed: neither may fall behind the other."""

from pathlib import Path

from pydantic import SecretStr

from api.app import create_app
from api.openapi import openapi_text
from engine.settings import Settings
from engine.store.database import Database
from tests.architecture.sources import ROOT


async def test_the_openapi_document_of_the_interface_is_that_of_the_api(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'unused.db'}")
    app = create_app(Settings(secret_key=SecretStr("not asked for")), database)

    committed = (ROOT / "ui" / "openapi.json").read_text()

    assert committed == openapi_text(app), "run: make docs"
    await database.close()
