"""Sources: the shops and feeds that tell us about products and stock, each with the secret that signs its webhooks."""

import base64
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from engine.stock.pages import PageSettings
from engine.stock.sourcing import FeedSettings, SourceSettings
from engine.store.database import VAULT
from engine.store.errors import UnknownSource
from engine.store.ids import id_from
from engine.store.prepared import Prepared
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import DeadLetter, Source, Variant
from engine.store.vault import PREFIX, Vault

SourceKind = Literal["api", "feed", "shopify", "woocommerce", "clickstream"]
SEEN_EVERY_SECONDS = 10
"""A source that speaks all the time is noted no more often than this: its row is not rewritten for each delivery."""
SECRETS = "sources"
"""What the vault seals them for."""
_source = core(Source)
_letter = core(DeadLetter)
_variant = core(Variant)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as ingest needs it."""

    id: str
    name: str
    kind: str
    secret: str | None
    retention_days: int | None
    last_seen_at: datetime | None
    settings: Mapping[str, Any]


_COLUMNS = (
    _source.c.id,
    _source.c.name,
    _source.c.kind,
    _source.c.secret,
    _source.c.retention_days,
    _source.c.last_seen_at,
    _source.c.settings,
)
_FOUND = Prepared(
    select(*_COLUMNS).where(or_(_source.c.name == bindparam("named"), _source.c.id == bindparam("named")))
)


def _vault(executor: Executor) -> Vault | None:
    connection = executor.get_bind() if isinstance(executor, AsyncSession) else executor.sync_connection
    return connection.get_execution_options().get(VAULT) if connection is not None else None


def _sealed(executor: Executor, secret: str) -> str:
    """The secret as it is kept: sealed, where there is a vault."""
    vault = _vault(executor)
    return secret if vault is None else vault.seal_text(secret, SECRETS)


def _opened(executor: Executor, row: SourceRow) -> SourceRow:
    """The row with its secret as the shop knows it; one that was kept before there was a vault is plain."""
    vault = _vault(executor)
    if row.secret is None or vault is None or not row.secret.startswith(PREFIX):
        return row
    return replace(row, secret=vault.open_text(row.secret, SECRETS))


def new_webhook_secret() -> str:
    """A fresh signing secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


async def find_source(executor: Executor, name_or_id: str) -> SourceRow:
    """The source with this name or id; a name wins.

    Raises:
        UnknownSource: there is none.
    """
    found = await _FOUND.ask(executor, {"named": name_or_id})
    rows = sorted((SourceRow(**row) for row in found), key=lambda row: row.name != name_or_id)
    if not rows:
        raise UnknownSource(name_or_id)
    return _opened(executor, rows[0])


async def ensure_source(executor: Executor, name: str, now: datetime, kind: SourceKind = "api") -> SourceRow:
    """The source of this name, made with a fresh secret when it is new."""
    with suppress(UnknownSource):
        return await find_source(executor, name)
    row: dict[str, Any] = {
        "id": id_from("src", name),
        "name": name,
        "kind": kind,
        "secret": _sealed(executor, new_webhook_secret()),
        "settings": {},
        "created_at": now,
    }
    await executor.execute(insert_into(Source, executor).on_conflict_do_nothing(), [row])
    return await find_source(executor, name)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source and how it is doing."""

    id: str
    name: str
    kind: SourceKind
    retention_days: int | None
    last_seen_at: datetime | None
    settings: SourceSettings
    open_dead_letters: int
    variants: int


async def list_sources(executor: Executor) -> list[SourceHealth]:
    """All sources by name, and how much of what they sent waits to be dealt with."""
    letters = (
        select(func.count())
        .where(_letter.c.source_id == _source.c.id, _letter.c.resolved_at.is_(None))
        .scalar_subquery()
    )
    variants = select(func.count()).where(_variant.c.source_id == _source.c.id).scalar_subquery()
    statement = select(
        _source.c.id,
        _source.c.name,
        _source.c.kind,
        _source.c.retention_days,
        _source.c.last_seen_at,
        _source.c.settings,
        letters,
        variants,
    )
    return [
        SourceHealth(
            id=row[0],
            name=row[1],
            kind=row[2],
            retention_days=row[3],
            last_seen_at=row[4],
            settings=SourceSettings.model_validate(row[5] or {}),
            open_dead_letters=row[6],
            variants=row[7],
        )
        for row in await executor.execute(statement.order_by(_source.c.name))
    ]


async def feeds(executor: Executor) -> dict[str, FeedSettings]:
    """The feeds of all sources that have one, by the source's id."""
    rows = await executor.execute(select(_source.c.id, _source.c.settings))
    settings = {row.id: SourceSettings.model_validate(row.settings or {}) for row in rows}
    return {source: one.feed for source, one in settings.items() if one.feed is not None}


async def read_pages(executor: Executor, name: str | None) -> tuple[str, PageSettings] | None:
    """The source of this name with the settings of its pages; without a name the only one whose pages are read."""
    rows = await executor.execute(select(_source.c.name, _source.c.settings).order_by(_source.c.name))
    found = [(row.name, SourceSettings.model_validate(row.settings or {}).pages) for row in rows]
    reading = [(one, pages) for one, pages in found if pages is not None and name in (None, one)]
    return reading[0] if len(reading) == 1 else None


async def change_source(executor: Executor, source_id: str, **values: Any) -> None:
    """Write these columns of a source."""
    if values.get("secret") is not None:
        values["secret"] = _sealed(executor, values["secret"])
    await executor.execute(update(_source).where(_source.c.id == source_id).values(values))


async def note_variant_seen(executor: Executor, variant_id: str, now: datetime) -> None:
    """Remember that the source of this variant spoke."""
    source = select(_variant.c.source_id).where(_variant.c.id == variant_id).scalar_subquery()
    recently = now - timedelta(seconds=SEEN_EVERY_SECONDS)
    silent = or_(_source.c.last_seen_at.is_(None), _source.c.last_seen_at <= recently)
    await executor.execute(update(_source).where(_source.c.id == source, silent).values(last_seen_at=now))


async def note_seen(executor: Executor, source: SourceRow, now: datetime) -> None:
    """Remember that this source spoke."""
    known = source.last_seen_at
    if known is None or (now - known).total_seconds() >= SEEN_EVERY_SECONDS:
        await executor.execute(update(_source).where(_source.c.id == source.id).values(last_seen_at=now))
