"""What `waitline up` serves beside the API: the demo shop, a push service, and the doubles that catch what is sent."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.types import ASGIApp

from activities.channels.assembly import TWILIO_INBOUND_PATH
from activities.channels.google_tokens import ServiceAccount
from api.doubles.fcm import FcmDouble, utc_now
from api.doubles.mail import MailInbox
from api.doubles.twilio import TwilioDouble
from api.push_service import create_push_service
from api.standalone.first_start import first_sign_in_link
from api.standalone.home import open_home
from api.standalone.supervisor import FCM_PATH, TWILIO_PATH
from engine.settings import Settings
from engine.store import inbox
from engine.store.database import Database
from engine.store.inbox import CaughtMessage

PUSH_PATH = "/push"


@asynccontextmanager
async def add_extras(app: FastAPI, settings: Settings, database: Database) -> AsyncGenerator[None]:
    """Mount the extras on the application and run them for as long as the block does."""
    home = open_home(settings)

    async def keep(caught: CaughtMessage) -> None:
        async with database.connection() as connection:
            await inbox.keep(connection, caught)

    twilio = TwilioDouble(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        keep,
        inbound_url=f"{settings.resolved_public_url}{TWILIO_INBOUND_PATH}",
    )
    mail = MailInbox(keep)
    if settings.fcm_base_url is not None and settings.fcm_service_account is not None:
        account = ServiceAccount.from_text(settings.fcm_service_account.get_secret_value())
        firebase = FcmDouble(account.project_id, account.private_key.public_key(), keep, clock=utc_now)
        _mount(app, FCM_PATH, firebase.app)
    _mount(app, PUSH_PATH, create_push_service(home.push_file))
    _mount(app, TWILIO_PATH, twilio.app)
    home.keep_sign_in_link(await first_sign_in_link(settings, database, datetime.now(UTC)))
    if settings.demo:
        await _add_demo(app, settings, database)
    if settings.smtp_host == "127.0.0.1":
        await mail.start(settings.smtp_host, settings.smtp_port)
    try:
        yield
    finally:
        await mail.stop()
        await twilio.close()


async def _add_demo(app: FastAPI, settings: Settings, database: Database) -> None:
    from api.shop import create_shop  # noqa: PLC0415 - loaded only where it is served
    from api.standalone.demo import DEMO_SOURCE, seed_demo  # noqa: PLC0415 - as above

    demo = await seed_demo(database, settings.resolved_public_url, datetime.now(UTC))
    shop = create_shop(
        base_url=settings.resolved_public_url,
        write_key=demo.write_key,
        webhook_secret=demo.webhook_secret,
        source=DEMO_SOURCE,
    )
    app.router.routes[:0] = shop.routes  # /shop itself is one of them, which a mount would not answer


def _mount(app: FastAPI, path: str, extra: ASGIApp) -> None:
    """Mount before the pages, whose last route answers everything."""
    app.mount(path, extra)
    app.router.routes.insert(0, app.router.routes.pop())
