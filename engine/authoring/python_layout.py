"""Laying Python out as its formatters do: on one line while it fits, else one item a line with a comma at the end.

A line is at most 88 characters, which the usual formatters leave alone at any width from there on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

WIDTH = 88
STEP = "    "


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of Python between brackets; `opens` and `closes` stand around its items."""

    opens: str
    items: tuple["Item", ...]
    closes: str


Piece = str | Written


@dataclass(frozen=True, slots=True)
class Item:
    """An item, with what stands before it: `id=` or `"key": `."""

    before: str
    piece: Piece


def call(name: str, *items: Item) -> Written:
    """`name(items)`."""
    return Written(f"{name}(", items, ")")


def bare(piece: Piece) -> Item:
    """An item with nothing before it."""
    return Item("", piece)


def literal(value: Any) -> Piece:
    """JSON as a Python literal."""
    match value:
        case str():
            return quoted(value)
        case list() | tuple():
            return listed([literal(one) for one in cast("Sequence[Any]", value)])
        case dict():
            rows = cast("dict[str, Any]", value)
            return Written("{", tuple(Item(f"{quoted(name)}: ", literal(one)) for name, one in rows.items()), "}")
        case _:
            return repr(value)


def listed(pieces: Sequence[Piece]) -> Written:
    """A list of pieces."""
    return Written("[", tuple(bare(piece) for piece in pieces), "]")


def quoted(text: str) -> str:
    """A string in double quotes, or in single ones where that saves more escapes than it costs."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = "".join(_escaped(letter, quote) for letter in text)
    return f"{quote}{escaped}{quote}"


def laid_out(piece: Piece, *, indent: str = "", taken: int = 0) -> str:
    """The piece as text; `taken` is how much of its first line others take."""
    flat = _flat(piece)
    if isinstance(piece, str) or not piece.items or len(indent) + taken + len(flat) <= WIDTH:
        return flat
    inner = indent + STEP
    rows = [
        f"{inner}{item.before}{laid_out(item.piece, indent=inner, taken=len(item.before) + 1)},\n"
        for item in piece.items
    ]
    return f"{piece.opens}\n{''.join(rows)}{indent}{piece.closes}"


def _flat(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    inside = ", ".join(f"{item.before}{_flat(item.piece)}" for item in piece.items)
    comma = "," if piece.opens == "(" and len(piece.items) == 1 else ""
    return f"{piece.opens}{inside}{comma}{piece.closes}"


def _escaped(letter: str, quote: str) -> str:
    if letter in {quote, "\\"}:
        return f"\\{letter}"
    if letter == "\n":
        return "\\n"
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()
