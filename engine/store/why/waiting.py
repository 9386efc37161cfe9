"""Was the person waiting for what came back? If not: for another size, no longer, not yet, or never at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.stock.interest import InterestRule
from engine.store.statements import Executor, core
from engine.store.tables import Variant, WaitlistEntry
from engine.store.timeline.words import day, interest_words
from engine.store.variant_names import name_variants
from engine.store.why.findings import Finding
from engine.store.why.words import span

_entry, _variant = core(WaitlistEntry), core(Variant)
_ENDED = {
    "purchased": "had bought it already",
    "unsubscribed": "had asked not to be told any more",
    "sent": "had been told already, and did not ask again since",
    "failed": "could not be reached about an earlier restock, and did not ask again since",
    "held_out": "was held out of an earlier restock for comparison, and did not ask again since",
    "expired": "had waited as long as a wait lasts",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was found: the entry that was open when the variant came back, if there was one."""

    finding: Finding
    entry: Any | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What came back: the variant, all variants whose line it serves, and when."""

    variant: str
    line: Collection[str]
    at: datetime


async def siblings(executor: Executor, variant_id: str) -> list[str]:
    """All variants of the product that this variant is of."""
    product = select(_variant.c.product_id).where(_variant.c.id == variant_id).scalar_subquery()
    rows = await executor.execute(select(_variant.c.id).where(_variant.c.product_id == product).order_by(_variant.c.id))
    return list(rows.scalars())


async def was_waiting(executor: Executor, person: str, wanted: Wanted, interest: InterestRule) -> Waiting:
    """Whether the person had an open entry that the journey counts, when the variant came back."""
    family = await siblings(executor, wanted.variant)
    rows = await executor.execute(
        select(_entry)
        .where(_entry.c.profile_id == person, _entry.c.variant_id.in_(family))
        .order_by(_entry.c.created_at)
    )
    entries = list(rows)
    names = await name_variants(executor, family)
    title = names[wanted.variant].title
    concerned = [entry for entry in entries if entry.variant_id in wanted.line]
    counted = [entry for entry in concerned if _was_open(entry, wanted.at)]
    fitting = [entry for entry in counted if entry.source in interest.sources]
    fresh = [entry for entry in fitting if interest.is_fresh(entry.created_at, wanted.at)]
    if fresh:
        first = min(fresh, key=lambda entry: (entry.intent, entry.created_at, entry.id))
        since = f"The person was waiting for {names[first.variant_id].title} since {day(first.created_at)}"
        return Waiting(
            Finding("waiting", True, f"{since} ({interest_words(first.source).lower()}).", None, _told(first)), first
        )
    if fitting:
        window = span(interest.window) if interest.window is not None else ""
        sentence = (
            f"The interest was too old: from {day(fitting[-1].created_at)}, and the journey counts {window} back."
        )
        return Waiting(Finding("waiting", False, sentence, "interest_expired", _told(fitting[-1])), None)
    if counted:
        sources = ", ".join(interest_words(source).lower() for source in sorted(interest.sources))
        guessed = interest_words(counted[-1].source).lower()
        sentence = f"The interest was only guessed ({guessed}); this journey counts: {sources}."
        return Waiting(Finding("waiting", False, sentence, "interest_not_wanted", _told(counted[-1])), None)
    if concerned:
        return Waiting(_no_longer(concerned, wanted.at, title), None)
    others = [entry for entry in entries if _was_open(entry, wanted.at)]
    if others:
        sizes = ", ".join(sorted({names[entry.variant_id].title for entry in others}))
        sentence = f"The person was waiting for {sizes}, and what came back was {title}."
        return Waiting(Finding("waiting", False, sentence, "other_variant", _told(others[-1])), None)
    return Waiting(Finding("waiting", False, f"The person was not waiting for {title}.", "not_waiting"), None)


def _was_open(entry: Any, at: datetime) -> bool:
    started = entry.created_at <= at
    not_closed = entry.closed_at is None or entry.closed_at >= at
    return started and not_closed and (entry.expires_at is None or entry.expires_at > at)


def _no_longer(entries: Sequence[Any], at: datetime, title: str) -> Finding:
    last = entries[-1]
    earlier = [entry for entry in entries if entry.created_at <= at]
    if not earlier:
        sentence = f"The person began to wait for {title} only after it had come back, on {day(last.created_at)}."
        return Finding("waiting", False, sentence, "waited_later", _told(last))
    last = earlier[-1]
    is_over = last.expires_at is not None and last.expires_at <= at
    state = "expired" if is_over and (last.closed_at is None or last.closed_at >= last.expires_at) else last.state
    ended = last.expires_at if state == "expired" else last.closed_at
    words = _ENDED.get(state, f"had stopped waiting ({state})")
    if state == "expired" and last.expires_at is not None:
        words = f"{words}: {span(last.expires_at - last.created_at)}"
    reason = "interest_expired" if state == "expired" else "already_notified" if state == "sent" else state
    return Finding(
        "waiting", False, f"The person {words}; the wait for {title} ended on {day(ended)}.", reason, _told(last)
    )


def _told(entry: Any) -> dict[str, Any]:
    told = {
        "entry": entry.id,
        "source": entry.source,
        "state": entry.state,
        "since": entry.created_at.isoformat(),
        "expires_at": entry.expires_at and entry.expires_at.isoformat(),
        "closed_at": entry.closed_at and entry.closed_at.isoformat(),
    }
    return {name: value for name, value in told.items() if value is not None}
