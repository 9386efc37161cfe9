"""The first start: an administrator, and the link that signs her in once."""

from datetime import datetime

from engine.settings import Settings
from engine.store import staff
from engine.store.database import Database


async def first_sign_in_link(settings: Settings, database: Database, now: datetime) -> str | None:
    """The link of the first administrator; None once she has signed in. A link that was not used is replaced."""
    async with database.transaction() as session:
        admin = await staff.first_admin(session) or await staff.add_staff(session, name="Admin", role="admin", now=now)
        if await staff.has_signed_in(session, admin.id):
            return None
        token = await staff.create_link(session, admin.id, now=now)
    return f"{settings.resolved_public_url}/sign-in#{token}"
