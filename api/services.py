"""What the routes work with, put together once in `create_app` and handed to them by the dependencies below.

    async def put_stock(sku: str, body: StockReport, database: TheDatabase, now: Now) -> StockAnswer:
        async with database.transaction() as session: ...

A route opens its own unit of work, after the request was checked, and it is committed before the answer leaves.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from temporalio.client import Client

from activities.channels.channel import Channel
from activities.composing import Composer
from api.counts_feed import CountsFeed
from api.ingest.events import EventIntake
from api.keyring import KeyRing
from api.mail_signatures import Fetch
from api.oidc import SingleSignOn
from api.passwords import Passwords
from api.rate_limit import RateLimit
from engine.settings import Settings
from engine.store.database import Database
from engine.store.vocabulary import Abilities
from workflows.plugins import Plugins


@dataclass(frozen=True)
class Services:
    """The dependencies of all routes. `secret` signs links; `channel` opens a channel for tests to oneself;
    `fetch` reads an address of a provider, and `temporal` reaches the server that keeps the histories.
    `single_sign_on` is None where no provider of it was named.
    """

    settings: Settings
    secret: str
    database: Database
    now: Callable[[], datetime]
    keys: KeyRing
    events: EventIntake
    counts: CountsFeed
    sign_in_attempts: RateLimit
    passwords: Passwords
    single_sign_on: SingleSignOn | None
    plugins: Plugins
    abilities: Abilities
    composer: Composer
    channel: Callable[[str], Channel[Any, Any]]
    fetch: Fetch
    temporal: Callable[[], Awaitable[Client]]


async def _services(request: Request) -> Services:
    return services_of(request)


def services_of(request: Request) -> Services:
    """The services of the application that serves this request."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


async def _settings(services: "TheServices") -> Settings:
    return services.settings


async def _database(services: "TheServices") -> Database:
    return services.database


async def _abilities(services: "TheServices") -> Abilities:
    return services.abilities


async def _plugins(services: "TheServices") -> Plugins:
    return services.plugins


async def _now(services: "TheServices") -> datetime:
    return services.now()


TheServices = Annotated[Services, Depends(_services)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheDatabase = Annotated[Database, Depends(_database)]
ThePlugins = Annotated[Plugins, Depends(_plugins)]
TheAbilities = Annotated[Abilities, Depends(_abilities)]
Now = Annotated[datetime, Depends(_now)]
