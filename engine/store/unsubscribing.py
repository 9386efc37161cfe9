"""Saying no: what a link in a message ends, and what a person's preference page shows and changes.

The link names a send, so it knows whose it is, which channel and topic it came by, and the wait that was behind it.
Everything here may be said twice: the second time changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.guardrails.settings import BACK_IN_STOCK_TOPIC
from engine.journey.vocabulary import UNSUBSCRIBED
from engine.store import events, waitlist
from engine.store.consents import Answer, Proof, record_answers
from engine.store.events import NewEvent
from engine.store.statements import Executor, core
from engine.store.tables import PENDING, Consent, Enrollment, Identity, Product, Send, Variant, WaitlistEntry
from engine.store.waitlist import Closing

_send, _enrollment, _consent = core(Send), core(Enrollment), core(Consent)
_entry, _variant, _product, _identity = core(WaitlistEntry), core(Variant), core(Product), core(Identity)


@dataclass(frozen=True, slots=True)
class SentTo:
    """Who got a message, by which channel, about which topic, and the wait that was behind it."""

    send_id: str
    profile_id: str
    channel: str
    topic: str
    journey_id: str
    waitlist_entry_id: str | None


@dataclass(frozen=True, slots=True)
class OpenWait:
    """A variant that the person waits for, in words."""

    entry_id: str
    product: str
    variant: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel and topic that the person has answered about, and the answer that counts."""

    channel: str
    topic: str
    granted: bool

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.channel}:{self.topic}"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the preference page shows."""

    standings: Sequence[Standing]
    waits: Sequence[OpenWait]


async def find_send(executor: Executor, send_id: str) -> SentTo | None:
    """Who the message with this id was sent to; None when there is none."""
    row = (
        await executor.execute(
            select(
                _send.c.profile_id,
                _send.c.channel,
                _send.c.verdict,
                _send.c.journey_id,
                _enrollment.c.waitlist_entry_id,
            )
            .outerjoin_from(_send, _enrollment, _enrollment.c.id == _send.c.enrollment_id)
            .where(_send.c.id == send_id)
        )
    ).one_or_none()
    if row is None:
        return None
    topic = row.verdict.get("topic") or BACK_IN_STOCK_TOPIC
    return SentTo(send_id, row.profile_id, row.channel, topic, row.journey_id, row.waitlist_entry_id)


async def unsubscribe(executor: Executor, sent: SentTo, proof: Proof, now: datetime) -> bool:
    """No more messages on this channel about this topic, and no more waiting for what the message was about.

    Whether anything changed.
    """
    closed = 0
    if sent.waitlist_entry_id is not None:
        closed = await waitlist.close(executor, [sent.waitlist_entry_id], Closing("unsubscribed", now))
    said = Standing(sent.channel, sent.topic, granted=False)
    return await withdraw(executor, sent, said, proof, now) or closed > 0


async def withdraw(executor: Executor, sent: SentTo, standing: Standing, proof: Proof, now: datetime) -> bool:
    """Take consent back for a channel and topic, and tell the journeys that wait for it; whether it was given.

    Where that was the topic's last channel, nobody could be told any more: her waits end.
    """
    channel, topic = standing.channel, standing.topic
    answer = Answer(channel, granted=False, topic=topic)
    if not await record_answers(executor, sent.profile_id, [answer], proof, now):
        return False
    await _end_hopeless_waits(executor, sent.profile_id, topic, now)
    properties = {"channel": channel, "topic": topic, "journey_id": sent.journey_id, "send_id": sent.send_id}
    await events.record(executor, [NewEvent(UNSUBSCRIBED, sent.profile_id, now, properties=properties)], now)
    return True


async def _end_hopeless_waits(executor: Executor, profile_id: str, topic: str, now: datetime) -> None:
    """Close the waits that no channel is left for. All waits are about what is back in stock."""
    if topic != BACK_IN_STOCK_TOPIC:
        return
    left = select(_consent.c.channel).where(
        _consent.c.profile_id == profile_id, _consent.c.topic == topic, _consent.c.granted
    )
    if await executor.scalar(left.limit(1)) is not None:
        return
    waits = await executor.scalars(
        select(_entry.c.id).where(_entry.c.profile_id == profile_id, _entry.c.state == PENDING)
    )
    await waitlist.close(executor, list(waits), Closing("unsubscribed", now))


async def read_preferences(executor: Executor, profile_id: str) -> Preferences:
    """Everything that the person has said, and everything that she waits for."""
    answers = await executor.execute(
        select(_consent.c.channel, _consent.c.topic, _consent.c.granted)
        .where(_consent.c.profile_id == profile_id)
        .order_by(_consent.c.topic, _consent.c.channel)
    )
    waits = await executor.execute(
        select(_entry.c.id, _product.c.title.label("product"), _variant.c.title.label("variant"), _entry.c.created_at)
        .join_from(_entry, _variant, _variant.c.id == _entry.c.variant_id)
        .join(_product, _product.c.id == _variant.c.product_id)
        .where(_entry.c.profile_id == profile_id, _entry.c.state == PENDING)
        .order_by(_entry.c.created_at, _entry.c.id)
    )
    return Preferences([Standing(*row) for row in answers], [OpenWait(*row) for row in waits])


async def close_wait(executor: Executor, profile_id: str, entry_id: str, now: datetime) -> bool:
    """End one wait of this person; whether it was open and hers."""
    hers = await executor.scalar(select(_entry.c.id).where(_entry.c.id == entry_id, _entry.c.profile_id == profile_id))
    return hers is not None and await waitlist.close(executor, [entry_id], Closing("unsubscribed", now)) > 0


async def tell_unsubscribed_phone(executor: Executor, number: str, reply: str, now: datetime) -> None:
    """Let the journeys and the timelines of whoever has this number know that she asked to be left alone."""
    people = await executor.scalars(
        select(_identity.c.profile_id).where(_identity.c.kind == "phone", _identity.c.value == number)
    )
    told = [NewEvent(UNSUBSCRIBED, one, now, properties={"channel": "sms", "reply": reply}) for one in people]
    await events.record(executor, told, now)
