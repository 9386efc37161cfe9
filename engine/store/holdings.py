"""What belongs to a profile, as pages show it: consents, browsers, waitlist entries, enrollments. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from engine.messages.addresses import push_channel
from engine.store.statements import Executor, core
from engine.store.tables import Consent, ConsentRecord, Enrollment, Journey, PushSubscription, WaitlistEntry
from engine.store.variant_names import VariantName, name_variants

MOST_SHOWN = 200
"""Rows of each kind; the timeline has them all."""
_consent = core(Consent)
_record = core(ConsentRecord)
_subscription = core(PushSubscription)
_entry = core(WaitlistEntry)
_enrollment = core(Enrollment)
_journey = core(Journey)


@dataclass(frozen=True, slots=True)
class StandingConsent:
    """The answer of a profile that counts now, and where it was given."""

    channel: str
    topic: str
    state: str
    at: datetime
    source: str | None
    text_version: str | None


@dataclass(frozen=True, slots=True)
class SubscribedBrowser:
    """A push subscription: its service's host and what browser or app is called, never its address or keys."""

    id: str
    service: str
    browser: str | None
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """A waitlist entry."""

    id: str
    variant: VariantName
    source: str
    state: str
    reason: str | None
    created_at: datetime
    expires_at: datetime | None
    notified_at: datetime | None


@dataclass(frozen=True, slots=True)
class JourneyName:
    """A journey by its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Passage:
    """An enrollment. `status` is active (waiting included) or ended; `until` is when a wait is over."""

    id: str
    journey: JourneyName
    version: int
    status: str
    node: str | None
    until: datetime | None
    entered_at: datetime
    ended_at: datetime | None
    exit_reason: str | None


async def read_consents(executor: Executor, profile_id: str) -> list[StandingConsent]:
    """The answers that count now, by channel and topic."""
    standing = await executor.execute(
        select(_consent).where(_consent.c.profile_id == profile_id).order_by(_consent.c.channel, _consent.c.topic)
    )
    records = await executor.execute(
        select(_record.c.channel, _record.c.topic, _record.c.source, _record.c.text_version)
        .where(_record.c.profile_id == profile_id)
        .order_by(_record.c.at.desc(), _record.c.id.desc())
        .limit(MOST_SHOWN)
    )
    proofs: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    for record in records:
        proofs.setdefault((record.channel, record.topic), (record.source, record.text_version))
    return [
        StandingConsent(
            row.channel,
            row.topic,
            "granted" if row.granted else "revoked",
            row.updated_at,
            *proofs.get((row.channel, row.topic), (None, None)),
        )
        for row in standing
    ]


async def read_browsers(executor: Executor, profile_id: str) -> list[SubscribedBrowser]:
    """Browsers that can be reached, then those that could, newest first."""
    rows = await executor.execute(
        select(_subscription)
        .where(_subscription.c.profile_id == profile_id)
        .order_by(_subscription.c.removed_at.is_not(None), _subscription.c.created_at.desc(), _subscription.c.id)
        .limit(MOST_SHOWN)
    )
    return [
        SubscribedBrowser(
            row.id,
            service_name(row.endpoint) or "unknown",
            app_name(row.endpoint, row.user_agent) or browser_name(row.user_agent),
            row.created_at,
            row.removed_at,
            row.removed_reason,
        )
        for row in rows
    ]


async def read_waits(executor: Executor, profile_id: str) -> list[Wait]:
    """Waitlist entries, newest first."""
    rows = (
        await executor.execute(
            select(_entry)
            .where(_entry.c.profile_id == profile_id)
            .order_by(_entry.c.created_at.desc(), _entry.c.id.desc())
            .limit(MOST_SHOWN)
        )
    ).all()
    names = await name_variants(executor, (row.variant_id for row in rows))
    return [
        Wait(
            row.id,
            names[row.variant_id],
            row.source,
            row.state,
            row.reason,
            row.created_at,
            row.expires_at,
            row.notified_at,
        )
        for row in rows
    ]


async def read_passages(executor: Executor, profile_id: str) -> list[Passage]:
    """Enrollments, newest first."""
    rows = await executor.execute(
        select(_enrollment, _journey.c.name)
        .join_from(_enrollment, _journey, _journey.c.id == _enrollment.c.journey_id)
        .where(_enrollment.c.profile_id == profile_id)
        .order_by(_enrollment.c.entered_at.desc(), _enrollment.c.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        Passage(
            row.id,
            JourneyName(row.journey_id, row.name),
            row.version,
            "active" if row.ended_at is None else "ended",
            row.node,
            row.until,
            row.entered_at,
            row.ended_at,
            row.exit_reason,
        )
        for row in rows
    ]


FIREBASE = "fcm.googleapis.com"
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def service_name(endpoint: str) -> str | None:
    """The host of the service that a push goes by; the endpoint itself is a capability and stays here."""
    return FIREBASE if push_channel(endpoint) == "mobile_push" else urlsplit(endpoint).hostname


def app_name(endpoint: str, platform: str | None) -> str | None:
    """What an installation of the shop's app is called; None for a browser."""
    if push_channel(endpoint) == "web_push":
        return None
    return "the app" if platform is None else f"the app on {platform}"


def browser_name(user_agent: str | None) -> str | None:
    """The browser behind this User-Agent header; the order matters, because most of them name the others, too."""
    return next((name for mark, name in _BROWSERS if user_agent and mark in user_agent), None)
