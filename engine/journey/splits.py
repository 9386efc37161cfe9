"""Chance that can be repeated: who goes which way, for ever.

A profile's place on the line from 0 to 10,000 is a hash of (journey, node, profile). Outlets own slices of that line.
When shares are edited, `resliced` hands over as few places as the new shares require, so that as few profiles as
possible change sides; the slices are kept with the node. Without kept slices they lie in the order of the outlets.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from engine.model import Frozen

PLACES = 10_000
_SPACE = 2**64


class Slice(Frozen):
    """The places from where the slice before it ends until just before `until` belong to `outlet`."""

    outlet: str
    until: Annotated[int, Field(ge=1, le=PLACES)]


def place(journey: str, node: str, profile: str) -> int:
    """Where a profile stands on the line, from 0 to 9,999: always the same, evenly spread, unrelated between nodes."""
    key = f"{len(journey)}:{journey}{len(node)}:{node}{profile}"
    return int.from_bytes(sha256(key.encode()).digest()[:8]) * PLACES // _SPACE


def places_for(percent: float) -> int:
    """How many places a share in percent has; shares are kept to a hundredth of a percent."""
    return round(percent * 100)


def sliced(shares: Mapping[str, int]) -> tuple[Slice, ...]:
    """Slices in the order of the shares (in places)."""
    end, slices = 0, list[Slice]()
    for outlet, places in shares.items():
        end += places
        if places > 0:
            slices.append(Slice(outlet=outlet, until=end))
    return tuple(slices)


def counted(slices: Sequence[Slice]) -> Mapping[str, int]:
    """How many places each outlet has in these slices."""
    counts: dict[str, int] = {}
    start = 0
    for each in slices:
        counts[each.outlet] = counts.get(each.outlet, 0) + each.until - start
        start = each.until
    return counts


def owner(slices: Sequence[Slice], at: int) -> str | None:
    """The outlet that owns this place; None past the last slice."""
    for each in slices:
        if at < each.until:
            return each.outlet
    return None


def resliced(before: Sequence[Slice], shares: Mapping[str, int]) -> tuple[Slice, ...]:
    """Slices for new shares that leave every place with its owner, as far as the new shares allow.

    An outlet that shrinks gives up its last places; they go to those that grow, in their order.
    """
    keeps = dict(shares)
    kept: list[tuple[str | None, int]] = []
    start = 0
    for each in before:
        length = each.until - start
        stays = min(length, keeps.get(each.outlet, 0))
        if stays:
            keeps[each.outlet] -= stays
            kept.append((each.outlet, stays))
        if length > stays:
            kept.append((None, length - stays))
        start = each.until
    if start < PLACES:
        kept.append((None, PLACES - start))
    slices: list[Slice] = []
    end = 0
    for outlet, length in kept:
        for winner, places in [(outlet, length)] if outlet is not None else _handed_out(keeps, length):
            end += places
            if slices and slices[-1].outlet == winner:
                slices[-1] = Slice(outlet=winner, until=end)
            else:
                slices.append(Slice(outlet=winner, until=end))
    return tuple(slices)


def _handed_out(wanted: dict[str, int], free: int) -> list[tuple[str, int]]:
    """Give these free places to the outlets that still want some, in their order."""
    given: list[tuple[str, int]] = []
    for outlet, places_wanted in wanted.items():
        places = min(free, places_wanted)
        if places > 0:
            wanted[outlet] = places_wanted - places
            free -= places
            given.append((outlet, places))
    return given
