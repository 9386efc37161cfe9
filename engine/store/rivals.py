"""Whether another journey tells a person of the same variant at this very moment.

The guard reads what others have sent by then; two that are a few milliseconds apart would both read nothing. So it is
asked once more in the commit that claims the send, where nobody else can claim: SQLite has one writer, and on
PostgreSQL `hold_people` makes two who mean the same person take turns. Whoever comes second looks again later, when it
is known what became of the first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

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
_WHOSE = cast("Any", bindparam("profiles", expanding=True))
_LOCK = select(_profile.c.id).where(_profile.c.id.in_(_WHOSE)).order_by(_profile.c.id).with_for_update(key_share=True)


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
        connection.execute(_LOCK, {"profiles": sorted(profiles)})


def has_rival(connection: Connection, asked: Sequence[Telling]) -> list[bool]:
    """For each whether another enrollment told the profile of the variant since then, may have, or does so now.

    Those before it in this sequence count as well, unless they have a rival themselves.
    """
    if not asked:
        return []
    question = {"ids": {one.profile_id for one in asked}, "since": min(one.since for one in asked)}
    told = [
        Telling(row["profile_id"], row["variant_id"], row["enrollment_id"], row["claimed_at"])
        for row in _TOLD.rows(connection, question)
    ]
    by_subject: dict[tuple[str, str], list[Telling]] = {}
    for one in told:
        by_subject.setdefault((one.profile_id, one.variant_id), []).append(one)
    answers: list[bool] = []
    for one in asked:
        others = by_subject.setdefault((one.profile_id, one.variant_id), [])
        rivalled = any(other.enrollment_id != one.enrollment_id and other.since >= one.since for other in others)
        if not rivalled:
            others.append(one)
        answers.append(rivalled)
    return answers
