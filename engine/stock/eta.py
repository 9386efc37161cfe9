"""When a variant is likely to be back: an interval from past restocks, and none where there is too little to go by.

The gaps between selling out and coming back are taken as they were, without a model of them. Of n past gaps the next
one falls between the k-th shortest and the k-th longest with probability (n + 1 − 2k) / (n + 1), whatever their
distribution (a nonparametric prediction interval; Hahn and Meeker, Statistical Intervals, 5.4). A variant that has been
sold out for a while can no longer be as quick as gaps shorter than that: those do not count any more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from engine.model import Frozen
from engine.stock.transitions import crossing

FEWEST_GAPS = 5
WANTED_COVERAGE = 0.8


class Estimate(Frozen):
    """The variant is back between `earliest` and `latest` with this `confidence`; half of the time by `expected_at`.

    `gaps` says how many past restocks this rests on.
    """

    expected_at: datetime
    earliest: datetime
    latest: datetime
    confidence: float
    gaps: int


def sold_out_gaps(history: Iterable[tuple[datetime, int, int]]) -> tuple[list[timedelta], datetime | None]:
    """How long the variant was out each time, from its movements (instant, before, after) in order.

    The second value is since when it is out now, or None while it is in stock or was never seen to sell out.
    """
    gaps: list[timedelta] = []
    out_since: datetime | None = None
    for at, before, after in history:
        match crossing(before, after):
            case "down":
                out_since = at
            case "up":
                if out_since is not None:
                    gaps.append(at - out_since)
                out_since = None
            case None:
                pass
    return gaps, out_since


def estimate(gaps: Sequence[timedelta], out_since: datetime, now: datetime) -> Estimate | None:
    """When the variant is likely to be back; None when fewer than FEWEST_GAPS past gaps can say anything about it."""
    possible = sorted(gap for gap in gaps if out_since + gap > now)
    count = len(possible)
    if count < FEWEST_GAPS:
        return None
    edge = max(int((count + 1) * (1 - WANTED_COVERAGE) / 2), 1)
    return Estimate(
        expected_at=out_since + timedelta(seconds=median(gap.total_seconds() for gap in possible)),
        earliest=out_since + possible[edge - 1],
        latest=out_since + possible[-edge],
        confidence=(count + 1 - 2 * edge) / (count + 1),
        gaps=count,
    )


def uncertainty_words(expected_at: datetime, confidence: float | None) -> str:
    """How sure the date is, as a message must say it."""
    date = f"around {expected_at.day} {expected_at:%B %Y}"
    sure = "" if confidence is None else f", about {round(confidence * 100)} % certain"
    return f"expected {date}{sure}; the date may change"
