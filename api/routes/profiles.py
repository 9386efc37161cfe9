"""Profiles: find one, and see all that belongs to it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, Field, field_serializer
from typing_extensions import TypeAliasType

from api.answers import Answer, Channel, JourneyRef, Page, Variant, WaitSource, WaitState
from api.cursors import CursorText, Limit, from_text, to_text
from api.languages.asked import in_asked_language
from api.security import staff
from api.services import TheDatabase
from engine.store import holdings as holding_store
from engine.store import profiles as profile_store
from engine.store import search as search_store
from engine.store import timeline as timeline_store
from engine.store.erasure import read_erasure
from engine.store.profiles import ProfileSummary
from engine.store.search import MatchKind
from engine.store.steering import read_suppressed
from engine.store.timeline import KINDS, Kind, Tone

router = APIRouter(prefix="/v1/profiles", tags=["Profiles"], dependencies=[Depends(staff("see_people"))])

MatchKindName = TypeAliasType("MatchKindName", MatchKind)
ProfileId = Annotated[str, Path(max_length=64, examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


class ProfileRow(Answer):
    """A profile in the list."""

    id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    external_id: Annotated[str | None, Field(description="The shop's own id.", examples=["customer-77"])]
    email: Annotated[str | None, Field(examples=["ada@shop.example"])]
    phone: Annotated[str | None, Field(description="E.164.", examples=["+436601234567"])]
    name: Annotated[str | None, Field(examples=["Ada Lind"])]
    created_at: datetime
    open_waits: Annotated[int, Field(description="Variants that they wait for now.", examples=[1])]
    last_event_at: datetime | None


class Match(Answer):
    """What of a profile it was that fits a search."""

    kind: MatchKindName
    text: Annotated[str, Field(examples=["NW-1042"])]


class FoundProfile(ProfileRow):
    """A profile in the list, and why it is there."""

    match: Annotated[Match | None, Field(description="What fits the search; null where nothing was searched for.")]


class ProfilePage(Page):
    """Profiles: the likeliest first where one searches, else the newest first."""

    items: list[FoundProfile]


class Consent(Answer):
    """What a profile agreed to on a channel."""

    channel: Channel
    topic: Annotated[str, Field(examples=["back_in_stock"])]
    state: Literal["granted", "revoked"]
    at: datetime
    source: Annotated[str | None, Field(description="Where it was said.", examples=["storefront"])]
    text_version: Annotated[str | None, Field(description="Which text they saw.", examples=["2027-01"])]


class PushSubscription(Answer):
    """A browser that can be reached, or that could be."""

    id: Annotated[str, Field(examples=["psh_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    service: Annotated[str, Field(description="Host of its push service.", examples=["push.services.mozilla.com"])]
    browser: Annotated[str | None, Field(examples=["Firefox"])]
    created_at: datetime
    ended_at: datetime | None
    end_reason: Annotated[str | None, Field(examples=["gone"])]


class WaitlistEntry(Answer):
    """A variant that a profile waits for, or waited for."""

    id: Annotated[str, Field(examples=["wle_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    variant: Variant
    source: WaitSource
    state: WaitState
    reason: str | None
    created_at: datetime
    expires_at: datetime | None
    notified_at: Annotated[datetime | None, Field(description="When a provider accepted the message.")]


class Enrollment(Answer):
    """One passage of a profile through a journey's version."""

    id: Annotated[str, Field(examples=["enr_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    journey: JourneyRef
    version: Annotated[int, Field(examples=[3])]
    status: Literal["active", "ended"]
    node: Annotated[str | None, Field(description="Where it stands, or where it ended.", examples=["pause"])]
    until: Annotated[datetime | None, Field(description="When its wait is over.")]
    entered_at: datetime
    ended_at: datetime | None
    exit_reason: Annotated[str | None, Field(examples=["completed"])]


class Erased(Answer):
    """That everything about a person was erased, when, by whom and why."""

    at: datetime
    by: Annotated[str, Field(examples=["Ada Marketer"])]
    reason: str | None


class Suppressed(Answer):
    """How many addresses a person has now, and how many of them must not be written to."""

    addresses: Annotated[int, Field(examples=[2])]
    by_staff: Annotated[int, Field(description="Those that staff suppressed, and may allow again.", examples=[2])]
    otherwise: Annotated[int, Field(description="Those that bounced, or whose owner said so.", examples=[0])]


class Profile(ProfileRow):
    """A person, with what may be sent to them and what they wait for. Of each kind the newest 200."""

    anonymous_id: Annotated[str | None, Field(description="The id of the storefront visitor.")]
    language: Annotated[str | None, Field(examples=["de"])]
    country: Annotated[str | None, Field(examples=["AT"])]
    locale: Annotated[str | None, Field(description="Language and country.", examples=["de-AT"])]
    timezone: Annotated[str | None, Field(description="IANA name.", examples=["Europe/Vienna"])]
    attributes: dict[str, Any]
    consents: list[Consent]
    push_subscriptions: list[PushSubscription]
    waitlist: list[WaitlistEntry]
    enrollments: list[Enrollment]
    suppressed: Suppressed
    erased: Annotated[Erased | None, Field(description="Null while the person is known.")]


TimelineKind = TypeAliasType("TimelineKind", Kind)


class TimelineItem(Answer):
    """One thing that happened to a profile."""

    id: Annotated[str, Field(examples=["snd_01kbjv0m8e5w3tq9z7c2r4x6yd.7"])]
    at: datetime
    kind: TimelineKind
    title: Annotated[str, Field(examples=["Push sent: Fjell jacket is back"])]
    detail: str | None
    tone: Tone
    journey: JourneyRef | None
    node: Annotated[str | None, Field(examples=["push"])]
    step: Annotated[str | None, Field(description="What the node is called.", examples=["Tell her"])]
    enrollment_id: str | None
    variant: Variant | None
    reason: Annotated[str | None, Field(description="A typed reason, where there is one.")]
    channel: Channel | None
    data: Annotated[dict[str, Any], Field(description="What was recorded with it.")]
    links: Annotated[
        dict[str, str],
        Field(
            description="What led to it, as addresses of this API: enrollment, restock, inventory_movement, "
            "source_delivery.",
            examples=[{"enrollment": "/v1/enrollments/enr_01kbjv0m8e5w3tq9z7c2r4x6yd"}],
        ),
    ]

    @field_serializer("title", when_used="json")
    def _say_title(self, words: str) -> str:
        """What others named stays as they did: events of the shop."""
        return words if self.kind in {"event", "order"} else in_asked_language(words)

    @field_serializer("step", when_used="json")
    def _say_step(self, words: str | None) -> str | None:
        return in_asked_language(words) if words else words

    @field_serializer("detail", when_used="json")
    def _say_detail(self, words: str | None) -> str | None:
        """So does what a colleague gave as a reason."""
        return words if words is None or self.kind in {"event", "order", "staff"} else in_asked_language(words)


class TimelinePage(Page):
    """A page of a timeline, newest first."""

    items: list[TimelineItem]


@router.get("")
async def search_profiles(
    database: TheDatabase,
    query: Annotated[
        str,
        Query(
            max_length=600,
            description="E-mail, phone, external or anonymous id, browser, order number, or any part of the name. The "
            "likeliest come first: who is named by the whole of it, then by its beginning, then by a part.",
            examples=["ada"],
        ),
    ] = "",
    cursor: CursorText = None,
    limit: Limit = 50,
) -> ProfilePage:
    """Find profiles; without a query, everybody, newest first."""
    after = from_text(cursor)
    async with database.snapshot() as session:
        if query.strip():
            found = await search_store.find_profiles(session, query, after=after, limit=limit)
            rows = [
                FoundProfile.model_validate({**_fields(one.profile), "match": Match.model_validate(one.match)})
                for one in found.items
            ]
            return ProfilePage(items=rows, next=to_text(found.next))
        page = await profile_store.list_profiles(session, after=after, limit=limit)
    rows = [FoundProfile.model_validate({**_fields(one), "match": None}) for one in page.items]
    return ProfilePage(items=rows, next=to_text(page.next))


def _fields(profile: ProfileSummary) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in profile.__dataclass_fields__}


@router.get("/{profile_id}/timeline")
async def read_timeline(
    profile_id: ProfileId,
    database: TheDatabase,
    *,
    kind: Annotated[list[TimelineKind] | None, Query(description="Only these kinds.", max_length=20)] = None,
    until: Annotated[
        AwareDatetime | None,
        Query(description="Begin with what happened then, or before.", examples=["2027-03-01T12:00:00Z"]),
    ] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> TimelinePage:
    """Read what happened to a profile, newest first, with exact times in UTC."""
    async with database.snapshot() as session:
        card = await profile_store.read_profile(session, profile_id)
        page = await timeline_store.read_timeline(
            session, card.id, kinds=kind or KINDS, until=until, after=from_text(cursor), limit=limit
        )
    return TimelinePage(items=[TimelineItem.model_validate(item) for item in page.items], next=to_text(page.next))


@router.get("/{profile_id}")
async def get_profile(profile_id: ProfileId, database: TheDatabase) -> Profile:
    """Read a profile with what belongs to it. One that was merged away answers with the profile that it became."""
    async with database.snapshot() as session:
        card = await profile_store.read_profile(session, profile_id)
        return Profile.model_validate(
            {
                **_fields(card),
                "locale": "-".join(part for part in (card.language, card.country) if part) or None,
                "consents": await holding_store.read_consents(session, card.id),
                "push_subscriptions": await holding_store.read_browsers(session, card.id),
                "waitlist": await holding_store.read_waits(session, card.id),
                "enrollments": await holding_store.read_passages(session, card.id),
                "suppressed": await read_suppressed(session, card),
                "erased": await read_erasure(session, card.id),
            }
        )
