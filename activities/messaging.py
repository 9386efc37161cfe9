"""Messaging: one message to one profile, guarded, claimed, sent and recorded.

    look ──► paused, or everything stopped? ──yes──► parked: nothing happens until it goes on
      │
      └─► earlier claims? ──yes──► perhaps still under way: later; else finish what the earlier run began
      │
      └─► guard ──skip──► record the skip and its reason
            │ └──later──► record until when it is put off; it is asked for again then, and looked at anew
            │
            └─► render ──► claim, within the caps ──► provider ──► outcome ──► record the step that follows

The same steps run twice when Temporal repeats an activity. The claim, which is committed before the provider hears
anything, makes the second run find the first: an outcome is returned again, a known refusal is tried again, and a
claim with no outcome follows the channel's ambiguity policy, once nobody can be sending any more. Another try of a
claim is itself written down first, by one run only, so that it is never made twice unseen.

The activity also asks the interpreter what follows from the outcome and stores that trail with it in one commit. The
workflow asks the same question a moment later with the same arguments, and gets the same answer.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from activities.brakes import Brakes
from activities.bulkheads import Bulkheads
from activities.channels.channel import Channels
from activities.channels.custom import PluginChannel
from activities.composing import Composer, MessageLibrary, Reach, custom_reaches, reaches
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from activities.guarding import allowance_for, bypass, facts_for, question_for, telling_of
from activities.progress import GAVE_UP, PAUSE_BEFORE_REPEAT, Progress, resume
from activities.tasks import DeliverAnswer, DeliverTask
from engine.guardrails.caps import PERSONAL_CHANNELS, Allowance, Reached
from engine.guardrails.reasons import SkipReason
from engine.guardrails.verdicts import Verdict, judge
from engine.journey.advance import advance
from engine.journey.facts import DeliveryOutcome, Facts
from engine.journey.nodes.message import BUILT_IN_CHANNELS
from engine.journey.version import JourneyVersion
from engine.messages.errors import MessageError, NoLink
from engine.messages.rendered import RenderedMessage
from engine.store.delivery import DeliveryWorld
from engine.store.desk import DeliveryDesk, Settlement
from engine.store.enrollments import StepRecord
from engine.store.feedback import ASKED_TO_STOP
from engine.store.holds import hold_on
from engine.store.ids import id_from
from engine.store.ledger import Claim, Outcome, Retake, Standing
from engine.store.rivals import Telling
from engine.store.versions import VersionCatalogue
from engine.store.waitlist_endings import Told

NO_ADDRESS = ""
PLUGIN_MISSING = "plugin_missing"
UNTIL_IT_IS_BACK = timedelta(minutes=15)
"""After how long a message is tried again whose channel's plugin is missing."""
Status = Literal["sent", "skipped", "failed", "unknown", "later"]


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
        self._custom = {name: one for name, one in channels.items() if isinstance(one, PluginChannel)}
        self._personal = (*PERSONAL_CHANNELS, *(name for name, one in self._custom.items() if one.address))
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
        custom = self._custom.get(decision.channel)
        address = custom.address if custom else None
        world, held = await self._desk.look(
            question_for(task, version, rules, self._clock(), asks_latest=asks_latest, address=address)
        )
        self._brakes.saw(enrollment.journey, world.journey_status, kill_switch=world.kill_switch, at=before)
        if hold_on(world.journey_status, kill_switch=world.kill_switch, is_test=enrollment.is_test):
            return DeliverAnswer(parked=True)
        if decision.channel not in self._channels and decision.channel not in BUILT_IN_CHANNELS:
            until = self._clock() + UNTIL_IT_IS_BACK
            return await self._record(task, "later", PLUGIN_MISSING, [], self._clock(), until=until)
        standing = dict(held)
        if (skipped := standing.get(NO_ADDRESS)) is not None:
            return DeliverAnswer(outcome=_told(task, "skipped", skipped.at or self._clock(), skipped.reason))
        if not last_try and (over := self._under_way_until(task, standing)) is not None:
            return DeliverAnswer(later=over)
        return await self._go_on(task, version, world, standing, last_try=last_try)

    async def _go_on(
        self,
        task: DeliverTask,
        version: JourneyVersion,
        world: DeliveryWorld,
        standing: Mapping[str, Standing],
        *,
        last_try: bool,
    ) -> DeliverAnswer:
        """Judge a message that nobody tried yet, and try what is still open of it."""
        decision, rules = task.decision, self._library.guardrails(version)
        addresses = self._reaches(world, decision.channel)
        progress = resume(standing, self._channels[decision.channel].ambiguity, self._clock()) if standing else None
        if progress is None or progress.is_untaken:
            expires_at = self._expires_at(task, version)
            facts = facts_for(
                task,
                world,
                version,
                rules,
                addresses,
                expires_at=expires_at,
                now=self._clock(),
                is_personal=self._is_personal(decision.channel),
            )
            verdict = judge(facts, rules, world.limits)
            if verdict.until is not None or verdict.skip is not None:
                return await self._refuse(task, verdict, progress)
            progress, inputs = progress or Progress(), {**verdict.inputs, **bypass(rules)}
        else:
            inputs: Mapping[str, Any] = {"resumed": True}
        open_reaches = [
            reach for reach in addresses if reach.hash not in progress.settled and reach.hash not in world.suppressed
        ]
        if open_reaches and not progress.sent and progress.unknown is None:
            try:
                variant = self._library.variant(
                    version, decision.message, node=decision.node, profile=task.enrollment.profile
                )
                inputs = inputs if variant is None else {**inputs, "message_variant": variant}
                messages = [self._render(task, world, reach, version, variant) for reach in open_reaches]
            except MessageError as error:
                reason = SkipReason.NO_LINK.value if isinstance(error, NoLink) else error.code
                return await self._skip(task, reason, {**inputs, "problem": str(error)}, progress)
            parcels = list(zip(open_reaches, messages, strict=True))
            allowance, telling = allowance_for(task, rules, world, self._personal), telling_of(task, world)
            mine = await self._claim_all(task, parcels, standing, inputs, allowance, telling=telling)
            if isinstance(mine, Reached):
                return await self._skip(task, mine.reason, {**inputs, **mine.inputs()}, progress)
            if mine is None and last_try:
                return await self._skip(task, SkipReason.ALREADY_NOTIFIED, inputs, progress)
            if not mine:
                # Another run of the step was faster with all of them, or another journey tells the same at this
                # moment. What became of it is known later.
                return DeliverAnswer(later=self._clock() + PAUSE_BEFORE_REPEAT)
            expires_at = self._expires_at(task, version)
            await asyncio.gather(*(self._send(task, *parcel, expires_at, progress) for parcel in mine))
        return await self._conclude(task, progress, last_try=last_try)

    def _reaches(self, world: DeliveryWorld, channel: str) -> list[Reach]:
        """Every address that the profile has on the channel; none where nothing can be sent on it yet."""
        if (custom := self._custom.get(channel)) is not None:
            return custom_reaches(world, channel, custom.address)
        return reaches(world, channel) if channel in self._channels else []

    def _is_personal(self, channel: str) -> bool | None:
        """Whether a plugin's channel reaches a person; None of ours, of which the guard knows."""
        return channel in self._personal if channel in self._custom else None

    def _expires_at(self, task: DeliverTask, version: JourneyVersion) -> datetime | None:
        """From when on the message is worth nothing: its life, counted from when the enrollment came to it."""
        life = self._library.life(version, task.decision.message)
        return None if life is None else task.state.arrived_at + life

    def _under_way_until(self, task: DeliverTask, held: Mapping[str, Standing]) -> datetime | None:
        """Until when another run may still be sending this; None when none is."""
        begun = [one.since for one in held.values() if one.is_under_way]
        until = max(begun) + self._channels[task.decision.channel].patience if begun else None
        return until if until is not None and until > self._clock() else None

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
        *,
        telling: Telling | None,
    ) -> list[tuple[Reach, RenderedMessage]] | Reached | None:
        """What is ours to send, claimed now or earlier; or the cap in the way; None when another journey tells it."""
        mine: list[tuple[Reach, RenderedMessage]] = []
        if fresh := [(reach, message) for reach, message in parcels if reach.hash not in held]:
            claims = [self._claim(task, reach, inputs, message) for reach, message in fresh]
            claimed = await self._desk.claim(claims, allowance, telling)
            if claimed.reached is not None or claimed.is_rivalled:
                return claimed.reached
            mine += [parcel for parcel, taken in zip(fresh, claimed.ours, strict=True) if taken]
        if again := [(reach, message) for reach, message in parcels if reach.hash in held]:
            begun = await self._desk.retake([self._retake(held[reach.hash]) for reach, _ in again], telling)
            if begun.is_rivalled:
                return mine or None
            mine += [parcel for parcel, taken in zip(again, begun.ours, strict=True) if taken]
        return mine

    def _retake(self, held: Standing) -> Retake:
        return Retake(held.send_id, held.outcome, self._clock(), doubted=held.is_under_way)

    async def _send(
        self,
        task: DeliverTask,
        reach: Reach,
        message: RenderedMessage,
        expires_at: datetime | None,
        progress: Progress,
    ) -> None:
        channel = self._channels[task.decision.channel]
        send_id = _send_id(task, reach)
        hold = await self._brakes.hold(task.enrollment.journey, is_test=task.enrollment.is_test)
        if hold is not None:
            progress.hold(send_id, hold, self._clock())
            return
        try:
            with self._bulkheads.entered(channel.name):
                accepted = await channel.send(message, reach.address, key=send_id, expires_at=expires_at)
        except TemporaryDeliveryFailure as failure:
            progress.postpone(send_id, failure, self._clock())
        except PermanentDeliveryFailure as failure:
            progress.refuse(send_id, failure, self._clock())
            if failure.address_gone and reach.subscription:
                progress.gone.append(reach.subscription)
            elif failure.address_gone and channel.name in self._personal:
                why = ASKED_TO_STOP if failure.reason == SkipReason.SUPPRESSED else failure.reason
                progress.suppress.append((channel.name, reach.hash, why))
        except AmbiguousDelivery as failure:
            progress.doubt(send_id, failure, channel.ambiguity, self._clock())
        else:
            progress.accept(send_id, accepted, self._clock())

    async def _conclude(self, task: DeliverTask, progress: Progress, *, last_try: bool) -> DeliverAnswer:
        now = self._clock()
        if not progress.sent and progress.unknown is None:
            if progress.held:
                await self._desk.note(progress.outcomes)
                return DeliverAnswer(parked=True)
            if progress.later is not None and not last_try:
                await self._desk.note(progress.outcomes)
                return DeliverAnswer(later=now + progress.later)
        gave_up = bool(progress.open) and not progress.sent
        progress.close(now, GAVE_UP if gave_up else None)
        if progress.sent:
            return await self._settle(task, progress, "sent", None, sorted(progress.sent))
        if progress.unknown is not None:
            return await self._settle(task, progress, "unknown", "unknown", [progress.unknown])
        return await self._settle(task, progress, "failed", GAVE_UP if gave_up else progress.failed or "failed", [])

    async def _skip(
        self, task: DeliverTask, reason: str, inputs: Mapping[str, Any], begun: Progress | None = None
    ) -> DeliverAnswer:
        """Decide not to send it; what an earlier run had `begun` ends with the same reason."""
        now, begun = self._clock(), begun or Progress()
        begun.close(now, str(reason), state="skipped")
        if begun.unknown is not None:
            return await self._settle(task, begun, "unknown", "unknown", [begun.unknown])
        claim = self._claim(task, None, {**inputs, "skip": str(reason)}, None)
        outcomes = (*begun.outcomes, Outcome(claim.id, "skipped", now, str(reason)))
        return await self._record(task, "skipped", str(reason), [claim.id], now, claims=(claim,), outcomes=outcomes)

    async def _refuse(self, task: DeliverTask, verdict: Verdict, begun: Progress | None) -> DeliverAnswer:
        """Not at all, or not now: then the trail keeps what was read, and everything is looked at anew later."""
        if verdict.until is None:
            return await self._skip(task, str(verdict.skip), verdict.inputs, begun)
        detail = {"verdict": verdict.inputs}
        return await self._record(task, "later", verdict.skip, [], self._clock(), until=verdict.until, detail=detail)

    async def _settle(
        self, task: DeliverTask, progress: Progress, status: Status, reason: str | None, sends: Sequence[str]
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
