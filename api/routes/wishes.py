"""Wishes in bulk: a table of who is interested in what, kept elsewhere and handed over as it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.answers import Answer, WaitSource
from api.bodies import Body
from api.fields import Email, Instant, Sku, SourceName
from api.people import Identifier
from api.security import SERVER_KEY
from api.services import Now, TheDatabase, TheSettings
from engine.stock.waiting import expiry, retention_of
from engine.store import catalog, sources, waitlist
from engine.store.catalog import VariantRef
from engine.store.identity import Key
from engine.store.people_in_bulk import find_or_create_all
from engine.store.statements import in_chunks
from engine.store.waitlist import Wish

MOST_WISHES = 10_000
PORTION = 500
LARGEST_BODY = 4 << 20
router = APIRouter(
    prefix="/v1/waitlist", tags=["Waitlist"], dependencies=[Depends(SERVER_KEY)], max_body_size=LARGEST_BODY
)


class WishItem(Body):
    """A person, by exactly one of her names, and a variant of the source, by SKU or alias."""

    variant: Sku
    external_id: Identifier | None = None
    anonymous_id: Identifier | None = None
    email: Email | None = None
    since: Annotated[Instant | None, Field(description="When she began to wait; now when absent.")] = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if sum(name is not None for name in (self.external_id, self.anonymous_id, self.email)) != 1:
            raise PydanticCustomError("one_name", "Exactly one of external_id, anonymous_id and email is needed")
        return self

    @property
    def key(self) -> Key:
        """The name that she goes by."""
        if self.external_id is not None:
            return ("external_id", self.external_id)
        if self.anonymous_id is not None:
            return ("anonymous_id", self.anonymous_id)
        return ("email", self.email or "")


class WishList(Body):
    """Up to 10,000 pairs of person and variant. Pairs that wait already are left as they are."""

    data_source: SourceName
    source: Annotated[WaitSource, Field(description="How the interest is known.")] = "explicit"
    wishes: Annotated[list[WishItem], Field(min_length=1, max_length=MOST_WISHES)]


class RefusedWish(Answer):
    """A pair that could not be taken in, by its place in the list."""

    index: int
    code: Annotated[str, Field(examples=["unknown_variant"])]
    detail: str


class WishAnswer(Answer):
    """What became of the list."""

    accepted: Annotated[int, Field(description="Pairs that wait now.")]
    created: Annotated[int, Field(description="Those of them that did not wait before.")]
    refused: list[RefusedWish]


@router.put("/wishes")
async def put_wishes(body: WishList, database: TheDatabase, settings: TheSettings, now: Now) -> WishAnswer:
    """Let many people wait. The same list again changes nothing.

    A long list is taken in portions, each its own transaction, so that nobody else has to wait for all of it; a call
    that was cut short is finished by making it again.
    """
    async with database.transaction() as session:
        source = await sources.find_source(session, body.data_source)
        variants = await catalog.find_variants(session, (wish.variant for wish in body.wishes), source.id)
        await sources.note_seen(session, source, now)
    refused = _refused(body, variants, retention_of(source.retention_days, settings.waitlist_retention), now)
    taken = [wish for index, wish in enumerate(body.wishes) if index not in refused]
    created = 0
    for portion in in_chunks(taken, PORTION):
        async with database.transaction() as session:
            people = await find_or_create_all(session, (wish.key for wish in portion), now)
            wishes = [Wish(people[wish.key], variants[wish.variant].id, body.source, wish.since) for wish in portion]
            opened = await waitlist.open_entries(session, wishes, retention=settings.waitlist_retention, now=now)
            created += sum(is_new for _, is_new in opened)
    return WishAnswer(accepted=len(taken), created=created, refused=list(refused.values()))


def _refused(
    body: WishList, variants: Mapping[str, VariantRef], retention: timedelta | None, now: datetime
) -> dict[int, RefusedWish]:
    refused: dict[int, RefusedWish] = {}
    for index, wish in enumerate(body.wishes):
        ends = expiry(wish.since or now, retention)
        if wish.variant not in variants:
            detail = f"No variant of this source has the SKU or alias {wish.variant!r}."
            refused[index] = RefusedWish(index=index, code="unknown_variant", detail=detail)
        elif ends is not None and ends <= now:
            detail = f"Its time ran out at {ends.isoformat()}; an interest that old is not revived."
            refused[index] = RefusedWish(index=index, code="interest_expired", detail=detail)
    return refused
