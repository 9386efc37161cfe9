"""The real application over a real SQLite file, asked through ASGI, with a clock in the test's hand."""

import shutil
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.app import create_app
from api.passwords import Passwords
from engine.settings import Settings
from engine.store import keys as key_store
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.keys import Scope
from engine.store.schema import upgrade
from engine.store.staff import Role
from engine.store.vault import Vault
from tests.api.shopfront import Shopfront
from tests.api.world import World
from tests.postgres import emptied

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes passwords as in production, at a thousandth of the effort."""


class HandClock:
    """A clock that moves only when the test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2027, 1, 5, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture(scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with today's schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "waitline.db"
    database = Database(f"sqlite+aiosqlite:///{path}", durability="process_kill")
    await upgrade(database)
    await database.close()
    return path


@pytest.fixture
async def database(request: pytest.FixtureRequest, migrated_file: Path, tmp_path: Path) -> AsyncGenerator[Database]:
    """A database with today's schema and nothing in it: a file, or PostgreSQL for tests that ask for both."""
    if getattr(request, "param", "sqlite") == "postgres":
        database = await emptied(Database(request.getfixturevalue("postgres_url")))
    else:
        path = shutil.copy(migrated_file, tmp_path / "waitline.db")
        vault = Vault(["a secret for tests"])
        database = Database(f"sqlite+aiosqlite:///{path}", durability="process_kill", vault=vault)
    yield database
    await database.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {"home": tmp_path, "secret_key": "a secret for tests", "public_url": "http://waitline.example"}
    )


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(settings: Settings, database: Database, clock: HandClock) -> FastAPI:
    return create_app(settings, database, now=clock, passwords=Passwords(QUICK))


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A caller without credentials."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://waitline.example") as client:
        yield client


class Doors:
    """Ways in, made on the spot: keys as headers, and signed-in callers by role."""

    def __init__(self, app: FastAPI, database: Database, clock: HandClock) -> None:
        self._app = app
        self._database = database
        self._clock = clock
        self._opened: list[httpx.AsyncClient] = []

    async def key(self, scope: Scope) -> dict[str, str]:
        """Headers that carry a fresh key."""
        async with self._database.transaction() as session:
            _, plaintext = await key_store.create_key(session, scope, name="test", now=self._clock())
        return {"Authorization": f"Bearer {plaintext}"}

    async def link_token(self, role: Role = "admin") -> str:
        """A sign-in token of a new staff member."""
        async with self._database.transaction() as session:
            person = await staff_store.add_staff(session, name=role.title(), role=role, now=self._clock())
            return await staff_store.create_link(session, person.id, now=self._clock())

    async def signed_in(self, role: Role = "admin") -> httpx.AsyncClient:
        """A browser in which a new staff member has signed in, with the CSRF header in place."""
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://waitline.example")
        self._opened.append(client)
        answer = await client.post("/v1/session", json={"token": await self.link_token(role)})
        assert answer.status_code == 200, answer.text
        client.headers["X-Waitline-CSRF"] = answer.json()["csrf"]
        return client

    async def close(self) -> None:
        for client in self._opened:
            await client.aclose()


@pytest.fixture
async def doors(app: FastAPI, database: Database, clock: HandClock) -> AsyncGenerator[Doors]:
    doors = Doors(app, database, clock)
    yield doors
    await doors.close()


@pytest.fixture
async def staff(doors: Doors) -> httpx.AsyncClient:
    """A signed-in admin."""
    return await doors.signed_in("admin")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
async def shop(client: httpx.AsyncClient, database: Database, doors: Doors, clock: HandClock) -> Shopfront:
    """A shop that sells one shirt in three variants."""
    return await Shopfront.open(client, database, doors, clock)
