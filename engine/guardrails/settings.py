"""What a journey and the workspace allow: the settings that the guard reads beside the facts.

A journey document keeps its own under `settings.guardrails`; what holds for all journeys is a setting of the workspace.
Everything is off until somebody sets it, except consent, suppression and stock, which nobody can switch off.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field

from engine.guardrails.caps import Cap, ChannelCap
from engine.guardrails.products import ProductCondition
from engine.guardrails.quiet_hours import CountryHours, QuietHours, is_zone
from engine.model import Frozen

BACK_IN_STOCK_TOPIC = "back_in_stock"
MOST = timedelta(days=3650)
Span = Annotated[timedelta, Field(gt=timedelta(0), le=MOST)]


class Recent(Frozen):
    """Leave out who bought (or returned) the same product within this long. `match` says what the same is."""

    within: Span = timedelta(days=14)
    match: Literal["variant", "product"] = "product"


class Bypass(Frozen):
    """The journey's messages go out although a channel's cap is reached; `by` names who decided so.

    Nobody writes the name herself: saving the draft does.
    """

    by: str = Field(default="", max_length=200)


class Guardrails(Frozen):
    """The guardrails of one journey.

    `topic` is what the profile must have consented to. `products` says which products the journey may be about.
    `touches` is how many messages may answer one waitlist entry.
    """

    topic: str = Field(default=BACK_IN_STOCK_TOPIC, pattern=r"^[a-z][a-z0-9_]{0,62}$")
    products: ProductCondition | None = None
    recent_purchase: Recent | None = None
    recent_return: Recent | None = None
    recently_notified: Span | None = None
    touches: int = Field(default=2, ge=1, le=100)
    caps: tuple[Cap, ...] = Field(default=(), max_length=10)
    bypass_caps: Bypass | None = None
    quiet_hours: QuietHours | None = None

    @property
    def history(self) -> timedelta | None:
        """How far back purchases and returns matter; None when they do not."""
        spans = [rule.within for rule in (self.recent_purchase, self.recent_return) if rule is not None]
        return max(spans, default=None)


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(f"{name} is not a time zone; use a name such as Europe/Berlin.")
    return name


class WorkspaceGuardrails(Frozen):
    """What holds for every journey: caps over channels, the zone of profiles without one, quiet hours by country."""

    caps: tuple[ChannelCap, ...] = Field(default=(), max_length=20)
    zone: Annotated[str, Field(max_length=60), AfterValidator(_known_zone)] = "UTC"
    countries: Mapping[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], CountryHours] = Field(default_factory=dict)


NO_GUARDRAILS = Guardrails()
NO_LIMITS = WorkspaceGuardrails()


def guardrails_of(settings: Mapping[str, Any]) -> Guardrails:
    """The guardrails that a journey's settings hold; raises pydantic's `ValidationError` naming each wrong field."""
    return Guardrails.model_validate(settings) if settings else NO_GUARDRAILS


def with_decider(document: Mapping[str, Any], before: Mapping[str, Any], author: str) -> Mapping[str, Any]:
    """The draft with the name of whoever first saved it with a bypass of the caps; it may be half written."""
    wanted = _inner(document, *_BYPASS)
    if wanted is None:
        return document
    decider = (_inner(before, *_BYPASS) or {}).get("by") or author
    settings = {**document["settings"]}
    settings["guardrails"] = {**settings["guardrails"], "bypass_caps": {**wanted, "by": decider}}
    return {**document, "settings": settings}


_BYPASS = ("settings", "guardrails", "bypass_caps")


def _inner(document: Mapping[str, Any], *path: str) -> Mapping[str, Any] | None:
    found: Any = document
    for name in path:
        found = cast("Mapping[str, Any]", found).get(name) if isinstance(found, Mapping) else None
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else None


@lru_cache(maxsize=64)
def limits_from(text: str) -> WorkspaceGuardrails:
    """The workspace's guardrails from their JSON, which rarely changes."""
    return WorkspaceGuardrails.model_validate_json(text)
