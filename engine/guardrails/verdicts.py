"""The guard's answer about one message: allow it, put it off, or skip it for one typed reason.

The guard is asked at the moment of each send and nowhere else, also after quiet hours and for reminders. It reads
`DeliveryFacts`, which were true at `facts.now`, and its verdict stores what it read, so that support can show the
answer long after the facts changed. Caps come last, where the send is claimed (`engine.guardrails.caps`),
since nobody else can count there meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.guardrails.caps import PERSONAL_CHANNELS
from engine.guardrails.products import Item
from engine.guardrails.quiet_hours import Hours, quiet_until
from engine.guardrails.reasons import SkipReason
from engine.guardrails.settings import NO_GUARDRAILS, NO_LIMITS, Guardrails, WorkspaceGuardrails
from engine.journey.timing import zone_of


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What the guard may read about one message to one profile.

    `available` is None when the message is about no variant, or about the day of its return. `consent` is None when
    the profile never answered for the channel and topic. `entry_*` describe the waitlist entry behind the enrollment,
    if there is one.
    `notified_elsewhere_at` is the newest accepted (or possibly accepted) message about the same variant from another
    enrollment, `notified_at` the newest about any. `purchased_at` and `returned_at` are about the same product and
    within the span that the journey asks about. After `expires_at` the message is worth nothing.
    `touches` counts the messages that answered the entry already. `stale_source` names the source of the variant where
    it was silent for too long and holds what would be sent. `restock_first` is True for a message about a cart when
    the profile waits for the variant, or is in a journey about its restock, or was told of it since. `is_personal`
    says whether a channel that a plugin brings reaches a person; of ours that is known.
    """

    now: datetime
    channel: str
    kill_switch: bool
    journey_status: str
    threshold: int
    available: int | None
    consent: bool | None
    addresses: int
    suppressed: int
    entry_state: str | None = None
    entry_created_at: datetime | None = None
    entry_expires_at: datetime | None = None
    notified_elsewhere_at: datetime | None = None
    notified_at: datetime | None = None
    purchased_at: datetime | None = None
    returned_at: datetime | None = None
    expires_at: datetime | None = None
    touches: int | None = None
    topic: str | None = None
    zone: str | None = None
    country: str | None = None
    item: Item | None = None
    stale_source: str | None = None
    restock_first: bool | None = None
    is_personal: bool | None = None

    @property
    def reaches_a_person(self) -> bool:
        """Whether the channel reaches a person, so that it takes consent."""
        return self.channel in PERSONAL_CHANNELS if self.is_personal is None else self.is_personal

    def inputs(self) -> dict[str, Any]:
        """The facts as JSON, for the ledger."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value.inputs() if name == "item" else value
            for name, value in values.items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed when `skip` is None; otherwise the reason. With `until` (aware UTC) it is only put off until then.

    `inputs` are the facts that were read.
    """

    skip: SkipReason | None
    inputs: dict[str, Any]
    until: datetime | None = None


_CLOSED_ENTRY = {
    "unsubscribed": SkipReason.UNSUBSCRIBED,
    "purchased": SkipReason.PURCHASED,
    "held_out": SkipReason.HELD_OUT,
}
STALE_RECHECK = timedelta(minutes=15)
"""How long a message waits before it is looked at again whether its source has spoken."""
_STOPPED_JOURNEY = frozenset({"paused", "draft"})


def judge(facts: DeliveryFacts, rules: Guardrails = NO_GUARDRAILS, limits: WorkspaceGuardrails = NO_LIMITS) -> Verdict:
    """Whether the message may go now. The first rule that refuses gives the reason; their order is documented."""
    refusal = _first_refusal(facts) or _first_rule_broken(facts, rules)
    if refusal is not None:
        return Verdict(refusal, facts.inputs())
    if facts.stale_source is not None:
        return Verdict(SkipReason.STALE_INVENTORY, facts.inputs(), facts.now + STALE_RECHECK)
    hours = quiet_hours_for(facts, rules, limits)
    if not hours:
        return Verdict(None, facts.inputs())
    until = quiet_until(hours, facts.now, zone_of(facts.zone, limits.zone))
    if until is None:
        return Verdict(None, facts.inputs())
    inputs = {
        **facts.inputs(),
        "quiet_hours": [one.model_dump(mode="json", exclude_defaults=True) for one in hours],
        "workspace_zone": limits.zone,
        "quiet_until": until.isoformat(),
    }
    drops = rules.quiet_hours is not None and rules.quiet_hours.mode == "drop"
    return Verdict(SkipReason.QUIET_HOURS, inputs, None if drops else until)


def quiet_hours_for(facts: DeliveryFacts, rules: Guardrails, limits: WorkspaceGuardrails) -> list[Hours]:
    """The journey's quiet hours and those of the profile's country, as far as they concern the channel."""
    country = limits.countries.get((facts.country or "").upper())
    hours = [*([rules.quiet_hours] if rules.quiet_hours else []), *(country.hours if country else ())]
    return [one for one in hours if one.covers(facts.channel, is_personal=facts.is_personal)]


def _first_refusal(facts: DeliveryFacts) -> SkipReason | None:  # noqa: PLR0911 - one line a rule, in order
    if facts.kill_switch:
        return SkipReason.KILL_SWITCH
    if facts.journey_status in _STOPPED_JOURNEY:
        return SkipReason.PAUSED
    if facts.entry_state in _CLOSED_ENTRY:
        return _CLOSED_ENTRY[facts.entry_state]
    if facts.entry_state == "expired" or _is_past(facts.entry_expires_at, facts):
        return SkipReason.INTEREST_EXPIRED
    if _was_notified_since_entry(facts):
        return SkipReason.ALREADY_NOTIFIED
    if facts.available is not None and facts.available < facts.threshold:
        return SkipReason.OUT_OF_STOCK_AT_SEND
    if facts.addresses == 0:
        return SkipReason.NO_SUBSCRIPTION if facts.channel == "web_push" else SkipReason.NO_ADDRESS
    if not facts.consent and facts.reaches_a_person:
        return SkipReason.NO_CONSENT
    if facts.suppressed >= facts.addresses:
        return SkipReason.SUPPRESSED
    return None


def _first_rule_broken(facts: DeliveryFacts, rules: Guardrails) -> SkipReason | None:  # noqa: PLR0911 - one line a rule
    if facts.restock_first:
        return SkipReason.RESTOCK_FIRST
    if rules.products is not None and facts.item is not None and not rules.products.holds(facts.item):
        return SkipReason.PRODUCT_FILTER
    if rules.recent_purchase is not None and facts.purchased_at is not None:
        return SkipReason.RECENT_PURCHASE
    if rules.recent_return is not None and facts.returned_at is not None:
        return SkipReason.RECENT_RETURN
    notified = facts.notified_at
    if rules.recently_notified is not None and notified is not None and notified > facts.now - rules.recently_notified:
        return SkipReason.RECENTLY_NOTIFIED
    if facts.expires_at is not None and facts.expires_at <= facts.now:
        return SkipReason.TTL
    if facts.touches is not None and facts.touches >= rules.touches:
        return SkipReason.JOURNEY_CAP
    return None


def _is_past(instant: datetime | None, facts: DeliveryFacts) -> bool:
    return instant is not None and instant <= facts.now and facts.entry_state == "pending"


def _was_notified_since_entry(facts: DeliveryFacts) -> bool:
    notified, asked = facts.notified_elsewhere_at, facts.entry_created_at
    return notified is not None and asked is not None and notified >= asked
