"""Printing a journey as Python: the source that a developer would commit, the same for the same journey every time."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from engine.authoring.lean import lean
from engine.authoring.places import Path, parameters_of
from engine.authoring.python_layout import WIDTH, Item, Piece, Written, bare, call, laid_out, listed, literal, quoted
from engine.authoring.remarks import NO_REMARKS, Remarks
from engine.authoring.words import (
    CONDITIONS,
    CONTENTS,
    EXITS,
    LENGTHS,
    REENTRIES,
    TRIGGERS,
    Json,
    from_entry,
    goal,
    occurs,
    share,
    until_date,
    way,
    window,
)
from engine.authoring.words import audience as audience_word
from engine.journey.nodes import Custom, Node
from engine.journey.nodes.base import VISITS_OVER
from engine.journey.nodes.branch import OTHERWISE
from engine.journey.version import JourneyDocument

MODULE = "engine.authoring"
_LENGTH = re.compile(r"PT?(0|[1-9][0-9]{0,8})([SMHD])")
_FIRST: Mapping[str, tuple[str, ...]] = {
    "entry": ("trigger",),
    "delay": ("duration",),
    "wait_until": ("events",),
    "branch": ("ways",),
    "split": ("shares",),
    "holdout": ("share",),
    "message": ("message", "channel"),
    "waitlist": ("change",),
    "start_journey": ("journey",),
    "goal": ("goal",),
    "exit": ("reason",),
}
"""The settings of a node that its call takes first, without a name."""
_FIXED: Mapping[str, frozenset[str]] = {
    "events": frozenset({"happened", "timed_out", VISITS_OVER}),
    "ways": frozenset({OTHERWISE, VISITS_OVER}),
    "shares": frozenset({VISITS_OVER}),
}
"""The ways out that the call itself names, whatever its rows are called."""
_METHODS = {"entry": "enter"}


def print_python(document: JourneyDocument, remarks: Remarks = NO_REMARKS) -> str:
    """The journey as a Python module, with the comments that it had."""
    return "".join(_Printer(document, remarks).lines())


class _Printer:
    def __init__(self, document: JourneyDocument, remarks: Remarks) -> None:
        self._typed = document
        self._raw = lean(document)
        self._remarks = remarks
        self._used: set[str] = set()

    def lines(self) -> Iterator[str]:
        body = list(self._body())
        words = ["Journey", *sorted(self._used)]
        if self._remarks.docstring is not None:
            yield f"{self._remarks.docstring}\n\n"
        yield from (f"{comment}\n" for comment in self._remarks.top or ())
        flat = f"from {MODULE} import {', '.join(words)}\n"
        rows = "".join(f"    {word},\n" for word in words)
        yield flat if len(flat) <= WIDTH + 1 else f"from {MODULE} import (\n{rows})\n"
        yield "\n"
        yield from body
        yield from (f"{comment}\n" for comment in self._remarks.bottom)

    def _body(self) -> Iterator[str]:
        raw = self._raw
        yield from self._statement(("name",), Written("journey = Journey(", (bare(quoted(raw["name"])),), ")"))
        yield from self._nodes(self._typed.graph.nodes, raw["graph"])
        yield from self._section(
            (("messages", name), call("journey.write", bare(quoted(name)), bare(self._content(content))))
            for name, content in raw.get("messages", {}).items()
        )
        if settings := raw.get("settings"):
            items = tuple(Item(f"{name}=", self._setting(name, value)) for name, value in settings.items())
            yield from self._section([(("settings",), call("journey.settings", *items))])
        if layout := raw.get("layout"):
            rows = (Item(f"{quoted(node)}: ", _point(place)) for node, place in layout.items())
            yield from self._section([(("layout",), call("journey.layout", bare(Written("{", tuple(rows), "}"))))])
        yield from self._section((("notes", note["id"]), _note(note)) for note in raw.get("notes", ()))

    def _section(self, statements: Any) -> Iterator[str]:
        for index, (path, piece) in enumerate(statements):
            if index == 0:
                yield "\n"
            yield from self._statement(path, piece)

    def _statement(self, path: Path, piece: Piece) -> Iterator[str]:
        yield from (f"{comment}\n" for comment in self._remarks.above(path))
        beside = self._remarks.beside(path)
        yield f"{laid_out(piece)}{f'  {beside}' if beside else ''}\n"

    def _nodes(self, nodes: Sequence[Node], graph: Json) -> Iterator[str]:
        leads: dict[tuple[str, str], str] = {}
        spare: list[Json] = []
        known = {node.id: node for node in reversed(nodes)}
        for edge in graph.get("edges", ()):
            end = (edge["source"], edge["outlet"])
            source = known.get(end[0])
            is_way = isinstance(source, Custom) or (source and end[1] in (*source.outlets, VISITS_OVER))
            if source is None or end in leads or not is_way:
                spare.append(edge)
            else:
                leads[end] = edge["target"]
        for index, (node, raw) in enumerate(zip(nodes, graph["nodes"], strict=True)):
            onward = nodes[index + 1].id if index + 1 < len(nodes) else None
            outlets = sorted(way for name, way in leads if name == node.id and isinstance(node, Custom))
            ways = {
                outlet: leads.pop((node.id, outlet), None)
                for outlet in dict.fromkeys((*(outlets or node.outlets), VISITS_OVER))
            }
            written = _custom(raw, ways, onward) if isinstance(node, Custom) else self._node(node, raw, ways, onward)
            yield from self._statement(("nodes", node.id), written)
        for edge in spare:
            ends = (edge["source"], edge["outlet"], edge["target"])
            yield from self._statement(
                ("graph", "edges", *ends[:2]), call("journey.edge", *(bare(quoted(end)) for end in ends))
            )

    def _node(self, node: Node, raw: Json, ways: dict[str, str | None], onward: str | None) -> Written:
        type_ = raw["type"]
        spare = {*node.fallbacks, *node.ends, VISITS_OVER}
        told = {
            outlet: target
            for outlet, target in ways.items()
            if (target is not None if outlet in spare else target != onward)
        }
        rows = _FIRST.get(type_, ())
        items: list[Item] = []
        for name in rows:
            if name in {"events", "ways", "shares"}:
                items.extend(bare(self._row(name, one, told)) for one in raw.get(name, ()))
            elif name in raw:
                items.append(bare(self._field(name, raw[name])))
        items.append(Item("id=", quoted(raw["id"])))
        rest = [name for name in raw if name not in {"id", "type", *rows}]
        items.extend(Item(f"{name}=", self._field(name, raw[name])) for name in rest)
        items.extend(Item(f"{outlet}=", _target(target)) for outlet, target in told.items())
        return call(f"journey.{_METHODS.get(type_, type_)}", *items)

    def _row(self, field: str, row: Json, told: dict[str, str | None]) -> Written:
        """A way, a share or an awaited event, with where its own way out leads."""
        outlet = row.get("outlet", "happened") if field == "events" else row["id"]
        word = {"events": occurs, "ways": way, "shares": share}[field]
        written = self._word(word, row)
        if outlet in told and outlet not in _FIXED[field]:
            return Written(written.opens, (*written.items, Item("to=", _target(told.pop(outlet)))), written.closes)
        return written

    def _setting(self, name: str, value: Any) -> Piece:
        match name:
            case "audience":
                return self._word(audience_word, value)
            case "reentry":
                return self._word(REENTRIES[value["kind"]], value)
            case "goals":
                return listed([self._word(goal, one) for one in value])
            case "exits":
                return listed([self._word(EXITS[one["kind"]], one) for one in value])
            case _:
                return literal(value)

    def _content(self, content: Json) -> Piece:
        word = CONTENTS.get(str(content.get("channel")))
        if word is None or any(one is None for one in content.values()):
            return literal(content)
        known = parameters_of(word)
        needed = {name for name, one in known.items() if one.default is inspect.Parameter.empty}
        given = content.keys() - {"channel"}
        return self._word(word, content) if needed <= given <= known.keys() else literal(content)

    def _word(self, word: Callable[..., Any], part: Json) -> Written:
        self._used.add(word.__name__)
        items: list[Item] = []
        in_order = True
        for name, parameter in parameters_of(word).items():
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                items.extend(bare(self._field("condition", one)) for one in part[name])
            elif name not in part:
                in_order = False
            elif in_order and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD:
                items.append(bare(self._field(name, part[name])))
            else:
                items.append(Item(f"{name}=", self._field(name, part[name])))
        return call(word.__name__, *items)

    def _field(self, name: str, value: Any) -> Piece:  # noqa: PLR0911 - one for each kind of field
        match name:
            case "trigger":
                return self._word(TRIGGERS[value["kind"]], value)
            case "when" | "where" | "condition" | "audience" | "of":
                return self._word(CONDITIONS[value["kind"]], value)
            case "window":
                return self._word(window, value)
            case "until_date":
                return self._word(until_date, value)
            case "duration" | "timeout" | "check_every" | "within" | "wait" | "offset" | "ttl":
                return self._length(value)
            case "set" | "properties":
                return Written("{", tuple(Item(f"{quoted(key)}: ", self._held(one)) for key, one in value.items()), "}")
            case "value":
                return self._held(value)
            case _:
                return literal(value)

    def _held(self, value: Any) -> Piece:
        return self._word(from_entry, cast("Json", value)) if isinstance(value, dict) else literal(value)

    def _length(self, value: Any) -> Piece:
        """`hours(2)` for PT2H; anything longer to say stays as it is."""
        found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
        if found is None or LENGTHS[found[2]](int(found[1])) != value:
            return literal(value)
        word = LENGTHS[found[2]].__name__
        self._used.add(word)
        return f"{word}({found[1]})"


def _custom(raw: Json, ways: dict[str, str | None], onward: str | None) -> Written:
    """A node whose type a plugin brings. Its settings and ways out may be called anything."""
    settings = {name: one for name, one in raw.items() if name not in {"id", "type", "title", "max_visits"}}
    items = [bare(quoted(raw["type"]))]
    if settings:
        items.append(bare(literal(settings)))
    items.append(Item("id=", quoted(raw["id"])))
    items.extend(Item(f"{name}=", literal(raw[name])) for name in ("title", "max_visits") if name in raw)
    over = ways.pop(VISITS_OVER, None)
    if over is not None:
        ways[VISITS_OVER] = over
    if not (ways.keys() == {"next"} and onward is not None and ways["next"] == onward):
        items.append(Item("ways=", literal(ways)))
    return call("journey.custom", *items)


def _target(target: str | None) -> str:
    return "None" if target is None else quoted(target)


def _point(place: Json) -> Written:
    return Written("(", (bare(repr(place["x"])), bare(repr(place["y"]))), ")")


def _note(note: Json) -> Written:
    items = [bare(quoted(note.get("text", ""))), bare(_point(note)), Item("id=", quoted(note["id"]))]
    items.extend(
        Item(f"{word}=", quoted(note[name])) for name, word in (("author", "author"), ("at", "written")) if name in note
    )
    return call("journey.note", *items)
