"""How a journey lets in those who wait: the part of its settings that is about interest and release.

`settings.interest` says whose interest counts (`engine.stock.interest`), `settings.release` how they are let in:

    immediate   everybody at once, as fast as messages can be sent
    batches     `batch` people every `every`, with the stock read before each

Both may spend stock sparingly (`per_unit`: at most k people a unit), let tiers in one after the other, and order
those of one tier and intent by a score.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.checks import Place, check_segment
from engine.journey.problems import Problem
from engine.journey.settings import JourneySettings
from engine.model import Frozen
from engine.stock.interest import InterestRule
from engine.stock.line import Rationing
from engine.stock.scores import SCORES

LONGEST_HOLD = timedelta(days=7)


class Tier(Frozen):
    """Members of a segment, let in before everyone in the tiers after them: `head_start` earlier, while stock lasts."""

    segment: str = Field(min_length=1, max_length=120)
    head_start: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))] = timedelta(hours=2)


class ReleaseRule(Frozen):
    """How a journey lets in its line.

    `per_unit` is k in "at most k × available". `stable_for` is how long the stock must stay before a restock counts.
    `again_within` is the restock window of a journey that matches products: whoever was let in because one variant of
    a product came back is not let in for another of its variants for this long. `rearm` says who waits after having
    been told: nobody who does not ask again, or everybody until the wait would have run out.
    """

    mode: Literal["immediate", "batches"] = "immediate"
    per_unit: float | None = Field(default=None, gt=0, le=1_000, allow_inf_nan=False)
    batch: int | None = Field(default=None, ge=1, le=1_000_000)
    every: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=7))] | None = None
    tiers: tuple[Tier, ...] = Field(default=(), max_length=9)
    score: str | None = None
    stable_for: Annotated[timedelta, Field(gt=timedelta(0), le=LONGEST_HOLD)] | None = None
    again_within: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=90))] = timedelta(days=1)
    rearm: Literal["on_new_wait", "on_every_restock"] = "on_new_wait"

    @model_validator(mode="after")
    def _batches_are_whole(self) -> Self:
        batches = self.batch is not None, self.every is not None
        if self.mode == "batches" and not all(batches):
            raise PydanticCustomError("batches", "Batches need a size (batch) and a pause (every)")
        if self.mode == "immediate" and any(batches):
            raise PydanticCustomError("immediate", "An immediate release has no batch and no pause; use mode batches")
        if self.score is not None and self.score not in SCORES:
            names = {"scores": ", ".join(sorted(SCORES))}
            raise PydanticCustomError("score", "There is no such score; use one of: {scores}", names)
        return self

    @property
    def is_ordered(self) -> bool:
        """Whether the line has an order of its own, besides intent and age."""
        return bool(self.tiers) or self.score is not None

    @property
    def is_plain(self) -> bool:
        """Whether everybody is simply let in at once."""
        return self.mode == "immediate" and self.per_unit is None and not self.is_ordered

    @property
    def last_tier(self) -> int:
        """The tier of everyone who is in no segment that goes before."""
        return len(self.tiers)

    def rationing(self, threshold: int) -> Rationing:
        """How stock is spent, given the journey's threshold."""
        return Rationing(threshold=threshold, per_unit=self.per_unit, batch=self.batch)


EVERYBODY_AT_ONCE = ReleaseRule()
WHO_ASKED = InterestRule()


def release_rule(settings: Mapping[str, Any]) -> ReleaseRule:
    """The rule that `settings.release` holds; raises pydantic's `ValidationError`."""
    return ReleaseRule.model_validate(settings) if settings else EVERYBODY_AT_ONCE


def interest_rule(settings: Mapping[str, Any]) -> InterestRule:
    """The rule that `settings.interest` holds; raises pydantic's `ValidationError`."""
    return InterestRule.model_validate(settings) if settings else WHO_ASKED


def check_tiers(settings: JourneySettings, catalogue: Catalogue = UNCHECKED) -> Iterator[Problem]:
    """Tiers of segments that do not exist. Settings that cannot be read have no tiers."""
    try:
        tiers = release_rule(settings.release).tiers
    except ValidationError:
        return
    for index, tier in enumerate(tiers):
        yield from check_segment(tier.segment, Place(None, f"settings.release.tiers.{index}.segment"), catalogue)
