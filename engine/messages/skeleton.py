"""A text with numbered holes, filled anew for each profile.

MJML is compiled once, with tokens where a person's values will stand (`wlslot3z`) and around what is shown only when a
value is there (`wlif3z … wlend3z`). The tokens survive MJML untouched; nobody's text ever passes through it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"wl(slot|if|end)([0-9]+)z")


def slot(number: int) -> str:
    """The token that stands for value `number`."""
    return f"wlslot{number}z"


def shown_if(number: int, inner: str) -> str:
    """`inner`, shown only when value `number` is not empty."""
    return f"{opening(number)}{inner}{closing(number)}"


def opening(number: int) -> str:
    """The token before what depends on value `number`."""
    return f"wlif{number}z"


def closing(number: int) -> str:
    """The token after what depends on value `number`."""
    return f"wlend{number}z"


@dataclass(frozen=True, slots=True)
class _Condition:
    number: int
    end: int


class Skeleton:
    """The parts of a text with holes, ready to be filled."""

    def __init__(self, text: str) -> None:
        pieces = _TOKEN.split(text)
        self._parts: list[str | int | _Condition] = [pieces[0]]
        openings: dict[int, int] = {}
        for kind, number, literal in zip(pieces[1::3], map(int, pieces[2::3]), pieces[3::3], strict=True):
            if kind == "slot":
                self._parts.append(number)
            elif kind == "if":
                openings[number] = len(self._parts)
                self._parts.append(_Condition(number, 0))
            else:
                self._parts[openings.pop(number)] = _Condition(number, len(self._parts))
            self._parts.append(literal)

    def fill(self, values: Sequence[str]) -> str:
        """The text with the values in its holes, without what depends on empty ones."""
        filled: list[str] = []
        place = 0
        while place < len(self._parts):
            part = self._parts[place]
            place += 1
            if isinstance(part, str):
                filled.append(part)
            elif isinstance(part, int):
                filled.append(values[part])
            elif not values[part.number]:
                place = part.end
        return "".join(filled)
