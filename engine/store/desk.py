"""The delivery desk: everything that one send reads and writes, shared with all others that happen at the same time.

    look    the facts for the guard, and what the ledger already holds for this step
    claim   take the right to send; committed before the provider hears anything
    retake  take it again, after a try that came to nothing
    settle  outcomes, trail, standing, waitlist entry and dead subscriptions: one commit

Each call joins the group that is forming. Claims and settlements share one queue, so one commit often serves both.
Frequency caps are counted, and other journeys that tell the same are seen, in the commit that claims, where nobody else
can claim for the same person at the same time. What is written goes into a hash chain that belongs to this desk alone.
When the connection breaks in a commit, nobody here knows whether it was made: then everyone fails, and asks the ledger
again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, bindparam, case, func, select, update
from sqlalchemy.exc import DBAPIError

from engine.guardrails.caps import Allowance, Reached
from engine.journey.decisions import End
from engine.store import ledger
from engine.store.allowances import Asked, count_against
from engine.store.batching import Batcher
from engine.store.chains import Head, begin_chain, keep_head
from engine.store.database import Database
from engine.store.delivery import DeliveryQuestion, DeliveryWorld, read_worlds
from engine.store.enrollments import StepRecord, record_steps
from engine.store.ledger import Claim, Outcome, Retake, Standing
from engine.store.rivals import Telling, has_rival, hold_people
from engine.store.statements import core, insert_into
from engine.store.tables import PushSubscription, Send, SendOutcome, Suppression
from engine.store.waitlist_endings import Failed, Told, mark_failed, mark_sent

UNKNOWN = "unknown"
LASTING_FAILURES = (
    "no_consent",
    "no_subscription",
    "no_address",
    "suppressed",
    "gone",
    "mailbox_gone",
    "invalid_address",
    "failed",
    UNKNOWN,
)
"""After these the wait is over. One that may have been answered is not answered again; she may wait anew."""


@dataclass(frozen=True, slots=True)
class StepQuestion:
    """A delivery's facts, and the step (enrollment, node, visit) whose earlier claims are wanted with them."""

    facts: DeliveryQuestion
    node: str
    visit: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one step leaves behind.

    `gone` are push subscriptions that their service says no longer exist; `suppress` names channel, address hash and
    reason of other addresses that must not be written to any more.
    """

    record: StepRecord
    claims: tuple[Claim, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    notified: Told | None = None
    waitlist_entry_id: str | None = None
    gone: tuple[str, ...] = ()
    suppress: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Claiming:
    """Claims of one message, to be taken together as far as its allowance goes, unless somebody else is `telling`."""

    claims: tuple[Claim, ...]
    allowance: Allowance | None = None
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """For each claim whether it is ours now; none is when a cap was `reached` or another journey `is_rivalled`."""

    ours: tuple[bool, ...] = ()
    reached: Reached | None = None
    is_rivalled: bool = False


@dataclass(frozen=True, slots=True)
class Retaking:
    """Further tries of claims that one message holds already."""

    tries: tuple[Retake, ...]
    telling: Telling | None = None


Answer = tuple[DeliveryWorld, list[tuple[str, Standing]]]
Written = Claiming | Retaking | Settlement | list[Outcome]


class DeliveryDesk:
    """Reads and writes of deliveries, grouped over all that happen at once in this process.

    `on_settled` is told the enrollment of every step whose record is committed. While it `is_crowded`, many deliveries
    are on their way in this process, and each call waits a moment for others.
    """

    def __init__(
        self,
        database: Database,
        *,
        on_settled: Callable[[str], None] = lambda _: None,
        is_crowded: Callable[[], bool] = lambda: False,
        group: int = 64,
    ) -> None:
        self._database = database
        self._on_settled = on_settled
        self._looks: Batcher[StepQuestion, Answer] = Batcher(self._look, limit=group, is_crowded=is_crowded)
        self._writes: Batcher[Written, Claimed] = Batcher(
            self._write, limit=group, divides=was_rolled_back, is_crowded=is_crowded
        )
        self._chain = begin_chain()

    async def look(self, question: StepQuestion) -> Answer:
        """The world of this delivery, and pairs of address hash and standing for claims already made."""
        return await self._looks.submit(question)

    async def claim(
        self, claims: Sequence[Claim], allowance: Allowance | None = None, telling: Telling | None = None
    ) -> Claimed:
        """Take these claims of one message, unless a cap is reached or it has a rival; committed when this returns."""
        return await self._writes.submit(Claiming(tuple(claims), allowance, telling))

    async def retake(self, tries: Sequence[Retake], telling: Telling | None = None) -> Claimed:
        """Begin another try of these, unless the message has a rival by now; committed when this returns."""
        return await self._writes.submit(Retaking(tuple(tries), telling))

    async def note(self, outcomes: Sequence[Outcome]) -> None:
        """Append outcomes without ending the step."""
        await self._writes.submit(list(outcomes))

    async def settle(self, settlement: Settlement) -> None:
        """Record the step; committed when this returns. Settling the same step again changes nothing."""
        await self._writes.submit(settlement)
        self._on_settled(settlement.record.enrollment_id)

    async def _look(self, questions: Sequence[StepQuestion]) -> list[Answer]:
        return await self._database.run(lambda connection: _look(connection, questions), writes=False)

    async def _write(self, items: Sequence[Written]) -> list[Claimed]:
        chain, self._chain = self._chain, begin_chain()  # kept when this fails: nobody knows then how far the old goes
        answers, self._chain = await self._database.run(
            lambda connection: _write(connection, items, chain), writes=True
        )
        return answers


def was_rolled_back(error: Exception) -> bool:
    """Whether it is certain that nothing was committed: not when the connection was lost, perhaps in the commit."""
    return not isinstance(error, OSError) and not (isinstance(error, DBAPIError) and error.connection_invalidated)


def _look(connection: Connection, questions: Sequence[StepQuestion]) -> list[Answer]:
    worlds = read_worlds(connection, [q.facts for q in questions])
    held = ledger.standings(connection, [(q.facts.enrollment_id, q.node, q.visit) for q in questions])
    return [
        (world, held.get((q.facts.enrollment_id, q.node, q.visit), []))
        for q, world in zip(questions, worlds, strict=True)
    ]


def _write(connection: Connection, items: Sequence[Written], chain: Head) -> tuple[list[Claimed], Head]:
    before = chain
    settlements = [item for item in items if isinstance(item, Settlement)]
    refused = _refused(connection, items)
    allowed = [item for place, item in enumerate(items) if place not in refused]
    wanted = [claim for item in allowed if isinstance(item, Claiming) for claim in item.claims]
    skips = [claim for settlement in settlements for claim in settlement.claims]
    taken: list[bool] = []
    if wanted or skips:
        taken, chain = ledger.claim(connection, wanted + skips, chain)
    outcomes = [outcome for item in items if isinstance(item, list) for outcome in item]
    outcomes += [outcome for settlement in settlements for outcome in settlement.outcomes]
    chain = ledger.append(connection, outcomes, chain)
    tries = [one for item in allowed if isinstance(item, Retaking) for one in item.tries]
    begun: list[bool] = []
    if tries:
        begun, chain = ledger.retake(connection, tries, chain)
    if chain != before:
        keep_head(connection, chain)
    if settlements:
        _settle(connection, settlements)
    ours, again = iter(taken), iter(begun)
    return [refused.get(place) or _answer(item, ours, again) for place, item in enumerate(items)], chain


def _answer(item: Written, ours: Iterator[bool], again: Iterator[bool]) -> Claimed:
    if isinstance(item, Claiming):
        return Claimed(tuple(next(ours) for _ in item.claims))
    return Claimed(tuple(next(again) for _ in item.tries)) if isinstance(item, Retaking) else Claimed()


def _refused(connection: Connection, items: Sequence[Written]) -> dict[int, Claimed]:
    """By place, what is not to be sent now: it has a rival, or would exceed a cap."""
    tellings = [
        (place, item.telling)
        for place, item in enumerate(items)
        if isinstance(item, Claiming | Retaking) and item.telling
    ]
    limited = [
        (place, Asked(item.claims, item.allowance))
        for place, item in enumerate(items)
        if isinstance(item, Claiming) and item.allowance and item.claims
    ]
    if not tellings and not limited:
        return {}
    hold_people(connection, {one.profile_id for _, one in tellings} | {one.claims[0].profile_id for _, one in limited})
    rivalled = has_rival(connection, [one for _, one in tellings])
    refused = {place: Claimed(is_rivalled=True) for (place, _), is_so in zip(tellings, rivalled, strict=True) if is_so}
    counted = [(place, one) for place, one in limited if place not in refused]
    reached = count_against(connection, [one for _, one in counted])
    return refused | {
        place: Claimed(reached=cap) for (place, _), cap in zip(counted, reached, strict=True) if cap is not None
    }


def _settle(connection: Connection, settlements: Sequence[Settlement]) -> None:
    record_steps(connection, [settlement.record for settlement in settlements])
    mark_sent(connection, [settlement.notified for settlement in settlements if settlement.notified])
    gone = [(one, settlement) for settlement in settlements for one in settlement.gone]
    if gone:
        table = core(PushSubscription)
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("subscription"), table.c.removed_at.is_(None))
            .values(removed_at=bindparam("at"), removed_reason="gone"),
            [{"subscription": one, "at": _when(settlement)} for one, settlement in gone],
        )
    suppressed = [
        {"channel": channel, "address_hash": address, "reason": reason, "at": _when(one)}
        for one in settlements
        for channel, address, reason in one.suppress
    ]
    if suppressed:
        connection.execute(insert_into(Suppression, connection).on_conflict_do_nothing(), suppressed)
    for settlement in settlements:
        if settlement.waitlist_entry_id and isinstance(settlement.record.decision, End) and not settlement.notified:
            _fail_entry(connection, settlement.waitlist_entry_id, settlement.record.enrollment_id, _when(settlement))


def _fail_entry(connection: Connection, entry_id: str, enrollment_id: str, at: datetime) -> None:
    """Close an entry whose enrollment ended without a message for a reason that will not pass by itself.

    An entry that was only unlucky (sold out again before its turn, journey paused) stays in the line.
    """
    send, outcome = core(Send), core(SendOutcome)
    newest = (
        select(case((outcome.c.state == UNKNOWN, UNKNOWN), else_=func.coalesce(outcome.c.reason, outcome.c.state)))
        .select_from(outcome.join(send, send.c.id == outcome.c.send_id))
        .where(send.c.enrollment_id == enrollment_id)
        .order_by(outcome.c.id.desc())
        .limit(1)
    )
    reason = cast("str | None", connection.scalar(newest))
    if reason in LASTING_FAILURES:
        mark_failed(connection, [Failed(entry_id, reason, at)])


def _when(settlement: Settlement) -> datetime:
    return settlement.record.steps[-1].at
