"""HTML with merge tags, taken apart into pieces: texts, elements, comments and merge tags.

Mail HTML is often not well-formed, and here it is a template besides: a merge tag may stand anywhere, even inside an
element. So this reads like a browser's tokenizer rather than a parser, in one pass without going back, whatever it is
given: an element that never ends takes the rest of the page with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_TAG = rf"\{{\{{(?:{_QUOTED}|(?!\}}\}})[^'\"])*\}}\}}|\{{%(?:{_QUOTED}|(?!%\}})[^'\"])*%\}}|\{{\#(?:(?!\#\}}).)*\#\}}"
_NOT_A_TAG = r"\{(?![{%#])"
_MERGE_TAG = re.compile(_TAG, re.DOTALL)
_TEXT = re.compile(rf"(?:[^<{{]|{_NOT_A_TAG})+", re.DOTALL)
_ELEMENT = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:-]*)")
_INSIDE = re.compile(
    rf"""(?P<tag>{_TAG})|"(?P<double>(?:{_TAG}|[^"{{]|{_NOT_A_TAG})*)"|'(?P<single>(?:{_TAG}|[^'{{]|{_NOT_A_TAG})*)'"""
    rf"""|(?P<word>(?:[^\s"'=<>/{{]|{_NOT_A_TAG})+)|(?P<equals>=)|(?P<end>/?>)|\s+|.""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Words, entities and white space."""

    source: str


@dataclass(frozen=True, slots=True)
class TagPiece:
    """A merge tag, a block or a comment of the template language."""

    source: str


@dataclass(frozen=True, slots=True)
class CommentPiece:
    """What readers do not see: comments, declarations."""

    source: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A quoted attribute; `start` and `end` are where its quotes stand in the element's source."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ElementPiece:
    """The start (`a`) or end (`/a`) of an element, with its quoted attributes by lower-case name."""

    source: str
    name: str
    attributes: dict[str, Attribute]


Piece = TextPiece | TagPiece | CommentPiece | ElementPiece


def has_merge_tag(text: str) -> bool:
    """Whether the text holds anything of the template language."""
    return _MERGE_TAG.search(text) is not None


def pieces_of(source: str) -> Iterator[Piece]:
    """The pieces of the page; joined together they are the page."""
    place = 0
    while place < len(source):
        piece = _piece_at(source, place)
        yield piece
        place += len(piece.source)


def _piece_at(source: str, place: int) -> Piece:
    if found := _TEXT.match(source, place):
        return TextPiece(found[0])
    if found := _MERGE_TAG.match(source, place):
        return TagPiece(found[0])
    if source.startswith("<!--", place):
        end = source.find("-->", place)
        return CommentPiece(source[place : len(source) if end < 0 else end + 3])
    if found := _ELEMENT.match(source, place):
        return _element_at(source, place, found)
    if source.startswith(("<!", "<?"), place):
        end = source.find(">", place)
        return CommentPiece(source[place : len(source) if end < 0 else end + 1])
    return TextPiece(source[place])


def _element_at(source: str, start: int, opening: re.Match[str]) -> ElementPiece | TextPiece:
    attributes: dict[str, Attribute] = {}
    name, awaits_value = "", False
    place = opening.end()
    while found := _INSIDE.match(source, place):
        place = found.end()
        match found.lastgroup:
            case "end":
                return ElementPiece(source[start:place], opening[1].lower(), attributes)
            case "word":
                name, awaits_value = ("", False) if awaits_value else (found[0].lower(), False)
            case "equals":
                awaits_value = bool(name)
            case "double" | "single" if awaits_value:
                value = found[found.lastgroup]
                attributes.setdefault(name, Attribute(value, found.start() - start, found.end() - start))
                name, awaits_value = "", False
            case _:
                pass
    return TextPiece(source[start:])
