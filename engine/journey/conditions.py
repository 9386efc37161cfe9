"""Conditions: one typed tree, asked of a profile at a moment, or of an event by a where-clause.

    all · any · not                          put clauses together
    attribute · segment · has_occurred       ask about the profile
    stock · time · entry                     ask about the variant, the clock, the event that let the profile in
    property · same_item                     ask about an event (only inside a where-clause)

A clause is pure: it names the facts that it needs (`asks`), and judges the evidence it is handed. The same tree is
compiled to SQL by `engine.segments`; `engine.journey.values` says what a comparison means in both.

`occurs` is not a clause. An event that occurs *now* starts a journey (a trigger) or ends a wait; a condition can only
ask whether it *has occurred*, with a count and a window.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from engine.journey.facts import EventFact
from engine.journey.items import ITEM_PATHS, Match, item_of, items_of
from engine.journey.leaves import Attribute, Clause, Judging, Property, Segment, Stock, Time, property_judging
from engine.journey.values import Operator, Value
from engine.journey.verdicts import Evidence, Verdict


class Group(Clause):
    """Clauses that are put together."""

    of: tuple["Condition", ...]

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The clauses in the group."""
        return self.of

    def _settled(self, decisive: bool) -> Judging:
        """Every part is judged, also behind one that is decisive, so that all that failed can be told."""
        told, parts = self.told, [part.judging for part in self.of]

        def judge(evidence: Evidence) -> Verdict:
            verdicts = tuple([part(evidence) for part in parts])
            for each in verdicts:
                if each[0] is decisive:
                    return Verdict(decisive, told, None, verdicts)
            return Verdict(not decisive, told, None, verdicts)

        return judge


class All(Group):
    """Every one of these holds."""

    kind: Literal["all"] = "all"

    @cached_property
    def judging(self) -> Judging:
        """True when every part holds."""
        return self._settled(decisive=False)

    def bound(self, entry: EventFact) -> "All":
        """The group of its bound parts."""
        return All(of=tuple(part.bound(entry) for part in self.of))


class AnyOf(Group):
    """At least one of these holds."""

    kind: Literal["any"] = "any"

    @cached_property
    def judging(self) -> Judging:
        """True when some part holds."""
        return self._settled(decisive=True)

    def bound(self, entry: EventFact) -> "AnyOf":
        """The group of its bound parts."""
        return AnyOf(of=tuple(part.bound(entry) for part in self.of))


class Not(Clause):
    """This does not hold."""

    kind: Literal["not"] = "not"
    of: "Condition"

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The clause that must not hold."""
        return (self.of,)

    @cached_property
    def judging(self) -> Judging:
        """The opposite of its part."""
        told, part = self.told, self.of.judging

        def judge(evidence: Evidence) -> Verdict:
            verdict = part(evidence)
            return Verdict(not verdict.holds, told, None, (verdict,))

        return judge

    def bound(self, entry: EventFact) -> "Not":
        """The opposite of its bound part."""
        return Not(of=self.of.bound(entry))


class HasOccurred(Clause):
    """This event has occurred for the profile, so many times, within this long before now, where this holds of it.

    Without counts it means at least once; `at_most` alone allows none at all. `message` names a message node: only
    events that answer what this enrollment sent there count (clicks, opens).
    """

    kind: Literal["has_occurred"] = "has_occurred"
    event: str = Field(min_length=1, max_length=120)
    within: timedelta | None = None
    where: "Where | None" = None
    at_least: int | None = Field(default=None, ge=1, le=100_000)
    at_most: int | None = Field(default=None, ge=0, le=100_000)
    message: str | None = None

    @cached_property
    def key(self) -> str:
        """The key of the answer: the same for clauses that count the same events."""
        what = self.model_dump_json(include={"event", "within", "where", "message"}, exclude_none=True)
        return f"history:{self.event}:{sha256(what.encode()).hexdigest()[:12]}"

    @cached_property
    def asks(self) -> Mapping[str, "Condition"]:
        """The number of such events."""
        return {self.key: self}

    @property
    def fewest(self) -> int:
        """The smallest number of events with which the clause holds."""
        return self.at_least if self.at_least is not None else (1 if self.at_most is None else 0)

    @cached_property
    def judging(self) -> Judging:
        """Compare the count with the bounds."""
        told, key, fewest, most = self.told, self.key, self.fewest, self.at_most

        def judge(evidence: Evidence) -> Verdict:
            count = int(evidence.answers.get(key) or 0)
            return Verdict(fewest <= count and (most is None or count <= most), told, count)

        return judge

    def bound(self, entry: EventFact) -> "HasOccurred":
        """With a bound where-clause."""
        return self if self.where is None else self.changed({"where": self.where.bound(entry)})


class EntryProperty(Clause):
    """A property of the event that let the profile in compares like this."""

    kind: Literal["entry"] = "entry"
    property: str = Field(min_length=1, max_length=200)
    op: Operator
    value: Value = None

    @cached_property
    def judging(self) -> Judging:
        """Compare what the entry event carried."""
        judge = property_judging(self.told, self.property, self.op, self.value)
        return lambda evidence: judge(evidence.entry, evidence)

    def bound(self, entry: EventFact) -> "Condition":
        """Decided already: an empty `all` (true) or an empty `any` (false)."""
        return All(of=()) if self.judge(Evidence(now=entry.at, entry=entry)).holds else AnyOf(of=())


class SameItem(Clause):
    """The event is about the same variant (or product) as the event that let the profile in."""

    kind: Literal["same_item"] = "same_item"
    match: Match = "variant"

    @cached_property
    def judging(self) -> Judging:
        """Whether any of the items of the event is the entry's."""
        return self._compare

    def _compare(self, evidence: Evidence) -> Verdict:
        if evidence.entry is None or evidence.event is None:
            return Verdict(False, self.told)
        item = item_of(evidence.entry, self.match)
        return Verdict(item is not None and item in items_of(evidence.event, self.match), self.told, read=item)

    def bound(self, entry: EventFact) -> "AnyOf":
        """One of the places where an event may name an item has the entry's."""
        item = item_of(entry, self.match)
        paths = () if item is None else ITEM_PATHS[self.match]
        return AnyOf(of=tuple(Property(property=path, op="equals", value=item) for path in paths))


Condition = Annotated[
    All | AnyOf | Not | Attribute | Segment | HasOccurred | Stock | Time | EntryProperty | Property | SameItem,
    Field(discriminator="kind"),
]


def clauses(condition: Condition) -> Iterator[Condition]:
    """The clause and every clause inside it, from the outside in; not those of its where-clauses."""
    yield condition
    for part in condition.parts:
        yield from clauses(part)


def _about_an_event(where: Condition) -> Condition:
    for clause in clauses(where):
        if isinstance(clause, HasOccurred):
            raise PydanticCustomError(
                "history_in_where",
                "A where-clause is about the event that occurs; move “has occurred … in the last …” to the audience or "
                "to a branch.",
            )
        if not isinstance(clause, All | AnyOf | Not | Property | SameItem | EntryProperty):
            raise PydanticCustomError(
                "clause_not_about_event",
                "A where-clause can only ask about properties of the event; move the “{kind}” clause to a branch.",
                {"kind": clause.kind},
            )
    return where


def _about_a_profile(condition: Condition) -> Condition:
    for clause in clauses(condition):
        if isinstance(clause, Property | SameItem):
            raise PydanticCustomError(
                "clause_needs_event",
                "There is no event to look at here; use “has occurred … where …” or a property of the entry event.",
            )
    return condition


Where = Annotated[Condition, AfterValidator(_about_an_event)]
"""A condition over one event."""

Criteria = Annotated[Condition, AfterValidator(_about_a_profile)]
"""A condition over a profile, its history and the world."""


def occurs(event: EventFact, where: Condition | None, evidence: Evidence) -> bool:
    """Whether the where-clause, if there is one, holds of this event."""
    if where is None:
        return True
    about = Evidence(now=evidence.now, entry=evidence.entry, zone=evidence.zone, event=event)
    return where.judge(about).holds


for _model in (Group, All, AnyOf, Not, HasOccurred):
    _model.model_rebuild()
