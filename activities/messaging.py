"""Messaging: one message to one profile, guarded, claimed, sent and recorded.

    look ──► paused, or everything stopped? ──yes──► parked: nothing happens until it goes on
      │
      └─► earlier claims? ──yes──► finish what the earlier run began
      │
      └─► guard ──skip──► record the skip and its reason
            │ └──later──► record until when it is put off; it is asked for again then, and looked at anew
            │
            └─► render ──► claim, within the caps ──► provider ──► outcome ──► record the step that follows

The same steps run twice when Temporal repeats an activity. The claim, which is committed before the provider hears
anything, makes the second run find the first: an outcome is returned again, a known refusal is tried again, and a
claim with no outcome follows the channel's ambiguity policy.

The activity also asks the interpreter what follows from the outcome and stores that trail with it in one commit. The
workflow asks the same question a moment later with the same arguments, and gets the same answer.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from activities.brakes import Brakes
from activities.bulkheads import Bulkheads
from activities.channels.channel import Accepted, AmbiguityPolicy, Channels
from activities.composing import Composer, MessageLibrary, Reach, reaches
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from activities.guarding import allowance_for, bypass, facts_for, question_for
from activities.tasks import DeliverAnswer, DeliverTask
from engine.guardrails.caps import PERSONAL_CHANNELS, Allowance
from engine.guardrails.reasons import SkipReason
from engine.guardrails.verdicts import Verdict, judge
from engine.journey.advance import advance
from engine.journey.facts import DeliveryOutcome, Facts
from engine.journey.version import JourneyVersion
from engine.messages.errors import MessageError, NoLink
from engine.messages.rendered import RenderedMessage
from engine.store.delivery import DeliveryWorld
from engine.store.desk import DeliveryDesk, Settlement
from engine.store.enrollments import StepRecord
from engine.store.feedback import ASKED_TO_STOP
from engine.store.holds import Hold, hold_on
from engine.store.ids import id_from
from engine.store.ledger import Claim, Outcome, Standing
from engine.store.versions import VersionCatalogue
from engine.store.waitlist_endings import Told

PROVIDER_SECONDS: Mapping[str, float] = {"web_push": 5.0}
"""How long a try may take where a repeat does no harm; the other channels have limits of their own, and need them."""
PAUSE_BEFORE_REPEAT = timedelta(seconds=5)
NO_ADDRESS = ""
Status = Literal["sent", "skipped", "failed", "unknown", "later"]
_FINAL: Mapping[str, Literal["sent", "unknown"]] = {
    "accepted": "sent",
    "delivered": "sent",
    "opened": "sent",
    "clicked": "sent",
    "unknown": "unknown",
}


@dataclass(slots=True)
class _Progress:
    """What became of the addresses of one message so far."""

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


class Messenger:
    """Carries out `Deliver` decisions."""

    def __init__(
        self,
        desk: DeliveryDesk,
        versions: VersionCatalogue,
        channels: Channels,
        *,
        composer: Composer,
        library: MessageLibrary,
        clock: Callable[[], datetime],
        brakes: Brakes,
    ) -> None:
        self._desk = desk
        self._brakes = brakes
        self._bulkheads = Bulkheads()
        self._versions = versions
        self._channels = channels
        self._composer = composer
        self._library = library
        self._clock = clock

    def now(self) -> datetime:
        """The time by the messenger's clock."""
        return self._clock()

    async def deliver(self, task: DeliverTask, *, last_try: bool = False) -> DeliverAnswer:
        """Send the message, or say why not, or from when on it is worth trying again.

        On the `last_try` a provider that is still unavailable means failed, not later.
        """
        decision, enrollment = task.decision, task.enrollment
        version = await self._versions.load(enrollment.journey, enrollment.version)
        rules = self._library.guardrails(version)
        before = self._brakes.now()
        asks_latest = self._library.asks_latest(version, decision.message)
        world, held = await self._desk.look(question_for(task, rules, self._clock(), asks_latest=asks_latest))
        self._brakes.saw(enrollment.journey, world.journey_status, kill_switch=world.kill_switch, at=before)
        if hold_on(world.journey_status, kill_switch=world.kill_switch, is_test=enrollment.is_test):
            return DeliverAnswer(parked=True)
        addresses = reaches(world, decision.channel) if decision.channel in self._channels else []
        standing = dict(held)
        if (skipped := standing.get(NO_ADDRESS)) is not None:
            return DeliverAnswer(outcome=_told(task, "skipped", skipped.at or self._clock(), skipped.reason))
        progress = self._resume(task, standing)
        if progress is None or _was_held(standing):
            expires_at = self._expires_at(task, version)
            facts = facts_for(task, world, version, rules, addresses, expires_at=expires_at, now=self._clock())
            verdict = judge(facts, rules, world.limits)
            if verdict.until is not None or verdict.skip is not None:
                return await self._refuse(task, verdict)
            progress, inputs = progress or _Progress(), {**verdict.inputs, **bypass(rules)}
        else:
            inputs: Mapping[str, Any] = {"resumed": True}
        open_reaches = [
            reach for reach in addresses if reach.hash not in progress.settled and reach.hash not in world.suppressed
        ]
        if open_reaches and not progress.sent and progress.unknown is None:
            try:
                variant = self._library.variant(
                    version, decision.message, node=decision.node, profile=enrollment.profile
                )
                inputs = inputs if variant is None else {**inputs, "message_variant": variant}
                messages = [self._render(task, world, reach, version, variant) for reach in open_reaches]
            except MessageError as error:
                reason = SkipReason.NO_LINK.value if isinstance(error, NoLink) else error.code
                return await self._skip(task, reason, {**inputs, "problem": str(error)})
            parcels = list(zip(open_reaches, messages, strict=True))
            held_back = await self._claim_all(task, parcels, standing, inputs, allowance_for(task, rules, world))
            if isinstance(held_back, DeliverAnswer):
                return held_back
            expires_at = self._expires_at(task, version)
            await asyncio.gather(*(self._send(task, *parcel, expires_at, progress) for parcel in held_back))
        return await self._conclude(task, progress, last_try=last_try)

    def _expires_at(self, task: DeliverTask, version: JourneyVersion) -> datetime | None:
        """From when on the message is worth nothing: its life, counted from when the enrollment came to it."""
        life = self._library.life(version, task.decision.message)
        return None if life is None else task.state.arrived_at + life

    def _resume(self, task: DeliverTask, held: dict[str, Standing]) -> _Progress | None:
        """What an earlier run of this step left behind, or None when there was none."""
        if not held:
            return None
        progress = _Progress()
        policy = self._channels[task.decision.channel].ambiguity
        for hashed, standing in held.items():
            if standing.state is None and policy is AmbiguityPolicy.RECORD_UNKNOWN:
                at = self._clock()
                progress.outcomes.append(Outcome(standing.send_id, "unknown", at, "interrupted"))
                progress.unknown = standing.send_id
                progress.settled.add(hashed)
            elif standing.state not in {None, "queued"}:
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

    def _render(
        self, task: DeliverTask, world: DeliveryWorld, reach: Reach, version: JourneyVersion, variant: str | None
    ) -> RenderedMessage:
        context = self._composer.context(
            world,
            send_id=_send_id(task, reach),
            journey=version.document.name,
            event=dict(task.enrollment.entry.properties),
        )
        return self._library.render(version, task.decision.message, context, variant)

    async def _claim_all(
        self,
        task: DeliverTask,
        parcels: list[tuple[Reach, RenderedMessage]],
        held: Mapping[str, Standing],
        inputs: Mapping[str, Any],
        allowance: Allowance,
    ) -> list[tuple[Reach, RenderedMessage]] | DeliverAnswer:
        """What is ours to send: claimed now, or earlier and not accepted yet; or what there is to answer instead."""
        fresh = [(reach, message) for reach, message in parcels if reach.hash not in held]
        claimed = await self._desk.claim(
            [self._claim(task, reach, inputs, message) for reach, message in fresh], allowance
        )
        if claimed.reached is not None:
            return await self._skip(task, claimed.reached.reason, {**inputs, **claimed.reached.inputs()})
        mine = [parcel for parcel, taken in zip(fresh, claimed.ours, strict=True) if taken]
        mine += [(reach, message) for reach, message in parcels if reach.hash in held]
        # Nothing: another run of the step was faster with all of them. What became of it is known later.
        return mine or DeliverAnswer(later=self._clock() + PAUSE_BEFORE_REPEAT)

    async def _send(
        self,
        task: DeliverTask,
        reach: Reach,
        message: RenderedMessage,
        expires_at: datetime | None,
        progress: _Progress,
    ) -> None:
        channel = self._channels[task.decision.channel]
        send_id = _send_id(task, reach)
        hold = await self._brakes.hold(task.enrollment.journey, is_test=task.enrollment.is_test)
        if hold is not None:
            progress.outcomes.append(_outcome(send_id, "queued", self._clock(), hold, ""))
            progress.held = True
            return
        try:
            with self._bulkheads.entered(channel.name):
                async with asyncio.timeout(PROVIDER_SECONDS.get(channel.name)):
                    accepted = await channel.send(message, reach.address, key=send_id, expires_at=expires_at)
        except TemporaryDeliveryFailure as failure:
            progress.outcomes.append(_outcome(send_id, "queued", self._clock(), failure.reason, failure.detail))
            progress.later = max(progress.later or timedelta(), failure.retry_after or PAUSE_BEFORE_REPEAT)
        except PermanentDeliveryFailure as failure:
            state = "expired" if failure.reason == "expired" else "failed"
            progress.outcomes.append(_outcome(send_id, state, self._clock(), failure.reason, failure.detail))
            progress.failed = failure.reason
            if failure.address_gone and reach.subscription:
                progress.gone.append(reach.subscription)
            elif failure.address_gone and channel.name in PERSONAL_CHANNELS:
                why = ASKED_TO_STOP if failure.reason == SkipReason.SUPPRESSED else failure.reason
                progress.suppress.append((channel.name, reach.hash, why))
        except (AmbiguousDelivery, TimeoutError) as failure:
            self._note_ambiguity(channel.ambiguity, send_id, failure, progress)
        else:
            self._note_acceptance(send_id, accepted, progress)

    def _note_acceptance(self, send_id: str, accepted: Accepted, progress: _Progress) -> None:
        progress.sent.append(send_id)
        detail = {"detail": accepted.detail} if accepted.detail else {}
        progress.outcomes.append(
            Outcome(send_id, "accepted", self._clock(), provider_id=accepted.provider_id, detail=detail)
        )

    def _note_ambiguity(
        self, policy: AmbiguityPolicy, send_id: str, failure: AmbiguousDelivery | TimeoutError, progress: _Progress
    ) -> None:
        reason = failure.reason if isinstance(failure, AmbiguousDelivery) else "timed_out"
        if policy is AmbiguityPolicy.REPEAT:
            progress.outcomes.append(Outcome(send_id, "queued", self._clock(), reason))
            progress.later = max(progress.later or timedelta(), PAUSE_BEFORE_REPEAT)
        else:
            progress.outcomes.append(Outcome(send_id, "unknown", self._clock(), reason))
            progress.unknown = send_id

    async def _conclude(self, task: DeliverTask, progress: _Progress, *, last_try: bool) -> DeliverAnswer:
        now = self._clock()
        if progress.sent:
            return await self._settle(task, progress, "sent", None, sorted(progress.sent))
        if progress.unknown is not None:
            return await self._settle(task, progress, "unknown", "unknown", [progress.unknown])
        if progress.held:
            await self._desk.note(progress.outcomes)
            return DeliverAnswer(parked=True)
        if progress.later is not None and not last_try:
            await self._desk.note(progress.outcomes)
            return DeliverAnswer(later=now + progress.later)
        if progress.later is not None:
            progress.outcomes += [
                Outcome(outcome.send_id, "failed", now, "gave_up")
                for outcome in progress.outcomes
                if outcome.state == "queued"
            ]
        reason = "gave_up" if progress.later is not None else progress.failed or "failed"
        return await self._settle(task, progress, "failed", reason, [])

    async def _skip(self, task: DeliverTask, reason: str, inputs: Mapping[str, Any]) -> DeliverAnswer:
        now = self._clock()
        claim = self._claim(task, None, {**inputs, "skip": str(reason)}, None)
        outcome = Outcome(claim.id, "skipped", now, str(reason))
        return await self._record(task, "skipped", str(reason), [claim.id], now, claims=(claim,), outcomes=(outcome,))

    async def _refuse(self, task: DeliverTask, verdict: Verdict) -> DeliverAnswer:
        """Not at all, or not now: then the trail keeps what was read, and everything is looked at anew later."""
        if verdict.until is None:
            return await self._skip(task, str(verdict.skip), verdict.inputs)
        detail = {"verdict": verdict.inputs}
        return await self._record(task, "later", verdict.skip, [], self._clock(), until=verdict.until, detail=detail)

    async def _settle(
        self, task: DeliverTask, progress: _Progress, status: Status, reason: str | None, sends: Sequence[str]
    ) -> DeliverAnswer:
        return await self._record(
            task,
            status,
            reason,
            sends,
            progress.at or self._clock(),
            outcomes=tuple(progress.outcomes),
            gone=tuple(progress.gone),
            suppress=tuple(progress.suppress),
        )

    async def _record(
        self,
        task: DeliverTask,
        status: Status,
        reason: str | None,
        sends: Sequence[str],
        now: datetime,
        *,
        claims: tuple[Claim, ...] = (),
        outcomes: tuple[Outcome, ...] = (),
        gone: tuple[str, ...] = (),
        suppress: tuple[tuple[str, str, str], ...] = (),
        until: datetime | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> DeliverAnswer:
        """Ask the interpreter what follows from the outcome, and commit all of it at once."""
        enrollment = task.enrollment
        outcome = _told(task, status, now, reason, sends)
        if until is not None:
            outcome = outcome.model_copy(update={"until": until, "detail": detail or {}})
        version = await self._versions.load(enrollment.journey, enrollment.version)
        state, following = advance(version, task.state, Facts(delivered=outcome), now)
        told = status == "sent" and enrollment.variant is not None
        await self._desk.settle(
            Settlement(
                StepRecord(enrollment.id, enrollment.journey, enrollment.version, state.trail, following),
                claims=claims,
                outcomes=outcomes,
                notified=Told(enrollment.profile, enrollment.variant or "", now, enrollment.waitlist_entry)
                if told
                else None,
                waitlist_entry_id=enrollment.waitlist_entry,
                gone=gone,
                suppress=suppress,
            )
        )
        return DeliverAnswer(outcome=outcome)

    def _claim(
        self, task: DeliverTask, reach: Reach | None, inputs: Mapping[str, Any], message: RenderedMessage | None
    ) -> Claim:
        enrollment, decision = task.enrollment, task.decision
        return Claim(
            id=_send_id(task, reach),
            enrollment_id=enrollment.id,
            journey_id=enrollment.journey,
            version=enrollment.version,
            node=decision.node,
            visit=decision.visit,
            channel=decision.channel,
            address_hash=reach.hash if reach else NO_ADDRESS,
            profile_id=enrollment.profile,
            variant_id=enrollment.variant,
            verdict=inputs,
            at=self._clock(),
            rendering_hash=message.content_hash if message else None,
            rendering=message.archived if message else None,
        )


def _was_held(held: Mapping[str, Standing]) -> bool:
    """Whether a pause or the kill switch stopped the message at the last moment, so that it is to be judged anew."""
    return all(standing.state == "queued" and standing.reason in get_args(Hold) for standing in held.values())


def _send_id(task: DeliverTask, reach: Reach | None) -> str:
    decision = task.decision
    hashed = reach.hash if reach else NO_ADDRESS
    return id_from("snd", task.enrollment.id, decision.node, str(decision.visit), decision.channel, hashed)


def _told(
    task: DeliverTask, status: Status, at: datetime, reason: str | None, sends: Sequence[str] = ()
) -> DeliveryOutcome:
    decision = task.decision
    return DeliveryOutcome(
        node=decision.node,
        visit=decision.visit,
        status=status,
        channel=decision.channel,
        at=at,
        reason=reason,
        send_id=sends[0] if sends else None,
        copies=tuple(sends[1:]) or None,
    )


def _outcome(send_id: str, state: str, at: datetime, reason: str, detail: str) -> Outcome:
    return Outcome(send_id, state, at, reason, detail={"detail": detail} if detail else {})
