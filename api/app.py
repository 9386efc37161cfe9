"""The HTTP application, put together from settings and a database. No work at import, nothing global.

app = create_app(settings, database)
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from temporalio.client import Client

from activities.composing import Composer
from api.body_limit import BodyLimit
from api.counts_feed import CountsFeed
from api.fetching import fetch_public
from api.headers import Boundary, StorefrontCors, TemporalUiCors
from api.ingest.events import EventIntake
from api.interface import BUILT, Interface
from api.keyring import KeyRing
from api.oidc import SingleSignOn
from api.passwords import Passwords
from api.problems import install_handlers
from api.rate_limit import RateLimit
from api.routes import ROUTERS
from api.routes.journeys import counts_text
from api.routes.single_sign_on import CALLBACK_PATH
from api.senders import Senders
from api.services import Services
from api.temporal import connect_to_temporal
from engine.settings import Settings
from engine.store.database import Database
from workflows.plugins import load_plugins


def utc_now() -> datetime:
    """The clock of the running application."""
    return datetime.now(UTC)


def _single_sign_on(settings: Settings, now: Callable[[], datetime]) -> SingleSignOn | None:
    if settings.oidc_issuer is None:
        return None
    secret = settings.oidc_client_secret
    return SingleSignOn(
        settings.oidc_issuer,
        settings.oidc_client_id,
        None if secret is None else secret.get_secret_value(),
        callback=f"{settings.resolved_public_url}{CALLBACK_PATH}",
        now=now,
    )


def _operation_id(route: APIRoute) -> str:
    """The name of the function; generated clients call their methods so."""
    return route.name


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every route, put together once a process: FastAPI studies the signatures of a hundred functions for it."""
    router = APIRouter(generate_unique_id_function=_operation_id)
    for each in ROUTERS:
        router.include_router(each)
    return tuple(router.routes)


def create_app(
    settings: Settings,
    database: Database,
    *,
    now: Callable[[], datetime] = utc_now,
    interface: Path = BUILT,
    passwords: Passwords | None = None,
    temporal: Callable[[], Awaitable[Client]] | None = None,
) -> FastAPI:
    """Build the application over a database whose schema is up to date. `settings.secret_key` must be set.

    `interface` is the folder of the built web interface; `passwords` hash with the usual effort unless given;
    `temporal` reaches the server of the settings unless given.
    """
    if settings.secret_key is None:
        raise ValueError("settings.secret_key is not set: links could not be signed. Set WAITLINE_SECRET_KEY.")
    app = FastAPI(
        routes=list(_routes()),
        title="Waitline",
        version="1",
        summary="Customer journeys that wait.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=[
            Middleware(Boundary, secure=settings.resolved_public_url.startswith("https://")),
            Middleware(StorefrontCors),
            Middleware(TemporalUiCors, origin=settings.temporal_ui_origin),
            Middleware(BodyLimit),
        ],
    )
    plugins = load_plugins(settings)
    app.state.services = Services(
        settings=settings,
        secret=settings.secret_key.get_secret_value(),
        database=database,
        now=now,
        keys=KeyRing(database, now),
        counts=CountsFeed(partial(counts_text, database)),
        events=EventIntake(database, settings.waitlist_retention, now),
        sign_in_attempts=RateLimit(attempts=10, window=timedelta(minutes=5), now=now),
        passwords=passwords or Passwords(),
        single_sign_on=_single_sign_on(settings, now),
        plugins=plugins,
        abilities=plugins.abilities(settings.ready_channels),
        composer=Composer(
            settings.resolved_public_url, settings.secret_key.get_secret_value(), asks_opens=settings.open_pixel
        ),
        channel=Senders(settings, plugins.channels),
        fetch=fetch_public,
        temporal=temporal or partial(connect_to_temporal, settings, database),
    )
    install_handlers(app)
    app.router.default = Interface(interface)
    return app
