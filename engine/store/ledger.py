"""The send ledger: claim before the send, outcome after it, never a change.

    claim ──► (nothing: someone else holds it)
      │
      ├──► accepted ──► delivered ──► opened ──► clicked
      ├──► queued ──► sending   the provider was busy; the same claim is tried again, by one run at a time
      ├──► failed      the provider refused for good
      ├──► unknown     the answer is missing, and a repeat could double the message
      └──► skipped     a decision not to send; such a row has no address

A claim is unique per (enrollment, node, visit, channel, address), so that a step that runs twice (Temporal's local
activities are at least once) sends once. `standings` tells the second run what the first one left, and `retake` gives
it the right to another try, which the ledger says before the provider hears of it. Every row is a link
of a hash chain, which its writer hands in and gets back longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from engine.proofs.links import OUTCOME_FIELDS, SEND_FIELDS
from engine.store.chains import Head, keep_head, lock_shared
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import core
from engine.store.tables import Rendering, Send, SendOutcome

DOUBT = "doubt"
"""Set in the detail of an outcome after which the provider may have accepted the message all the same."""
INTERRUPTED = "interrupted"
"""Why a try is doubted whose worker left nothing behind but that it began."""
_send, _outcome = core(Send), core(SendOutcome)
_HELD = Prepared(
    select(
        _send.c.enrollment_id,
        _send.c.node,
        _send.c.visit,
        _send.c.address_hash,
        _send.c.id.label("send"),
        _outcome.c.state,
        _outcome.c.reason,
        _outcome.c.at,
        _outcome.c.detail,
        _outcome.c.id.label("outcome"),
        _send.c.claimed_at,
    )
    .select_from(_send.outerjoin(_outcome, _outcome.c.send_id == _send.c.id))
    .where(is_among(_send.c.enrollment_id, IDS))
    .order_by(_send.c.id, _outcome.c.id)
)
_CLAIMED = Prepared(lambda insert: insert(Send).on_conflict_do_nothing().returning(_send.c.id))
_RENDERED = Prepared(lambda insert: insert(Rendering).on_conflict_do_nothing())
_REACHED = Prepared(lambda insert: insert(SendOutcome))


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt to send (with an address) or one decision not to (`address_hash` is empty)."""

    id: str
    enrollment_id: str
    journey_id: str
    version: int
    node: str
    visit: int
    channel: str
    address_hash: str
    profile_id: str
    variant_id: str | None
    verdict: Mapping[str, Any]
    at: datetime
    kind: str = "live"
    rendering_hash: str | None = None
    rendering: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One ledger state that a send reached."""

    send_id: str
    state: str
    at: datetime
    reason: str | None = None
    provider_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


_BEGUN = (None, "sending")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger already says about a claim: its send, and its newest outcome if there is one.

    `since` is when that was written down. `doubt` is why the provider may have accepted one of the tries, if it may.
    """

    send_id: str
    state: str | None
    reason: str | None
    at: datetime | None
    since: datetime
    outcome: int | None = None
    doubt: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a try was begun of which nothing more is known."""
        return self.state in _BEGUN


@dataclass(frozen=True, slots=True)
class Retake:
    """Another try of a claim, by whoever saw this `outcome` as its newest. `doubted` when an earlier one got lost."""

    send_id: str
    outcome: int | None
    at: datetime
    doubted: bool = False


def claim(connection: Connection, claims: Sequence[Claim], head: Head) -> tuple[list[bool], Head]:
    """Take these claims; for each, whether it is now ours (False: it was taken before), and the chain behind them.

    A step that runs twice in one worker may claim the same send twice at once: the first of equal claims counts.
    """
    first = {one.id: place for place, one in reversed(list(enumerate(claims)))}
    claimed = [one for place, one in enumerate(claims) if first[one.id] == place]
    rows, longer = _linked(SEND_FIELDS, [_send_row(one) for one in claimed], head)
    ours = {row["id"] for row in _CLAIMED.returning(connection, rows)}
    if len(ours) < len(rows):
        # Someone was faster with some of them: the links of the others close up.
        rows, longer = _linked(SEND_FIELDS, [row for row in rows if row["id"] in ours], head)
        _relink(connection, rows)
    renderings = [
        {"hash": one.rendering_hash, "channel": one.channel, "content": dict(one.rendering), "created_at": one.at}
        for one in claimed
        if one.rendering is not None and one.id in ours
    ]
    if renderings:
        _RENDERED.many(connection, renderings)
    return [one.id in ours and first[one.id] == place for place, one in enumerate(claims)], longer


def append(connection: Connection, outcomes: Sequence[Outcome], head: Head) -> Head:
    """Add these outcomes; the chain behind them."""
    if not outcomes:
        return head
    rows, head = _linked(OUTCOME_FIELDS, [_outcome_row(one) for one in outcomes], head)
    _REACHED.many(connection, rows)
    return head


def retake(connection: Connection, tries: Sequence[Retake], head: Head) -> tuple[list[bool], Head]:
    """Begin another try of each; whether it is ours (False: somebody else did meanwhile), and the chain behind them."""
    wanted = sorted({one.send_id for one in tries})
    connection.execute(select(_send.c.id).where(_send.c.id.in_(wanted)).order_by(_send.c.id).with_for_update())
    newest = select(_outcome.c.send_id, func.max(_outcome.c.id).label("outcome"))
    found = {
        row.send_id: row.outcome
        for row in connection.execute(newest.where(_outcome.c.send_id.in_(wanted)).group_by(_outcome.c.send_id))
    }
    ours: list[bool] = []
    taken: dict[str, Outcome] = {}
    for one in tries:
        is_ours = one.send_id not in taken and found.get(one.send_id) == one.outcome
        ours.append(is_ours)
        if is_ours:
            reason, detail = (INTERRUPTED, {DOUBT: True}) if one.doubted else (None, {})
            taken[one.send_id] = Outcome(one.send_id, "sending", one.at, reason, detail=detail)
    return ours, append(connection, list(taken.values()), head)


def report(connection: Connection, outcome: Outcome) -> None:
    """Add what somebody else than a delivery desk reports about a send."""
    keep_head(connection, append(connection, [outcome], lock_shared(connection, outcome.send_id)))


def _linked(fields: tuple[str, ...], rows: Sequence[dict[str, Any]], head: Head) -> tuple[list[dict[str, Any]], Head]:
    linked: list[dict[str, Any]] = []
    for row in rows:
        head = head.followed_by(fields, row)
        linked.append({**row, **head.columns})
    return linked, head


def _relink(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(
            update(_send)
            .where(_send.c.id == bindparam("which"))
            .values(link=bindparam("new_link"), hash=bindparam("new_hash")),
            [{"which": row["id"], "new_link": row["link"], "new_hash": row["hash"]} for row in rows],
        )


def _send_row(one: Claim) -> dict[str, Any]:
    return {
        "id": one.id,
        "enrollment_id": one.enrollment_id,
        "journey_id": one.journey_id,
        "version": one.version,
        "node": one.node,
        "visit": one.visit,
        "channel": one.channel,
        "address_hash": one.address_hash,
        "profile_id": one.profile_id,
        "variant_id": one.variant_id,
        "kind": one.kind,
        "rendering_hash": one.rendering_hash,
        "verdict": dict(one.verdict),
        "claimed_at": one.at,
    }


def _outcome_row(one: Outcome) -> dict[str, Any]:
    return {
        "send_id": one.send_id,
        "state": str(one.state),
        "reason": one.reason,
        "provider_id": one.provider_id,
        "detail": dict(one.detail),
        "at": one.at,
    }


def standings(
    connection: Connection, steps: Sequence[tuple[str, str, int]]
) -> dict[tuple[str, str, int], list[tuple[str, Standing]]]:
    """What the ledger holds for these (enrollment, node, visit): pairs of address hash and standing."""
    wanted = set(steps)
    rows = _HELD.rows(connection, {"ids": {enrollment for enrollment, _, _ in steps}})
    found: dict[tuple[str, str, int], dict[str, Standing]] = {}
    for row in rows:
        key = (row["enrollment_id"], row["node"], row["visit"])
        if key in wanted:
            held = found.setdefault(key, {})
            before = held.get(row["address_hash"])
            held[row["address_hash"]] = Standing(
                row["send"],
                row["state"],
                row["reason"],
                row["at"],
                row["at"] or row["claimed_at"],
                row["outcome"],
                doubt=(before.doubt if before else None) or (row["reason"] if DOUBT in (row["detail"] or {}) else None),
            )
    return {step: list(held.items()) for step, held in found.items()}
