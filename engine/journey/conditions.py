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
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from engine.journey.facts import EventFact
from engine.journey.items import ITEM_PATHS, Match, item_of, items_of, variant_of
from engine.journey.timing import LocalWindow, zone_of
from engine.journey.values import EntryRef, Operator, Value, fits, unfolded, values_at
from engine.journey.verdicts import Evidence, Verdict
from engine.journey.vocabulary import TIMEZONE
from engine.model import Frozen


class Clause(Frozen):
    """What all clauses share. A leaf asks and judges for itself; a group does so through its parts."""

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The clauses inside this one."""
        return ()

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """The clause as JSON, without the clauses inside it."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"of"})

    @cached_property
    def asks(self) -> Mapping[str, "Condition"]:
        """The facts that the clause needs: for each the key of its answer, and the leaf that it is for."""
        return {key: leaf for part in self.parts for key, leaf in part.asks.items()}

    def judge(self, evidence: Evidence) -> Verdict:
        """Whether the clause holds on this evidence, and why."""
        raise NotImplementedError

    def bound(self, entry: EventFact) -> "Condition":  # noqa: ARG002 - most refer to nothing
        """The same clause with every reference to the entry event replaced by the value that it has."""
        return cast("Condition", self)


class Group(Clause):
    """Clauses that are put together."""

    of: tuple["Condition", ...]

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The clauses in the group."""
        return self.of

    def _judged(self, evidence: Evidence) -> tuple[Verdict, ...]:
        """Every part is judged, also behind one that settles it, so that all that failed can be told."""
        return tuple([part.judge(evidence) for part in self.of])


class All(Group):
    """Every one of these holds."""

    kind: Literal["all"] = "all"

    def judge(self, evidence: Evidence) -> Verdict:
        """True when every part holds."""
        verdicts = self._judged(evidence)
        return Verdict(False not in [each.holds for each in verdicts], self.told, None, verdicts)

    def bound(self, entry: EventFact) -> "All":
        """The group of its bound parts."""
        return All(of=tuple(part.bound(entry) for part in self.of))


class AnyOf(Group):
    """At least one of these holds."""

    kind: Literal["any"] = "any"

    def judge(self, evidence: Evidence) -> Verdict:
        """True when some part holds."""
        verdicts = self._judged(evidence)
        return Verdict(True in [each.holds for each in verdicts], self.told, None, verdicts)

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

    def judge(self, evidence: Evidence) -> Verdict:
        """The opposite of its part."""
        verdict = self.of.judge(evidence)
        return Verdict(not verdict.holds, self.told, of=(verdict,))

    def bound(self, entry: EventFact) -> "Not":
        """The opposite of its bound part."""
        return Not(of=self.of.bound(entry))


class Attribute(Clause):
    """A profile attribute compares like this. A dotted name reaches into an object."""

    kind: Literal["attribute"] = "attribute"
    attribute: str = Field(min_length=1, max_length=120)
    op: Operator
    value: Value = None

    @cached_property
    def root(self) -> str:
        """The name of the attribute itself, without the path into it."""
        return self.attribute.partition(".")[0]

    @cached_property
    def asks(self) -> Mapping[str, "Condition"]:
        """The attribute."""
        return {f"attribute:{self.root}": self}

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare what the profile has."""
        root, held = self.root, evidence.attribute(self.root)
        found = unfolded(held) if root == self.attribute else values_at({root: held}, self.attribute)
        holds = fits(self.op, found, expected(self.value, evidence.entry), evidence.now)
        return Verdict(holds, self.told, found[0] if len(found) == 1 else list(found) or None)

    def bound(self, entry: EventFact) -> "Attribute":
        """With the entry's value."""
        return (
            self.model_copy(update={"value": expected(self.value, entry)}) if isinstance(self.value, EntryRef) else self
        )


class Segment(Clause):
    """The profile is in this segment at the moment it is asked."""

    kind: Literal["segment"] = "segment"
    segment: str = Field(min_length=1, max_length=120)

    @cached_property
    def asks(self) -> Mapping[str, "Condition"]:
        """The membership."""
        return {f"segment:{self.segment}": self}

    def judge(self, evidence: Evidence) -> Verdict:
        """Whether the profile is a member."""
        member = evidence.answers.get(f"segment:{self.segment}") is True
        return Verdict(member, self.told, read=member)


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

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare the count with the bounds."""
        count = int(evidence.answers.get(self.key) or 0)
        holds = self.fewest <= count and (self.at_most is None or count <= self.at_most)
        return Verdict(holds, self.told, read=count)

    def bound(self, entry: EventFact) -> "HasOccurred":
        """With a bound where-clause."""
        return self if self.where is None else self.model_copy(update={"where": self.where.bound(entry)})


class Stock(Clause):
    """The number of units that can be bought now; of the variant that the enrollment is about, or of the one named.

    A variant whose stock is not known has none.
    """

    kind: Literal["stock"] = "stock"
    op: Literal["equals", "less_than", "at_most", "greater_than", "at_least", "between"] = "at_least"
    value: int | tuple[int, int] = 1
    variant: str | None = None

    @cached_property
    def key(self) -> str:
        """The key of the answer."""
        return "stock" if self.variant is None else f"stock:{self.variant}"

    @cached_property
    def asks(self) -> Mapping[str, "Condition"]:
        """The stock level."""
        return {self.key: self}

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare the units."""
        units = int(evidence.answers.get(self.key) or 0)
        return Verdict(fits(self.op, (units,), self.value, evidence.now), self.told, read=units)

    def bound(self, entry: EventFact) -> "Stock":
        """For the entry's variant."""
        return self if self.variant else self.model_copy(update={"variant": variant_of(entry)})


class Time(Clause):
    """It is now after, before, or within this window of the day in the profile's zone. All that is given must hold."""

    kind: Literal["time"] = "time"
    after: AwareDatetime | None = None
    before: AwareDatetime | None = None
    window: LocalWindow | None = None

    @cached_property
    def asks(self) -> Mapping[str, "Condition"]:
        """The profile's zone, where a window needs it."""
        return {} if self.window is None else _ZONE.asks

    def judge(self, evidence: Evidence) -> Verdict:
        """Look at the clock."""
        now = evidence.now
        local = now.astimezone(zone_of(evidence.attribute(TIMEZONE), evidence.zone))
        holds = (
            (self.after is None or now >= self.after)
            and (self.before is None or now < self.before)
            and (self.window is None or self.window.is_open(now, zone_of(evidence.attribute(TIMEZONE), evidence.zone)))
        )
        return Verdict(holds, self.told, read=local.isoformat(timespec="seconds"))


class EntryProperty(Clause):
    """A property of the event that let the profile in compares like this."""

    kind: Literal["entry"] = "entry"
    property: str = Field(min_length=1, max_length=200)
    op: Operator
    value: Value = None

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare what the entry event carried."""
        return _judge_property(self, evidence.entry, evidence)

    def bound(self, entry: EventFact) -> "Condition":
        """Decided already: an empty `all` (true) or an empty `any` (false)."""
        return All(of=()) if self.judge(Evidence(now=entry.at, entry=entry)).holds else AnyOf(of=())


class Property(Clause):
    """A property of the event in question compares like this. A dotted path reaches inside, through arrays too."""

    kind: Literal["property"] = "property"
    property: str = Field(min_length=1, max_length=200)
    op: Operator
    value: Value = None

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare what the event carried."""
        return _judge_property(self, evidence.event, evidence)

    def bound(self, entry: EventFact) -> "Property":
        """With the entry's value."""
        return (
            self.model_copy(update={"value": expected(self.value, entry)}) if isinstance(self.value, EntryRef) else self
        )


class SameItem(Clause):
    """The event is about the same variant (or product) as the event that let the profile in."""

    kind: Literal["same_item"] = "same_item"
    match: Match = "variant"

    def judge(self, evidence: Evidence) -> Verdict:
        """Whether any of the items of the event is the entry's."""
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


def expected(value: Value, entry: EventFact | None) -> Any:
    """What a value stands for: itself, or what the entry event carries under that path (None unless it is one)."""
    if type(value) is not EntryRef:  # an instance check of a model is slow, and this is asked of every clause
        return value
    found = () if entry is None else values_at(entry.properties, value.entry)
    return found[0] if len(found) == 1 else None


def _judge_property(clause: Property | EntryProperty, event: EventFact | None, evidence: Evidence) -> Verdict:
    found = () if event is None else values_at(event.properties, clause.property)
    holds = fits(clause.op, found, expected(clause.value, evidence.entry), evidence.now)
    return Verdict(holds, clause.told, read=found[0] if len(found) == 1 else list(found) or None)


for _model in (Group, All, AnyOf, Not, HasOccurred):
    _model.model_rebuild()
_ZONE = Attribute(attribute=TIMEZONE, op="exists")
