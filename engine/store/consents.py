"""Consent: the answer that counts now for a profile, channel and topic, and the proof of how each answer came to be."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.store.ids import new_id
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Consent, ConsentRecord

BACK_IN_STOCK_TOPIC = "back_in_stock"
_consent = core(Consent)
_record = core(ConsentRecord)


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no for one channel and topic; `text_version` names the words that were read before answering."""

    channel: str
    granted: bool = True
    topic: str = BACK_IN_STOCK_TOPIC
    text_version: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an answer came from: `source` is what took it (waitlist, push_subscription, one_click …).

    `ip` is cut before it is stored: the last byte of an IPv4 address, the last ten of an IPv6 one.
    """

    source: str
    ip: str | None = None
    page_url: str | None = None


def truncate_ip(ip: str | None) -> str | None:
    """The network an address belongs to (/24 or /48), which does not name a visitor; None for no address."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, length), strict=False))


async def record_answers(
    executor: Executor, profile_id: str, answers: Sequence[Answer], proof: Proof, now: datetime
) -> int:
    """Let these answers count, and keep the proof of each that says something new; how many did.

    An answer repeated under the same words adds no proof: the first one stands.
    """
    if not answers:
        return 0
    newest = await _newest(executor, profile_id)
    said = {(answer.channel, answer.topic): answer for answer in answers}
    new = [answer for key, answer in said.items() if newest.get(key) != (answer.granted, answer.text_version)]
    if not new:
        return 0
    insert = insert_into(Consent, executor)
    standing = insert.on_conflict_do_update(
        index_elements=["profile_id", "channel", "topic"],
        set_={"granted": insert.excluded.granted, "updated_at": insert.excluded.updated_at},
    )
    shared = {"profile_id": profile_id}
    await executor.execute(
        standing,
        [
            {**shared, "channel": one.channel, "topic": one.topic, "granted": one.granted, "updated_at": now}
            for one in new
        ],
    )
    await executor.execute(
        insert_into(ConsentRecord, executor),
        [
            {
                **shared,
                "id": new_id("cns"),
                "channel": one.channel,
                "topic": one.topic,
                "granted": one.granted,
                "source": proof.source,
                "text_version": one.text_version,
                "ip_truncated": truncate_ip(proof.ip),
                "page_url": proof.page_url,
                "at": now,
            }
            for one in new
        ],
    )
    return len(new)


async def record_unless_answered(
    executor: Executor, profile_id: str, channel: str, proof: Proof, now: datetime
) -> None:
    """An act that is itself a yes (a browser that subscribed) counts as one, where nobody has answered before.

    A no stands until it is taken back by words, not by a browser that renews its subscription.
    """
    if (channel, BACK_IN_STOCK_TOPIC) not in await _newest(executor, profile_id):
        await record_answers(executor, profile_id, [Answer(channel)], proof, now)


async def _newest(executor: Executor, profile_id: str) -> dict[tuple[str, str], tuple[bool, str | None]]:
    rows = await executor.execute(
        select(_record.c.channel, _record.c.topic, _record.c.granted, _record.c.text_version)
        .where(_record.c.profile_id == profile_id)
        .order_by(_record.c.at, _record.c.id)
    )
    return {(row.channel, row.topic): (row.granted, row.text_version) for row in rows}
