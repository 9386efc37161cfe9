"""Sources: the shops and feeds that tell us about products and stock."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.errors import Conflict
from api.fields import Instant, SourceName
from api.security import staff
from api.services import Now, TheDatabase, TheSettings
from engine.store import sources, waitlist
from engine.store.errors import UnknownSource
from engine.store.sources import SourceKind, SourceRow
from engine.store.statements import Executor

router = APIRouter(prefix="/v1/sources", tags=["Sources"])
MayManage = Depends(staff("manage_sources", or_key="server"))
SourcePath = Annotated[str, Path(min_length=1, max_length=120, description="Id or name of the source.")]
Retention = Annotated[
    int | None, Field(ge=1, le=3_650, description="Days that a wait for its variants stays open; null: as usual.")
]


class SourceItem(Answer):
    """A source, when it last spoke, and what of it waits to be dealt with."""

    id: Annotated[str, Field(examples=["src_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: SourceName
    kind: SourceKind
    retention_days: Retention
    last_seen_at: Instant | None
    open_dead_letters: int


class SourceList(Answer):
    """All sources."""

    items: list[SourceItem]


class NewSource(Body):
    """A source to be made."""

    name: SourceName
    kind: SourceKind = "api"
    retention_days: Retention = None


class SourceSecret(Answer):
    """The secret that signs this source's webhooks (Standard Webhooks). Keep it on servers."""

    id: str
    name: SourceName
    webhook_secret: Annotated[str, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])]


class SourceChange(Body):
    """What is to change. Those who wait keep at least the time that they were promised."""

    retention_days: Retention


class SourceChanged(Answer):
    """The source's new retention, and how many open waits it made longer."""

    id: str
    retention_days: Retention
    extended: int


@router.get("", dependencies=[Depends(staff("see_catalog"))])
async def list_sources(database: TheDatabase) -> SourceList:
    """List the sources."""
    async with database.snapshot() as session:
        found = await sources.list_sources(session)
    return SourceList(items=[SourceItem.model_validate(source) for source in found])


@router.post("", status_code=201, dependencies=[MayManage])
async def create_source(body: NewSource, database: TheDatabase, now: Now) -> SourceSecret:
    """Make a source; the answer holds the secret that signs its webhooks."""
    async with database.transaction() as session:
        if await _exists(session, body.name):
            raise Conflict(f"A source is named {body.name!r} already; choose another name, or use that one.")
        made = await sources.ensure_source(session, body.name, now, body.kind)
        await sources.change_source(session, made.id, retention_days=body.retention_days)
    return _secret(made)


@router.patch("/{source}", dependencies=[MayManage])
async def change_source(
    source: SourcePath, body: SourceChange, database: TheDatabase, settings: TheSettings, now: Now
) -> SourceChanged:
    """Change how long waits for a source's variants stay open. Waits whose time ran out are not revived."""
    async with database.transaction() as session:
        known = await sources.find_source(session, source)
        await sources.change_source(session, known.id, retention_days=body.retention_days)
        extended = await _extend(session, known.id, body.retention_days, settings.waitlist_retention, now)
    return SourceChanged(id=known.id, retention_days=body.retention_days, extended=extended)


@router.get("/{source}/secret", dependencies=[Depends(staff("manage_sources"))])
async def show_source_secret(source: SourcePath, database: TheDatabase) -> SourceSecret:
    """Show the secret that signs a source's webhooks."""
    async with database.snapshot() as session:
        return _secret(await sources.find_source(session, source))


@router.post("/{source}/secret", dependencies=[Depends(staff("manage_sources"))])
async def replace_source_secret(source: SourcePath, database: TheDatabase) -> SourceSecret:
    """Replace the secret of a source; what is signed with the old one is refused from now on."""
    async with database.transaction() as session:
        known = await sources.find_source(session, source)
        await sources.change_source(session, known.id, secret=sources.new_webhook_secret())
        return _secret(await sources.find_source(session, known.id))


async def _exists(executor: Executor, name: str) -> bool:
    try:
        return (await sources.find_source(executor, name)).name == name
    except UnknownSource:
        return False


async def _extend(executor: Executor, source_id: str, days: int | None, usual: timedelta | None, now: datetime) -> int:
    retention = usual if days is None else timedelta(days=days)
    return await waitlist.extend_retention(executor, source_id, retention, now)


def _secret(source: SourceRow) -> SourceSecret:
    return SourceSecret(id=source.id, name=source.name, webhook_secret=source.secret or "")
