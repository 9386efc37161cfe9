"""Putting an answer together: the findings in the order in which they were decided, and the sentence that they make."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from engine.journey.facts import EventFact
from engine.journey.timing import zone_of
from engine.stock.rules import interest_rule, release_rule
from engine.stock.transitions import is_restock
from engine.store.errors import UnknownProfile
from engine.store.holdings import JourneyName
from engine.store.merging import all_ids, current_id
from engine.store.statements import Executor, core
from engine.store.tables import Enrollment, Event, JourneyTester, Profile, Restock, StockMovement
from engine.store.timeline.strands import delivery_address
from engine.store.timeline.words import day
from engine.store.why import entering
from engine.store.why.findings import Answer, EntryDecision, Finding, Occasion, Outcome
from engine.store.why.journey_then import JourneyThen, read_journey, was_stopped
from engine.store.why.line import Sought, place_in_line
from engine.store.why.occasions import list_occasions, read_occasion
from engine.store.why.passage import passage_findings
from engine.store.why.waiting import Wanted, siblings, was_waiting

_enrollment, _event, _restock, _movement = core(Enrollment), core(Event), core(Restock), core(StockMovement)
_profile, _tester = core(Profile), core(JourneyTester)
DAY = timedelta(days=1)
_YEARS = (1900, 2200)
"""The years of days that can be asked about."""


async def explain(executor: Executor, profile_id: str, journey_id: str, occasion: str, now: datetime) -> Answer:
    """Why this person got, or did not get, what the journey sends on this occasion.

    `occasion` is the id of a restock or of an event of the person, or a day (2027-03-01) in the person's own zone: then
    the newest occasion of that day is answered for.

    Raises:
        UnknownProfile: there is none with this id.
        UnknownJourney: there is none with this id.
        UnknownRecord: there is no such occasion.
    """
    person = await current_id(executor, profile_id)
    if person is None:
        raise UnknownProfile(profile_id)
    today = await read_journey(executor, journey_id, now)
    asked_day = _day(occasion)
    if asked_day is not None:
        zone = zone_of(await executor.scalar(select(_profile.c.timezone).where(_profile.c.id == person)), "UTC")
        begins = datetime.combine(asked_day, time(), tzinfo=zone).astimezone(UTC)
        found = await list_occasions(executor, person, journey=journey_id, between=(begins, begins + DAY), limit=1)
        if not found:
            return _nothing_happened(today, asked_day, begins)
        happened = found[0]
    else:
        happened = await read_occasion(executor, person, today.name, occasion)
    enrollment = await _read_enrollment(executor, happened.enrollment_id)
    then = await read_journey(executor, journey_id, happened.at, version=enrollment and enrollment.version)
    return await _Inquiry(executor, person, then, happened, enrollment).answer()


class _Inquiry:
    """One person, one journey, one occasion."""

    def __init__(
        self, executor: Executor, person: str, then: JourneyThen, occasion: Occasion, enrollment: Any | None
    ) -> None:
        self._executor = executor
        self._person = person
        self._then = then
        self._occasion = occasion
        self._enrollment = enrollment

    async def answer(self) -> Answer:
        """The findings up to the entry, what was recorded of it, and what came after."""
        chain = await (self._by_restock() if self._occasion.kind == "restock" else self._by_event())
        refused = next((one for one in chain if one.holds is False), None)
        computed = EntryDecision(refused is None, refused.reason if refused else None)
        recorded = EntryDecision(self._enrollment is not None)
        outcome: Outcome = "not_entered"
        if self._enrollment is not None:
            outcome, after = await passage_findings(self._executor, self._enrollment)
            chain += after
        elif computed.enters:
            chain.append(await self._missing())
        sentence, reason = _summary(self._then.name, outcome, chain)
        number = self._then.version.number if self._then.version is not None else None
        return Answer(self._occasion, number, outcome, sentence, reason, tuple(chain), computed, recorded)

    async def _by_restock(self) -> list[Finding]:
        row = (
            await self._executor.execute(
                select(_restock, _movement.c.source_id, _movement.c.delivery_id)
                .join_from(_restock, _movement, _movement.c.id == _restock.c.movement_id)
                .where(_restock.c.id == self._occasion.id)
            )
        ).one()
        then = self._then
        chain = [_restock_known(row, self._occasion), await self._open()]
        if then.version is None:
            return chain
        settings = then.version.document.settings
        crossed = is_restock(row.available_before, row.available_after, settings.threshold)
        if not crossed:
            moved = f"from {row.available_before} to {row.available_after}"
            sentence = f"The stock went {moved}; for this journey it counts as back from {settings.threshold} on."
            return [*chain, Finding("trigger", False, sentence, "below_threshold", {"threshold": settings.threshold})]
        event = await self._restock_event(row)
        chain.append(entering.trigger_finding(then.trigger, event))
        line = [row.variant_id] if settings.match == "variant" else await siblings(self._executor, row.variant_id)
        interest, rule = interest_rule(settings.interest), release_rule(settings.release)
        waiting = await was_waiting(self._executor, self._person, Wanted(row.variant_id, line, row.at), interest)
        chain.append(waiting.finding)
        if waiting.entry is None or any(one.holds is False for one in chain):
            return chain
        people = await all_ids(self._executor, self._person)
        sought = Sought(then.name.id, row.id, row.at, people, line, waiting.entry, rule, interest.sources)
        return [*chain, await place_in_line(self._executor, sought, self._enrollment)]

    async def _restock_event(self, row: Any) -> EventFact:
        """The event that told of the restock, as everyone who waited got it."""
        statement = select(_event.c.id, _event.c.properties).where(_event.c.restock_id == row.id).limit(1)
        told = (await self._executor.execute(statement)).one_or_none()
        properties = told.properties if told is not None else {"quantity": row.available_after}
        return EventFact(id=told.id if told else row.id, name="Back in Stock", at=row.at, properties=properties)

    async def _by_event(self) -> list[Finding]:
        row = (await self._executor.execute(select(_event).where(_event.c.id == self._occasion.id))).one()
        then, event = self._then, EventFact(id=row.id, name=row.name, at=row.at, properties=row.properties)
        links = {} if row.delivery_id is None else {"source_delivery": delivery_address(row.source_id, row.delivery_id)}
        facts = {"event": row.name, "received_at": row.received_at.isoformat(), "properties": dict(row.properties)}
        known = Finding("known", True, f"“{row.name}” was recorded on {day(row.at)}.", None, facts, links)
        chain = [known, await self._open(), entering.trigger_finding(then.trigger, event)]
        if then.version is None or chain[-1].holds is False:
            return chain
        settings = then.version.document.settings
        people = await all_ids(self._executor, self._person)
        further = (
            await entering.product_finding(self._executor, settings, row.variant_id),
            await entering.audience_finding(self._executor, self._person, settings, event),
            await entering.again_finding(self._executor, then.name.id, people, settings, event),
        )
        return [*chain, *(one for one in further if one is not None)]

    async def _open(self) -> Finding:
        """Whether the journey let people in; the kill switch is about everything."""
        listed = select(_tester.c.profile_id).where(
            _tester.c.journey_id == self._then.name.id, _tester.c.profile_id == self._person
        )
        is_tester = await self._executor.scalar(listed) is not None
        finding = self._then.finding(is_test=is_tester)
        if finding.holds and await was_stopped(self._executor, self._then.at):
            sentence = "All sending was stopped by the kill switch."
            stops = self._occasion.kind == "restock"  # a release does not begin; an enrollment is held instead
            return replace(finding, holds=False if stops else None, sentence=sentence, reason="kill_switch")
        return finding

    async def _missing(self) -> Finding:
        """Everything spoke for letting the person in, and nothing was recorded: say what is known of the way there."""
        if self._occasion.kind == "restock":
            sentence = (
                "By the records the person should have been let in, and was not: the release has yet to come as far, "
                "or something went wrong."
            )
            return Finding("entry", False, sentence, "not_released")
        routed = await entering.routing_of(self._executor, self._occasion.id)
        if routed is not None and routed[0] is None:
            error = f" (last error: {routed[1]})" if routed[1] else ""
            return Finding("entry", None, f"The event is still to be routed{error}.", "not_routed")
        sentence = (
            "By the records of today the person should have been let in, and was not; something that left no record "
            "was different then."
        )
        return Finding("entry", False, sentence, "not_recorded")


def _restock_known(row: Any, occasion: Occasion) -> Finding:
    facts = {"before": row.available_before, "after": row.available_after, "at": row.at.isoformat()}
    links = {"restock": f"/v1/restocks/{row.id}", "inventory_movement": f"/v1/stock-movements/{row.movement_id}"}
    if row.delivery_id is not None:
        links["source_delivery"] = delivery_address(row.source_id, row.delivery_id)
    moved = f"from {row.available_before} to {row.available_after}"
    title = occasion.variant.title if occasion.variant else "The variant"
    return Finding("known", True, f"{title} came back on {day(row.at)}: {moved}.", None, facts, links)


def _nothing_happened(today: JourneyThen, asked: date, begins: datetime) -> Answer:
    occasion = Occasion("day", asked.isoformat(), begins, asked.isoformat(), today.name)
    waits_for = entering.entry_event(today.trigger)
    sentence = f"Nothing happened on {asked:%d %B %Y} that lets this person into “{today.name.name}”"
    if waits_for is not None:
        sentence += f", which begins with “{waits_for}”"
    finding = Finding("known", False, f"{sentence}.", "nothing_happened", {"day": asked.isoformat()})
    return Answer(occasion, None, "not_entered", finding.sentence, finding.reason, (finding,), None, None)


def _summary(journey: JourneyName, outcome: Outcome, chain: Sequence[Finding]) -> tuple[str, str | None]:
    """The answer in a sentence: the finding that decided it."""
    name = f"“{journey.name}”"
    if outcome == "told":
        sent = next(one for one in chain if one.question == "provider" and one.holds)
        return f"Told by {name}. {sent.sentence}", None
    decisive = [one for one in chain if one.holds is False]
    if outcome == "not_entered":
        refused = next(iter(decisive), chain[-1])
        return f"Not let into {name}. {refused.sentence}", refused.reason
    last = next(reversed(decisive), next(one for one in chain if one.question == "passage"))
    verb = "Not told yet by" if outcome == "under_way" else "Let into, but not told by"
    return f"{verb} {name}. {last.sentence}", last.reason


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _YEARS[0] <= found.year < _YEARS[1] else None


async def _read_enrollment(executor: Executor, enrollment_id: str | None) -> Any | None:
    if enrollment_id is None:
        return None
    return (await executor.execute(select(_enrollment).where(_enrollment.c.id == enrollment_id))).one()
