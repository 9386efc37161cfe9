"""Frequency caps counted where nobody else can count at the same time: in the transaction that claims the send.

The ledger itself is what is counted, once nobody else can claim for the same people: see `hold_people` in
`engine.store.rivals`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, exists, select

from engine.guardrails.caps import Allowance, Reached, Told, first_reached
from engine.store.ledger import Claim
from engine.store.statements import core
from engine.store.tables import Send, SendOutcome

_send, _outcome = core(Send), core(SendOutcome)
_WHOSE = cast("Any", bindparam("profiles", expanding=True))
_TOLD = select(
    _send.c.profile_id,
    _send.c.enrollment_id,
    _send.c.node,
    _send.c.visit,
    _send.c.journey_id,
    _send.c.channel,
    _send.c.claimed_at,
).where(
    _send.c.profile_id.in_(_WHOSE),
    _send.c.claimed_at > bindparam("since", type_=_send.c.claimed_at.type),
    _send.c.kind == "live",
    _send.c.address_hash != "",
    ~exists().where(_outcome.c.send_id == _send.c.id, _outcome.c.state.in_(("failed", "expired"))),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The claims of one message, and what it must stay within."""

    claims: Sequence[Claim]
    allowance: Allowance

    @property
    def step(self) -> tuple[str, str, int]:
        """Which message it is."""
        one = self.claims[0]
        return (one.enrollment_id, one.node, one.visit)

    @property
    def since(self) -> datetime:
        """From when on it has to be counted."""
        return self.claims[0].at - self.allowance.window


def count_against(connection: Connection, asked: Sequence[Asked]) -> list[Reached | None]:
    """For each message the cap that it would exceed, after those before it in this sequence; None when it may go.

    The caller holds the profiles.
    """
    if not asked:
        return []
    profiles = sorted({one.claims[0].profile_id for one in asked})
    told: defaultdict[str, list[Told]] = defaultdict(list)
    for row in connection.execute(_TOLD, {"profiles": profiles, "since": min(one.since for one in asked)}):
        told[row.profile_id].append(
            Told((row.enrollment_id, row.node, row.visit), row.journey_id, row.channel, row.claimed_at)
        )
    answers: list[Reached | None] = []
    for one in asked:
        claim, allowance = one.claims[0], one.allowance
        reached = first_reached(allowance, one.step, told[claim.profile_id], claim.at)
        if reached is None:
            told[claim.profile_id].append(Told(one.step, allowance.journey, allowance.channel, claim.at))
        answers.append(reached)
    return answers
