"""The scripted world at work: it answers questions, takes deliveries and acts, and tells which event comes next."""

from bisect import insort
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.journey.decisions import AskFacts, ChangeWaitlist, Deliver, Perform, StartJourney, UpdateProfile, WaitFor
from engine.journey.facts import ActOutcome, DeliveryOutcome, EventFact
from engine.journey.vocabulary import PROFILE_UPDATED, SEGMENT_ENTERED, SEGMENT_LEFT, SEND_ID
from engine.segments.memory import Known
from engine.simulation.script import AttributeChange, Script, ScriptedOutcome, SegmentChange, StockChange

Act = UpdateProfile | ChangeWaitlist | StartJourney | Perform
_SENT = (ScriptedOutcome(),)


class World:
    """One run of a script. What the journey does (sends, attributes that it sets) becomes part of it."""

    def __init__(self, script: Script, entry: EventFact, zone: str = "UTC") -> None:
        self._script = script
        self._zone = zone
        self._set: dict[str, Any] = {}
        self._tries: dict[str, int] = {}
        self.deliveries: list[DeliveryOutcome] = []
        self.acts: list[Act] = []
        self.events: list[EventFact] = []
        changes = (
            EventFact(
                id=f"segment-{index}",
                name=SEGMENT_ENTERED if change.member else SEGMENT_LEFT,
                at=change.at,
                properties={"segment": change.segment},
            )
            for index, change in enumerate(script.segment_changes)
        )
        updates = (
            EventFact(
                id=f"attribute-{index}", name=PROFILE_UPDATED, at=change.at, properties={"attribute": change.attribute}
            )
            for index, change in enumerate(script.attribute_changes)
        )
        for event in (entry, *script.events, *changes, *updates):
            self._add(event)

    def known(self, now: datetime) -> Known:
        """All that is known about the person now."""
        return Known(
            now=now,
            attributes=self.attributes(now),
            events=self.events,
            segments=self._segments(now),
            stock=lambda variant: self._stock(variant, now),
            zone=self._zone,
        )

    def attributes(self, now: datetime) -> Mapping[str, Any]:
        """The profile's attributes now."""
        changed = {change.attribute: change.value for change in self._script.attribute_changes if change.at <= now}
        held = {**self._script.attributes, **changed, **self._set}
        return {name: value for name, value in held.items() if value is not None}

    def answer(self, ask: AskFacts, now: datetime) -> Mapping[str, Any]:
        """The answers under their keys."""
        known = self.known(now)
        return {key: known.answer(question) for key, question in ask.questions.items()}

    def deliver(self, asked: Deliver, now: datetime) -> DeliveryOutcome:
        """The outcome that the script has for this try; a message that was sent is reacted to."""
        attempt = self._tries.get(asked.node, 0)
        self._tries[asked.node] = attempt + 1
        scripted = self._script.deliveries.get(asked.node, _SENT)
        outcome = scripted[min(attempt, len(scripted) - 1)]
        at = now + outcome.takes
        send_id = f"{asked.node}-{asked.visit}-{attempt}" if outcome.status == "sent" else None
        told = DeliveryOutcome(
            node=asked.node,
            visit=asked.visit,
            status=outcome.status,
            channel=asked.channel,
            at=at,
            reason=outcome.reason,
            send_id=send_id,
            until=at + outcome.retry_after if outcome.status == "later" else None,
        )
        self.deliveries.append(told)
        if send_id is not None:
            self._react(asked.node, send_id, at)
        return told

    def act(self, asked: Act, now: datetime) -> ActOutcome:
        """Carry an act out."""
        self.acts.append(asked)
        if isinstance(asked, UpdateProfile):
            self._set |= asked.attributes
            names = sorted(asked.attributes)
            self._add(EventFact(id=f"update-{len(self.acts)}", name=PROFILE_UPDATED, at=now, properties={"set": names}))
        return ActOutcome(node=asked.node, visit=asked.visit, at=now)

    def way_out(self, node: str) -> str | None:
        """The way out that the script has for a step of a plugin's; None when it leaves that to the plugin."""
        return self._script.steps.get(node)

    def happen(self, event: EventFact) -> None:
        """This event happens, beside those of the script."""
        self._add(event)

    def set_attribute(self, at: datetime, name: str, value: Any) -> None:
        """The profile has another value from then on (None: none), and the journeys are told."""
        change = AttributeChange(at=at, attribute=name, value=value)
        changes = (*self._script.attribute_changes, change)
        self._script = self._script.model_copy(update={"attribute_changes": changes})
        self._add(EventFact(id=f"set-{len(changes)}", name=PROFILE_UPDATED, at=at, properties={"attribute": name}))

    def set_stock(self, at: datetime, variant: str, units: int | None) -> None:
        """So many units can be bought from then on."""
        changes = (*self._script.stock_changes, StockChange(at=at, variant=variant, units=units))
        self._script = self._script.model_copy(update={"stock_changes": changes})

    def set_member(self, at: datetime, segment: str, *, member: bool) -> None:
        """The profile enters or leaves a segment, and the journeys are told."""
        changes = (*self._script.segment_changes, SegmentChange(at=at, segment=segment, member=member))
        self._script = self._script.model_copy(update={"segment_changes": changes})
        name = SEGMENT_ENTERED if member else SEGMENT_LEFT
        self._add(EventFact(id=f"member-{len(changes)}", name=name, at=at, properties={"segment": segment}))

    def set_outcomes(self, node: str, *outcomes: ScriptedOutcome) -> None:
        """How deliveries at this node end from now on, one a try, the last one again."""
        self._tries[node] = 0
        deliveries = {**self._script.deliveries, node: outcomes}
        self._script = self._script.model_copy(update={"deliveries": deliveries})

    def missed(self, wait: WaitFor, now: datetime) -> tuple[EventFact, ...]:
        """The events that the wait listens to and that came before it began: they arrive at once, and together."""
        return tuple(event for event in self.events if event.at <= now and _is_awaited(event, wait))

    def next_event(self, wait: WaitFor) -> tuple[EventFact, ...]:
        """The first event that the wait listens to and has not heard; nothing when none comes in time."""
        for event in self.events:
            if wait.until is not None and event.at > wait.until:
                break
            if _is_awaited(event, wait):
                return (event,)
        return ()

    def _react(self, node: str, send_id: str, at: datetime) -> None:
        for index, reaction in enumerate(self._script.reactions):
            if reaction.node == node:
                properties = {**reaction.properties, SEND_ID: send_id, "node": node}
                self._add(
                    EventFact(
                        id=f"{send_id}-{index}", name=reaction.event, at=at + reaction.after, properties=properties
                    )
                )

    def _add(self, event: EventFact) -> None:
        insort(self.events, event, key=lambda each: each.at)

    def _stock(self, variant: str | None, now: datetime) -> int | None:
        if variant is None:
            return None
        units: int | None = self._script.stock.get(variant)
        for change in sorted(self._script.stock_changes, key=lambda each: each.at):
            if change.variant == variant and change.at <= now:
                units = change.units
        return units

    def _segments(self, now: datetime) -> Mapping[str, Any]:
        changes = sorted(self._script.segment_changes, key=lambda each: each.at)
        changed = {change.segment: change.member for change in changes if change.at <= now}
        return {**self._script.segments, **changed}


def _is_awaited(event: EventFact, wait: WaitFor) -> bool:
    is_old = (wait.since is not None and event.at < wait.since) or event.id in wait.heard
    return event.name in wait.events and not is_old
