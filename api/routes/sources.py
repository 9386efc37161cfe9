"""Sources: the shops and feeds that tell us about products and stock."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.errors import Conflict, FieldProblem, ValidationFailed
from api.fields import Instant, SourceName, WebAddress
from api.languages.asked import Sentence
from api.security import staff
from api.services import Now, TheDatabase, TheSettings
from engine.stock.description import CatalogAttribute, CatalogWay
from engine.stock.pages import MOST_RULES, USUAL_RULES, PageRule, PageSettings
from engine.stock.sourcing import FeedFormat, FeedSettings, SourceSettings
from engine.store import feed_imports, outbox, sources, waitlist
from engine.store.errors import UnknownSource
from engine.store.freshness import stale_inventory
from engine.store.sources import SourceHealth, SourceKind, SourceRow
from engine.store.statements import Executor

_PLAIN = ("currency", "address", "hold_when_stale", "priorities")
router = APIRouter(prefix="/v1/sources", tags=["Sources"])
MayManage = Depends(staff("manage_sources", or_key="server"))
SourcePath = Annotated[str, Path(min_length=1, max_length=120, description="Id or name of the source.")]
Retention = Annotated[
    int | None, Field(ge=1, le=3_650, description="Days that a wait for its variants stays open; null: as usual.")
]


class FeedItem(Answer):
    """A file that is fetched again and again."""

    url: str
    every_minutes: int
    format: FeedFormat


class PageReading(Body):
    """The shop's pages are read by the widget on them, each known by the first of these rules that fits it."""

    rules: Annotated[
        tuple[PageRule, ...] | None,
        Field(min_length=1, max_length=MOST_RULES, description="Left out: what most shops' pages look like."),
    ] = None


class PageRules(Answer):
    """By which rules the shop's pages are known."""

    rules: tuple[PageRule, ...]


Priorities = Annotated[
    dict[CatalogAttribute, tuple[CatalogWay, ...]],
    Field(
        description="For an attribute, which ways into the catalog are believed before which. Ways that are not named "
        "come after them, and among themselves go by time; pages come last.",
        examples=[{"price": ["api", "feed"]}],
    ),
]


class SourceItem(Answer):
    """A source, when it last spoke, and what of it waits to be dealt with."""

    id: Annotated[str, Field(examples=["src_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: SourceName
    kind: SourceKind
    retention_days: Retention
    last_seen_at: Instant | None
    is_stale: Annotated[bool, Field(description="It was silent for longer than its max_age_minutes.")]
    max_age_minutes: int | None
    hold_when_stale: bool
    currency: str | None
    address: str | None
    feed: FeedItem | None
    pages: PageRules | None
    priorities: Priorities
    variants: int
    open_dead_letters: int


class Routing(Answer):
    """What was taken in and still has to reach the journeys: how much, since when, and how much of it failed before."""

    open: int
    oldest_at: Instant | None
    failing: int


class SourceList(Answer):
    """All sources, and how far the routing of what they sent is."""

    items: list[SourceItem]
    routing: Routing


class StaleSourceItem(Answer):
    """A source that was silent for longer than it may be."""

    name: SourceName
    last_seen_at: Instant | None
    holds_sends: Annotated[bool, Field(description="Whether what would be sent about its variants waits.")]
    journeys: Annotated[list[str], Field(description="The journeys that go by it, by id.")]


class StaleSourceList(Answer):
    """All stale sources that have variants."""

    items: list[StaleSourceItem]


class ImportProblem(Answer):
    """What is wrong with an item of a feed, by the line where it begins; line 0 is the whole file."""

    line: int
    code: str
    detail: Sentence
    item: str | None


class ImportItem(Answer):
    """One import of a feed. `corrected` levels differed from what was known; `restocked` of them came back."""

    id: Annotated[str, Field(examples=["imp_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    started_at: Instant
    ended_at: Instant | None
    status: Literal["running", "completed", "partial", "failed"]
    items: int
    changed: int
    corrected: int
    restocked: int
    problem_count: int
    problems: Annotated[list[ImportProblem], Field(description="The first 200 of them.")]


class ImportList(Answer):
    """The newest imports of a source's feed."""

    items: list[ImportItem]


GivenSecret = Annotated[
    str | None,
    Field(min_length=8, max_length=255, description="The secret that the shop signs with; null: a fresh one of ours."),
]


class FeedPlan(Body):
    """A file to be fetched again and again."""

    url: WebAddress
    every_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    format: FeedFormat = "google_merchant"


class SourceTerms(Body):
    """What may be set of a source. Those who wait keep at least the time that they were promised."""

    retention_days: Retention = None
    currency: Annotated[str | None, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217, of its prices.")] = None
    address: Annotated[WebAddress | None, Field(description="Where its pages are.")] = None
    feed: FeedPlan | None = None
    max_age_minutes: Annotated[
        int | None, Field(ge=1, le=525_600, description="Silent for longer, and its inventory is called stale.")
    ] = None
    hold_when_stale: Annotated[bool, Field(description="Send nothing about its variants while it is stale.")] = False
    pages: Annotated[PageReading | None, Field(description="Needs an address; null: its pages are not read.")] = None
    priorities: Annotated[Priorities, Field(default_factory=dict)]

    def settings(self, before: SourceSettings) -> SourceSettings:
        """The settings with what was given changed, and the rest as before."""
        given = self.model_fields_set
        changed: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN if name in given}
        if "feed" in given:
            plan = self.feed
            changed["feed"] = plan and FeedSettings(
                url=plan.url, every=timedelta(minutes=plan.every_minutes), format=plan.format
            )
        if "max_age_minutes" in given:
            minutes = self.max_age_minutes
            changed["max_age"] = None if minutes is None else timedelta(minutes=minutes)
        if "pages" in given:
            changed["pages"] = self.pages and PageSettings(rules=self.pages.rules or USUAL_RULES)
        after = before.model_copy(update=changed)
        if after.pages is not None and after.address is None:
            problem = FieldProblem("address", "needed_for_pages", "Pages are read on the address of the source.")
            raise ValidationFailed(errors=[problem])
        return after


class NewSource(SourceTerms):
    """A source to be made."""

    name: SourceName
    kind: SourceKind = "api"
    webhook_secret: GivenSecret = None


class SourceSecret(Answer):
    """The secret that signs this source's webhooks (Standard Webhooks). Keep it on servers."""

    id: str
    name: SourceName
    webhook_secret: Annotated[str, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])]


class SecretChoice(Body):
    """The new secret."""

    webhook_secret: GivenSecret = None


class SourceChanged(Answer):
    """The source's new retention, and how many open waits it made longer."""

    id: str
    retention_days: Retention
    extended: int


@router.get("", dependencies=[Depends(staff("see_catalog"))])
async def list_sources(database: TheDatabase, now: Now) -> SourceList:
    """List the sources."""
    async with database.snapshot() as session:
        found = await sources.list_sources(session)
        backlog = await outbox.backlog(session)
    routing = Routing(open=backlog.open, oldest_at=backlog.oldest, failing=backlog.failing)
    return SourceList(items=[_item(source, now) for source in found], routing=routing)


@router.get("/stale", dependencies=[Depends(staff("see_journeys"))])
async def list_stale_sources(database: TheDatabase, now: Now) -> StaleSourceList:
    """List the sources that were silent for too long, and the journeys that go by them."""
    async with database.snapshot() as session:
        found = await stale_inventory(session, now)
    return StaleSourceList(items=[StaleSourceItem.model_validate(one) for one in found])


@router.get("/{source}/imports", dependencies=[Depends(staff("see_catalog"))])
async def list_imports(source: SourcePath, database: TheDatabase) -> ImportList:
    """List the newest imports of a source's feed, with what was wrong by line."""
    async with database.snapshot() as session:
        known = await sources.find_source(session, source)
        found = await feed_imports.newest(session, known.id)
    return ImportList(items=[ImportItem.model_validate(one) for one in found])


@router.post("", status_code=201, dependencies=[MayManage])
async def create_source(body: NewSource, database: TheDatabase, now: Now) -> SourceSecret:
    """Make a source; the answer holds the secret that signs its webhooks."""
    async with database.transaction() as session:
        if await _exists(session, body.name):
            raise Conflict(f"A source is named {body.name!r} already; choose another name, or use that one.")
        made = await sources.ensure_source(session, body.name, now, body.kind)
        values: dict[str, Any] = {
            "retention_days": body.retention_days,
            "settings": body.settings(SourceSettings()).model_dump(mode="json"),
        }
        if body.webhook_secret is not None:
            values["secret"] = body.webhook_secret
        await sources.change_source(session, made.id, **values)
        return _secret(await sources.find_source(session, made.id))


@router.patch("/{source}", dependencies=[MayManage])
async def change_source(
    source: SourcePath, body: SourceTerms, database: TheDatabase, settings: TheSettings, now: Now
) -> SourceChanged:
    """Change what is set of a source; what is left out stays. Waits whose time ran out are not revived."""
    async with database.transaction() as session:
        known = await sources.find_source(session, source)
        changed = body.settings(SourceSettings.model_validate(known.settings))
        values: dict[str, Any] = {"settings": changed.model_dump(mode="json")}
        days, extended = known.retention_days, 0
        if "retention_days" in body.model_fields_set:
            days = values["retention_days"] = body.retention_days
            extended = await _extend(session, known.id, days, settings.waitlist_retention, now)
        await sources.change_source(session, known.id, **values)
    return SourceChanged(id=known.id, retention_days=days, extended=extended)


@router.get("/{source}/secret", dependencies=[Depends(staff("manage_sources"))])
async def show_source_secret(source: SourcePath, database: TheDatabase) -> SourceSecret:
    """Show the secret that signs a source's webhooks."""
    async with database.snapshot() as session:
        return _secret(await sources.find_source(session, source))


@router.post("/{source}/secret", dependencies=[Depends(staff("manage_sources"))])
async def replace_source_secret(
    source: SourcePath, database: TheDatabase, body: SecretChoice | None = None
) -> SourceSecret:
    """Replace the secret of a source; what is signed with the old one is refused from now on."""
    chosen = body and body.webhook_secret
    async with database.transaction() as session:
        known = await sources.find_source(session, source)
        await sources.change_source(session, known.id, secret=chosen or sources.new_webhook_secret())
        return _secret(await sources.find_source(session, known.id))


def _item(source: SourceHealth, now: datetime) -> SourceItem:
    settings, feed = source.settings, source.settings.feed
    return SourceItem(
        id=source.id,
        name=source.name,
        kind=source.kind,
        retention_days=source.retention_days,
        last_seen_at=source.last_seen_at,
        is_stale=settings.is_stale(source.last_seen_at, now),
        max_age_minutes=None if settings.max_age is None else int(settings.max_age.total_seconds() // 60),
        hold_when_stale=settings.hold_when_stale,
        currency=settings.currency,
        address=settings.address,
        feed=feed and FeedItem(url=feed.url, every_minutes=int(feed.every.total_seconds() // 60), format=feed.format),
        pages=settings.pages and PageRules(rules=settings.pages.rules),
        priorities=settings.priorities,
        variants=source.variants,
        open_dead_letters=source.open_dead_letters,
    )


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
