"""Whether another journey tells a person of the same variant at this very moment.

The guard reads what others have sent by then; two that are a few milliseconds apart would both read nothing. So it is
asked once more in the commit that claims the send, where nobody else can claim: SQLite has one writer, and on
PostgreSQL `hold_people` makes two who mean the same person take turns. Whoever comes second looks again later, when it
is known what became of the first.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal, select

from engine.store.prepared import IDS, Prepared, Texts, is_among
from engine.store.statements import core, is_sqlite
from engine.store.tables import Profile, Send, SendOutcome

_NOT_ON_ITS_WAY = ("queued", "skipped", "failed", "expired")
_profile, _send, _outcome = core(Profile), core(Send), core(SendOutcome)
_newest = (
    select(_outcome.c.state)
    .where(_outcome.c.send_id == _send.c.id)
    .order_by(_outcome.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_TOLD = Prepared(
    select(_send.c.profile_id, _send.c.variant_id, _send.c.enrollment_id, _send.c.claimed_at).where(
        is_among(_send.c.profile_id, IDS),
        _send.c.claimed_at >= bindparam("since", type_=_send.c.claimed_at.type),
        _send.c.variant_id.is_not(None),
        _send.c.kind == "live",
        _send.c.address_hash != "",
        ~is_among(func.coalesce(_newest, ""), literal(_NOT_ON_ITS_WAY, Texts())),
    )
)
_LOCK = (
    select(_profile.c.id).where(is_among(_profile.c.id, IDS)).order_by(_profile.c.id).with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One message of an enrollment that tells a profile of a variant that it has waited for `since` then."""

    profile_id: str
    variant_id: str
    enrollment_id: str
    since: datetime


def hold_people(connection: Connection, profiles: Collection[str]) -> None:
    """Let nobody else claim a message to these profiles before this transaction is over."""
    if profiles and not is_sqlite(connection):
        connection.execute(_LOCK, {"ids": profiles})


def has_rival(connection: Connection, asked: Sequence[Telling]) -> list[bool]:
    """For each whether another enrollment told the profile of the variant since then, may have, or does so now.

    Those before it in this sequence count as well, unless they have a rival themselves.
    """
    if not asked:
        return []
    question = {"ids": {one.profile_id for one in asked}, "since": min(one.since for one in asked)}
    told: defaultdict[tuple[str, str], list[tuple[str, datetime]]] = defaultdict(list)
    for row in _TOLD.rows(connection, question):
        told[row["profile_id"], row["variant_id"]].append((row["enrollment_id"], row["claimed_at"]))
    begun: dict[tuple[str, str], str] = {}
    answers: list[bool] = []
    for one in asked:
        subject = (one.profile_id, one.variant_id)
        is_told = any(other != one.enrollment_id and at >= one.since for other, at in told[subject])
        answers.append(is_told or begun.setdefault(subject, one.enrollment_id) != one.enrollment_id)
    return answers
