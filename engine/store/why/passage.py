"""Where a passage led: which guard refused with which inputs, what the provider said, where it stands or ended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from engine.store.statements import Executor, core
from engine.store.tables import Send, SendOutcome, TrailRow
from engine.store.timeline.words import channel_name, day, reason_words
from engine.store.why.findings import Finding, Outcome
from engine.store.why.words import refusal

_send, _outcome, _trail = core(Send), core(SendOutcome), core(TrailRow)
_REACHED = frozenset({"accepted", "delivered", "opened", "clicked"})
_REFUSED = frozenset({"failed", "bounced", "expired"})


async def passage_findings(executor: Executor, enrollment: Any) -> tuple[Outcome, list[Finding]]:
    """What became of an enrollment: a finding where it went, and one or two for each message."""
    links = {"enrollment": f"/v1/enrollments/{enrollment.id}"}
    trail = (
        await executor.execute(select(_trail).where(_trail.c.enrollment_id == enrollment.id).order_by(_trail.c.seq))
    ).all()
    sends = (
        await executor.execute(
            select(_send).where(_send.c.enrollment_id == enrollment.id).order_by(_send.c.claimed_at, _send.c.id)
        )
    ).all()
    outcomes = await _outcomes(executor, [send.id for send in sends])
    messages = [finding for send in sends for finding in _message(send, outcomes[send.id])]
    if any(one.state in _REACHED for states in outcomes.values() for one in states):
        outcome: Outcome = "told"
    else:
        outcome = "under_way" if enrollment.ended_at is None else "not_told"
    return outcome, [_stands(enrollment, trail, links), *messages]


async def _outcomes(executor: Executor, sends: Sequence[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    rows = await executor.execute(
        select(_outcome).where(_outcome.c.send_id.in_(sends)).order_by(_outcome.c.at, _outcome.c.id)
    )
    for row in rows:
        found[row.send_id].append(row)
    return found


def _stands(enrollment: Any, trail: Sequence[Any], links: Mapping[str, str]) -> Finding:
    """Where it stands or ended, and what put it there."""
    path = [f"{row.node}.{row.outlet}" for row in trail if row.act == "took"]
    facts: dict[str, Any] = {"path": path, "node": enrollment.node, "status": enrollment.status}
    if enrollment.ended_at is None:
        until = f" until {day(enrollment.until)}" if enrollment.until else ""
        if enrollment.status == "parked":
            sentence = (
                f"The passage is held at “{enrollment.node}”, because the journey is paused or sending is stopped."
            )
            return Finding("passage", False, sentence, "paused", facts, links)
        waiting = next((row for row in reversed(trail) if row.act == "waiting"), None)
        reason = waiting.reason if waiting is not None and enrollment.status == "waiting" else None
        because = f", because of {reason_words(reason)}" if reason else ""
        return Finding(
            "passage", None, f"The passage stands at “{enrollment.node}”{until}{because}.", reason, facts, links
        )
    if any(row.outlet == "held_out" or row.reason == "held_out" for row in trail):
        sentence = (
            f"The person is in the holdout, and is not told anything, for comparison; decided at “{_held_out(trail)}”."
        )
        return Finding("passage", False, sentence, "held_out", facts, links)
    ended = str(enrollment.exit_reason).replace("_", " ")
    return Finding(
        "passage",
        None,
        f"The passage ended on {day(enrollment.ended_at)}: {ended}.",
        enrollment.exit_reason,
        facts,
        links,
    )


def _held_out(trail: Sequence[Any]) -> str:
    return next(str(row.node) for row in trail if "held_out" in (row.outlet, row.reason))


def _message(send: Any, outcomes: Sequence[Any]) -> list[Finding]:
    """What the guard said to a message, and the provider, when it was asked."""
    links = {"message": f"/v1/messages/{send.id}"}
    name, node = channel_name(send.channel), send.node
    facts = {"node": node, **send.verdict}
    skipped = next((one for one in outcomes if one.state == "skipped"), None)
    if skipped is not None:
        words = refusal(str(skipped.reason), send.channel, send.verdict)
        return [Finding("guard", False, f"At “{node}”: {words}", skipped.reason, facts, links)]
    allowed = Finding("guard", True, f"At “{node}”: the guard let {name} go.", None, facts, links)
    return [allowed, _provider(name, outcomes, links)]


def _provider(name: str, outcomes: Sequence[Any], links: Mapping[str, str]) -> Finding:
    history = [
        {
            "state": one.state,
            "reason": one.reason,
            "at": one.at.isoformat(),
            "provider_id": one.provider_id,
            **one.detail,
        }
        for one in outcomes
    ]
    facts = {"history": history}
    refused = next((one for one in reversed(outcomes) if one.state in _REFUSED), None)
    if refused is not None:
        detail = refused.detail.get("detail")
        said = f" (“{detail}”)" if detail else ""
        sentence = f"The provider of {name} refused it: {reason_words(refused.reason)}{said}."
        return Finding("provider", False, sentence, "provider_refused", {**facts, "reason": refused.reason}, links)
    reached = [one for one in outcomes if one.state in _REACHED]
    if reached:
        first, last = reached[0], reached[-1]
        further = "" if last.state == first.state else f", and it was {last.state} on {day(last.at)}"
        return Finding("provider", True, f"{name}: {first.state} on {day(first.at)}{further}.", None, facts, links)
    if any(one.state == "unknown" for one in outcomes):
        sentence = f"{name} may or may not have arrived: the provider's answer was lost, and it is not sent again."
        return Finding("provider", None, sentence, "unknown", facts, links)
    return Finding("provider", None, f"{name} is on its way to the provider.", "sending", facts, links)
