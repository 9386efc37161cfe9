"""What became so far of one message to one profile, address by address.

resume   what earlier runs of the step left in the ledger
notes    what a try at an address ended in, as outcomes for the ledger
close    nothing is tried any more: whatever is still open gets its end

A refusal is about the try that it answers, and says nothing of an earlier one whose answer was lost. So where any try
may have been taken, only an acceptance is certain: every other end is `unknown`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from activities.channels.channel import Accepted, AmbiguityPolicy
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.store.holds import Hold
from engine.store.ledger import DOUBT, INTERRUPTED, Outcome, Standing

PAUSE_BEFORE_REPEAT = timedelta(seconds=5)
GAVE_UP = "gave_up"
_FINAL: Mapping[str, Literal["sent", "unknown"]] = {
    "accepted": "sent",
    "delivered": "sent",
    "opened": "sent",
    "clicked": "sent",
    "unknown": "unknown",
}


@dataclass(slots=True)
class Progress:
    """The addresses of one message. `open` names, by send, why it is not over; `doubted`, for those among them whose
    message may have been accepted, why that is not known. `later` is how long the provider wants to be left alone.
    """

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    sent: list[str] = field(default_factory=list[str])
    unknown: str | None = None
    failed: str | None = None
    at: datetime | None = None
    later: timedelta | None = None
    held: bool = False
    gone: list[str] = field(default_factory=list[str])
    suppress: list[tuple[str, str, str]] = field(default_factory=list["tuple[str, str, str]"])
    settled: set[str] = field(default_factory=set[str])
    open: dict[str, str] = field(default_factory=dict[str, str])
    doubted: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_untaken(self) -> bool:
        """Whether certainly no provider took any of it, so that it may still be judged anew."""
        return not self.sent and self.unknown is None and not self.doubted

    def accept(self, send_id: str, accepted: Accepted, now: datetime) -> None:
        """The provider took it."""
        self._end(send_id)
        self.sent.append(send_id)
        detail = {"detail": accepted.detail} if accepted.detail else {}
        self.outcomes.append(Outcome(send_id, "accepted", now, provider_id=accepted.provider_id, detail=detail))

    def refuse(self, send_id: str, failure: PermanentDeliveryFailure, now: datetime) -> None:
        """The provider will never take it; whether it took it before is another question."""
        if send_id in self.doubted:
            self._leave_unknown(send_id, self.doubted[send_id], now, f"then {failure}")
            return
        self._end(send_id)
        state = "expired" if failure.reason == "expired" else "failed"
        self.outcomes.append(_outcome(send_id, state, now, failure.reason, failure.detail))
        self.failed = failure.reason

    def postpone(self, send_id: str, failure: TemporaryDeliveryFailure, now: datetime) -> None:
        """The provider did not take it now."""
        self.outcomes.append(_outcome(send_id, "queued", now, failure.reason, failure.detail))
        self.open[send_id] = failure.reason
        self._come_back(failure.retry_after)

    def hold(self, send_id: str, hold: Hold, now: datetime) -> None:
        """A pause or the kill switch came first."""
        self.outcomes.append(_outcome(send_id, "queued", now, hold))
        self.open[send_id] = hold
        self.held = True

    def doubt(self, send_id: str, failure: AmbiguousDelivery, policy: AmbiguityPolicy, now: datetime) -> None:
        """Nobody knows whether the provider took it."""
        if policy is AmbiguityPolicy.RECORD_UNKNOWN:
            self._leave_unknown(send_id, failure.reason, now, failure.detail)
            return
        detail = {"detail": failure.detail, DOUBT: True}
        self.outcomes.append(Outcome(send_id, "queued", now, failure.reason, detail=detail))
        self.open[send_id] = failure.reason
        self.doubted.setdefault(send_id, failure.reason)
        self._come_back(None)

    def close(
        self, now: datetime, reason: str | None = None, *, state: Literal["failed", "skipped"] = "failed"
    ) -> None:
        """Nothing is tried any more, for this reason or each for its own."""
        for send_id, why in list(self.open.items()):
            if send_id in self.doubted:
                self._leave_unknown(send_id, self.doubted[send_id], now, f"then {reason or why}")
            else:
                self.outcomes.append(_outcome(send_id, state, now, reason or why, why if reason else ""))
        self.open.clear()

    def _leave_unknown(self, send_id: str, reason: str, now: datetime, detail: str = "") -> None:
        self._end(send_id)
        self.outcomes.append(_outcome(send_id, "unknown", now, reason, detail))
        self.unknown = send_id

    def _end(self, send_id: str) -> None:
        self.open.pop(send_id, None)
        self.doubted.pop(send_id, None)

    def _come_back(self, wish: timedelta | None) -> None:
        self.later = max(self.later or timedelta(), wish or PAUSE_BEFORE_REPEAT)


def resume(held: Mapping[str, Standing], policy: AmbiguityPolicy, now: datetime) -> Progress | None:
    """What earlier runs of this step left behind; None when there was none."""
    if not held:
        return None
    progress = Progress()
    for hashed, standing in held.items():
        is_open = standing.is_under_way or standing.state == "queued"
        doubt = standing.doubt or (INTERRUPTED if standing.is_under_way else None)
        if is_open and doubt is not None and policy is AmbiguityPolicy.RECORD_UNKNOWN:
            progress.doubt(standing.send_id, AmbiguousDelivery(doubt), policy, now)
            progress.settled.add(hashed)
        elif is_open:
            progress.open[standing.send_id] = standing.reason or INTERRUPTED
            if doubt is not None:
                progress.doubted[standing.send_id] = doubt
        else:
            progress.settled.add(hashed)
            progress.at = standing.at
            match _FINAL.get(standing.state or ""):
                case "sent":
                    progress.sent.append(standing.send_id)
                case "unknown":
                    progress.unknown = standing.send_id
                case _:
                    progress.failed = standing.reason or standing.state
    return progress


def _outcome(send_id: str, state: str, at: datetime, reason: str, detail: str = "") -> Outcome:
    return Outcome(send_id, state, at, reason, detail={"detail": detail} if detail else {})
