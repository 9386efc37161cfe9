"""Transitions of the available quantity, and the thresholds that they cross.

           available
              │            ┌── up: a restock at threshold T
            T ├ ─ ─ ─ ─ ─ ─│─ ─ ─ ─ ─│─ ─ ─
              │   before ──┘         └── down: low stock
              └──────────────────────────────► time

A variant counts as in stock at T while available ≥ T. Only the passage from one side to the other is a crossing:
1 → 5 at threshold 1 is none, nor is 0 → 3 at threshold 5.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

Direction = Literal["up", "down"]
IN_STOCK = 1
"""The threshold of a restock that is written down; each journey judges its own threshold by the same rule."""


def crossing(before: int, after: int, threshold: int = IN_STOCK) -> Direction | None:
    """Whether the quantity passed the threshold, and which way."""
    if before < threshold <= after:
        return "up"
    if after < threshold <= before:
        return "down"
    return None


def is_restock(before: int, after: int, threshold: int = IN_STOCK) -> bool:
    """Whether the quantity came up to the threshold or above from below it."""
    return crossing(before, after, threshold) == "up"


def crossings(quantities: Iterable[int], threshold: int = IN_STOCK) -> list[Direction]:
    """Every crossing of a history of quantities, in order. Up and down always take turns."""
    found: list[Direction] = []
    for before, after in pairwise(quantities):
        if (direction := crossing(before, after, threshold)) is not None:
            found.append(direction)
    return found
