"""The leaves of a condition: what can be asked of a profile, of the shop and the clock, and of an event.

What a clause knows beforehand is worked out once, into a closure (`judging`): a branch judges the same tree for every
profile. `engine.journey.conditions` puts the leaves together.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field

from engine.journey.facts import EventFact
from engine.journey.items import variant_of
from engine.journey.timing import LocalWindow, zone_of
from engine.journey.values import EntryRef, Operator, Value, comparison, fits, unfolded, values_at
from engine.journey.verdicts import Evidence, Verdict
from engine.journey.vocabulary import TIMEZONE
from engine.model import Frozen

Judging = Callable[[Evidence], Verdict]


class Clause(Frozen):
    """What all clauses share. A leaf asks and judges for itself; a group does so through its parts."""

    @property
    def parts(self) -> tuple[Any, ...]:
        """The clauses inside this one."""
        return ()

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """The clause as JSON, without the clauses inside it."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"of"})

    @cached_property
    def asks(self) -> Mapping[str, Any]:
        """The facts that the clause needs: for each the key of its answer, and the leaf that it is for."""
        return {key: leaf for part in self.parts for key, leaf in part.asks.items()}

    @cached_property
    def judging(self) -> Judging:
        """Says whether the clause holds on some evidence, and why."""
        raise NotImplementedError

    def judge(self, evidence: Evidence) -> Verdict:
        """Whether the clause holds on this evidence, and why."""
        return self.judging(evidence)

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """The clause with these fields changed, and nothing remembered that followed from the old ones."""
        held = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_construct(**{**held, **changes})

    def bound(self, entry: EventFact) -> Any:  # noqa: ARG002 - most refer to nothing
        """The same clause with every reference to the entry event replaced by the value that it has."""
        return self


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
    def asks(self) -> Mapping[str, Any]:
        """The attribute."""
        return {f"attribute:{self.root}": self}

    @cached_property
    def judging(self) -> Judging:
        """Compare what the profile has."""
        told, root, path = self.told, self.root, self.attribute
        key, compare = f"attribute:{root}", compared(self.op, self.value)

        def judge(evidence: Evidence) -> Verdict:
            attributes = evidence.attributes
            held = attributes[root] if root in attributes else evidence.answers.get(key)
            found = unfolded(held) if root == path else values_at({root: held}, path)
            return Verdict(compare(found, evidence), told, found[0] if len(found) == 1 else list(found) or None)

        return judge

    def bound(self, entry: EventFact) -> "Attribute":
        """With the entry's value."""
        return self.changed({"value": expected(self.value, entry)}) if isinstance(self.value, EntryRef) else self


class Segment(Clause):
    """The profile is in this segment at the moment it is asked."""

    kind: Literal["segment"] = "segment"
    segment: str = Field(min_length=1, max_length=120)

    @cached_property
    def asks(self) -> Mapping[str, Any]:
        """The membership."""
        return {f"segment:{self.segment}": self}

    @cached_property
    def judging(self) -> Judging:
        """Whether the profile is a member."""
        told, key = self.told, f"segment:{self.segment}"

        def judge(evidence: Evidence) -> Verdict:
            member = evidence.answers.get(key) is True
            return Verdict(member, told, member)

        return judge


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
    def asks(self) -> Mapping[str, Any]:
        """The stock level."""
        return {self.key: self}

    @cached_property
    def judging(self) -> Judging:
        """Compare the units."""
        told, key, compare = self.told, self.key, comparison(self.op, self.value)

        def judge(evidence: Evidence) -> Verdict:
            units = int(evidence.answers.get(key) or 0)
            return Verdict(compare((units,), evidence.now), told, units)

        return judge

    def bound(self, entry: EventFact) -> "Stock":
        """For the entry's variant."""
        return self if self.variant else self.changed({"variant": variant_of(entry)})


class Time(Clause):
    """It is now after, before, or within this window of the day in the profile's zone. All that is given must hold."""

    kind: Literal["time"] = "time"
    after: AwareDatetime | None = None
    before: AwareDatetime | None = None
    window: LocalWindow | None = None

    @cached_property
    def asks(self) -> Mapping[str, Any]:
        """The profile's zone, where a window needs it."""
        return {} if self.window is None else _ZONE.asks

    @cached_property
    def judging(self) -> Judging:
        """Look at the clock."""
        return self._look

    def _look(self, evidence: Evidence) -> Verdict:
        now, zone = evidence.now, zone_of(evidence.attribute(TIMEZONE), evidence.zone)
        holds = (
            (self.after is None or now >= self.after)
            and (self.before is None or now < self.before)
            and (self.window is None or self.window.is_open(now, zone))
        )
        return Verdict(holds, self.told, now.astimezone(zone).isoformat(timespec="seconds"))


class Property(Clause):
    """A property of the event in question compares like this. A dotted path reaches inside, through arrays too."""

    kind: Literal["property"] = "property"
    property: str = Field(min_length=1, max_length=200)
    op: Operator
    value: Value = None

    @cached_property
    def judging(self) -> Judging:
        """Compare what the event carried."""
        judge = property_judging(self.told, self.property, self.op, self.value)
        return lambda evidence: judge(evidence.event, evidence)

    def bound(self, entry: EventFact) -> "Property":
        """With the entry's value."""
        return self.changed({"value": expected(self.value, entry)}) if isinstance(self.value, EntryRef) else self


def expected(value: Value, entry: EventFact | None) -> Any:
    """What a value stands for: itself, or what the entry event carries under that path (None unless it is one)."""
    if type(value) is not EntryRef:  # an instance check of a model is slow, and this is asked of every clause
        return value
    found = () if entry is None else values_at(entry.properties, value.entry)
    return found[0] if len(found) == 1 else None


def compared(op: str, value: Value) -> Callable[[Sequence[Any], Evidence], bool]:
    """The comparison, prepared where it is known beforehand what to compare with."""
    if type(value) is EntryRef:
        return lambda found, evidence: fits(op, found, expected(value, evidence.entry), evidence.now)
    compare = comparison(op, value)
    return lambda found, evidence: compare(found, evidence.now)


def property_judging(
    told: Mapping[str, Any], path: str, op: str, value: Value
) -> Callable[[EventFact | None, Evidence], Verdict]:
    """Says whether what an event carries under a path fits."""
    compare = compared(op, value)

    def judge(event: EventFact | None, evidence: Evidence) -> Verdict:
        found = () if event is None else values_at(event.properties, path)
        return Verdict(compare(found, evidence), told, found[0] if len(found) == 1 else list(found) or None)

    return judge


_ZONE = Attribute(attribute=TIMEZONE, op="exists")
