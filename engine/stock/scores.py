"""Scores: how likely somebody is to buy, for the order of a line. Within a tier and an intent, higher goes first.

A score is a function of a `Waiter`. A new one is a function here and a line in `SCORES`; journeys name it in
`settings.release.score`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, TypeAlias

from engine.model import Frozen
from engine.stock.waiting import WaitSource


class Waiter(Frozen):
    """What a score may read of somebody who waits: her attributes, how and since when she waits."""

    attributes: Mapping[str, Any]
    source: WaitSource
    since: datetime


Score: TypeAlias = Callable[[Waiter], float]


def likelihood(waiter: Waiter) -> float:
    """The attribute `purchase_likelihood`, as a model of the shop's own computed it; 0 without one."""
    return _number(waiter.attributes.get("purchase_likelihood"))


def lifetime_value(waiter: Waiter) -> float:
    """The attribute `lifetime_value`; 0 without one."""
    return _number(waiter.attributes.get("lifetime_value"))


SCORES: Mapping[str, Score] = {"likelihood": likelihood, "lifetime_value": lifetime_value}


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isfinite(value) else 0.0
