"""What the guard is asked with: the question for the desk, and the facts for the verdict, of one delivery."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from activities.composing import Reach, item_of
from activities.tasks import DeliverTask
from engine.guardrails.caps import Allowance
from engine.guardrails.history import newest
from engine.guardrails.settings import Guardrails
from engine.guardrails.verdicts import DeliveryFacts
from engine.journey.triggers import EventTrigger
from engine.journey.version import JourneyVersion
from engine.journey.vocabulary import CART_EVENTS, ORDER_COMPLETED, ORDER_REFUNDED, RESTOCK_EXPECTED
from engine.stock.sourcing import SourceSettings
from engine.store.delivery import DeliveryQuestion, DeliveryWorld
from engine.store.desk import StepQuestion
from engine.store.rivals import Telling


def question_for(
    task: DeliverTask,
    version: JourneyVersion,
    rules: Guardrails,
    now: datetime,
    *,
    asks_latest: bool,
    address: str | None = None,
) -> StepQuestion:
    """What has to be known before the message may be judged; history only where the journey's rules ask for it.

    `address` is the attribute by which a plugin's channel reaches the profile.
    """
    decision, enrollment = task.decision, task.enrollment
    question = DeliveryQuestion(
        enrollment.id,
        enrollment.journey,
        enrollment.profile,
        decision.channel,
        enrollment.variant,
        enrollment.waitlist_entry,
        topic=rules.topic,
        history_since=None if rules.history is None else now - rules.history,
        latest_restock=asks_latest,
        rivals=_is_about_carts(version) and enrollment.variant is not None,
        address=address,
    )
    return StepQuestion(question, decision.node, decision.visit)


def facts_for(
    task: DeliverTask,
    world: DeliveryWorld,
    version: JourneyVersion,
    rules: Guardrails,
    addresses: Sequence[Reach],
    *,
    expires_at: datetime | None,
    now: datetime,
    is_personal: bool | None = None,
) -> DeliveryFacts:
    """The facts of the verdict, from the rows that the desk read; `is_personal` is a plugin's channel's to say."""
    entry, item = world.entry, item_of(world) if rules.products or rules.history else None
    return DeliveryFacts(
        now=now,
        channel=task.decision.channel,
        kill_switch=world.kill_switch,
        journey_status=world.journey_status,
        threshold=version.document.settings.threshold,
        available=None if _begins_with(version, RESTOCK_EXPECTED) else world.available,
        consent=world.consent,
        addresses=len(addresses),
        suppressed=sum(reach.hash in world.suppressed for reach in addresses),
        entry_state=entry["state"] if entry else None,
        entry_created_at=entry["created_at"] if entry else None,
        entry_expires_at=entry["expires_at"] if entry else None,
        notified_elsewhere_at=world.notified_elsewhere_at,
        notified_at=world.notified_at if rules.recently_notified else None,
        purchased_at=newest(world.history, ORDER_COMPLETED, rules.recent_purchase, item, now),
        returned_at=newest(world.history, ORDER_REFUNDED, rules.recent_return, item, now),
        expires_at=expires_at,
        touches=(task.state.touches or None) if entry else None,
        topic=rules.topic,
        zone=world.profile["timezone"],
        country=world.profile["country"],
        item=item,
        stale_source=_silent_source(world, now),
        restock_first=_restock_first(task, world, version),
        is_personal=is_personal,
    )


def _silent_source(world: DeliveryWorld, now: datetime) -> str | None:
    """The variant's source, where it was silent for too long and holds what would be sent."""
    product = world.product
    told: Mapping[str, Any] = (product and product["source_settings"]) or {}
    if product is None or not told.get("hold_when_stale"):
        return None
    settings = SourceSettings.model_validate(told)
    return product["source_name"] if settings.is_stale(product["source_seen_at"], now) else None


def _restock_first(task: DeliverTask, world: DeliveryWorld, version: JourneyVersion) -> bool | None:
    """Whether a message about a cart leaves the variant to its restock; None where it is about no cart."""
    if not _is_about_carts(version) or task.enrollment.variant is None:
        return None
    told = world.notified_elsewhere_at
    return world.has_rivals or (told is not None and told >= task.state.entry.at)


def _is_about_carts(version: JourneyVersion) -> bool:
    return _begins_with(version, *CART_EVENTS)


def _begins_with(version: JourneyVersion, *events: str) -> bool:
    trigger = version.graph.entry.trigger
    return isinstance(trigger, EventTrigger) and trigger.event in events


def allowance_for(task: DeliverTask, rules: Guardrails, world: DeliveryWorld, personal: Collection[str]) -> Allowance:
    """The caps that the message must stay within; those over channels only where the journey does not bypass them."""
    channel = task.decision.channel
    over = () if rules.bypass_caps else tuple(cap for cap in world.limits.caps if cap.covers(channel, personal))
    return Allowance(task.enrollment.journey, channel, rules.caps, over, personal)


def telling_of(task: DeliverTask, world: DeliveryWorld) -> Telling | None:
    """What no other journey may tell the person meanwhile; None of what is about no wait, and of tests."""
    enrollment = task.enrollment
    if world.entry is None or enrollment.variant is None or enrollment.is_test:
        return None
    return Telling(enrollment.profile, enrollment.variant, enrollment.id, world.entry["created_at"])


def bypass(rules: Guardrails) -> dict[str, Any]:
    """What the ledger notes of a journey whose messages go out although a channel's cap is reached."""
    return {} if rules.bypass_caps is None else {"bypass": True, "bypass_by": rules.bypass_caps.by}
